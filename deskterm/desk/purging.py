"""Removing for good: texts, files and letters of tickets and messages; what happened stays in the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table, and_, or_, select

from deskterm.desk import history, posting
from deskterm.desk.actor import Actor
from deskterm.store import blobs, fulltext
from deskterm.store import tables as t
from deskterm.store.work import Work

GO_WITH_TICKET: Final[tuple[Table, ...]] = (
    t.message_ref, t.participant, t.read_exception, t.read_mark, t.addressed, t.tab_ticket, t.watch,
    t.favorite, t.reminder, t.notification, t.observer, t.letter_ticket,
)  # fmt: skip
"""Tables whose rows about a ticket go with it, by their column `ticket_id`."""

GO_WITH_MESSAGE: Final[tuple[Table, ...]] = (
    t.read_exception, t.addressed, t.notification, t.letter_ticket, t.attachment,
)  # fmt: skip
"""Tables whose rows about a message go with it, by their column `message_id`."""

LET_GO: Final[tuple[tuple[Table, str], ...]] = (
    (t.article, "ticket_id"),
    (t.letter, "ticket_id"),
    (t.message_ref, "message_id"),
)
"""What stays without its ticket or message: an article is knowledge, a known letter is not taken in again."""

TEXTS: Final = frozenset({"subject", "customer", "client_why", "why", "draft", "text", "name"})
"""Fields whose values stand as texts in the history."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed for good."""

    tickets: int = 0
    messages: int = 0
    bytes: int = 0


def purge(work: Work, actor: Actor, ticket_ids: Sequence[int], message_ids: Sequence[int]) -> Purged:
    """Remove tickets, with those merged into them, and messages; callers asked whether they may go."""
    blobs.overwrite_deleted(work)
    whole = _with_merged(work, ticket_ids)
    c = t.message.c
    inside = [id for some in _blocks(whole) for id in work.values(select(c.id).where(c.ticket_id.in_(some)))]
    alone = [id for id in message_ids if id not in set(inside)]
    homes = {ticket_of(work, id) for id in alone}
    used = _remove_messages(work, [*inside, *alone])
    for ticket_id in whole:
        used |= _remove_ticket(work, ticket_id)
        if ticket_id in ticket_ids:
            history.record(work, actor, "ticket.purge", ticket_id=ticket_id)
    for ticket_id in homes:
        posting.sum_up(work, ticket_id)
    if alone:
        for ticket_id in homes:
            history.record(work, actor, "message.purge", ticket_id=ticket_id)
    _forget_undo(work, set(whole), {*inside, *alone})
    return Purged(len(whole), len(inside) + len(alone), blobs.remove_unused(work, used))


def being_sent(work: Work, ticket_ids: Sequence[int], message_ids: Sequence[int]) -> set[int]:
    """Of which of these tickets the worker is sending a letter right now."""
    c = t.outgoing.c
    sending = select(c.ticket_id).join(t.outbox, t.outbox.c.outgoing_id == c.id)
    found: set[int] = set()
    for column, ids in ((c.ticket_id, ticket_ids), (c.message_id, message_ids)):
        for some in _blocks(ids):
            found.update(work.values(sending.where(column.in_(some), t.outbox.c.state == "sending")))
    return found


def ticket_of(work: Work, message_id: int) -> int:
    return int(work.value(select(t.message.c.ticket_id).where(t.message.c.id == message_id)))


def _with_merged(work: Work, ticket_ids: Sequence[int]) -> list[int]:
    """The tickets, and before each those merged into it, however long the chain."""
    found: dict[int, None] = dict.fromkeys(ticket_ids)
    further = list(found)
    while further:
        merged = [
            id
            for some in _blocks(further)
            for id in work.values(select(t.ticket.c.id).where(t.ticket.c.merged_into.in_(some)))
        ]
        further = [id for id in merged if id not in found]
        found.update(dict.fromkeys(further))
    return list(reversed(found))


def _remove_messages(work: Work, message_ids: Sequence[int]) -> set[str]:
    """Take messages out of every table; the blobs they used."""
    used: set[str] = set()
    for some in _blocks(message_ids):
        used |= _remove_outgoing(work, t.outgoing.c.message_id.in_(some))
        letters = _letters(work, some)
        c = t.attachment.c
        used |= _blobs_of(work, t.attachment, (c.blob_sha256, c.original_sha256), c.message_id.in_(some))
        for table in GO_WITH_MESSAGE:
            work.execute(table.delete().where(table.c.message_id.in_(some)))
        for table, column in LET_GO:
            if column == "message_id":
                work.execute(table.update().where(table.c[column].in_(some)).values({column: None}))
        fulltext.forget(work, some)
        work.execute(t.message.delete().where(t.message.c.id.in_(some)))
        for letter_id in letters:
            used |= _empty_letter(work, letter_id)
    return used


