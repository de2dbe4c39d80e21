"""Reminders: what an agent wants to be told of a ticket, and when; his own, on his screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from deskterm import limits
from deskterm.desk import history, notifications, tickets, visibility
from deskterm.desk.actor import SYSTEM, Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

AT_ONCE: Final = 200
MOST: Final = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class ReminderView:
    """A reminder of one's own; `done_at` is when it came up or was ticked off."""

    id: int
    ticket_id: int
    subject: str
    at: datetime
    text: str
    done_at: datetime | None


@undoable("ticket.reminder")
def add(work: Work, actor: Actor, ticket_id: int, at: datetime, text: str = "") -> int:
    """Have oneself reminded of a ticket at a moment to come; the reminder's id."""
    require(work, actor, "see own", "ticket.reminder", ticket_id)
    tickets.find(work, actor, ticket_id)
    if actor.agent_id is None:
        raise BadData(_("Only an agent can be reminded."))
    if at.tzinfo is None or not work.now < at <= work.now + MOST:
        raise BadData(_("A reminder is for a time to come, within ten years."))
    text = " ".join(text.split())[: limits.SUBJECT_CHARACTERS]
    id = work.insert(
        t.reminder, agent_id=actor.agent_id, ticket_id=ticket_id, at=at, text=text, created_at=work.now
    )
    # the text is the agent's own: the history all read says only that there is one
    history.record(
        work,
        actor,
        "ticket.reminder",
        ticket_id=ticket_id,
        subject=("reminder", id),
        changes=[("at", None, at.isoformat())],
    )
    return id


@undoable("ticket.reminder_done")
def done(work: Work, actor: Actor, reminder_ids: Sequence[int]) -> None:
    """Tick off reminders of one's own: those still to come do not come up."""
    require(work, actor, "see own", "ticket.reminder_done")
    for id in reminder_ids:
        row = work.first(
            select(t.reminder).where(t.reminder.c.id == id, t.reminder.c.agent_id == actor.agent_id)
        )
        if row is None:
            raise NotFound(_("There is no reminder {number} of yours.").format(number=id))
        if row.done_at is None:
            work.update(t.reminder, id, done_at=work.now)
            history.record(
                work, actor, "ticket.reminder_done", ticket_id=row.ticket_id, subject=("reminder", id)
            )


def listed(
    work: Work, actor: Actor, ticket_id: int | None = None, *, all: bool = False
) -> list[ReminderView]:
    """One's own reminders still to come, the next one first; with `all` those that came up too."""
    require(work, actor, "see own", "ticket.reminders", ticket_id)
    c = t.reminder.c
    statement = (
        select(t.reminder, t.ticket.c.subject)
        .join(t.ticket, t.ticket.c.id == c.ticket_id)
        .where(c.agent_id == actor.agent_id, visibility.tickets(actor))
        .order_by(c.at, c.id)
    )
    if ticket_id is not None:
        statement = statement.where(c.ticket_id == ticket_id)
    if not all:
        statement = statement.where(c.done_at.is_(None))
    return [
        ReminderView(row.id, row.ticket_id, row.subject, row.at, row.text, row.done_at)
        for row in work.rows(statement)
    ]


def text_of(work: Work, actor: Actor, event_id: int | None) -> str:
    """What a notification of kind `ticket.reminded` says: the text of one's own reminder its event names."""
    c = t.event.c
    found = work.value(
        select(t.reminder.c.text)
        .join(t.event, (c.subject_id == t.reminder.c.id) & (c.subject_kind == "reminder"))
        .where(c.id == event_id, t.reminder.c.agent_id == actor.agent_id)
    )
    return str(found or "")


def next_at(work: Work) -> datetime | None:
    """When the first reminder comes up."""
    c = t.reminder.c
    found: datetime | None = work.value(select(func.min(c.at)).where(c.done_at.is_(None)))
    return found


def due(work: Work) -> datetime | None:
    """Tell agents what they wanted to be reminded of by now; when the next one comes up.

    One is told once. Who is no longer active, and of a ticket that is gone, is told nothing.
    """
    c = t.reminder.c
    for row in work.rows(
        select(t.reminder, t.agent.c.active, t.ticket.c.deleted_at)
        .join(t.agent, t.agent.c.id == c.agent_id)
        .join(t.ticket, t.ticket.c.id == c.ticket_id)
        .where(c.done_at.is_(None), c.at <= work.now)
        .order_by(c.at, c.id)
        .limit(AT_ONCE)
    ):
        work.update(t.reminder, row.id, done_at=work.now)
        if not row.active or row.deleted_at is not None:
            continue
        ticket_id = tickets.target(work, row.ticket_id)
        event_id = history.record(
            work, SYSTEM, "ticket.reminded", ticket_id=ticket_id, subject=("reminder", row.id)
        )
        notifications.add(work, row.agent_id, "ticket.reminded", ticket_id=ticket_id, event_id=event_id)
    return next_at(work)
