"""Clients and their contacts: who customers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from deskterm.desk import history
from deskterm.desk.actor import Actor
from deskterm.desk.addresses import key as address_key
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class ClientView:
    id: int
    name: str
    note: str
    active: bool
    contacts: int


@dataclass(frozen=True, slots=True)
class ContactView:
    id: int
    client: str
    name: str
    addresses: tuple[str, ...]
    phones: tuple[str, ...]
    active: bool


def add(work: Work, actor: Actor, name: str, note: str = "") -> int:
    """Add a client and give its id."""
    require(work, actor, "change", "client.add")
    name = " ".join(name.split())
    if not name:
        raise BadData(_("A name is needed."))
    if work.value(select(t.client.c.id).where(t.client.c.key == name.casefold())) is not None:
        raise BadData(_("There is a client {name} already.").format(name=name))
    id = work.insert(t.client, name=name, key=name.casefold(), note=note, created_at=work.now)
    history.record(work, actor, "client.add", subject=("client", id), changes=[("name", None, name)])
    return id


def edit(work: Work, actor: Actor, name: str, changes: dict[str, object]) -> None:
    """Rename a client, change its note, make it active or not."""
    require(work, actor, "change", "client.edit")
    there = find(work, name)
    values = {field: value for field, value in changes.items() if field in ("name", "note", "active")}
    if "name" in values:
        values["name"] = " ".join(str(values["name"]).split())
        values["key"] = str(values["name"]).casefold()
        taken = work.value(
            select(t.client.c.id).where(t.client.c.key == values["key"], t.client.c.id != there.id)
        )
        if not values["name"] or taken is not None:
            raise BadData(_("There is a client {name} already.").format(name=values["name"]))
    if values:
        work.update(t.client, there.id, **values)
        history.record(
            work,
            actor,
            "client.edit",
            subject=("client", there.id),
            changes=[(field, getattr(there, field), values[field]) for field in values if field != "key"],
        )


def remove(work: Work, actor: Actor, name: str) -> None:
    """Make a client inactive; its tickets stay."""
    edit(work, actor, name, {"active": False})


def listed(work: Work, actor: Actor) -> list[ClientView]:
    """Clients by name."""
    require(work, actor, "see own", "client.list")
    contacts: dict[int, int] = {}
    for id in work.values(select(t.contact.c.client_id)):
        contacts[id] = contacts.get(id, 0) + 1
    return [
        ClientView(row.id, row.name, row.note, row.active, contacts.get(row.id, 0))
        for row in work.rows(select(t.client).order_by(t.client.c.key))
    ]


def find(work: Work, name: str) -> ClientView:
    """A client by name or number."""
    row = work.first(select(t.client).where(t.client.c.key == name.strip().casefold()))
    if row is None and name.strip().isascii() and name.strip().isdigit():
        row = work.first(select(t.client).where(t.client.c.id == int(name)))
    if row is None:
        raise NotFound(_("There is no client {name}.").format(name=name))
    return ClientView(row.id, row.name, row.note, row.active, 0)


def add_contact(
    work: Work,
    actor: Actor,
    client: str,
    name: str,
    addresses: Sequence[str] = (),
    phones: Sequence[str] = (),
    language: str | None = None,
) -> int:
    """Add a contact to a client and give its id."""
    require(work, actor, "change", "contact.add")
    there = find(work, client)
    name = " ".join(name.split()) or (addresses[0] if addresses else "")
    if not name:
        raise BadData(_("A name is needed."))
    id = work.insert(
        t.contact, client_id=there.id, name=name, key=name.casefold(), language=language, created_at=work.now
    )
    for kind, values in (("email", addresses), ("phone", phones)):
        for value in values:
            if kind == "email" and "@" not in value:
                raise BadData(_("{address} is no e-mail address.").format(address=value))
            work.insert(
                t.contact_point, contact_id=id, kind=kind, value=value.strip(), key=address_key(value)
            )
    history.record(work, actor, "contact.add", subject=("contact", id), changes=[("name", None, name)])
    return id


def contacts(work: Work, actor: Actor, client: str) -> list[ContactView]:
    """The contacts of a client by name."""
    require(work, actor, "see own", "contact.list")
    there = find(work, client)
    points: dict[int, dict[str, list[str]]] = {}
    for row in work.rows(
        select(t.contact_point)
        .join(t.contact, t.contact.c.id == t.contact_point.c.contact_id)
        .where(t.contact.c.client_id == there.id)
        .order_by(t.contact_point.c.id)
    ):
        points.setdefault(row.contact_id, {}).setdefault(row.kind, []).append(row.value)
    return [
        ContactView(
            row.id,
            there.name,
            row.name,
            tuple(points.get(row.id, {}).get("email", ())),
            tuple(points.get(row.id, {}).get("phone", ())),
            row.active,
        )
        for row in work.rows(
            select(t.contact).where(t.contact.c.client_id == there.id).order_by(t.contact.c.key)
        )
    ]
