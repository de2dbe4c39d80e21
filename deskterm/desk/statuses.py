"""Statuses: rows in the classes active, waiting and closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from deskterm.desk import history
from deskterm.desk.actor import Actor
from deskterm.desk.choices import shown
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.tables.types import STATUS_CLASSES
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class StatusRow:
    id: int
    key: str | None
    name: str
    status_class: str
    position: int
    when_customer_writes: str | None
    active: bool


def listed(work: Work, active_only: bool = True) -> list[StatusRow]:
    """Statuses in their order, by class."""
    rows = [
        StatusRow(
            row.id,
            row.key,
            shown(row.key, row.name),
            row._mapping["class"],
            row.position,
            row.when_customer_writes,
            row.active,
        )
        for row in work.rows(select(t.status).order_by(t.status.c.position, t.status.c.id))
        if row.active or not active_only
    ]
    return sorted(rows, key=lambda row: (STATUS_CLASSES.index(row.status_class), row.position))


def find(work: Work, name: str) -> StatusRow:
    """A status by its key, number or name, case folded."""
    wanted = name.strip().casefold()
    for row in listed(work):
        if wanted in (row.key, str(row.id), row.name.casefold()):
            return row
    raise NotFound(
        _("There is no status {name}. There are: {all}").format(
            name=name, all=", ".join(row.key or row.name for row in listed(work))
        )
    )


def add(work: Work, actor: Actor, name: str, status_class: str) -> int:
    """Add a status to a class and give its id."""
    require(work, actor, "administer", "status.add")
    name = " ".join(name.split())
    if not name or status_class not in STATUS_CLASSES:
        raise BadData(_("A status needs a name and a class: active, waiting or closed."))
    last = work.value(select(func.max(t.status.c.position)))
    values: dict[str, Any] = {"name": name, "class": status_class, "position": (last or 0) + 1}
    result = work.execute(t.status.insert().values(values))
    key = result.inserted_primary_key
    id = int(key[0]) if key else 0
    history.record(work, actor, "status.add", subject=("status", id), changes=[("name", None, name)])
    return id


def edit(work: Work, actor: Actor, name: str, changes: dict[str, Any]) -> None:
    """Rename, order or retire a status: `name`, `position`, `active`, `when_customer_writes`."""
    require(work, actor, "administer", "status.edit")
    row = find(work, name)
    allowed = ("name", "position", "active", "when_customer_writes")
    values = {field: value for field, value in changes.items() if field in allowed}
    if values.get("active") is False:
        others = [one for one in listed(work) if one.status_class == row.status_class and one.id != row.id]
        if not others:
            raise BadData(_("The class {name} would have no status left.").format(name=row.status_class))
    if values:
        work.update(t.status, row.id, **values)
        work.forget()
        history.record(
            work,
            actor,
            "status.edit",
            subject=("status", row.id),
            changes=[(field, getattr(row, field), value) for field, value in values.items()],
        )
