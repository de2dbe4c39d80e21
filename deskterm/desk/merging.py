"""Tickets merged into one: everything of the others goes to it, later letters too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from deskterm.desk import counts, history, moving, notices, tickets
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

OWN = (t.tab_ticket, t.watch, t.favorite)
"""What agents keep a ticket in; each has it once."""

POINTING = (t.draft, t.reminder, t.article)
"""What points at a ticket and goes along as it is."""


@undoable("ticket.merge")
def merge(work: Work, actor: Actor, ticket_ids: Sequence[int], into: int) -> None:
    """Merge open tickets into another open one: their numbers open it from now on."""
    sources = list(dict.fromkeys(ticket_ids))
    for ticket_id in (into, *sources):
        require(work, actor, "change", "ticket.merge", ticket_id)
    target = _mergeable(work, actor, into)
    for ticket_id in sources:
        if ticket_id == into:
            raise BadData(_("A ticket is not merged into itself."))
        _merge(work, actor, _mergeable(work, actor, ticket_id), target)


def _merge(work: Work, actor: Actor, source: Any, target: Any) -> None:
    _participants(work, source, target)
    _pointing(work, source.id, target.id)
    c = t.message.c
    ids = work.values(select(c.id).where(c.ticket_id == source.id))
    moving.carry(work, ids, [source.id], target.id)
    link, refs = t.letter_ticket.c, t.message_ref.c
    moving.carry_letters(
        work, work.rows(select(t.letter_ticket).where(link.ticket_id == source.id)), target.id
    )
    moving.carry_refs(work, work.rows(select(t.message_ref).where(refs.ticket_id == source.id)), target.id)
    for table in (t.letter, t.outgoing):
        work.update_where(table, table.c.ticket_id == source.id, ticket_id=target.id)
    work.update(t.ticket, source.id, merged_into=target.id)
    counts.moved(work, counts.place(source.responsible_id, source.rubric_id, source.status_class), None)
    for id, field, other in ((source.id, "merged_into", target.id), (target.id, "merged_from", source.id)):
        event_id = history.record(work, actor, "ticket.merge", ticket_id=id, changes=[(field, None, other)])
        notices.tell(work, id, event_id)
    moving.settle(work, [source.id, target.id])
    moving.heard(work, target.id, set(ids))


def _mergeable(work: Work, actor: Actor, ticket_id: int) -> Any:
    merged = work.value(select(t.ticket.c.merged_into).where(t.ticket.c.id == ticket_id))
    if merged is not None:
        tickets.find(work, actor, merged)
        raise BadData(
            _("Ticket {number} was merged into {target} already.").format(
                number=ticket_id, target=tickets.target(work, ticket_id)
            )
        )
    return moving.open_ticket(work, actor, ticket_id)


def _participants(work: Work, source: Any, target: Any) -> None:
    """All who take part go along; who is never written to there is not written to here."""
    c = t.participant.c
    there = set(work.values(select(c.key).where(c.ticket_id == target.id)))
    silent = source.silent or work.value(
        select(t.account.c.silent).where(t.account.c.id == source.account_id)
    )
    for row in work.rows(select(t.participant).where(c.ticket_id == source.id).order_by(c.id)):
        author = row.place == "author" or row.key == source.customer_key
        if row.key in there or (author and silent):
            continue
        values: dict[str, Any] = {"ticket_id": target.id}
        if row.place == "author":
            values["place"] = "contact" if row.contact_id is not None else "to"
        work.update(t.participant, row.id, **values)


def _pointing(work: Work, source: int, target: int) -> None:
    """Links, tabs, watchers, favorites, observers, drafts and reminders; each once."""
    for table in OWN:
        for row in work.rows(select(table).where(table.c.ticket_id == source)):
            key = [column == row._mapping[column.name] for column in table.primary_key.columns]
            work.delete_where(table, and_(*key))
            moved = {**row._mapping, "ticket_id": target}
            again = [column == moved[column.name] for column in table.primary_key.columns]
            if work.first(select(table).where(*again)) is None:
                work.insert(table, **moved)
    link = t.ticket_link.c
    for row in work.rows(select(t.ticket_link).where(or_(link.ticket_id == source, link.other_id == source))):
        work.delete_where(t.ticket_link, and_(link.ticket_id == row.ticket_id, link.other_id == row.other_id))
        other = row.other_id if row.ticket_id == source else row.ticket_id
        low, high = sorted((other, target))
        pair = and_(link.ticket_id == low, link.other_id == high)
        if other != target and work.first(select(t.ticket_link).where(pair)) is None:
            work.insert(t.ticket_link, **{**row._mapping, "ticket_id": low, "other_id": high})
    told = set(work.values(select(t.observer.c.key).where(t.observer.c.ticket_id == target)))
    for row in work.rows(select(t.observer).where(t.observer.c.ticket_id == source)):
        if row.key not in told:
            work.update(t.observer, row.id, ticket_id=target)
    for table in POINTING:
        work.update_where(table, table.c.ticket_id == source, ticket_id=target)
