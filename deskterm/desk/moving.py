"""Messages that go to another ticket: moved to an open one, or split off into a new one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from deskterm.desk import (
    history,
    letters,
    linking,
    notices,
    participants,
    posting,
    reading_of_others,
    statuses,
    tickets,
    visibility,
)
from deskterm.desk.actor import SYSTEM, Actor
from deskterm.desk.addresses import customer as customer_of
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.intake import ruling
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.letter import Address, Letter
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

INHERITED: Final = (
    "account_id", "rule_id", "silent", "language", "client_id", "contact_id", "client_why", "customer",
    "customer_key", "responsible_id", "team_id", "rubric_id", "category_id", "kind_id", "criticality_id",
    "difficulty_id", "sla_id", "branch_id", "source_id",
)  # fmt: skip
"""What a ticket that is split off has from the one it was part of."""


@undoable("message.move")
def move(work: Work, actor: Actor, message_ids: Sequence[int], to_ticket_id: int) -> None:
    """Put messages into another open ticket, with their Message-IDs: later replies land there."""
    rows = _messages(work, actor, message_ids, "message.move")
    require(work, actor, "change", "message.move", to_ticket_id)
    target = open_ticket(work, actor, to_ticket_id)
    if any(row.ticket_id == target.id for row in rows):
        raise BadData(_("The message is in ticket {number} already.").format(number=target.id))
    sources = sorted({row.ticket_id for row in rows})
    for source in sources:
        _leave_something(work, source, rows, target.id)
    _follow(work, rows, sources, target.id)
    carry(work, [row.id for row in rows], sources, target.id)
    for row in rows:
        change = [("ticket_id", row.ticket_id, target.id)]
        for ticket_id in (row.ticket_id, target.id):
            event_id = history.record(
                work, actor, "message.move", ticket_id=ticket_id, message_id=row.id, changes=change
            )
            notices.tell(work, ticket_id, event_id)
    settle(work, [*sources, target.id])
    heard(work, target.id, {row.id for row in rows})


@undoable("ticket.split")
def split(work: Work, actor: Actor, message_ids: Sequence[int], subject: str | None = None) -> int:
    """Make a ticket of messages of another one, linked with it; its number."""
    rows = _messages(work, actor, message_ids, "ticket.split")
    sources = sorted({row.ticket_id for row in rows})
    if len(sources) > 1:
        raise BadData(_("Only messages of one ticket can be split off together."))
    source = tickets.find(work, actor, sources[0])
    _leave_something(work, source.id, rows, None)
    values = {name: getattr(source, name) for name in INHERITED}
    first = next((row for row in rows if row.author_agent_id is None and row.from_address), None)
    key = Address("", first.from_address).key if first is not None else source.customer_key
    if first is not None and key != source.customer_key:
        found = customer_of(work, key)
        values |= {
            "client_id": found.client_id,
            "contact_id": found.contact_id,
            "client_why": found.why,
            "customer": found.name or first.from_name or first.from_address,
            "customer_key": key,
        }
    wanted = " ".join((subject or rows[0].subject or "").split()) or source.subject
    ticket_id = tickets.make(work, actor, subject=wanted, creator_id=actor.agent_id, **values)
    _follow(work, rows, sources, ticket_id, new=True)
    carry(work, [row.id for row in rows], sources, ticket_id)
    linking.note(work, actor, source.id, ticket_id, "split")
    for id, field, other in ((source.id, "split_into", ticket_id), (ticket_id, "split_from", source.id)):
        event_id = history.record(work, actor, "ticket.split", ticket_id=id, changes=[(field, None, other)])
        notices.tell(work, id, event_id)
    posting.index_moved(work, [row.id for row in rows], [source.id, ticket_id])
    settle(work, [source.id, ticket_id])
    return ticket_id


def open_ticket(work: Work, actor: Actor, ticket_id: int) -> Any:
    """A ticket something can be put into; BadData where it is closed."""
    row = tickets.find(work, actor, ticket_id)
    if row.status_class == "closed":
        raise BadData(_("Ticket {number} is closed. Reopen it first.").format(number=ticket_id))
    return row


def carry(work: Work, message_ids: Collection[int], sources: Sequence[int], target: int) -> None:
    """Put messages into a ticket with all that hangs on them; what each agent has read stays read."""
    ids = list(message_ids)
    states = reading_of_others.states(work, ids, {*sources, target})
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        work.update_where(t.message, t.message.c.id.in_(some), ticket_id=target)
        work.update_where(t.addressed, t.addressed.c.message_id.in_(some), ticket_id=target)
        work.update_where(t.outgoing, t.outgoing.c.message_id.in_(some), ticket_id=target)
        link = t.letter_ticket.c
        carry_letters(work, work.rows(select(t.letter_ticket).where(link.message_id.in_(some))), target)
        refs = t.message_ref.c
        carry_refs(work, work.rows(select(t.message_ref).where(refs.message_id.in_(some))), target)
    reading_of_others.carry_of_deleted(work, ids, target)
    reading_of_others.keep(work, states, {*sources, target})
    posting.index_moved(work, ids, {*sources, target})


def carry_letters(work: Work, links: Sequence[Any], target: int) -> None:
    """The letters of messages belong to the ticket the messages are in now."""
    for row in links:
        letters.unlinked(work, row.letter_id, row.ticket_id)
        c = t.letter_ticket.c
        there = and_(c.letter_id == row.letter_id, c.ticket_id == target)
        if work.value(select(c.letter_id).where(there)) is None:
            work.insert(t.letter_ticket, letter_id=row.letter_id, ticket_id=target, message_id=row.message_id)
        letter = t.letter.c
        work.update_where(
            t.letter, and_(letter.id == row.letter_id, letter.ticket_id == row.ticket_id), ticket_id=target
        )


def carry_refs(work: Work, refs: Sequence[Any], target: int) -> None:
    """Message-IDs go along; of two tickets that name the same one, a letter goes before a mention."""
    c = t.message_ref.c
    for row in refs:
        there = work.first(select(c.id, c.kind).where(c.ref == row.ref, c.ticket_id == target))
        if there is not None and (there.kind != "mentioned" or row.kind == "mentioned"):
            work.delete_where(t.message_ref, c.id == row.id)
            continue
        if there is not None:
            work.delete_where(t.message_ref, c.id == there.id)
        work.update(t.message_ref, row.id, ticket_id=target)


def settle(work: Work, ticket_ids: Sequence[int]) -> None:
    """Sums and change of tickets whose messages changed."""
    for ticket_id in dict.fromkeys(ticket_ids):
        posting.sum_up(work, ticket_id)
        work.update(t.ticket, ticket_id, changed_at=work.now)


def heard(work: Work, ticket_id: int, message_ids: Collection[int]) -> None:
    """Where one of these is now the last word and a customer's, it is our turn, as if it had just come."""
    c = t.message.c
    last = work.first(
        select(c.id, c.author_agent_id)
        .where(
            c.ticket_id == ticket_id,
            c.visibility == "public",
            c.type.in_(posting.BY_PEOPLE),
            c.deleted_at.is_(None),
            c.unverified.is_distinct_from("waiting"),
        )
        .order_by(c.id.desc())
        .limit(1)
    )
    if last is None or last.author_agent_id is not None or last.id not in message_ids:
        return
    row = tickets.find(work, SYSTEM, ticket_id)
    values: dict[str, Any] = {"turn": "ours"}
    then = statuses.after_customer(work, row.status_id) if row.status_class == "waiting" else None
    if then is not None:
        values["status_id"] = then.id
    tickets.change(work, SYSTEM, "ticket.customer_wrote", ticket_id, values, message_id=last.id)


