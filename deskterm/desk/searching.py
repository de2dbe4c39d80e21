"""What a search finds: tickets by number, or by words in messages one may see."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select

from deskterm.desk import tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.store import fulltext
from deskterm.store import tables as t
from deskterm.store.work import Work


def found(work: Work, actor: Actor, query: str) -> ColumnElement[bool]:
    """The condition on the ticket table of a search."""
    number = query.strip().lstrip("#№")
    visible = and_(t.ticket.c.merged_into.is_(None), visibility.tickets(actor))
    if number.isascii() and number.isdigit() and len(number) < 18:
        return and_(visible, t.ticket.c.id == tickets.target(work, int(number)))
    asked = fulltext.matching(work, query)
    if asked is None:
        return visible
    hits = select(t.message.c.ticket_id).where(t.message.c.id.in_(asked), visibility.messages(actor))
    return and_(visible, t.ticket.c.id.in_(hits))
