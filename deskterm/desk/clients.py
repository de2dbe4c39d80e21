"""Clients: the organisations customers belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from deskterm.desk import addresses, choices, comparing, contacts, history
from deskterm.desk.actor import Actor
from deskterm.desk.contacts import ContactView
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

FIELDS: Final = (
    "name", "note", "status", "sla", "responsible", "team", "contacts_see_all", "domains", "active",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client; `responsible` is the login of who gets its new tickets, `contacts` counts active ones."""

    id: int
    name: str
    note: str
    active: bool
    contacts: int
    status: str
    sla: str
    responsible: str
    team: str
    contacts_see_all: bool
    domains: tuple[str, ...]


@undoable("client.add")
def add(work: Work, actor: Actor, /, name: str, note: str = "", **more: Any) -> int:
    """Add a client and give its id; `more` holds the fields `edit` takes."""
    require(work, actor, "change", "client.add")
    name = contacts.person_name(name)
    if not name:
        raise BadData(_("A name is needed."))
    if work.value(select(t.client.c.id).where(t.client.c.key == name.casefold())) is not None:
        raise BadData(_("There is a client {name} already.").format(name=name))
    id = work.insert(t.client, name=name, key=name.casefold(), note=note.strip(), created_at=work.now)
    history.record(work, actor, "client.add", subject=("client", id), changes=[("name", None, name)])
    if more:
        edit(work, actor, id, more)
    return id


