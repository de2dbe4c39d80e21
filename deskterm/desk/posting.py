"""Adding a message to a ticket: the one function that writes the row, its words and the ticket's sums."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from deskterm import limits
from deskterm.desk.words import of_message
from deskterm.store import fulltext, tokens
from deskterm.store import tables as t
from deskterm.store.prepared import MORE, Query
from deskterm.store.work import Work

BY_PEOPLE: Final = ("email", "phone", "console", "portal")
"""What people wrote: bounces, auto-replies and our automatic mail neither start nor stop a clock."""

_SUBJECT: Final = Query(select(t.ticket.c.subject).where(t.ticket.c.id == bindparam("ticket_id")))
_INDEXED_AT_ONCE: Final = 50
"""Messages whose words are made anew together: their texts are in memory meanwhile."""


def post(
    work: Work, ticket_id: int, *, at: datetime | None = None, words: str | None = None, **fields: Any
) -> int:
    """Insert a message and give its id. `words` are its search words where they were made before."""
    moment = at or work.now
    message_id = work.insert(t.message, ticket_id=ticket_id, at=moment, **fields)
    private = fields.get("visibility") == "private"
    sums: dict[str, Any] = {
        "last_private_id" if private else "last_message_id": message_id,
        "version": MORE,
    }
    if not private:
        # neither an order nor a number may tell that there is a private one
        sums.update(messages=MORE, changed_at=work.now, last_message_at=moment)
    if fields.get("visibility") == "public" and fields.get("type", "email") in BY_PEOPLE:
        sums["last_public_at"] = moment
    work.update(t.ticket, ticket_id, **sums)
    if words is None:
        words = of_message(fields.get("subject", ""), fields.get("body", ""), fields.get("from_name", ""))
    fulltext.index_many(work, [(message_id, _also_called(work, ticket_id, fields.get("subject", ""), words))])
    return message_id


def _also_called(work: Work, ticket_id: int, subject: str, words: str) -> str:
    """The search words of a message, and those its ticket is called by where an agent renamed it before."""
    other = _renamed(work.value(_SUBJECT, {"ticket_id": ticket_id}) or "", subject)
    # most letters say their ticket's subject: the history is asked for the few that do not
    if not other or not called(work, (ticket_id,)):
        return words
    own, _line_end, others = words.partition("\n")
    return f"{own} {other}".strip() + f"\n{others}"


def reference(work: Work, ticket_id: int, message_id: int | None, refs: list[tuple[str, str]]) -> None:
    """Remember Message-IDs with their ticket: (id, 'ours' | 'seen' | 'mentioned')."""
    wanted = {ref: kind for ref, kind in refs[: limits.REFERENCES_PER_LETTER] if ref}
    c = t.message_ref.c
    rows = []
    for ref, kind in wanted.items():
        own = message_id if kind != "mentioned" else None
        if work.value(_REFERENCED, {"ref": ref, "ticket_id": ticket_id}) is None:
            rows.append({"ref": ref, "ticket_id": ticket_id, "message_id": own, "kind": kind})
        elif kind != "mentioned":
            # named by another letter before it came itself
            there = (c.ref == ref) & (c.ticket_id == ticket_id) & (c.kind == "mentioned")
            work.update_where(t.message_ref, there, kind=kind, message_id=own)
    if len(rows) == 1:
        work.insert(t.message_ref, **rows[0])
    else:
        work.insert_many(t.message_ref, rows)


def new_key() -> str:
    """A name for a draft that no other console can have."""
    return uuid.uuid4().hex


def take_out(work: Work, ticket_id: int, message_id: int) -> None:
    """Take a message out of its ticket: kept in the store, seen by nobody, the ticket's sums made anew."""
    work.update(t.message, message_id, deleted_at=work.now)
    fulltext.forget(work, [message_id])
    sum_up(work, ticket_id)


