"""What happened since: events as screens follow them, and what else a console shows without being asked."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, or_, select

from deskterm.desk import history, notifications, presence, state, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.rights import has
from deskterm.desk.views import Change, Glance
from deskterm.store import tables as t
from deskterm.store.postgres import MARK
from deskterm.store.prepared import Asked, Query
from deskterm.store.work import Work

MOST = 500


def newest(work: Work) -> int:
    """The id of the last event."""
    return history.newest(work)


def changes(work: Work, actor: Actor, after: int, most: int = MOST) -> list[Change]:
    """Events after an id that the actor may see, in order, and bare ones of what he may see no more.

    Ids are in commit order, so none can appear later below one that was seen.
    """
    found = (_change(actor, row) for row in _rows(work, actor, after, most))
    return [change for change in found if change is not None]


def glance(
    work: Work,
    actor: Actor,
    after: int,
    console: str,
    known: frozenset[str] = frozenset(),
    most: int = MOST,
) -> Glance:
    """All a console needs to know when something was committed; consoles `known` to live it takes as such."""
    mark = work.value(MARK) if work.dialect == "postgresql" else None
    others, elsewhere, living = presence.others(work, actor, console, known)
    rows = _rows(work, actor, after, most)
    found = (_change(actor, row) for row in rows)
    return Glance(
        changes=tuple(change for change in found if change is not None),
        upto=rows[-1].id if rows else after,
        many=len(rows) >= most,
        others=others,
        elsewhere=elsewhere,
        living=living,
        told=notifications.newest(work, actor),
        outside=(state.worker_runs(work), *state.account_lines(work)),
        mark=mark,
    )


def asked(
    actor: Actor, after: int, console: str, known: frozenset[str] = frozenset(), most: int = MOST
) -> list[Asked]:
    """What `glance` asks."""
    return [
        (MARK, {}),
        presence.asked(actor),
        _since(actor, after, most),
        notifications.asked(actor),
        *state.outside(),
    ]


def _rows(work: Work, actor: Actor, after: int, most: int) -> Any:
    return work.rows(*_since(actor, after, most))


def _since(actor: Actor, after: int, most: int) -> Asked:
    return _after(actor), {"after": after, "most": most}


@lru_cache(maxsize=32)
def _after(actor: Actor) -> Query:
    """The question for an actor's events after one.

    Who sees his own tickets only is asked in `_change` which of the others were his until now.
    """
    seen = visibility.events(actor)
    statement = (
        select(
            t.event,
            t.agent.c.name.label("who"),
            t.ticket.c.responsible_id.label("has_it"),
            seen.label("seen"),
        )
        .outerjoin(t.agent, t.agent.c.id == t.event.c.agent_id)
        .outerjoin(t.ticket, t.ticket.c.id == t.event.c.ticket_id)
        .where(t.event.c.id > bindparam("after"))
        .order_by(t.event.c.id)
        .limit(bindparam("most"))
    )
    if has(actor, "see all"):
        statement = statement.where(or_(seen, visibility.withdrawn(actor)))
    return Query(statement)


def _change(actor: Actor, row: Any) -> Change | None:
    mine = row.agent_id is not None and row.agent_id == actor.agent_id
    if row.seen:
        return Change(
            event_id=row.id,
            act=row.act,
            ticket_id=row.ticket_id,
            message_id=row.message_id,
            subject_kind=row.subject_kind,
            mine=mine,
            fields={field: now for field, _before, now in row.changes or ()},
            who=row.who or "",
        )
    was_his = any(
        field == "responsible_id" and before == actor.agent_id for field, before, _now in row.changes or ()
    )
    if has(actor, "see all") or was_his or row.has_it == actor.agent_id:
        return Change(row.id, "", row.ticket_id, None, "", mine, {})
    return None