def _messages(work: Work, actor: Actor, message_ids: Sequence[int], act: str) -> list[Any]:
    """The messages in their order, if the actor may move them all."""
    ids = list(dict.fromkeys(message_ids))
    c = t.message.c
    rows = list(
        work.rows(
            select(t.message, t.letter.c.blob_sha256)
            .outerjoin(t.letter, t.letter.c.id == c.letter_id)
            .where(c.id.in_(ids), visibility.messages(actor))
            .order_by(c.id)
        )
    )
    for ticket_id in sorted({row.ticket_id for row in rows}):
        require(work, actor, "change", act, ticket_id)
        tickets.find(work, actor, ticket_id)
    require(work, actor, "change", act)
    if not rows or len(rows) < len(ids):
        raise NotFound(_("There is no such message."))
    if any(row.unverified == "waiting" for row in rows):
        raise BadData(_("The message is unverified. Accept it or take it out of its ticket first."))
    return rows


def _leave_something(work: Work, ticket_id: int, rows: Sequence[Any], target: int | None) -> None:
    """A ticket without messages is none: then the whole ticket goes."""
    c = t.message.c
    total = work.value(
        select(func.count()).select_from(t.message).where(c.ticket_id == ticket_id, c.deleted_at.is_(None))
    )
    if total > sum(1 for row in rows if row.ticket_id == ticket_id):
        return
    if target is None:
        raise BadData(_("Ticket {number} would have no message left.").format(number=ticket_id))
    raise BadData(
        _("Ticket {number} would have no message left. Merge it into {target} instead.").format(
            number=ticket_id, target=target
        )
    )


