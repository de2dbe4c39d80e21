"""Tickets that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from deskterm.desk import history, tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.names import Names
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class LinkedTicket:
    """A ticket that belongs to another one; `kind` is 'related', 'split' or 'late'."""

    id: int
    subject: str
    status: str
    status_class: str
    customer: str
    kind: str


@undoable("ticket.link")
def link(work: Work, actor: Actor, ticket_id: int, other_id: int, kind: str = "related") -> None:
    """Say that two tickets belong together."""
    for id in (ticket_id, other_id):
        require(work, actor, "change", "ticket.link", id)
        tickets.find(work, actor, id)
    if ticket_id == other_id:
        raise BadData(_("A ticket is not linked with itself."))
    if work.first(select(t.ticket_link).where(_pair(ticket_id, other_id))) is not None:
        raise BadData(
            _("Tickets {number} and {other} are linked already.").format(number=ticket_id, other=other_id)
        )
    note(work, actor, ticket_id, other_id, kind)
    for id, other in ((ticket_id, other_id), (other_id, ticket_id)):
        history.record(work, actor, "ticket.link", ticket_id=id, changes=[("ticket_id", None, other)])


@undoable("ticket.unlink")
def unlink(work: Work, actor: Actor, ticket_id: int, other_id: int) -> None:
    """Take the link between two tickets away."""
    for id in (ticket_id, other_id):
        require(work, actor, "change", "ticket.unlink", id)
        tickets.find(work, actor, id)
    if not work.delete_where(t.ticket_link, _pair(ticket_id, other_id)):
        raise NotFound(
            _("Tickets {number} and {other} are not linked.").format(number=ticket_id, other=other_id)
        )
    for id, other in ((ticket_id, other_id), (other_id, ticket_id)):
        history.record(work, actor, "ticket.unlink", ticket_id=id, changes=[("ticket_id", other, None)])


def of(work: Work, actor: Actor, ticket_id: int) -> list[LinkedTicket]:
    """The tickets linked with one, of those the actor may see, the latest first."""
    tickets.find(work, actor, ticket_id)
    c, names = t.ticket_link.c, Names(work)
    other = and_(
        or_(c.ticket_id == ticket_id, c.other_id == ticket_id),
        or_(t.ticket.c.id == c.ticket_id, t.ticket.c.id == c.other_id),
        t.ticket.c.id != ticket_id,
    )
    return [
        LinkedTicket(
            row.id, row.subject, names.status(row.status_id), row.status_class, row.customer, row.kind
        )
        for row in work.rows(
            select(t.ticket, c.kind)
            .join(t.ticket_link, other)
            .where(t.ticket.c.merged_into.is_(None), visibility.tickets(actor))
            .order_by(t.ticket.c.id.desc())
        )
    ]


def note(work: Work, actor: Actor, ticket_id: int, other_id: int, kind: str) -> None:
    """Write the link of two tickets that have none."""
    work.insert(
        t.ticket_link,
        ticket_id=min(ticket_id, other_id),
        other_id=max(ticket_id, other_id),
        kind=kind,
        created_at=work.now,
        created_by=actor.agent_id,
    )


def _pair(ticket_id: int, other_id: int) -> Any:
    c = t.ticket_link.c
    return and_(c.ticket_id == min(ticket_id, other_id), c.other_id == max(ticket_id, other_id))
