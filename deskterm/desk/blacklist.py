"""The black list: addresses, domains and fragments of text whose letters are kept but not processed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from deskterm import limits
from deskterm.desk import history, letters, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.letters import LetterLine
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

KINDS = ("address", "domain", "text")


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    kind: str
    value: str
    key: str
    hits: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TriedOut:
    """What an entry would have blocked."""

    kind: str
    value: str
    looked_at: int
    all: bool
    """Whether no stored letter that may match was left out."""
    letters: tuple[LetterLine, ...]


def kind_of(value: str) -> str:
    """What a value most likely is: an address, a domain (`@example.com`, `example.com`), or text."""
    value = value.strip()
    if " " in value or not value:
        return "text"
    if value.startswith("@"):
        return "domain"
    if "@" in value:
        return "address"
    return "domain" if "." in value.strip(".") else "text"


@undoable("blacklist.add")
def add(work: Work, actor: Actor, value: str, kind: str | None = None) -> int:
    """Add an entry and give its id; one that is there already is given back."""
    require(work, actor, "triage", "blacklist.add")
    kind, key = _checked(value, kind)
    there = work.first(select(t.black_entry).where(t.black_entry.c.kind == kind, t.black_entry.c.key == key))
    if there is not None:
        work.update(t.black_entry, there.id, active=True)
        id = int(there.id)
    else:
        id = work.insert(
            t.black_entry,
            kind=kind,
            value=value.strip(),
            key=key,
            created_at=work.now,
            created_by=actor.agent_id,
        )
    work.forget()
    history.record(work, actor, "blacklist.add", subject=("black_entry", id))
    return id


@undoable("blacklist.remove")
def remove(work: Work, actor: Actor, value: str) -> None:
    """Take an entry off the list by its number or value; what it blocked still names it."""
    require(work, actor, "triage", "blacklist.remove")
    for entry in _named(work, value):
        work.update(t.black_entry, entry.id, active=False)
        work.forget()
        history.record(work, actor, "blacklist.remove", subject=("black_entry", entry.id))


@undoable("blacklist.edit")
def edit(work: Work, actor: Actor, value: str, changes: Mapping[str, str]) -> None:
    """Change an entry's `value` or `kind`; what it blocked so far stays its."""
    require(work, actor, "triage", "blacklist.edit")
    entry = _named(work, value)[0]
    after = changes.get("value", entry.value).strip()
    # a value of another shape is of another kind, unless somebody said which
    kind, key = _checked(after, changes.get("kind") or (kind_of(after) if "value" in changes else entry.kind))
    c = t.black_entry.c
    taken = work.first(select(c.active).where(c.kind == kind, c.key == key, c.id != entry.id))
    if taken is not None:
        sentence = (
            _("There is an entry {value} already.")
            if taken.active
            else _("There was an entry {value} once: add it again instead.")
        )
        raise BadData(sentence.format(value=after))
    work.update(t.black_entry, entry.id, value=after, kind=kind, key=key)
    work.forget()
    history.record(
        work,
        actor,
        "blacklist.edit",
        subject=("black_entry", entry.id),
        changes=[("value", entry.value, after), ("kind", entry.kind, kind)],
    )


def active(work: Work) -> list[Entry]:
    """The entries in force."""
    return [
        Entry(row.id, row.kind, row.value, row.key, row.hits, row.created_at)
        for row in work.rows(select(t.black_entry).where(t.black_entry.c.active).order_by(t.black_entry.c.id))
    ]


def listed(work: Work, actor: Actor) -> list[Entry]:
    """The entries in force, for those who treat held letters."""
    require(work, actor, "triage", "blacklist.list")
    return active(work)


def show(work: Work, actor: Actor, value: str) -> Entry:
    """An entry in force by its number or value; NotFound where there is none."""
    require(work, actor, "triage", "blacklist.show")
    return _named(work, value)[0]


def blocked_by(work: Work, actor: Actor, entry_id: int, limit: int = limits.PAGE_ROWS) -> list[LetterLine]:
    """The letters an entry blocked, the newest first, of those the actor may see."""
    return list(letters.listed(work, actor, entry=entry_id, limit=limit).rows)


