"""Erasing a person on request: texts, files and addresses become a mark, the originals' bytes go.

What happened stays in the history, without texts. It cannot be undone. Out of reach, and said so: letters on
mail servers, files saved in folders, backups, other people's letters that quote or name him.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, Text, cast, or_, select

from deskterm.desk import addresses, contacts, history
from deskterm.desk.actor import Actor
from deskterm.desk.contacts import ContactView
from deskterm.desk.errors import BadData
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import blobs, fulltext, wiping
from deskterm.store import tables as t
from deskterm.store.work import Work

MARK: Final = "[erased]"
"""Stands where something was erased; the same in every language, so that it can be found."""

LETTER: Final = b"Subject: [erased]\r\n\r\nThis letter was erased at its author's request.\r\n"
"""The bytes every erased original becomes."""

_WAITING: Final = ("waiting", "queued", "deferred")

_PIECE: Final = 500


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, by number."""

    contact_id: int
    tickets: int
    messages: int
    letters: int
    sent_letters: int
    files: int
    originals: int
    """Blobs whose bytes are gone."""


@dataclass(frozen=True, slots=True)
class _Person:
    """Whose traces are looked for: `keys` are his addresses that are nobody else's."""

    contact_id: int
    keys: tuple[str, ...]
    words: tuple[str, ...]
    """His name, addresses and telephones as they may stand in a history."""


def erase(work: Work, actor: Actor, contact_id: int) -> Erased:
    """Erase a person: contact, texts and files of his tickets, what he wrote elsewhere, originals.

    Of tickets whose author he is every message loses its text, ours too: they answer him.
    """
    require(work, actor, "erase", "contact.erase")
    there = contacts.find(work, contact_id)
    if there.erased_at is not None:
        raise BadData(
            _("Contact {number} was erased; nothing of it can be changed.").format(number=contact_id)
        )
    if there.agent_id is not None and work.value(
        select(t.agent.c.active).where(t.agent.c.id == there.agent_id)
    ):
        raise BadData(
            _("{name} is the agent {login}: make the agent inactive first.").format(
                name=there.name, login=there.agent
            )
        )
    wiping.begin(work)
    person = _person(work, there)
    tickets = _tickets(work, person)
    messages = _messages(work, person, tickets)
    letters = _letters(work, person, tickets, messages)
    sent = _sent(work, person, tickets, messages)
    freed: list[str] = []
    files = _erase_messages(work, messages, freed)
    _erase_letters(work, letters, freed)
    _erase_sent(work, person, sent, set(tickets), freed)
    _erase_tickets(work, tickets)
    _erase_addresses(work, person, tickets)
    _erase_drafts(work, tickets, freed)
    _erase_history(work, person, tickets)
    _erase_contact(work, contact_id)
    originals = wiping.end(work, freed)
    work.forget()
    for ticket_id in tickets:
        history.record(work, actor, "ticket.erased", ticket_id=ticket_id, subject=("contact", contact_id))
    history.record(work, actor, "contact.erase", subject=("contact", contact_id))
    return Erased(contact_id, len(tickets), len(messages), len(letters), len(sent), files, originals)


def _person(work: Work, there: ContactView) -> _Person:
    keys = {addresses.key(point.value) for point in there.points if point.kind == "email"}
    c = t.contact_point.c
    shared = set(
        work.values(select(c.key).where(c.kind == "email", c.key.in_(list(keys)), c.contact_id != there.id))
    )
    words = {there.name, there.name.casefold(), *keys, *(point.value for point in there.points)}
    return _Person(there.id, tuple(sorted(keys - shared)), tuple(sorted(word for word in words if word)))


def _tickets(work: Work, person: _Person) -> list[int]:
    """Tickets whose author he is."""
    c = t.ticket.c
    return work.values(
        select(c.id)
        .where(or_(c.contact_id == person.contact_id, c.customer_key.in_(person.keys)))
        .order_by(c.id)
    )


def _messages(work: Work, person: _Person, tickets: Sequence[int]) -> list[int]:
    """All messages of his tickets, and what he wrote in others."""
    c = t.message.c
    his = work.values(
        select(c.id)
        .outerjoin(t.letter, t.letter.c.id == c.letter_id)
        .where(or_(c.author_contact_id == person.contact_id, t.letter.c.from_key.in_(person.keys)))
    )
    return sorted({*his, *_found(work, c.id, c.ticket_id, tickets)})


def _letters(work: Work, person: _Person, tickets: Sequence[int], messages: Sequence[int]) -> list[int]:
    """His letters, and those that became messages of his tickets."""
    c = t.letter.c
    his = work.values(select(c.id).where(c.from_key.in_(person.keys)))
    of_messages = _found(work, t.message.c.letter_id, t.message.c.id, messages)
    return sorted({*his, *(id for id in of_messages if id), *_found(work, c.id, c.ticket_id, tickets)})