def _remove_ticket(work: Work, ticket_id: int) -> set[str]:
    """Take a ticket without messages out of every table; the blobs it used."""
    used = _remove_outgoing(work, t.outgoing.c.ticket_id == ticket_id)
    letters = work.values(select(t.letter.c.id).where(t.letter.c.ticket_id == ticket_id))
    drafts = work.values(select(t.draft.c.id).where(t.draft.c.ticket_id == ticket_id))
    a = t.attachment.c
    used |= _blobs_of(work, t.attachment, (a.blob_sha256,), a.draft_id.in_(drafts))
    work.execute(t.attachment.delete().where(a.draft_id.in_(drafts)))
    work.execute(t.draft.delete().where(t.draft.c.id.in_(drafts)))
    for table in GO_WITH_TICKET:
        work.execute(table.delete().where(table.c.ticket_id == ticket_id))
    for table, column in LET_GO:
        if column == "ticket_id":
            work.execute(table.update().where(table.c[column] == ticket_id).values({column: None}))
    link = t.ticket_link.c
    work.execute(t.ticket_link.delete().where(or_(link.ticket_id == ticket_id, link.other_id == ticket_id)))
    for letter_id in letters:
        used |= _empty_letter(work, letter_id)
    work.execute(t.mail_log.update().where(t.mail_log.c.ticket_id == ticket_id).values(subject=""))
    _blank_events(work, ticket_id)
    work.execute(t.ticket.delete().where(t.ticket.c.id == ticket_id))
    return used


def _remove_outgoing(work: Work, which: Any) -> set[str]:
    ids = work.values(select(t.outgoing.c.id).where(which))
    used = _blobs_of(work, t.outgoing, (t.outgoing.c.blob_sha256,), which)
    for some in _blocks(ids):
        work.execute(t.outbox.delete().where(t.outbox.c.outgoing_id.in_(some)))
        work.execute(t.outgoing.delete().where(t.outgoing.c.id.in_(some)))
    return used


def _letters(work: Work, message_ids: Sequence[int]) -> set[int]:
    c = t.message.c
    ids = select(c.letter_id).where(c.id.in_(message_ids), c.letter_id.is_not(None))
    return set(work.values(ids))


def _empty_letter(work: Work, letter_id: int) -> set[str]:
    """Empty a letter no ticket holds any more; the blobs it used.

    Its row stays without its text: a second delivery of it must not make a ticket.
    """
    c = t.message.c
    linked = select(t.letter_ticket.c.letter_id).where(t.letter_ticket.c.letter_id == letter_id)
    if work.value(select(c.id).where(c.letter_id == letter_id)) or work.first(linked) is not None:
        return set()
    of_letter = t.delivery.c.letter_id == letter_id
    used = _blobs_of(work, t.letter, (t.letter.c.blob_sha256,), t.letter.c.id == letter_id)
    used |= _blobs_of(work, t.delivery, (t.delivery.c.blob_sha256,), of_letter)
    empty = blobs.put(work, b"")
    work.update(
        t.letter,
        letter_id,
        blob_sha256=empty,
        from_name="",
        from_address="",
        from_key="",
        subject="",
        preview="",
        reasons=None,
        triage_why="",
        triage=None,
        size=0,
        attachments=0,
        version=t.letter.c.version + 1,
    )
    work.execute(
        t.delivery.update().where(of_letter).values(blob_sha256=empty, size=0, reasons=None, wish="")
    )
    work.execute(t.mail_log.update().where(t.mail_log.c.letter_id == letter_id).values(subject=""))
    return used - {empty}


def _blank_events(work: Work, ticket_id: int) -> None:
    """Take texts out of the lines of history of a ticket: who did what and when stays."""
    c = t.event.c
    for row in work.rows(select(c.id, c.changes).where(c.ticket_id == ticket_id, c.changes.is_not(None))):
        blank = [[name, None, None] if name in TEXTS else [name, *rest] for name, *rest in row.changes]
        if blank != row.changes:
            work.update(t.event, row.id, changes=blank)


def _forget_undo(work: Work, ticket_ids: set[int], message_ids: set[int]) -> None:
    """What would undo an act on them holds copies of their rows."""
    c = t.reversal.c
    for row in work.rows(select(c.id, c.rows)):
        for name, key, before, after in row.rows:
            named = {
                (state or {}).get(column) for state in (before, after) for column in ("ticket_id", "other_id")
            }
            if (
                (name == "ticket" and key[0] in ticket_ids)
                or (name == "message" and key[0] in message_ids)
                or named & ticket_ids
            ):
                work.execute(t.reversal.delete().where(c.id == row.id))
                break


def _blobs_of(work: Work, table: Table, columns: Sequence[Any], which: Any) -> set[str]:
    rows = work.rows(select(*columns).select_from(table).where(and_(which)))
    return {sha256 for row in rows for sha256 in row if sha256}


def _blocks(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), 500):
        yield list(ids[start : start + 500])