def try_out(
    work: Work, actor: Actor, value: str, kind: str | None = None, limit: int = limits.TRY_OUT_LETTERS
) -> TriedOut:
    """Try an entry on stored mail, the newest letters first; nothing is changed.

    At most `limit` letters are looked at, by address and domain those of the sender only.
    """
    require(work, actor, "triage", "blacklist.try")
    kind, key = _checked(value, kind)
    entry = Entry(0, kind, value.strip(), key, 0, work.now)
    rows = work.rows(
        select(*letters.COLUMNS, t.letter.c.from_key, t.letter.c.blob_sha256)
        .where(visibility.letters(actor), *_sender_may_match(entry))
        .order_by(t.letter.c.id.desc())
        .limit(limit + 1)
    )
    found = [
        row
        for row, text in _with_texts(work, rows[:limit], needed=kind == "text")
        if match([entry], row.from_key, row.subject, text) is not None
    ]
    return TriedOut(
        kind=kind,
        value=entry.value,
        looked_at=min(len(rows), limit),
        all=len(rows) <= limit,
        letters=tuple(letters.lines(work, actor, found)),
    )


def match(entries: Sequence[Entry], sender_key: str, subject: str, text: str) -> Entry | None:
    """The first entry a letter falls under; texts are looked for literally, case folded."""
    domain = sender_key.rpartition("@")[2]
    folded: str | None = None
    for entry in entries:
        if entry.kind == "address":
            hit = sender_key == entry.key
        elif entry.kind == "domain":
            hit = domain == entry.key or domain.endswith("." + entry.key)
        else:
            if folded is None:
                folded = f"{subject}\n{text}".casefold()
            hit = entry.key in folded
        if hit:
            return entry
    return None


def hit(work: Work, entry_id: int) -> None:
    """Count that an entry blocked a letter."""
    work.update(t.black_entry, entry_id, hits=t.black_entry.c.hits + 1)


def _named(work: Work, value: str) -> list[Entry]:
    """The entries in force a number or a value names, at least one."""
    key = value.strip().casefold().lstrip("@")
    found = [entry for entry in active(work) if str(entry.id) == value or key in (entry.value, entry.key)]
    if not found:
        raise NotFound(_("There is no entry {value} in the black list.").format(value=value))
    return found


def _checked(value: str, kind: str | None) -> tuple[str, str]:
    """An entry's kind, and what letters are compared with."""
    kind = kind or kind_of(value)
    if kind not in KINDS:
        raise BadData(_("An entry is an address, a domain or a text."))
    key = value.strip().casefold().lstrip("@" if kind == "domain" else "")
    if not key:
        raise BadData(_("The entry is empty."))
    return kind, key


def _sender_may_match(entry: Entry) -> list[ColumnElement[bool]]:
    """What narrows the letters an address or a domain can match; `match` decides."""
    sender = t.letter.c.from_key
    if entry.kind == "address":
        return [sender == entry.key]
    if entry.kind == "domain":
        return [or_(*(sender.endswith(mark + entry.key, autoescape=True) for mark in "@."))]
    return []


def _with_texts(work: Work, rows: Sequence[Any], needed: bool) -> Iterator[tuple[Any, str]]:
    """Letters, where needed with their whole text: of their message, else read anew from the original."""
    from deskterm.mail.parse import read_letter

    c = t.message.c
    for start in range(0, len(rows), _TEXTS_AT_ONCE):
        some = rows[start : start + _TEXTS_AT_ONCE]
        texts: dict[int, str] = {}
        if needed:
            ids = [row.id for row in some]
            texts = {
                row.letter_id: row.body
                for row in work.rows(select(c.letter_id, c.body).where(c.letter_id.in_(ids)))
            }
        for row in some:
            if needed and row.id not in texts:
                yield row, read_letter(blobs.get(work, row.blob_sha256)).text
            else:
                yield row, texts.get(row.id, "")


_TEXTS_AT_ONCE = 100