def _sent(work: Work, person: _Person, tickets: Sequence[int], messages: Sequence[int]) -> list[int]:
    """Letters of ours on his tickets, to his addresses, and on tickets in which he wrote."""
    c = t.outgoing.c
    to_him = work.values(select(t.outbox.c.outgoing_id).where(t.outbox.c.key.in_(person.keys)))
    concerned = {*tickets, *_found(work, t.message.c.ticket_id, t.message.c.id, messages)}
    return sorted({*to_him, *_found(work, c.id, c.ticket_id, sorted(concerned))})


def _erase_messages(work: Work, messages: Sequence[int], freed: list[str]) -> int:
    """Take texts, names and files out of messages; how many files."""
    c, file = t.message.c, t.attachment.c
    files = 0
    for some in _pieces(messages):
        freed.extend(
            sha256
            for row in work.rows(
                select(file.blob_sha256, file.original_sha256).where(file.message_id.in_(some))
            )
            for sha256 in row
            if sha256
        )
        files += work.execute(
            t.attachment.update()
            .where(file.message_id.in_(some))
            .values(
                name=MARK, type="text/plain", size=0, sha256="", content_id="", original_sha256=None,
                part=None, save_to="", blob_sha256=blobs.put(work, b""),
            )
        ).rowcount  # fmt: skip
        written_by_agents = c.author_agent_id.is_not(None)
        work.execute(
            t.message.update()
            .where(c.id.in_(some), ~written_by_agents)
            .values(from_name=MARK, from_address="")
        )
        work.execute(
            t.message.update().where(c.id.in_(some)).values(subject=MARK, body=MARK, folds=None, html=False)
        )
    fulltext.forget(work, list(messages))
    return files


def _erase_letters(work: Work, letters: Sequence[int], freed: list[str]) -> None:
    c, arrival = t.letter.c, t.delivery.c
    for some in _pieces(letters):
        freed.extend(work.values(select(c.blob_sha256).where(c.id.in_(some))))
        freed.extend(work.values(select(arrival.blob_sha256).where(arrival.letter_id.in_(some))))
        mark = blobs.put(work, LETTER)
        work.execute(
            t.letter.update()
            .where(c.id.in_(some))
            .values(
                from_name=MARK, from_address="", from_key="", subject=MARK, preview="", reasons=[],
                blob_sha256=mark, triage_why="", attachments=0, version=c.version + 1,
            )
        )  # fmt: skip
        work.execute(
            t.delivery.update()
            .where(arrival.letter_id.in_(some))
            .values(blob_sha256=mark, reasons=[], size=len(LETTER))
        )
        work.execute(
            t.mail_log.update()
            .where(t.mail_log.c.letter_id.in_(some))
            .values(address=MARK, key="", subject=MARK, detail="")
        )


def _erase_sent(
    work: Work, person: _Person, sent: Sequence[int], tickets: set[int], freed: list[str]
) -> None:
    """Take the bytes of our letters; those to him, and all on his tickets, that wait still are withdrawn."""
    c, row = t.outgoing.c, t.outbox.c
    mark = blobs.put(work, LETTER)
    for some in _pieces(sent):
        for one in work.rows(select(c.id, c.ticket_id, c.blob_sha256).where(c.id.in_(some))):
            waits = row.state.in_(_WAITING)
            whose = row.outgoing_id == one.id
            if one.ticket_id not in tickets:
                whose &= row.key.in_(person.keys)
            work.execute(t.outbox.update().where(whose, waits).values(state="withdrawn", settled_at=work.now))
            left = set(work.values(select(row.state).where(row.outgoing_id == one.id)))
            if left & {*_WAITING, "sending"}:
                raise BadData(
                    _(
                        "A letter of ours on ticket {number} quotes him or goes to him and has not left yet. "
                        "Wait until it has, or take it back, then erase."
                    ).format(number=one.ticket_id)
                )
            freed.append(one.blob_sha256)
            work.update(t.outgoing, one.id, blob_sha256=mark, subject=MARK, open=False)
    for address in work.rows(select(row.id).where(row.key.in_(person.keys))):
        work.update(t.outbox, address.id, address=MARK, key=f"{MARK}{address.id}", reply="")
    work.execute(
        t.mail_log.update()
        .where(t.mail_log.c.key.in_(person.keys))
        .values(address=MARK, key="", subject=MARK, detail="")
    )


def _erase_tickets(work: Work, tickets: Sequence[int]) -> None:
    c = t.ticket.c
    for some in _pieces(tickets):
        work.execute(
            t.ticket.update()
            .where(c.id.in_(some))
            .values(
                subject=MARK, customer=MARK, customer_key="", client_why="", changed_at=work.now,
                version=c.version + 1,
            )
        )  # fmt: skip
        work.execute(
            t.mail_log.update().where(t.mail_log.c.ticket_id.in_(some)).values(subject=MARK, detail="")
        )
        work.execute(t.reminder.update().where(t.reminder.c.ticket_id.in_(some)).values(text=MARK))