def _follow(
    work: Work, rows: Sequence[Any], sources: Sequence[int], target: int, *, new: bool = False
) -> None:
    """Those who take part by the letters alone go with them; who was excluded stays excluded."""
    p = t.participant.c
    before = set(work.values(select(p.key).where(p.ticket_id == target)))
    excluded = set(work.values(select(p.key).where(p.ticket_id.in_(sources), p.excluded)))
    came = [row for row in rows if row.letter_id is not None and row.author_agent_id is None]
    read = {row.id: _letter(work, row.blob_sha256) for row in came}
    for number, row in enumerate(came):
        letter = ruling.without_answers(work, target, read[row.id])
        participants.from_letter(work, target, letter, author=new and not number)
    if new and not came:
        _recipients(work, rows, sources[0], target)
    for row in work.rows(select(t.participant).where(p.ticket_id == target, p.excluded.is_(False))):
        if row.key in excluded and row.key not in before:
            work.update(t.participant, row.id, excluded=True)
    for source in sources:
        gone = [row for row in came if row.ticket_id == source]
        if gone:
            _leave(work, source, {row.id for row in rows}, [read[row.id] for row in gone])


def _recipients(work: Work, rows: Sequence[Any], source: int, target: int) -> None:
    """Where no letter of a customer went along: who got our answers, else who takes part there."""
    got = work.rows(
        select(t.outbox.c.address)
        .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
        .where(t.outgoing.c.message_id.in_([row.id for row in rows]), t.outgoing.c.kind == "answer")
    )
    p = t.participant.c
    there = work.rows(select(t.participant).where(p.ticket_id == source, p.excluded.is_(False)))
    wanted = [(Address("", row.address), "to") for row in got]
    participants.add(work, target, wanted or [(Address(row.name, row.address), row.place) for row in there])


def _leave(work: Work, source: int, moved: Collection[int], gone: Sequence[Letter]) -> None:
    """Who took part by letters that went, and by nothing else, does so no more."""
    c, p = t.message.c, t.participant.c
    ticket = tickets.find(work, SYSTEM, source)
    mentioned = {key for letter in gone for key in _keys(letter)} - {ticket.customer_key}
    candidates = work.rows(
        select(t.participant).where(
            p.ticket_id == source, p.key.in_(mentioned), p.place.in_(("writes", "to", "cc"))
        )
    )
    if not candidates:
        return
    for sha256 in work.values(
        select(t.letter.c.blob_sha256)
        .join(t.message, c.letter_id == t.letter.c.id)
        .where(
            c.ticket_id == source,
            c.id.not_in(list(moved)),
            c.deleted_at.is_(None),
            or_(c.unverified.is_(None), c.unverified != "waiting"),
        )
    ):
        mentioned -= _keys(_letter(work, sha256))
    for row in candidates:
        if row.key in mentioned:
            work.delete_where(t.participant, p.id == row.id)


def _letter(work: Work, sha256: str) -> Letter:
    from deskterm.mail.parse import read_letter  # the worker, which purges the Bin, does not read

    return read_letter(blobs.get(work, sha256))


def _keys(letter: Letter) -> set[str]:
    """The addresses a letter brings into a ticket."""
    sender = [letter.sender] if letter.sender else []
    return {address.key for address in (*sender, *letter.reply_to, *letter.to, *letter.cc)}
