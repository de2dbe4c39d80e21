"""Who acts: settled once per process, checked by every act."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, or_, select, text

from deskterm.config import Home
from deskterm.desk.errors import NotAllowed
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.prepared import Asked, Query
from deskterm.store.work import Work

if TYPE_CHECKING:
    from deskterm.confinement import Confinement


@dataclass(frozen=True, slots=True)
class Actor:
    """An agent, a customer, or the system."""

    kind: str
    agent_id: int | None = None
    login: str = ""
    name: str = ""
    rights: frozenset[str] = frozenset()
    via: str = ""
    owner: bool = False
    confined: bool = False
    """In a session without an account on this machine: he names no files and folders of it."""


SYSTEM = Actor(kind="system", login="system", name="deskterm", via="worker")


def customer(name: str) -> Actor:
    """Somebody who wrote a letter."""
    return Actor(kind="customer", name=name, via="mail")


def of_agent(work: Work, login: str, via: str) -> Actor | None:
    """The active agent of a login with the rights of his role and his team's."""
    row = work.first(
        select(
            t.agent.c.id,
            t.agent.c.login,
            t.agent.c.name,
            t.agent.c.role_id,
            t.agent.c.team_id,
            t.agent.c.owner,
        ).where(t.agent.c.login == login, t.agent.c.active)
    )
    if row is None:
        return None
    roles = [row.role_id]
    if row.team_id is not None:
        team_role = work.value(select(t.team.c.role_id).where(t.team.c.id == row.team_id, t.team.c.active))
        if team_role is not None:
            roles.append(team_role)
    rights = {
        right
        for given in work.values(select(t.role.c.rights).where(t.role.c.id.in_(roles)))
        for right in given
    }
    return Actor(
        kind="agent",
        agent_id=row.id,
        login=row.login,
        name=row.name,
        rights=_with_contained(rights),
        via=via,
        owner=row.owner,
    )


def refresh(work: Work, actor: Actor) -> Actor:
    """The actor with the rights he has now, the same value where they have not changed.

    Asked before everything a console does. NotAllowed when he was made inactive or has no rights any more.
    """
    if actor.kind != "agent":
        return actor
    rows = work.rows(*standing(actor))
    if not rows:
        raise NotAllowed(_("The agent {login} is no longer active.").format(login=actor.login))
    rights = _with_contained(right for row in rows for right in row.rights)
    first = rows[0]
    found = replace(actor, agent_id=first.id, name=first.name, rights=rights, owner=first.owner)
    return actor if found == actor else _with_access(found)


def standing(actor: Actor) -> Asked:
    """What `refresh` asks."""
    return _STANDING, {"login": actor.login}


def system_login() -> str:
    """The name of the operating system's user, by his number: the environment could say anything."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user{number}"


def settle(store: Store, home: Home, as_login: str | None = None, via: str = "console") -> Actor:
    """Who this process acts as; on a new store its owner is made administrator first.

    The operating system's user, else, on PostgreSQL, the session's user. `as_login` is for the
    owner of the store only; a confined session is its key's agent, and runs as the owner.
    Raises NotAllowed for a person who is no agent.
    """
    login = system_login()
    with store.work() as work:
        empty = not work.value(select(func.count()).select_from(t.agent))
        found = None if empty else of_agent(work, login, via)
        if found is None and not empty and not home.is_local:
            login = str(work.value(text("select session_user")))
            found = of_agent(work, login, via)
    if empty:
        with store.work(write=True) as work:
            _make_owner(work, login)
            found = of_agent(work, login, via)
    if found is None:
        raise NotAllowed(
            _(
                "{login} is not an agent of this desk. An administrator adds you: deskterm agents add {login}"
            ).format(login=login)
        )
    if home.confinement is not None:
        return _confined(store, found, home.confinement)
    if as_login is None or as_login == found.login:
        return _with_access(found)
    if not found.owner:
        raise NotAllowed(_("Only the owner of the store may act as somebody else (--as)."))
    with store.work() as work:
        other = of_agent(work, as_login, f"{via} as by {login}")
    if other is None:
        raise NotAllowed(_("There is no active agent {login}.").format(login=as_login))
    return _with_access(other)


def _with_contained(rights: Iterable[str]) -> frozenset[str]:
    """Who sees all tickets sees his own, whether or not his role says so."""
    given = frozenset(rights)
    return given | {"see own"} if "see all" in given else given


def _confined(store: Store, owner: Actor, confinement: Confinement) -> Actor:
    """The agent whose key opened this session."""
    if not owner.owner:
        raise NotAllowed(_("Sessions of others run as the owner of the store only."))
    with store.work() as work:
        found = of_agent(work, confinement.login, confinement.via)
    if found is None:
        raise NotAllowed(_("There is no active agent {login}.").format(login=confinement.login))
    return _with_access(replace(found, confined=True))


def _with_access(actor: Actor) -> Actor:
    """The actor, unless his role gives him nothing to do here."""
    if actor.rights:
        return actor
    raise NotAllowed(
        _(
            "{login} has no access to this desk. An administrator gives it: "
            "deskterm agents edit {login} --role agent"
        ).format(login=actor.login)
    )


def _make_owner(work: Work, login: str) -> None:
    if work.value(select(func.count()).select_from(t.agent)):
        return  # another console was first
    role = work.value(select(t.role.c.id).where(t.role.c.key == "administrator"))
    try:
        full = pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0]
    except KeyError:
        full = ""
    id = work.insert(t.agent, login=login, name=full or login, role_id=role, owner=True, created_at=work.now)
    work.insert(
        t.event,
        at=work.now,
        act="agent.add",
        actor_kind="system",
        via="first start",
        subject_kind="agent",
        subject_id=id,
        changes=[["login", None, login]],
    )


_STANDING = Query(
    select(t.agent.c.id, t.agent.c.name, t.agent.c.owner, t.role.c.rights)
    .outerjoin(t.team, and_(t.team.c.id == t.agent.c.team_id, t.team.c.active))
    .join(t.role, or_(t.role.c.id == t.agent.c.role_id, t.role.c.id == t.team.c.role_id))
    .where(t.agent.c.login == bindparam("login"), t.agent.c.active)
)
