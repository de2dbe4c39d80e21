"""Agents: the members of the support staff, their addresses and roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from deskterm.desk import history
from deskterm.desk.actor import Actor
from deskterm.desk.addresses import key as address_key
from deskterm.desk.choices import shown
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

FIELDS = ("name", "role", "addresses", "branch", "extension", "signature", "language", "day_off", "active")


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent as administrators see him; `role` is its key or name."""

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


def add(work: Work, actor: Actor, login: str, *, name: str = "", role: str = "agent", **more: Any) -> int:
    """Add an agent and give his id; his unread begins with what comes after now."""
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
        name=" ".join(name.split()) or login,
        role_id=_role(work, role),
        start_message_id=newest,
        created_at=work.now,
    )
    history.record(work, actor, "agent.add", subject=("agent", id), changes=[("login", None, login)])
    if more:
        edit(work, actor, login, more)
    return id


def edit(work: Work, actor: Actor, login: str, changes: Mapping[str, Any]) -> None:
    """Change an agent; the last administrator cannot be made less."""
    require(work, actor, "administer", "agent.edit")
    there = find(work, login)
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise BadData(_("An agent has no field {name}.").format(name=", ".join(sorted(unknown))))
    values = {name: value for name, value in changes.items() if name not in ("role", "addresses", "branch")}
    if "branch" in changes:
        values["branch_id"] = _branch(work, str(changes["branch"] or ""))
    if "role" in changes:
        values["role_id"] = _role(work, str(changes["role"]))
    if values:
        work.update(t.agent, there.id, **values)
        work.forget()
    if "addresses" in changes:
        _set_addresses(work, there, tuple(changes["addresses"]))
    if not _administrators(work):
        raise BadData(_("The desk would have no administrator left."))
    history.record(
        work,
        actor,
        "agent.edit",
        subject=("agent", there.id),
        changes=[
            (name, _plain(getattr(there, name)), _plain(value))
            for name, value in changes.items()
            if name != "signature"
        ],
    )


def remove(work: Work, actor: Actor, login: str) -> None:
    """Make an agent inactive: he vanishes from choices and stays in history."""
    edit(work, actor, login, {"active": False})


def listed(work: Work, actor: Actor, active_only: bool = False) -> list[AgentView]:
    """Agents in the order they were added."""
    require(work, actor, "see own", "agent.list")
    return [agent for agent in _all(work) if agent.active or not active_only]


def show(work: Work, actor: Actor, login: str) -> AgentView:
    require(work, actor, "see own", "agent.show")
    return find(work, login)


def find(work: Work, login: str) -> AgentView:
    """An agent by login; NotFound where there is none."""
    for agent in _all(work):
        if agent.login == login.strip():
            return agent
    raise NotFound(_("There is no agent {login}. See: deskterm agents list").format(login=login))


def id_of(work: Work, login: str) -> int | None:
    """The number of an active agent."""
    found: int | None = work.value(select(t.agent.c.id).where(t.agent.c.login == login, t.agent.c.active))
    return found


def roles(work: Work) -> list[tuple[str, str]]:
    """(key or name, name as shown) of every role."""
    return [
        (row.key or row.name, shown(row.key, row.name))
        for row in work.rows(select(t.role.c.key, t.role.c.name).order_by(t.role.c.id))
    ]


def _all(work: Work) -> list[AgentView]:
    addresses: dict[int, list[str]] = {}
    for row in work.rows(
        select(t.agent_address.c.agent_id, t.agent_address.c.address).order_by(t.agent_address.c.key)
    ):
        addresses.setdefault(row.agent_id, []).append(row.address)
    return [
        AgentView(
            id=row.id,
            login=row.login,
            name=row.name,
            role=row.role_key or row.role_name,
            role_name=shown(row.role_key, row.role_name),
            addresses=tuple(addresses.get(row.id, ())),
            branch=row.branch_name or "",
            extension=row.extension,
            signature=row.signature,
            language=row.language,
            day_off=row.day_off,
            owner=row.owner,
            active=row.active,
        )
        for row in work.rows(
            select(
                t.agent,
                t.role.c.key.label("role_key"),
                t.role.c.name.label("role_name"),
                t.branch.c.name.label("branch_name"),
            )
            .join(t.role, t.role.c.id == t.agent.c.role_id)
            .outerjoin(t.branch, t.branch.c.id == t.agent.c.branch_id)
            .order_by(t.agent.c.id)
        )
    ]


def _role(work: Work, role: str) -> int:
    wanted = role.strip().casefold()
    for row in work.rows(select(t.role.c.id, t.role.c.key, t.role.c.name)):
        if wanted in (row.key, row.name.casefold()):
            return int(row.id)
    raise BadData(
        _("There is no role {role}. There are: {all}").format(
            role=role, all=", ".join(key for key, _name in roles(work))
        )
    )


def _branch(work: Work, name: str) -> int | None:
    """The branch of a name, made where there is none."""
    name = " ".join(name.split())
    if not name:
        return None
    found = work.value(select(t.branch.c.id).where(t.branch.c.name == name))
    return int(found) if found is not None else work.insert(t.branch, name=name)


def _set_addresses(work: Work, agent: AgentView, addresses: tuple[str, ...]) -> None:
    work.execute(t.agent_address.delete().where(t.agent_address.c.agent_id == agent.id))
    for address in addresses:
        key = address_key(address)
        if "@" not in key:
            raise BadData(_("{address} is no e-mail address.").format(address=address))
        if work.value(select(t.agent_address.c.agent_id).where(t.agent_address.c.key == key)) is not None:
            raise BadData(_("{address} belongs to another agent.").format(address=address))
        work.execute(t.agent_address.insert().values(key=key, agent_id=agent.id, address=address.strip()))
    work.update(t.agent, agent.id, address=addresses[0].strip() if addresses else "")
    work.forget()


def _administrators(work: Work) -> int:
    return sum(
        1
        for row in work.rows(
            select(t.role.c.rights).join(t.agent, t.agent.c.role_id == t.role.c.id).where(t.agent.c.active)
        )
        if "administer" in row.rights
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
