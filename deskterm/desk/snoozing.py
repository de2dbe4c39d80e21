"""Snoozing: a ticket put off until a time; it is back then, or when its customer writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from deskterm.desk import actor as actors
from deskterm.desk import notifications, reading, tickets
from deskterm.desk.actor import SYSTEM, Actor
from deskterm.desk.errors import BadData
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

AT_ONCE: Final = 200
MOST: Final = timedelta(days=3650)


@undoable("ticket.snooze")
def snooze(work: Work, actor: Actor, ticket_ids: Sequence[int], until: datetime) -> None:
    """Put open tickets off until a moment to come; whose turn it is stays."""
    if until.tzinfo is None or not work.now < until <= work.now + MOST:
        raise BadData(_("A ticket is snoozed until a time to come, within ten years."))
    for ticket_id in ticket_ids:
        require(work, actor, "change", "ticket.snooze", ticket_id)
    for id, row in tickets.find_all(work, actor, ticket_ids).items():
        if row.status_class == "closed":
            raise BadData(_("Ticket {number} is closed: there is nothing to put off.").format(number=id))
    values = {"snoozed_until": until, "snoozed_by": actor.agent_id}
    wanted = dict.fromkeys(ticket_ids, values)
    tickets.change_all(work, actor, "ticket.snooze", wanted, group=tickets.group_of(ticket_ids))


@undoable("ticket.wake")
def wake(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> None:
    """Bring snoozed tickets back before their time."""
    for ticket_id in ticket_ids:
        require(work, actor, "change", "ticket.wake", ticket_id)
    wanted = dict.fromkeys(ticket_ids, {"snoozed_until": None, "snoozed_by": None})
    tickets.change_all(work, actor, "ticket.wake", wanted, group=tickets.group_of(ticket_ids))


def next_at(work: Work) -> datetime | None:
    """When the first snoozed ticket wakes."""
    found: datetime | None = work.value(
        select(func.min(t.ticket.c.snoozed_until)).where(t.ticket.c.snoozed_until.is_not(None))
    )
    return found


def due(work: Work) -> datetime | None:
    """Wake the tickets whose time has come, unread and told to who put them off and who is responsible."""
    c = t.ticket.c
    for row in work.rows(
        select(c.id, c.snoozed_by, c.responsible_id, c.deleted_at)
        .where(c.snoozed_until.is_not(None), c.snoozed_until <= work.now)
        .order_by(c.snoozed_until, c.id)
        .limit(AT_ONCE)
    ):
        values = {"snoozed_until": None, "snoozed_by": None}
        if row.deleted_at is not None:
            work.update(t.ticket, row.id, **values)
            continue
        tickets.change(work, SYSTEM, "ticket.wake", row.id, values)
        for agent_id in sorted({row.snoozed_by, row.responsible_id} - {None}):
            _call(work, agent_id, row.id)
    return next_at(work)


def _call(work: Work, agent_id: int, ticket_id: int) -> None:
    """Show an agent that a ticket is back, where he is still there and may see it."""
    login = work.value(select(t.agent.c.login).where(t.agent.c.id == agent_id))
    agent = actors.of_agent(work, str(login), "worker")
    if agent is not None:
        reading.unread_tickets(work, agent, [ticket_id])
        notifications.add(work, agent_id, "ticket.wake", ticket_id=ticket_id)
