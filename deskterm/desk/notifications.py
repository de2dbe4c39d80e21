"""What agents are told of on screen, until they have seen it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select

from deskterm.desk import act_titles, notice_kinds, settings, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Query
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class NotificationView:
    """Something an agent is told of; `who` is '' where the system did it."""

    id: int
    kind: str
    title: str
    ticket_id: int | None
    subject: str
    message_id: int | None
    who: str
    at: datetime


def add(
    work: Work,
    agent_id: int,
    kind: str,
    *,
    ticket_id: int | None = None,
    message_id: int | None = None,
    event_id: int | None = None,
) -> int:
    """Tell an agent of something on screen; `kind` is one of `notice_kinds`, or an act."""
    return work.insert(
        t.notification,
        agent_id=agent_id,
        kind=kind,
        ticket_id=ticket_id,
        message_id=message_id,
        event_id=event_id,
        at=work.now,
    )


def unseen(work: Work, actor: Actor, limit: int = 50) -> list[NotificationView]:
    """What the actor has not seen yet, newest first; of tickets and messages he may see only."""
    require(work, actor, "see own", "notification.list")
    c = t.notification.c
    rows = work.rows(
        select(
            t.notification,
            t.ticket.c.subject,
            t.event.c.actor_kind,
            t.agent.c.name.label("agent"),
            t.message.c.from_name,
            t.message.c.from_address,
        )
        .outerjoin(t.ticket, t.ticket.c.id == c.ticket_id)
        .outerjoin(t.message, t.message.c.id == c.message_id)
        .outerjoin(t.event, t.event.c.id == c.event_id)
        .outerjoin(t.agent, t.agent.c.id == t.event.c.agent_id)
        .where(
            c.agent_id == actor.agent_id,
            c.seen_at.is_(None),
            or_(c.ticket_id.is_(None), visibility.tickets(actor)),
            or_(c.message_id.is_(None), visibility.messages(actor)),
        )
        .order_by(c.id.desc())
        .limit(limit)
    )
    return [
        NotificationView(
            id=row.id,
            kind=row.kind,
            title=title(row.kind),
            ticket_id=row.ticket_id,
            subject=row.subject or "",
            message_id=row.message_id,
            who=row.agent
            or (row.from_name or row.from_address or "" if row.actor_kind != "system" else "")
            or "",
            at=row.at,
        )
        for row in rows
    ]


def seen(work: Work, actor: Actor, ids: Sequence[int] | None = None) -> int:
    """The actor has seen these, or all there are; how many were new to him."""
    require(work, actor, "see own", "notification.seen")
    c = t.notification.c
    which = [c.agent_id == actor.agent_id, c.seen_at.is_(None)]
    if ids is not None:
        which.append(c.id.in_(list(ids)))
    return work.execute(t.notification.update().where(*which).values(seen_at=work.now)).rowcount


def newest(work: Work, actor: Actor) -> int:
    """The number of the actor's newest notification, 0 for none: what a console compares."""
    return int(work.value(*asked(actor)) or 0)


def asked(actor: Actor) -> Asked:
    """What `newest` asks."""
    return _NEWEST, {"agent": actor.agent_id}


_NEWEST = Query(select(func.max(t.notification.c.id)).where(t.notification.c.agent_id == bindparam("agent")))


def kept_since(work: Work) -> datetime:
    """Whatever was seen before this moment is kept no longer."""
    return work.now - timedelta(days=int(settings.get(work, "notification_days")))


def forget_seen(work: Work) -> int:
    """Drop what was seen longer ago than the desk keeps it; how many."""
    return work.execute(t.notification.delete().where(t.notification.c.seen_at < kept_since(work))).rowcount


def withdraw(work: Work, first_event: int, last_event: int) -> None:
    """What an act told of that was undone goes, where nobody has seen it."""
    c = t.notification.c
    work.execute(
        t.notification.delete().where(
            c.event_id >= first_event, c.event_id <= last_event, c.seen_at.is_(None)
        )
    )


def withdraw_answer(work: Work, message_id: int) -> None:
    """An answer that was taken back is told to nobody."""
    c = t.notification.c
    work.execute(t.notification.delete().where(c.message_id == message_id, c.seen_at.is_(None)))


def title(kind: str) -> str:
    """A kind of notification as people call it."""
    found = notice_kinds.KINDS.get(kind)
    return _(found.title) if found is not None else act_titles.title(kind)
