"""Branches of the desk's own house; the agents of a branch are contacts of its client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from deskterm.desk import clients, comparing, contacts, history
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

FIELDS: Final = ("name", "client", "active")


@dataclass(frozen=True, slots=True)
class BranchView:
    """A branch; `agents` counts active ones."""

    id: int
    name: str
    client_id: int | None
    client: str
    agents: int
    active: bool


@undoable("branch.add")
def add(work: Work, actor: Actor, name: str, client: str | int | None = None) -> int:
    """Add a branch and give its id; without a client it takes, or makes, the one of its name."""
    require(work, actor, "administer", "branch.add")
    name = contacts.person_name(name)
    if not name:
        raise BadData(_("A name is needed."))
    if _taken(work, name):
        raise BadData(_("There is a branch {name} already.").format(name=name))
    client_id = clients.find(work, client).id if client else _client_named(work, actor, name)
    id = work.insert(t.branch, name=name, client_id=client_id)
    history.record(work, actor, "branch.add", subject=("branch", id), changes=[("name", None, name)])
    return id


@undoable("branch.edit")
def edit(
    work: Work, actor: Actor, name: str, changes: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> None:
    """Rename a branch, give it another client, make it active or not.

    The contacts its agents are stay where they are until the agents are changed.
    """
    require(work, actor, "administer", "branch.edit")
    there = find(work, name)
    comparing.compare(work, ("branch", there.id), there, changes, seen)
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = contacts.person_name(str(changes["name"]))
        if not values["name"]:
            raise BadData(_("A name is needed."))
        if _taken(work, values["name"], there.id):
            raise BadData(_("There is a branch {name} already.").format(name=values["name"]))
    if changes.get("client"):
        values["client_id"] = clients.find(work, changes["client"]).id
    if "active" in changes:
        values["active"] = bool(changes["active"])
    if values:
        work.update(t.branch, there.id, **values)
        history.record(
            work,
            actor,
            "branch.edit",
            subject=("branch", there.id),
            changes=[(field, getattr(there, field), value) for field, value in values.items()],
        )


@undoable("branch.edit")
def remove(work: Work, actor: Actor, name: str) -> None:
    """Make a branch inactive: no agent can be put into it any more."""
    edit(work, actor, name, {"active": False})


def listed(work: Work, actor: Actor, active_only: bool = False) -> list[BranchView]:
    """Branches by name."""
    require(work, actor, "see own", "branch.list")
    return [view for view in _views(work) if view.active or not active_only]


def show(work: Work, actor: Actor, name: str) -> BranchView:
    """A branch by name or number."""
    require(work, actor, "see own", "branch.show")
    return find(work, name)


def find(work: Work, name: str) -> BranchView:
    """A branch by name or number; NotFound where there is none."""
    words = name.strip()
    views = _views(work)
    for found in ([view for view in views if view.name == words], [v for v in views if str(v.id) == words]):
        if found:
            return found[0]
    raise NotFound(_("There is no branch {name}.").format(name=name))


def for_agent(work: Work, actor: Actor, name: str) -> int | None:
    """The branch an agent is put into, made where there is none of that name; '' is none."""
    name = contacts.person_name(name)
    if not name:
        return None
    try:
        found = find(work, name)
    except NotFound:
        return add(work, actor, name)
    if not found.active:
        raise BadData(_("The branch {name} is inactive.").format(name=found.name))
    return found.id


def only(work: Work) -> str:
    """The name of the branch of a desk that has just one, else ''."""
    names = work.values(select(t.branch.c.name).where(t.branch.c.active).limit(2))
    return str(names[0]) if len(names) == 1 else ""


def client_of(work: Work, actor: Actor, branch_id: int) -> int:
    """The client whose contacts the agents of a branch are; made where the branch has none yet."""
    row = work.first(select(t.branch.c.name, t.branch.c.client_id).where(t.branch.c.id == branch_id))
    if row is None:
        raise NotFound(_("There is no branch {name}.").format(name=branch_id))
    if row.client_id is not None:
        return int(row.client_id)
    client_id = _client_named(work, actor, row.name)
    work.update(t.branch, branch_id, client_id=client_id)
    return client_id


def _client_named(work: Work, actor: Actor, name: str) -> int:
    there = work.value(select(t.client.c.id).where(t.client.c.key == name.casefold()))
    return int(there) if there is not None else clients.add(work, actor, name)


def _taken(work: Work, name: str, but: int | None = None) -> bool:
    wanted = select(t.branch.c.id).where(t.branch.c.name == name, t.branch.c.id != (but or 0))
    return work.value(wanted) is not None


def _views(work: Work) -> list[BranchView]:
    c = t.agent.c
    numbers = {
        row.branch_id: row.number
        for row in work.rows(
            select(c.branch_id, func.count().label("number")).where(c.active).group_by(c.branch_id)
        )
    }
    return [
        BranchView(row.id, row.name, row.client_id, row.client or "", numbers.get(row.id, 0), row.active)
        for row in work.rows(
            select(t.branch, t.client.c.name.label("client"))
            .outerjoin(t.client, t.client.c.id == t.branch.c.client_id)
            .order_by(t.branch.c.name)
        )
    ]
