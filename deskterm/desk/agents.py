"""Agents: the members of the support staff, their addresses, roles, and the contacts they are."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from deskterm.desk import addresses, branches, comparing, contacts, history, roles, teams, undo
from deskterm.desk.actor import Actor
from deskterm.desk.choices import shown
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

FIELDS: Final = (
    "name", "role", "team", "addresses", "branch", "contact", "extension", "signature", "language",
    "time_zone", "day_off", "active",
)  # fmt: skip

OWN: Final = frozenset({"extension", "signature", "language", "time_zone", "day_off"})
"""Fields an agent may set for himself."""

POWER: Final = frozenset({"role", "team", "active"})
"""Fields that give or take rights."""

_COLUMNS: Final = frozenset({"extension", "signature", "language", "time_zone", "day_off", "active"})


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent as administrators see him; `role` is its key or name, `contact` the contact he is."""

    id: int
    login: str
    name: str
    role: str
    role_name: str
    addresses: tuple[str, ...]
    branch: str
    extension: str
    signature: str
    language: str | None
    day_off: bool
    owner: bool
    active: bool
    team: str = ""
    time_zone: str = ""
    contact_id: int | None = None
    contact: str = ""


@undo.undoable("agent.add")
def add(work: Work, actor: Actor, /, login: str, *, name: str = "", role: str = "agent", **more: Any) -> int:
    """Add an agent and give his id; his unread begins with what comes after now.

    He becomes exactly one contact of his branch's client: the one named by `contact`, else the one with an
    address or the name of his, else a new one. Without a branch he is in the desk's only one, if it has one.
    """
    require(work, actor, "administer", "agent.add")
    login = login.strip()
    if not login or any(sign.isspace() for sign in login):
        raise BadData(_("A login is one word."))
    if work.value(select(t.agent.c.id).where(t.agent.c.login == login)) is not None:
        raise BadData(_("There is an agent {login} already.").format(login=login))
    newest = work.value(select(func.max(t.message.c.id))) or 0
    id = work.insert(
        t.agent,
        login=login,
        name=contacts.person_name(name) or login,
        role_id=roles.find(work, role).id,
        start_message_id=newest,
        created_at=work.now,
    )
    history.record(work, actor, "agent.add", subject=("agent", id), changes=[("login", None, login)])
    branch = more.pop("branch", None) or branches.only(work)
    if branch:
        more["branch"] = branch
    if more:
        edit(work, actor, login, more)
    return id