def index_again(work: Work, message_ids: Sequence[int]) -> None:
    """Make messages findable by their words of now, and by what agents called their tickets."""
    fulltext.forget(work, message_ids)
    m, a = t.message.c, t.attachment.c
    for at in range(0, len(message_ids), _INDEXED_AT_ONCE):
        some = message_ids[at : at + _INDEXED_AT_ONCE]
        files: dict[int, list[str]] = defaultdict(list)
        for row in work.rows(
            select(a.message_id, a.name).where(work.among(a.message_id, some)).order_by(a.id)
        ):
            files[row.message_id].append(row.name)
        rows = work.rows(select(t.message).where(work.among(m.id, some)))
        names = called(work, {row.ticket_id for row in rows})
        lines = [
            (
                row.id,
                of_message(
                    f"{row.subject} {_renamed(names.get(row.ticket_id, ''), row.subject)}",
                    row.body,
                    row.from_name,
                    row.from_address,
                    " ".join(files[row.id]),
                ),
            )
            for row in rows
        ]
        fulltext.index_many(work, lines)


def index_subject(work: Work, ticket_id: int) -> None:
    """Make a ticket that was renamed findable by its subject of now, through every message it has."""
    c = t.message.c
    index_again(work, work.values(select(c.id).where(c.ticket_id == ticket_id, c.deleted_at.is_(None))))


def index_moved(work: Work, message_ids: Sequence[int], ticket_ids: Collection[int]) -> None:
    """Make messages that went from ticket to ticket findable by what agents called that they are in now."""
    if not message_ids or not called(work, ticket_ids):
        return
    c = t.message.c
    for at in range(0, len(message_ids), _INDEXED_AT_ONCE):
        some = work.among(c.id, message_ids[at : at + _INDEXED_AT_ONCE])
        index_again(work, work.values(select(c.id).where(some, c.deleted_at.is_(None))))


def called(work: Work, ticket_ids: Collection[int]) -> dict[int, str]:
    """The subjects of tickets that agents gave, by renaming or splitting; one that was put back is none.

    By the history alone: so the words of a message are the same again once an act is undone.
    """
    e, c = t.event.c, t.ticket.c
    began: dict[int, str | None] = {}
    for row in work.rows(
        select(e.ticket_id, e.changes)
        .where(work.among(e.ticket_id, list(ticket_ids)), e.act.in_(("ticket.subject", "ticket.split")))
        .order_by(e.id)
    ):
        for name, before, _after in row.changes or ():
            if name in ("subject", "split_from"):
                began.setdefault(row.ticket_id, before)
    if not began:
        return {}
    subjects = work.rows(select(c.id, c.subject).where(work.among(c.id, list(began))))
    return {row.id: row.subject for row in subjects if row.subject != began[row.id]}


def _renamed(called: str, subject: str) -> str:
    """The words of a ticket's subject, where it has some that a message's own has not."""
    wanted = tokens.runs(called)
    return "" if set(wanted) <= set(tokens.runs(subject)) else " ".join(wanted)


def sum_up(work: Work, ticket_id: int) -> None:
    """Make a ticket's sums over its messages anew."""
    rows = work.rows(
        select(t.message.c.id, t.message.c.visibility, t.message.c.type, t.message.c.at).where(
            t.message.c.ticket_id == ticket_id, t.message.c.deleted_at.is_(None)
        )
    )
    open_to_all = [row for row in rows if row.visibility != "private"]
    public = [row for row in rows if row.visibility == "public" and row.type in BY_PEOPLE]
    sums: dict[str, Any] = {
        "messages": len(open_to_all),
        "last_message_id": max((row.id for row in open_to_all), default=0),
        "last_private_id": max((row.id for row in rows if row.visibility == "private"), default=0),
        "last_public_at": max((row.at for row in public), default=None),
        "version": t.ticket.c.version + 1,
    }
    if open_to_all:
        sums["last_message_at"] = max(row.at for row in open_to_all)
    work.update(t.ticket, ticket_id, **sums)


_REFERENCED = Query(
    select(t.message_ref.c.id).where(
        t.message_ref.c.ref == bindparam("ref"), t.message_ref.c.ticket_id == bindparam("ticket_id")
    )
)
