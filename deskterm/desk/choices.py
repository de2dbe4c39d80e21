"""The desk's lists: rubrics, categories, kinds, criticalities, difficulties, sources, SLA levels…"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, func, select

from deskterm.desk import history, undo
from deskterm.desk.act_titles import LISTS
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

OF_TICKETS: Final = ("rubric", "category", "kind", "criticality", "difficulty", "source", "sla")
"""Lists a ticket has an entry of, each in a column of its own: `rubric_id` …"""
EDITABLE: Final = ("name", "position", "is_default", "active", "responsible_id", "team_id")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list; `name` is translated where it came with the program."""

    id: int
    name: str
    position: int
    active: bool
    is_default: bool = False
    key: str | None = None
    responsible_id: int | None = None
    """Who gets new tickets that have it, and is offered when it is set."""
    team_id: int | None = None
    responsible: str = ""
    team: str = ""


def shown(key: str | None, name: str) -> str:
    """A name as people read it: translated as long as nobody gave it another."""
    return _(name) if key is not None and name else name


def active(work: Work, name: str) -> list[Entry]:
    """The entries one can choose, in their order."""
    return [entry for entry in _all(work, name) if entry.active]


def listed(work: Work, actor: Actor, name: str) -> list[Entry]:
    """All entries, retired ones too."""
    require(work, actor, "see own", f"{name}.list")
    return _all(work, name)


def defaults(work: Work) -> dict[str, int]:
    """What a new ticket gets of each list where nothing else is said, by the ticket's column."""
    return work.remembered(
        "list defaults",
        lambda: {
            f"{row.list}_id": int(row.id)
            for row in work.rows(
                select(t.choice.c.list, t.choice.c.id)
                .where(t.choice.c.is_default, t.choice.c.active, t.choice.c.list.in_(OF_TICKETS))
                # history names them in this order
                .order_by(t.choice.c.list)
            )
        },
    )


def add(work: Work, actor: Actor, list: str, name: str, values: Mapping[str, Any] | None = None) -> int:
    """Add an entry at the end and give its id; a retired one of that name comes back.

    `values` are more of what `edit` takes.
    """
    require(work, actor, "administer", f"{list}.add")
    name = _checked(list, name)
    with undo.together(work, actor, f"{list}.add"):
        there = work.first(select(t.choice.c.id).where(t.choice.c.list == list, t.choice.c.name == name))
        if there is not None:
            work.update(t.choice, there.id, active=True)
            id = int(there.id)
        else:
            last = work.value(select(func.max(t.choice.c.position)).where(t.choice.c.list == list))
            id = work.insert(t.choice, list=list, name=name, position=(last if last is not None else -1) + 1)
        work.forget()
        history.record(work, actor, f"{list}.add", subject=("choice", id), changes=[("name", None, name)])
        if values:
            edit(work, actor, list, str(id), values)
    return id


def edit(work: Work, actor: Actor, list: str, name: str, changes: Mapping[str, Any]) -> None:
    """Change an entry: `name`, `position`, `is_default`, `active`, `responsible_id`, `team_id`."""
    require(work, actor, "administer", f"{list}.edit")
    entry = find(work, list, name)
    values = {field: value for field, value in changes.items() if field in EDITABLE}
    if "name" in values:
        values["name"] = _checked(list, values["name"])
        if values["name"] != entry.name:
            values["key"] = None
        taken = work.value(
            select(t.choice.c.id).where(t.choice.c.list == list, t.choice.c.name == values["name"])
        )
        if taken is not None and taken != entry.id:
            raise BadData(_("There is an entry {name} already.").format(name=values["name"]))
    for field, table in (("responsible_id", t.agent), ("team_id", t.team)):
        id = values.get(field)
        if id is not None and not work.value(select(table.c.active).where(table.c.id == id)):
            raise BadData(_("There is no such active agent or team."))
    if not values:
        return
    with undo.together(work, actor, f"{list}.edit"):
        if values.get("is_default"):
            # one entry of a list is what a new ticket gets
            c = t.choice.c
            work.update_where(
                t.choice, and_(c.list == list, c.is_default, c.id != entry.id), is_default=False
            )
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


def order(work: Work, actor: Actor, list: str, entry_ids: Sequence[int]) -> None:
    """Put the entries of a list into this order; those not named follow as they stand."""
    require(work, actor, "administer", f"{list}.edit")
    there = [entry.id for entry in _all(work, list)]
    if set(entry_ids) - set(there):
        raise BadData(_("There is no such entry in the list."))
    wanted = [*dict.fromkeys(entry_ids), *(id for id in there if id not in entry_ids)]
    with undo.together(work, actor, f"{list}.edit"):
        for position, id in enumerate(wanted):
            work.update(t.choice, id, position=position)
        work.forget()
        history.record(work, actor, f"{list}.edit", changes=[("order", there, wanted)])


def find(work: Work, list: str, name: str) -> Entry:
    """An entry by its name or number."""
    for entry in _all(work, list):
        if name in (str(entry.id), entry.name, entry.key):
            return entry
    raise NotFound(_("There is no entry {name} in this list.").format(name=name))


def _all(work: Work, name: str) -> list[Entry]:
    return [
        Entry(
            id=row.id,
            name=shown(row.key, row.name),
            position=row.position,
            active=row.active,
            is_default=row.is_default,
            key=row.key,
            responsible_id=row.responsible_id,
            team_id=row.team_id,
            responsible=row.responsible or "",
            team=row.team or "",
        )
        for row in work.rows(
            select(t.choice, t.agent.c.name.label("responsible"), t.team.c.name.label("team"))
            .outerjoin(t.agent, t.agent.c.id == t.choice.c.responsible_id)
            .outerjoin(t.team, t.team.c.id == t.choice.c.team_id)
            .where(t.choice.c.list == name)
            .order_by(t.choice.c.position, t.choice.c.id)
        )
    ]


def _checked(list: str, name: str) -> str:
    if list not in LISTS:
        raise NotFound(_("There is no list {name}.").format(name=list))
    name = " ".join(name.split())
    if not name:
        raise BadData(_("A name is needed."))
    return name
