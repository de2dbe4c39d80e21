"""Departments of clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from deskterm.desk import comparing, contacts, history
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

FIELDS: Final = ("name", "active")


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """A department; `contacts` is how many active ones are in it."""

    id: int
    client_id: int
    client: str
    name: str
    contacts: int
    active: bool


@undoable("department.add")
def add(work: Work, actor: Actor, client_id: int, name: str) -> int:
    """Add a department to a client and give its id; one that was made inactive comes back."""
    require(work, actor, "change", "department.add")
    if work.value(select(t.client.c.id).where(t.client.c.id == client_id)) is None:
        raise NotFound(_("There is no client {name}.").format(name=client_id))
    name = contacts.person_name(name)
    if not name:
        raise BadData(_("A name is needed."))
    c = t.department.c
    there = work.first(select(c.id, c.active).where(c.client_id == client_id, c.key == name.casefold()))
    if there is not None and there.active:
        raise BadData(_("The client has a department {name} already.").format(name=name))
    if there is not None:
        id = int(there.id)
        work.update(t.department, id, active=True, name=name)
    else:
        id = work.insert(t.department, client_id=client_id, name=name, key=name.casefold())
    history.record(work, actor, "department.add", subject=("department", id), changes=[("name", None, name)])
    return id


@undoable("department.edit")
def edit(
    work: Work,
    actor: Actor,
    department_id: int,
    changes: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Rename a department, make it active or not."""
    require(work, actor, "change", "department.edit")
    there = find(work, department_id)
    comparing.compare(work, ("department", department_id), there, changes, seen)
    values = {field: changes[field] for field in FIELDS if field in changes}
    if "name" in values:
        values["name"] = contacts.person_name(str(values["name"]))
        values["key"] = values["name"].casefold()
        c = t.department.c
        taken = work.value(
            select(c.id).where(c.client_id == there.client_id, c.key == values["key"], c.id != department_id)
        )
        if not values["name"]:
            raise BadData(_("A name is needed."))
        if taken is not None:
            raise BadData(_("The client has a department {name} already.").format(name=values["name"]))
    if values:
        work.update(t.department, department_id, **values)
        history.record(
            work,
            actor,
            "department.edit",
            subject=("department", department_id),
            changes=[(field, getattr(there, field), values[field]) for field in FIELDS if field in values],
        )


@undoable("department.remove")
def remove(work: Work, actor: Actor, department_id: int) -> None:
    """Take a department away: its contacts are in none then, the history still names it."""
    require(work, actor, "change", "department.remove")
    there = find(work, department_id)
    work.update_where(t.contact, t.contact.c.department_id == department_id, department_id=None)
    work.update(t.department, department_id, active=False)
    history.record(
        work,
        actor,
        "department.remove",
        subject=("department", department_id),
        changes=[("active", there.active, False)],
    )


def listed(
    work: Work, actor: Actor, client_id: int | None = None, active_only: bool = False
) -> list[DepartmentView]:
    """Departments by client and name."""
    require(work, actor, "see own", "department.list")
    return [
        view
        for view in _views(work)
        if (client_id is None or view.client_id == client_id) and (view.active or not active_only)
    ]


def show(work: Work, actor: Actor, name: str, client_id: int | None = None) -> DepartmentView:
    """A department by number, or by name where only one has it."""
    require(work, actor, "see own", "department.show")
    return named(work, name, client_id)


def find(work: Work, department_id: int) -> DepartmentView:
    for view in _views(work):
        if view.id == department_id:
            return view
    raise NotFound(_("There is no department {name}.").format(name=department_id))


def named(work: Work, name: str, client_id: int | None = None) -> DepartmentView:
    """A department by number or name; BadData where several clients have one of that name."""
    words = name.strip().casefold()
    here = [view for view in _views(work) if client_id is None or view.client_id == client_id]
    found = [view for view in here if view.name.casefold() == words] or [
        view for view in here if str(view.id) == words
    ]
    if not found:
        raise NotFound(_("There is no department {name}.").format(name=name))
    if len(found) > 1:
        raise BadData(
            _("Several clients have a department {name}: {clients}. Name the client.").format(
                name=name, clients=", ".join(view.client for view in found)
            )
        )
    return found[0]


def _views(work: Work) -> list[DepartmentView]:
    c = t.contact.c
    numbers = {
        row.department_id: row.number
        for row in work.rows(
            select(c.department_id, func.count().label("number"))
            .where(c.active, c.department_id.is_not(None))
            .group_by(c.department_id)
        )
    }
    return [
        DepartmentView(row.id, row.client_id, row.client, row.name, numbers.get(row.id, 0), row.active)
        for row in work.rows(
            select(t.department, t.client.c.name.label("client"))
            .join(t.client, t.client.c.id == t.department.c.client_id)
            .order_by(t.client.c.key, t.department.c.key)
        )
    ]
