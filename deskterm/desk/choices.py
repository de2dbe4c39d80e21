"""The desk's lists: rubrics, categories, kinds, criticalities, difficulties, sources; and statuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from deskterm.desk import history
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

LISTS = ("rubric", "category", "kind", "criticality", "difficulty", "source")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list; `name` is translated where it came with the program."""

    id: int
    name: str
    position: int
    active: bool
    is_default: bool = False
    key: str | None = None


def shown(key: str | None, name: str) -> str:
    """A name as people read it: translated as long as nobody gave it another."""
    return _(name) if key is not None and name else name


def active(work: Work, name: str) -> list[Entry]:
    """The entries one can choose, in their order."""
    return [entry for entry in _all(work, name) if entry.active]


def listed(work: Work, actor: Actor, name: str) -> list[Entry]:
    """All entries, retired ones too."""
    return _all(work, name)


def add(work: Work, actor: Actor, list: str, name: str) -> int:
    """Add an entry at the end and give its id; a retired one of that name comes back."""
    require(work, actor, "administer", f"{list}.add")
    name = _checked(list, name)
    there = work.first(select(t.choice.c.id).where(t.choice.c.list == list, t.choice.c.name == name))
    if there is not None:
        work.update(t.choice, there.id, active=True)
        id = int(there.id)
    else:
        last = work.value(select(func.max(t.choice.c.position)).where(t.choice.c.list == list))
        id = work.insert(t.choice, list=list, name=name, position=(last if last is not None else -1) + 1)
    history.record(work, actor, f"{list}.add", subject=("choice", id), changes=[("name", None, name)])
    return id


def edit(work: Work, actor: Actor, list: str, name: str, changes: dict[str, Any]) -> None:
    """Rename, order, make default or retire an entry: `name`, `position`, `is_default`, `active`."""
    require(work, actor, "administer", f"{list}.edit")
    entry = find(work, list, name)
    values = {
        field: value
        for field, value in changes.items()
        if field in ("name", "position", "is_default", "active")
    }
    if "name" in values:
        values["name"] = _checked(list, values["name"])
        values["key"] = None
        taken = work.value(
            select(t.choice.c.id).where(t.choice.c.list == list, t.choice.c.name == values["name"])
        )
        if taken is not None and taken != entry.id:
            raise BadData(_("There is an entry {name} already.").format(name=values["name"]))
    if values:
        work.update(t.choice, entry.id, **values)
        work.forget()
        history.record(
            work,
            actor,
            f"{list}.edit",
            subject=("choice", entry.id),
            changes=[(field, getattr(entry, field, None), value) for field, value in values.items()],
        )


def remove(work: Work, actor: Actor, list: str, name: str) -> None:
    """Retire an entry: tickets that have it keep it, nobody can choose it."""
    edit(work, actor, list, name, {"active": False})


def find(work: Work, list: str, name: str) -> Entry:
    """An entry by its name or number."""
    for entry in _all(work, list):
        if name in (str(entry.id), entry.name, entry.key):
            return entry
    raise NotFound(_("There is no entry {name} in this list.").format(name=name))


def _all(work: Work, name: str) -> list[Entry]:
    return [
        Entry(row.id, shown(row.key, row.name), row.position, row.active, row.is_default, row.key)
        for row in work.rows(
            select(t.choice).where(t.choice.c.list == name).order_by(t.choice.c.position, t.choice.c.id)
        )
    ]


def _checked(list: str, name: str) -> str:
    if list not in LISTS:
        raise NotFound(_("There is no list {name}.").format(name=list))
    name = " ".join(name.split())
    if not name:
        raise BadData(_("A name is needed."))
    return name