@undoable("client.edit")
def edit(
    work: Work,
    actor: Actor,
    name: str | int,
    changes: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Change a client: the fields of `FIELDS`.

    `status`, `sla` and `team` are names or numbers, `responsible` a login, '' is none; `domains` are all of
    them. `seen` holds fields of the ClientView the actor looked at.
    """
    require(work, actor, "change", "client.edit")
    there = find(work, name)
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise BadData(_("A client has no field {name}.").format(name=", ".join(sorted(unknown))))
    comparing.compare(work, ("client", there.id), there, changes, seen)
    values: dict[str, Any] = {}
    for field, value in changes.items():
        if field != "domains":
            values.update(_column(work, there.id, field, value))
    if values:
        work.update(t.client, there.id, **values)
    if "domains" in changes:
        _set_domains(work, there.id, changes["domains"])
    work.forget()
    history.record(
        work,
        actor,
        "client.edit",
        subject=("client", there.id),
        changes=[(field, _plain(getattr(there, field)), _plain(value)) for field, value in changes.items()],
    )


def remove(work: Work, actor: Actor, name: str | int) -> None:
    """Make a client inactive; its tickets stay."""
    edit(work, actor, name, {"active": False})


@undoable("client.merge")
def merge(work: Work, actor: Actor, client_ids: Sequence[int], into: int) -> None:
    """Make duplicates one client: departments, contacts, domains and tickets go to `into`."""
    require(work, actor, "change", "client.merge")
    target = find(work, into)
    for client_id in dict.fromkeys(client_ids):
        if client_id == target.id:
            continue
        there = find(work, client_id)
        if work.value(select(t.branch.c.name).where(t.branch.c.client_id == there.id)):
            raise BadData(
                _("{name} is the client of a branch: merge the other into it.").format(name=there.name)
            )
        _take_in(work, actor, there, target)
        history.record(
            work,
            actor,
            "client.merge",
            subject=("client", target.id),
            changes=[("client_id", there.id, target.id)],
        )
    work.forget()


def listed(
    work: Work,
    actor: Actor,
    words: str = "",
    *,
    active_only: bool = False,
    after: str | None = None,
    limit: int | None = None,
) -> list[ClientView]:
    """Clients by name whose name, note or domain holds all the words; `after` is a casefolded name."""
    require(work, actor, "see own", "client.list")
    c = t.client.c
    wanted: list[ColumnElement[bool]] = [c.active] if active_only else []
    for word in words.casefold().split():
        domains = select(t.client_domain.c.client_id).where(
            t.client_domain.c.key.contains(word, autoescape=True)
        )
        wanted.append(c.key.contains(word, autoescape=True) | c.id.in_(domains))
    if after is not None:
        wanted.append(c.key > after)
    return _views(work, *wanted, limit=limit)


def show(work: Work, actor: Actor, name: str | int) -> ClientView:
    """A client by name or number."""
    require(work, actor, "see own", "client.show")
    return find(work, name)


def find(work: Work, name: str | int) -> ClientView:
    """A client by name or number; NotFound where there is none."""
    words = str(name).strip()
    found = [] if isinstance(name, int) else _views(work, t.client.c.key == words.casefold())
    if not found and words.isascii() and words.isdigit():
        found = _views(work, t.client.c.id == int(words))
    if not found:
        raise NotFound(_("There is no client {name}.").format(name=words))
    return found[0]


def add_contact(
    work: Work,
    actor: Actor,
    client: str | int,
    name: str,
    addresses: Sequence[str] = (),
    phones: Sequence[str] = (),
    language: str | None = None,
) -> int:
    """Add a contact to a client, all of its addresses and telephones in use, and give its id."""
    return contacts.add(
        work,
        actor,
        find(work, client).id,
        name,
        points=[("email", value, True) for value in addresses] + [("phone", value, True) for value in phones],
        language=language,
    )


def contacts_of(work: Work, actor: Actor, client: str | int) -> list[ContactView]:
    """The contacts of a client by name."""
    return contacts.listed(work, actor, find(work, client).id)


def _column(work: Work, client_id: int, field: str, value: Any) -> dict[str, Any]:
    """A field as the client's row keeps it."""
    if field == "name":
        name = contacts.person_name(str(value))
        taken = work.value(
            select(t.client.c.id).where(t.client.c.key == name.casefold(), t.client.c.id != client_id)
        )
        if not name:
            raise BadData(_("A name is needed."))
        if taken is not None:
            raise BadData(_("There is a client {name} already.").format(name=name))
        return {"name": name, "key": name.casefold()}
    if field == "status":
        return {"status_id": choices.find(work, "client_status", str(value)).id if value else None}
    if field == "sla":
        return {"sla_id": choices.find(work, "sla", str(value)).id if value else None}
    if field == "responsible":
        return {"responsible_id": _agent(work, str(value)) if value else None}
    if field == "team":
        return {"team_id": _team(work, str(value)) if value else None}
    return {field: str(value).strip() if field == "note" else bool(value)}


def _agent(work: Work, login: str) -> int:
    found = work.value(select(t.agent.c.id).where(t.agent.c.login == login.strip(), t.agent.c.active))
    if found is None:
        raise NotFound(_("There is no active agent {login}.").format(login=login))
    return int(found)


def _team(work: Work, name: str) -> int:
    found = work.value(select(t.team.c.id).where(t.team.c.name == name.strip(), t.team.c.active))
    if found is None and name.strip().isascii() and name.strip().isdigit():
        found = work.value(select(t.team.c.id).where(t.team.c.id == int(name), t.team.c.active))
    if found is None:
        raise NotFound(_("There is no team {name}.").format(name=name))
    return int(found)


def _set_domains(work: Work, client_id: int, domains: Sequence[str]) -> None:
    c = t.client_domain.c
    wanted = dict.fromkeys(addresses.domain_key(domain) for domain in domains if domain.strip())
    for domain in wanted:
        owner = work.value(
            select(t.client.c.name)
            .join(t.client_domain, c.client_id == t.client.c.id)
            .where(c.key == domain, c.client_id != client_id)
        )
        if owner is not None:
            raise BadData(
                _("The domain {domain} suggests {client} already.").format(domain=domain, client=owner)
            )
    there = set(work.values(select(c.key).where(c.client_id == client_id)))
    for domain in wanted:
        if domain not in there:
            work.insert(t.client_domain, key=domain, client_id=client_id)
    for domain in there - set(wanted):
        work.delete_where(t.client_domain, c.key == domain)


def _views(work: Work, *wanted: ColumnElement[bool], limit: int | None = None) -> list[ClientView]:
    status, sla = t.choice.alias("client_status"), t.choice.alias("client_sla")
    statement = (
        select(
            t.client,
            status.c.name.label("status"),
            status.c.key.label("status_key"),
            sla.c.name.label("sla"),
            t.agent.c.login.label("responsible"),
            t.team.c.name.label("team"),
        )
        .outerjoin(status, status.c.id == t.client.c.status_id)
        .outerjoin(sla, sla.c.id == t.client.c.sla_id)
        .outerjoin(t.agent, t.agent.c.id == t.client.c.responsible_id)
        .outerjoin(t.team, t.team.c.id == t.client.c.team_id)
        .where(*wanted)
        .order_by(t.client.c.key)
    )
    rows = work.rows(statement if limit is None else statement.limit(limit))
    ids = [row.id for row in rows]
    numbers = _contact_numbers(work, ids)
    domains: dict[int, list[str]] = {}
    for row in work.rows(select(t.client_domain).order_by(t.client_domain.c.key)):
        domains.setdefault(row.client_id, []).append(row.key)
    return [
        ClientView(
            id=row.id,
            name=row.name,
            note=row.note,
            active=row.active,
            contacts=numbers.get(row.id, 0),
            status=choices.shown(row.status_key, row.status or ""),
            sla=row.sla or "",
            responsible=row.responsible or "",
            team=row.team or "",
            contacts_see_all=row.contacts_see_all,
            domains=tuple(domains.get(row.id, ())),
        )
        for row in rows
    ]


def _contact_numbers(work: Work, client_ids: Sequence[int]) -> dict[int, int]:
    c = t.contact.c
    statement = select(c.client_id, func.count().label("number")).where(c.active).group_by(c.client_id)
    if len(client_ids) <= 500:
        statement = statement.where(c.client_id.in_(list(client_ids)))
    return {row.client_id: row.number for row in work.rows(statement)}


def _take_in(work: Work, actor: Actor, there: ClientView, target: ClientView) -> None:
    """Give everything of one client to another, and make it inactive."""
    c = t.department.c
    same = {row.key: row.id for row in work.rows(select(c.key, c.id).where(c.client_id == target.id))}
    for row in work.rows(select(c.key, c.id).where(c.client_id == there.id)):
        if row.key in same:
            work.update_where(t.contact, t.contact.c.department_id == row.id, department_id=same[row.key])
            work.update(t.department, row.id, active=False)
        else:
            work.update(t.department, row.id, client_id=target.id)
    work.update_where(t.contact, t.contact.c.client_id == there.id, client_id=target.id)
    work.update_where(t.client_domain, t.client_domain.c.client_id == there.id, client_id=target.id)
    ticket = t.ticket.c
    for ticket_id in work.values(select(ticket.id).where(ticket.client_id == there.id).order_by(ticket.id)):
        work.update(t.ticket, ticket_id, client_id=target.id, version=ticket.version + 1)
        history.record(
            work,
            actor,
            "ticket.client",
            ticket_id=ticket_id,
            changes=[("client_id", there.id, target.id)],
        )
    note = "\n".join(filter(None, (target.note, there.note)))
    work.update(t.client, target.id, note=note)
    work.update(t.client, there.id, active=False)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