def _erase_addresses(work: Work, person: _Person, tickets: Sequence[int]) -> None:
    """Participants, observers, registered senders and muted addresses that are his."""
    c = t.participant.c
    his = or_(c.contact_id == person.contact_id, c.key.in_(person.keys))
    for id in work.values(select(c.id).where(his)):
        work.update(t.participant, id, address=MARK, key=f"{MARK}{id}", name=MARK, excluded=True)
    for table in (t.observer, t.muted_address):
        work.execute(table.delete().where(table.c.key.in_(person.keys)))
    sender = t.registered_sender.c
    work.execute(t.registered_sender.delete().where(sender.kind == "address", sender.key.in_(person.keys)))


def _erase_drafts(work: Work, tickets: Sequence[int], freed: list[str]) -> None:
    for some in _pieces(tickets):
        ids = work.values(select(t.draft.c.id).where(t.draft.c.ticket_id.in_(some)))
        file = t.attachment.c
        freed.extend(
            work.values(select(file.blob_sha256).where(file.draft_id.in_(ids), file.blob_sha256.is_not(None)))
        )
        work.execute(t.attachment.delete().where(file.draft_id.in_(ids)))
        work.execute(t.draft.delete().where(t.draft.c.id.in_(ids)))


def _erase_history(work: Work, person: _Person, tickets: Sequence[int]) -> None:
    """Take his words out of events, and make acts that would bring them back impossible to undo."""
    c = t.event.c
    about = {row.id: row for row in _rows_naming(work, t.event, c.changes, person)}
    for some in _pieces(tickets):
        wanted = select(t.event).where(c.ticket_id.in_(some), c.changes.is_not(None))
        about.update((row.id, row) for row in work.rows(wanted))
    contact_events = select(t.event).where(
        c.act.startswith("contact."), c.subject_kind == "contact", c.subject_id == person.contact_id
    )
    about.update((row.id, row) for row in work.rows(contact_events))
    for row in about.values():
        changes = [
            [change[0], *(_without(value, person) for value in change[1:])] for change in row.changes or ()
        ]
        if changes != row.changes and row.changes:
            work.execute(t.event.update().where(c.id == row.id).values(changes=changes))
    r = t.reversal.c
    ids = {row.id for row in _rows_naming(work, t.reversal, r.rows, person)}
    ids.update(_found(work, r.id, r.ticket_id, tickets))
    touched = {("contact", person.contact_id)} | {("ticket", id) for id in tickets}
    for row in work.rows(select(r.id, r.rows).where(r.ticket_id.is_(None))):
        # acts on several tickets, or on none: on a contact
        if any((table, key[0]) in touched for table, key, *_states in row.rows):
            ids.add(row.id)
    for some in _pieces(sorted(ids)):
        work.execute(t.reversal.update().where(r.id.in_(some)).values(rows=[], undone_at=work.now))


def _erase_contact(work: Work, contact_id: int) -> None:
    work.execute(t.contact_point.delete().where(t.contact_point.c.contact_id == contact_id))
    work.update(
        t.contact, contact_id, name=MARK, key=MARK, note="", department_id=None, agent_id=None,
        active=False, erased_at=work.now,
    )  # fmt: skip


def _without(value: Any, person: _Person) -> Any:
    """A value of an event, marked where it is a text: numbers and moments stay, names and subjects go."""
    if isinstance(value, str):
        return MARK if _is_text(value) else value
    if isinstance(value, list):
        return [_without(each, person) for each in value]
    return value


def _is_text(value: str) -> bool:
    """Whether it may be something a person wrote: no plain key such as 'ours', no moment."""
    plain = value.isascii() and value.replace("_", "").isalpha() and value.islower()
    moment = value[:4].isdigit() and value[4:5] == "-" and "T" in value
    return bool(value) and not plain and not moment


def _rows_naming(work: Work, table: Table, column: Any, person: _Person) -> list[Any]:
    """Rows whose JSON names him, by address or full name; one pass over the table."""
    said = [json.dumps(word)[1:-1] for word in person.words]
    conditions: list[ColumnElement[bool]] = [
        cast(column, Text).contains(word, autoescape=True) for word in {*said, *person.words}
    ]
    return list(work.rows(select(table).where(column.is_not(None), or_(*conditions)))) if conditions else []


def _found(work: Work, wanted: Any, by: Any, ids: Sequence[int]) -> list[int]:
    """Values of a column where another is one of many."""
    return [
        id
        for some in _pieces(ids)
        for id in work.values(select(wanted).where(by.in_(some)))
        if id is not None
    ]


def _pieces(ids: Sequence[int]) -> Iterable[list[int]]:
    for start in range(0, len(ids), _PIECE):
        yield list(ids[start : start + _PIECE])