def edit(
    work: Work, actor: Actor, login: str, changes: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> None:
    """Change an agent: the fields of `FIELDS`; an agent may set those of `OWN` for himself.

    `role`, `team` and `branch` are names, `contact` is a contact's number or address. The last
    administrator cannot be made less. `seen` holds fields of the AgentView the actor looked at.
    """
    there = find(work, login)
    own = there.id == actor.agent_id and set(changes) <= OWN
    require(work, actor, "see own" if own else "administer", "agent.edit")
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise BadData(_("An agent has no field {name}.").format(name=", ".join(sorted(unknown))))
    comparing.compare(work, ("agent", there.id), there, changes, seen)
    with undo.together(work, actor, "agent.own" if own else "agent.edit"):
        _edit(work, actor, there, changes)


def remove(work: Work, actor: Actor, login: str) -> None:
    """Make an agent inactive: he vanishes from choices and stays in history."""
    edit(work, actor, login, {"active": False})


def listed(work: Work, actor: Actor, active_only: bool = False) -> list[AgentView]:
    """Agents in the order they were added."""
    require(work, actor, "see own", "agent.list")
    return [agent for agent in _all(work) if agent.active or not active_only]


def show(work: Work, actor: Actor, login: str) -> AgentView:
    """An agent by login."""
    require(work, actor, "see own", "agent.show")
    return find(work, login)


def find(work: Work, login: str) -> AgentView:
    """An agent by login; NotFound where there is none."""
    for agent in _all(work):
        if agent.login == login.strip():
            return agent
    raise NotFound(_("There is no agent {login}. See: deskterm agents list").format(login=login))


def by_id(work: Work, agent_id: int) -> AgentView:
    """An agent by number, active or not."""
    for agent in _all(work):
        if agent.id == agent_id:
            return agent
    raise NotFound(_("There is no agent {login}. See: deskterm agents list").format(login=agent_id))


def id_of(work: Work, login: str) -> int | None:
    """The number of an active agent."""
    found: int | None = work.value(select(t.agent.c.id).where(t.agent.c.login == login, t.agent.c.active))
    return found


def _edit(work: Work, actor: Actor, there: AgentView, changes: Mapping[str, Any]) -> None:
    values = {name: value for name, value in changes.items() if name in _COLUMNS}
    if "name" in changes:
        values["name"] = contacts.person_name(str(changes["name"]))
        if not values["name"]:
            raise BadData(_("A name is needed."))
    if "role" in changes:
        values["role_id"] = roles.find(work, str(changes["role"])).id
    if "team" in changes:
        values["team_id"] = teams.find(work, str(changes["team"])).id if changes["team"] else None
    if "branch" in changes:
        values["branch_id"] = branches.for_agent(work, actor, str(changes["branch"] or ""))
    if values.get("time_zone") and values["time_zone"] not in zoneinfo.available_timezones():
        raise BadData(
            _("There is no time zone {name}. One is called like Europe/Berlin.").format(
                name=values["time_zone"]
            )
        )
    if values:
        work.update(t.agent, there.id, **values)
        work.forget()
    if "addresses" in changes:
        _set_addresses(work, there, tuple(changes["addresses"]))
    if POWER & set(changes):
        roles.keep_an_administrator(work)
    history.record(
        work,
        actor,
        "agent.edit",
        subject=("agent", there.id),
        changes=[
            (name, _plain(getattr(there, name)), _plain(value))
            for name, value in changes.items()
            if name not in ("signature", "contact")
        ],
    )
    if {"branch", "name", "addresses"} & set(changes) or changes.get("contact"):
        _be_a_contact(work, actor, there, str(changes.get("contact") or ""))


def _be_a_contact(work: Work, actor: Actor, before: AgentView, wanted: str) -> None:
    """See that the agent is exactly one contact of his branch's client, with his name and addresses."""
    row = work.first(select(t.agent.c.name, t.agent.c.branch_id).where(t.agent.c.id == before.id))
    assert row is not None
    now = find(work, before.login)
    client_id = branches.client_of(work, actor, row.branch_id) if row.branch_id is not None else None
    if wanted:
        _take(work, actor, now, contacts.id_of(work, wanted), client_id)
        now = find(work, before.login)
    elif now.contact_id is None:
        if client_id is None:
            return
        id = _like_him(work, now, client_id)
        if id is None:
            id = contacts.add(work, actor, client_id, now.name)
        work.update(t.contact, id, agent_id=now.id)
        _both_cards(work, actor, now.id, id)
        now = find(work, before.login)
    assert now.contact_id is not None
    there = contacts.find(work, now.contact_id)
    if client_id is not None and there.client_id != client_id:
        work.update(t.contact, there.id, client_id=client_id, department_id=None)
        history.record(
            work,
            actor,
            "contact.move",
            subject=("contact", there.id),
            changes=[("client_id", there.client_id, client_id)],
        )
    if there.name in (before.name, before.login) and there.name != now.name:
        contacts.edit(work, actor, there.id, {"name": now.name})
    _address_the_contact(work, there, before.addresses, now.addresses)


def _take(work: Work, actor: Actor, agent: AgentView, contact_id: int, client_id: int | None) -> None:
    """Make a contact the agent's; of another agent's, old tickets stay with that one."""
    there = contacts.find(work, contact_id)
    if there.agent_id == agent.id:
        return
    if there.erased_at is not None:
        raise BadData(
            _("Contact {number} was erased; nothing of it can be changed.").format(number=contact_id)
        )
    if client_id is not None and there.client_id != client_id:
        raise BadData(
            _("{name} is a contact of {client}, not of the client of the branch.").format(
                name=there.name, client=there.client
            )
        )
    if agent.contact_id is not None:  # exactly one: the one he was so far is an ordinary contact again
        keys = [addresses.key(address) for address in agent.addresses]
        c = t.contact_point.c
        work.delete_where(
            t.contact_point, (c.contact_id == agent.contact_id) & (c.kind == "email") & c.key.in_(keys)
        )
        work.update(t.contact, agent.contact_id, agent_id=None, active=False)
    if there.agent_id is not None:
        contact_id = contacts.hand_over(work, actor, contact_id, agent.name, agent.id)
    else:
        work.update(t.contact, contact_id, agent_id=agent.id, active=True)
    _both_cards(work, actor, agent.id, contact_id)


def _like_him(work: Work, agent: AgentView, client_id: int) -> int | None:
    """A contact of the client who must be the agent: by an address of his, else alone of his name."""
    c, point = t.contact.c, t.contact_point.c
    free = [c.client_id == client_id, c.agent_id.is_(None), c.erased_at.is_(None)]
    keys = [addresses.key(address) for address in agent.addresses]
    found = work.values(
        select(c.id)
        .join(t.contact_point, point.contact_id == c.id)
        .where(*free, point.kind == "email", point.key.in_(keys))
        .order_by(c.active.desc(), c.id)
    )
    if found:
        return int(found[0])
    named = work.values(select(c.id).where(*free, c.active, c.key == agent.name.casefold()))
    return int(named[0]) if len(named) == 1 else None


def _address_the_contact(
    work: Work, there: contacts.ContactView, before: Sequence[str], now: Sequence[str]
) -> None:
    """Bring a contact's addresses up to the agent's: new ones added, dropped ones no longer used."""
    wanted = {addresses.key(address): address for address in now}
    dropped = {addresses.key(address) for address in before} - set(wanted)
    for point in there.points:
        if point.kind != "email":
            continue
        key = addresses.key(point.value)
        wanted.pop(key, None)
        active = key not in dropped and (point.active or key in {addresses.key(one) for one in now})
        if point.active != active:
            work.update(t.contact_point, point.id, active=active)
    for key, address in wanted.items():
        work.insert(t.contact_point, contact_id=there.id, kind="email", value=address.strip(), key=key)


def _both_cards(work: Work, actor: Actor, agent_id: int, contact_id: int) -> None:
    """The history of both names the other."""
    history.record(
        work, actor, "agent.edit", subject=("agent", agent_id), changes=[("contact_id", None, contact_id)]
    )
    history.record(
        work, actor, "contact.edit", subject=("contact", contact_id), changes=[("agent_id", None, agent_id)]
    )


def _all(work: Work) -> list[AgentView]:
    theirs: dict[int, list[str]] = {}
    for row in work.rows(
        select(t.agent_address.c.agent_id, t.agent_address.c.address, t.agent.c.address.label("first"))
        .join(t.agent, t.agent.c.id == t.agent_address.c.agent_id)
        .order_by(t.agent_address.c.address != t.agent.c.address, t.agent_address.c.key)
    ):
        theirs.setdefault(row.agent_id, []).append(row.address)
    people = {
        row.agent_id: row
        for row in work.rows(
            select(t.contact.c.agent_id, t.contact.c.id, t.contact.c.name)
            .where(t.contact.c.agent_id.is_not(None))
            .order_by(t.contact.c.active, t.contact.c.id.desc())
        )
    }
    return [
        AgentView(
            id=row.id,
            login=row.login,
            name=row.name,
            role=row.role_key or row.role_name,
            role_name=shown(row.role_key, row.role_name),
            addresses=tuple(theirs.get(row.id, ())),
            branch=row.branch_name or "",
            extension=row.extension,
            signature=row.signature,
            language=row.language,
            day_off=row.day_off,
            owner=row.owner,
            active=row.active,
            team=row.team_name or "",
            time_zone=row.time_zone,
            contact_id=people[row.id].id if row.id in people else None,
            contact=people[row.id].name if row.id in people else "",
        )
        for row in work.rows(
            select(
                t.agent,
                t.role.c.key.label("role_key"),
                t.role.c.name.label("role_name"),
                t.branch.c.name.label("branch_name"),
                t.team.c.name.label("team_name"),
            )
            .join(t.role, t.role.c.id == t.agent.c.role_id)
            .outerjoin(t.branch, t.branch.c.id == t.agent.c.branch_id)
            .outerjoin(t.team, t.team.c.id == t.agent.c.team_id)
            .order_by(t.agent.c.id)
        )
    ]


def _set_addresses(work: Work, agent: AgentView, wanted: Sequence[str]) -> None:
    found = {addresses.key(address): addresses.checked(address) for address in wanted}
    c = t.agent_address.c
    there = set(work.values(select(c.key).where(c.agent_id == agent.id)))
    for key in there - set(found):
        work.delete_where(t.agent_address, c.key == key)
    for key, address in found.items():
        owner = work.value(select(c.agent_id).where(c.key == key))
        if owner is None:
            work.insert(t.agent_address, key=key, agent_id=agent.id, address=address)
        elif owner != agent.id:
            raise BadData(_("{address} belongs to another agent.").format(address=address))
        else:
            work.update_where(t.agent_address, c.key == key, address=address)
    work.update(t.agent, agent.id, address=next(iter(found.values()), ""))
    work.forget()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
