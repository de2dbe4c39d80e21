"""The list of registered senders: addresses and domains that may write where only registered ones may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from deskterm.desk import automatic, history, triage
from deskterm.desk.actor import Actor
from deskterm.desk.addresses import key as address_key
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.parse import read_letter
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class SenderView:
    """An entry: an address, or a domain with all below it."""

    id: int
    kind: str
    value: str
    name: str
    created_at: datetime


@undoable("sender.add")
def add(work: Work, actor: Actor, value: str, name: str = "") -> int:
    """Register an address or a domain (`@example.com`, `example.com`); the entry's number.

    One that is there already is given back, under its new name where one is given.
    """
    require(work, actor, "triage", "sender.add")
    value = value.strip()
    kind, key = _key(value)
    name = " ".join(name.split())
    there = work.first(_entry(kind, key))
    if there is not None:
        if name:
            edit(work, actor, str(there.id), name)
        return int(there.id)
    id = work.insert(
        t.registered_sender,
        kind=kind,
        value=value,
        key=key,
        name=name,
        created_at=work.now,
        created_by=actor.agent_id,
    )
    work.forget()
    history.record(work, actor, "sender.add", subject=("sender", id), changes=[(kind, None, key)])
    return id


@undoable("sender.edit")
def edit(work: Work, actor: Actor, value: str, name: str) -> None:
    """Say whose address an entry is, by its number or value."""
    require(work, actor, "triage", "sender.edit")
    there = find(work, value)
    name = " ".join(name.split())
    if name == there.name:
        return
    work.update(t.registered_sender, there.id, name=name)
    history.record(
        work, actor, "sender.edit", subject=("sender", there.id), changes=[("name", there.name, name)]
    )


def show(work: Work, actor: Actor, value: str) -> SenderView:
    """One entry, by its number or value."""
    require(work, actor, "triage", "sender.list")
    return find(work, value)


@undoable("sender.remove")
def remove(work: Work, actor: Actor, value: str) -> None:
    """Take an entry off the list by its number or value."""
    require(work, actor, "triage", "sender.remove")
    there = find(work, value)
    work.delete_where(t.registered_sender, t.registered_sender.c.id == there.id)
    work.forget()
    history.record(
        work, actor, "sender.remove", subject=("sender", there.id), changes=[(there.kind, there.value, None)]
    )


def listed(work: Work, actor: Actor) -> list[SenderView]:
    """The entries in the order they came."""
    require(work, actor, "triage", "sender.list")
    rows = work.rows(select(t.registered_sender).order_by(t.registered_sender.c.id))
    return [_view(row) for row in rows]


def find(work: Work, value: str) -> SenderView:
    """An entry by its number or value; NotFound where there is none."""
    value = value.strip()
    row = None
    if value.isascii() and value.isdigit():
        row = work.first(select(t.registered_sender).where(t.registered_sender.c.id == int(value)))
    elif value:
        row = work.first(_entry(*_key(value)))
    if row is None:
        raise NotFound(_("{value} is not on the list of registered senders.").format(value=value))
    return _view(row)


@undoable("sender.register")
def register_and_process(work: Work, actor: Actor, letter_id: int, seen_version: int | None = None) -> int:
    """Register the sender of a refused letter and make its ticket, confirmed like any other; its number."""
    require(work, actor, "triage", "sender.register")
    row = work.first(select(t.letter).where(t.letter.c.id == letter_id))
    if row is None:
        raise NotFound(_("There is no letter {number}.").format(number=letter_id))
    if row.verdict != "refused" or row.ticket_id is not None:
        raise BadData(
            _("Letter {number} does not wait for its sender to be registered.").format(number=letter_id)
        )
    add(work, actor, row.from_key, row.from_name)
    ticket_id = triage.release(work, actor, letter_id, seen_version)
    account = work.first(select(t.account).where(t.account.c.id == row.account_id))
    assert account is not None
    automatic.confirm(work, account, ticket_id, read_letter(blobs.get(work, row.blob_sha256)))
    return ticket_id


def _key(value: str) -> tuple[str, str]:
    """('address' | 'domain', what it is compared by); BadData where it is neither."""
    key = address_key(value)
    local, at, domain = key.rpartition("@")
    if any(sign.isspace() for sign in key) or "." not in domain.strip("."):
        raise BadData(_("{value} is neither an address nor a domain.").format(value=value))
    return ("address", key) if local else ("domain", domain.strip("."))


def _entry(kind: str, key: str) -> Any:
    return select(t.registered_sender).where(
        t.registered_sender.c.kind == kind, t.registered_sender.c.key == key
    )


def _view(row: Any) -> SenderView:
    return SenderView(row.id, row.kind, row.value, row.name, row.created_at)
