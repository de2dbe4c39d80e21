"""Teams: agents who share work; a team's role is its members' too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from deskterm.desk import comparing, contacts, history, roles
from deskterm.desk.actor import Actor
from deskterm.desk.choices import shown
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

FIELDS: Final = ("name", "role", "members", "active")


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team; `role` is its key or name, `members` are logins of active agents."""

    id: int
    name: str
    role: str
    role_name: str
    members: tuple[str, ...]
    active: bool


@undoable("team.add")
def add(work: Work, actor: Actor, name: str, role: str = "", members: Sequence[str] = ()) -> int:
    """Add a team and give its id."""
    require(work, actor, "administer", "team.add")
    name = _free_name(work, name)
    id = work.insert(t.team, name=name, role_id=roles.find(work, role).id if role else None)
    history.record(work, actor, "team.add", subject=("team", id), changes=[("name", None, name)])
    if members:
        _set_members(work, actor, find(work, name), members)
    work.forget()
    return id


@undoable("team.edit")
def edit(
    work: Work, actor: Actor, name: str, changes: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> None:
    """Rename a team, change its role ('' for none) or members, make it active or not."""
    require(work, actor, "administer", "team.edit")
    there = find(work, name)
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise BadData(_("A team has no field {name}.").format(name=", ".join(sorted(unknown))))
    comparing.compare(work, ("team", there.id), there, changes, seen)
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = _free_name(work, str(changes["name"]), there.id)
    if "role" in changes:
        values["role_id"] = roles.find(work, str(changes["role"])).id if changes["role"] else None
    if "active" in changes:
        values["active"] = bool(changes["active"])
    if values:
        work.update(t.team, there.id, **values)
    if "members" in changes:
        _set_members(work, actor, there, changes["members"])
    work.forget()
    roles.keep_an_administrator(work)
    history.record(
        work,
        actor,
        "team.edit",
        subject=("team", there.id),
        changes=[(field, _plain(getattr(there, field)), _plain(value)) for field, value in changes.items()],
    )


@undoable("team.edit")
def remove(work: Work, actor: Actor, name: str) -> None:
    """Make a team inactive: it gets no tickets and gives no role; its tickets still name it."""
    edit(work, actor, name, {"active": False})


def listed(work: Work, actor: Actor, active_only: bool = False) -> list[TeamView]:
    """Teams by name."""
    require(work, actor, "see own", "team.list")
    return [view for view in _views(work) if view.active or not active_only]


def show(work: Work, actor: Actor, name: str) -> TeamView:
    """A team by name or number."""
    require(work, actor, "see own", "team.show")
    return find(work, name)


def find(work: Work, name: str) -> TeamView:
    """A team by name or number; NotFound where there is none."""
    words, views = name.strip(), _views(work)
    for found in ([view for view in views if view.name == words], [v for v in views if str(v.id) == words]):
        if found:
            return found[0]
    raise NotFound(_("There is no team {name}.").format(name=name))


def _set_members(work: Work, actor: Actor, team: TeamView, logins: Sequence[str]) -> None:
    """Make just these agents the members; who was in another team leaves it."""
    c = t.agent.c
    wanted: dict[int, int | None] = {}
    for login in logins:
        row = work.first(select(c.id, c.team_id).where(c.login == login.strip(), c.active))
        if row is None:
            raise NotFound(_("There is no active agent {login}.").format(login=login))
        wanted[int(row.id)] = row.team_id
    there = set(work.values(select(c.id).where(c.team_id == team.id, c.active)))
    moves: list[tuple[int, int | None, int | None]] = [(id, team.id, None) for id in there - set(wanted)]
    moves += [(id, before, team.id) for id, before in wanted.items() if before != team.id]
    for id, before, now in moves:
        work.update(t.agent, id, team_id=now)
        history.record(work, actor, "agent.edit", subject=("agent", id), changes=[("team_id", before, now)])


def _free_name(work: Work, name: str, but: int | None = None) -> str:
    name = contacts.person_name(name)
    if not name:
        raise BadData(_("A name is needed."))
    if work.value(select(t.team.c.id).where(t.team.c.name == name, t.team.c.id != (but or 0))) is not None:
        raise BadData(_("There is a team {name} already.").format(name=name))
    return name


def _views(work: Work) -> list[TeamView]:
    members: dict[int, list[str]] = {}
    c = t.agent.c
    for row in work.rows(select(c.team_id, c.login).where(c.active, c.team_id.is_not(None)).order_by(c.id)):
        members.setdefault(row.team_id, []).append(row.login)
    return [
        TeamView(
            row.id,
            row.name,
            row.role_key or row.role_name or "",
            shown(row.role_key, row.role_name or ""),
            tuple(members.get(row.id, ())),
            row.active,
        )
        for row in work.rows(
            select(t.team, t.role.c.key.label("role_key"), t.role.c.name.label("role_name"))
            .outerjoin(t.role, t.role.c.id == t.team.c.role_id)
            .order_by(t.team.c.name)
        )
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
