"""Letters that answer a ticket closed too long ago to reopen: the new ticket made of them, and its link."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from deskterm.desk import history, participants, tickets
from deskterm.desk.actor import SYSTEM
from deskterm.mail.letter import Letter
from deskterm.store import tables as t
from deskterm.store.work import Work

INHERITED = ("team_id", "rubric_id", "category_id", "sla_id")


def columns(work: Work, ticket_id: int, letter: Letter) -> dict[str, Any]:
    """What the new ticket has from the old one, where its writer took part in that."""
    old = work.first(select(t.ticket).where(t.ticket.c.id == ticket_id))
    sender = letter.sender.key if letter.sender else ""
    if old is None or not participants.knows(work, ticket_id, sender):
        return {}
    values = {name: getattr(old, name) for name in INHERITED}
    if old.responsible_id is not None and "responsible_id" not in tickets.back_at_work(work, old):
        values["responsible_id"] = old.responsible_id
    return {name: value for name, value in values.items() if value is not None}


def link(work: Work, old_id: int, new_id: int) -> None:
    """Link the ticket made of a late answer with the one it answers."""
    work.insert(
        t.ticket_link,
        ticket_id=min(old_id, new_id),
        other_id=max(old_id, new_id),
        kind="late",
        created_at=work.now,
    )
    for id, other in ((old_id, new_id), (new_id, old_id)):
        history.record(work, SYSTEM, "ticket.link", ticket_id=id, changes=[("ticket_id", None, other)])


def newest(work: Work, ticket_id: int) -> int | None:
    """The newest ticket made of a late answer to this one, however often that went on; None for none."""
    found: int | None = None
    c = t.ticket_link.c
    while True:
        further = work.value(
            select(t.ticket.c.id)
            .join(t.ticket_link, c.other_id == t.ticket.c.id)
            .where(
                c.ticket_id == (found or ticket_id),
                c.kind == "late",
                t.ticket.c.deleted_at.is_(None),
                t.ticket.c.merged_into.is_(None),
            )
            .order_by(c.other_id.desc())
            .limit(1)
        )
        if further is None:
            return found
        found = int(further)
