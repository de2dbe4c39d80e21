"""Roles: named sets of rights, given to agents or to teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from deskterm.desk import contacts, history
from deskterm.desk.actor import Actor
from deskterm.desk.choices import shown
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import RIGHTS, require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

FIXED: Final = frozenset({"administrator", "none", "customer"})
"""Built-in roles whose rights are what their names say: all, or none."""


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role; `key` is set for built-in ones, `agents` and `teams` count who has it."""

    id: int
    key: str | None
    name: str
    rights: tuple[str, ...]
    agents: int
    teams: int

    @property
    def built_in(self) -> bool:
        return self.key is not None


@undoable("role.add")
def add(work: Work, actor: Actor, name: str, rights: Sequence[str] = ()) -> int:
    """Add a role with any set of rights and give its id."""
    require(work, actor, "administer", "role.add")
    name = _free_name(work, name)
    wanted = checked(rights)
    id = work.insert(t.role, name=name, rights=wanted)
    history.record(
        work,
        actor,
        "role.add",
        subject=("role", id),
        changes=[("name", None, name), ("rights", None, wanted)],
    )
    return id


@undoable("role.edit")
def edit(work: Work, actor: Actor, name: str, changes: Mapping[str, Any]) -> None:
    """Rename a role or give it other rights; some built-in ones keep theirs."""
    require(work, actor, "administer", "role.edit")
    there = find(work, name)
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = _free_name(work, str(changes["name"]), there.id)
    if "rights" in changes:
        if there.key in FIXED:
            raise BadData(
                _("The rights of the role {name} are fixed. Add a role of your own.").format(name=there.name)
            )
        values["rights"] = checked(changes["rights"])
    if not values:
        return
    work.update(t.role, there.id, **values)
    work.forget()
    keep_an_administrator(work)
    history.record(
        work,
        actor,
        "role.edit",
        subject=("role", there.id),
        changes=[(field, _plain(getattr(there, field)), value) for field, value in values.items()],
    )


@undoable("role.remove")
def remove(work: Work, actor: Actor, name: str) -> None:
    """Take away a role nobody has."""
    require(work, actor, "administer", "role.remove")
    there = find(work, name)
    if there.built_in:
        raise BadData(_("The role {name} came with the program and stays.").format(name=there.name))
    has_it = [
        *work.values(select(t.agent.c.login).where(t.agent.c.role_id == there.id)),
        *work.values(select(t.team.c.name).where(t.team.c.role_id == there.id)),
    ]
    if has_it:
        raise BadData(
            _("The role {name} is still given to {who}. Give them another first.").format(
                name=there.name, who=", ".join(has_it)
            )
        )
    limited = [
        shown(row.key, row.name)
        for row in work.rows(select(t.status.c.key, t.status.c.name, t.status.c.role_ids))
        if there.id in (row.role_ids or ())
    ]
    if limited:
        raise BadData(
            _("The role {name} is named by statuses that only some may set: {statuses}.").format(
                name=there.name, statuses=", ".join(limited)
            )
        )
    work.delete_where(t.role, t.role.c.id == there.id)
    history.record(
        work, actor, "role.remove", subject=("role", there.id), changes=[("name", there.name, None)]
    )


def listed(work: Work, actor: Actor) -> list[RoleView]:
    """Roles in the order they came, built-in ones first."""
    require(work, actor, "see own", "role.list")
    return _views(work)


def show(work: Work, actor: Actor, name: str) -> RoleView:
    """A role by key, name or number."""
    require(work, actor, "see own", "role.show")
    return find(work, name)


def find(work: Work, name: str) -> RoleView:
    """A role by key, name as shown, or number; NotFound where there is none."""
    views = _views(work)
    wanted = name.strip().casefold()
    for view in views:
        if wanted and wanted in (view.key, view.name.casefold(), str(view.id)):
            return view
    raise NotFound(
        _("There is no role {role}. There are: {all}").format(
            role=name, all=", ".join(view.key or view.name for view in views)
        )
    )


def checked(rights: Sequence[str]) -> list[str]:
    """Rights in the order of the table; BadData for one there is not."""
    wanted = {" ".join(right.replace("_", " ").split()).casefold() for right in rights}
    unknown = wanted - set(RIGHTS)
    if unknown:
        raise BadData(
            _("There is no right {name}. There are: {all}").format(
                name=", ".join(sorted(unknown)), all=", ".join(RIGHTS)
            )
        )
    return [right for right in RIGHTS if right in wanted]


def keep_an_administrator(work: Work) -> None:
    """BadData where no active agent may administer the desk any more."""
    own, by_team = t.role.alias("own_role"), t.role.alias("team_role")
    rows = work.rows(
        select(own.c.rights, by_team.c.rights.label("of_team"))
        .select_from(t.agent)
        .join(own, own.c.id == t.agent.c.role_id)
        .outerjoin(t.team, (t.team.c.id == t.agent.c.team_id) & t.team.c.active)
        .outerjoin(by_team, by_team.c.id == t.team.c.role_id)
        .where(t.agent.c.active)
    )
    if not any("administer" in row.rights or "administer" in (row.of_team or ()) for row in rows):
        raise BadData(_("The desk would have no administrator left."))


def _free_name(work: Work, name: str, but: int | None = None) -> str:
    name = contacts.person_name(name)
    if not name:
        raise BadData(_("A name is needed."))
    for view in _views(work):
        if view.id != but and name.casefold() in (view.key, view.name.casefold()):
            raise BadData(_("There is a role {name} already.").format(name=name))
    return name


def _views(work: Work) -> list[RoleView]:
    def numbers(table: Any) -> dict[int, int]:
        return {
            row.role_id: row.number
            for row in work.rows(
                select(table.c.role_id, func.count().label("number"))
                .where(table.c.active)
                .group_by(table.c.role_id)
            )
        }

    agents, teams = numbers(t.agent), numbers(t.team)
    return [
        RoleView(
            row.id,
            row.key,
            shown(row.key, row.name),
            tuple(RIGHTS if "administer" in row.rights else row.rights),
            agents.get(row.id, 0),
            teams.get(row.id, 0),
        )
        for row in work.rows(select(t.role).order_by(t.role.c.key.is_(None), t.role.c.id))
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
