"""The black list: addresses, domains and fragments of text whose letters are kept but not processed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from deskterm.desk import history
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.i18n import _
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


def add(work: Work, actor: Actor, value: str, kind: str | None = None) -> int:
    """Add an entry and give its id; one that is there already is given back."""
    require(work, actor, "triage", "blacklist.add")
    kind = kind or kind_of(value)
    if kind not in KINDS:
        raise BadData(_("An entry is an address, a domain or a text."))
    key = value.strip().casefold().lstrip("@" if kind == "domain" else "")
    if not key:
        raise BadData(_("The entry is empty."))
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


def remove(work: Work, actor: Actor, value: str) -> None:
    """Take an entry off the list by its number or value; what it blocked still names it."""
    require(work, actor, "triage", "blacklist.remove")
    entries = [
        entry
        for entry in active(work)
        if str(entry.id) == value or entry.value == value or entry.key == value.strip().casefold().lstrip("@")
    ]
    if not entries:
        raise NotFound(_("There is no entry {value} in the black list.").format(value=value))
    for entry in entries:
        work.update(t.black_entry, entry.id, active=False)
        work.forget()
        history.record(work, actor, "blacklist.remove", subject=("black_entry", entry.id))


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
