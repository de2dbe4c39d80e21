"""Statuses: rows in the classes active, waiting and closed; and what follows when a customer writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from deskterm.desk import history, settings
from deskterm.desk.actor import Actor
from deskterm.desk.choices import shown
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import has, refuse
from deskterm.desk.rights import require as require_right
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.tables.types import STATUS_CLASSES
from deskterm.store.work import Work

EDITABLE: Final = ("name", "position", "active", "when_customer_writes", "role_ids")


@dataclass(frozen=True, slots=True)
class StatusRow:
    id: int
    key: str | None
    name: str
    status_class: str
    position: int
    when_customer_writes: str | None
    """Key, or number where it has none, of the status a ticket goes to when its customer writes."""
    active: bool
    role_ids: tuple[int, ...] | None = None
    """Roles whose agents may set it; None: all may."""
    roles: tuple[str, ...] = ()
    """The same by name."""


def listed(work: Work, active_only: bool = True) -> list[StatusRow]:
    """Statuses in their order, by class."""
    return [row for row in _all(work) if row.active or not active_only]


def find(work: Work, name: str) -> StatusRow:
    """A status by its key, number or name, case folded; one in use goes before a retired one."""
    wanted = name.strip().casefold()
    rows = listed(work, active_only=False)
    for row in sorted(rows, key=lambda row: not row.active):
        if wanted in (row.key, str(row.id), row.name.casefold()):
            return row
    raise NotFound(
        _("There is no status {name}. There are: {all}").format(
            name=name, all=", ".join(row.key or row.name for row in listed(work))
        )
    )


def after_answer(work: Work) -> StatusRow | None:
    """The status in use an answer sets by itself; None where it sets none."""
    said = settings.get(work, "status_after_answer")
    return next((row for row in listed(work) if said and said in (row.key, str(row.id))), None)


def of_id(work: Work, id: int) -> StatusRow:
    """A status that can be set, by its number; BadData where there is none or it was retired."""
    row = known(work, id)
    if not row.active:
        raise BadData(_("The status {name} was retired.").format(name=row.name))
    return row


def known(work: Work, id: int) -> StatusRow:
    """A status by its number, a retired one too."""
    for row in _all(work):
        if row.id == id:
            return row
    raise BadData(_("There is no such status."))


def closing(work: Work) -> StatusRow:
    """The status of a ticket that is closed without anybody choosing which."""
    return _first(work, "closed", "closed")


def reopening(work: Work) -> StatusRow:
    """The status of a ticket somebody has to work on again."""
    return _first(work, "active", "consideration")


def after_customer(work: Work, status_id: int) -> StatusRow | None:
    """The status a ticket goes to when its customer writes (C3); None: it stays."""
    then = next((row.when_customer_writes for row in _all(work) if row.id == status_id), None)
    if not then:
        return None
    return next((row for row in listed(work) if then in (row.key, str(row.id))), None)


def may_set(work: Work, actor: Actor, status_id: int) -> bool:
    """Whether an agent's roles let him set a status; an administrator and the desk itself may set any."""
    allowed = next((row.role_ids for row in _all(work) if row.id == status_id), None)
    if allowed is None or actor.kind != "agent" or has(actor, "administer"):
        return True
    return bool(_roles_of(work, actor) & set(allowed))


def settable(work: Work, actor: Actor) -> list[StatusRow]:
    """The statuses an agent can choose from."""
    return [row for row in listed(work) if may_set(work, actor, row.id)]


def require(work: Work, actor: Actor, act: str, status_id: int, ticket_id: int | None = None) -> StatusRow:
    """The status, where the actor may set it: NotAllowed, noted in the audit, where he may not."""
    row = of_id(work, status_id)
    if not may_set(work, actor, status_id):
        refuse(work, actor, _("set status {name}").format(name=row.name), act, ticket_id)
    return row


@undoable("status.add")
def add(
    work: Work,
    actor: Actor,
    name: str,
    status_class: str,
    role_ids: Sequence[int] | None = None,
    when_customer_writes: str = "",
) -> int:
    """Add a status to a class and give its id."""
    require_right(work, actor, "administer", "status.add")
    if status_class not in STATUS_CLASSES:
        raise BadData(_("A status needs a name and a class: active, waiting or closed."))
    name = _free_name(work, name)
    last = work.value(select(func.max(t.status.c.position)))
    values: dict[str, Any] = {
        "name": name,
        "class": status_class,
        "position": (last or 0) + 1,
        "role_ids": _roles(work, role_ids),
        "when_customer_writes": _follower(work, None, when_customer_writes),
    }
    id = work.insert(t.status, **values)
    work.forget()
    history.record(work, actor, "status.add", subject=("status", id), changes=[("name", None, name)])
    return id


@undoable("status.edit")
def edit(work: Work, actor: Actor, name: str, changes: Mapping[str, Any]) -> None:
    """Change a status: `name`, `position`, `active`, `role_ids`, `when_customer_writes`.

    `role_ids` None or empty: everybody may set it. `when_customer_writes` is a status by key, number or
    name; None or '': the ticket stays where it is.
    """
    require_right(work, actor, "administer", "status.edit")
    row = find(work, name)
    values = {field: value for field, value in changes.items() if field in EDITABLE}
    if "name" in values:
        values["name"] = _free_name(work, str(values["name"]), row.id)
    if "role_ids" in values:
        values["role_ids"] = _roles(work, values["role_ids"])
    if "when_customer_writes" in values:
        values["when_customer_writes"] = _follower(work, row, values["when_customer_writes"] or "")
    if values.get("active") is False:
        _may_retire(work, row)
    before = {**{field: getattr(row, field) for field in EDITABLE}, "role_ids": _list(row.role_ids)}
    values = {field: value for field, value in values.items() if before[field] != value}
    if not values:
        return
    work.update(t.status, row.id, **values)
    work.forget()
    history.record(
        work,
        actor,
        "status.edit",
        subject=("status", row.id),
        changes=[(field, before[field], value) for field, value in values.items()],
    )


@undoable("status.remove")
def remove(work: Work, actor: Actor, name: str) -> None:
    """Retire a status: tickets that have it keep it, nobody can set it."""
    edit(work, actor, name, {"active": False})


@undoable("status.order")
def order(work: Work, actor: Actor, status_ids: Sequence[int]) -> None:
    """Put statuses into this order; those not named follow as they stand."""
    require_right(work, actor, "administer", "status.order")
    there = [row.id for row in listed(work, active_only=False)]
    if set(status_ids) - set(there):
        raise BadData(_("There is no such status."))
    wanted = [*dict.fromkeys(status_ids), *(id for id in there if id not in status_ids)]
    for position, id in enumerate(wanted):
        work.update(t.status, id, position=position)
    work.forget()
    history.record(work, actor, "status.order", changes=[("order", there, wanted)])


def _all(work: Work) -> list[StatusRow]:
    return work.remembered("statuses", lambda: _read(work))


ROLES = Query(select(t.role))
STATUSES = Query(select(t.status).order_by(t.status.c.position, t.status.c.id))


def _read(work: Work) -> list[StatusRow]:
    roles = {row.id: shown(row.key, row.name) for row in work.rows(ROLES)}
    rows = [
        StatusRow(
            row.id,
            row.key,
            shown(row.key, row.name),
            row._mapping["class"],
            row.position,
            row.when_customer_writes,
            row.active,
            tuple(row.role_ids) if row.role_ids else None,
            tuple(roles[id] for id in row.role_ids or () if id in roles),
        )
        for row in work.rows(STATUSES)
    ]
    return sorted(rows, key=lambda row: STATUS_CLASSES.index(row.status_class))


def _first(work: Work, status_class: str, key: str) -> StatusRow:
    """The status of this key where it is in use, else the first of the class."""
    rows = [row for row in listed(work) if row.status_class == status_class]
    if not rows:
        raise BadData(
            _("The class {name} has no status. Add one: deskterm statuses add").format(name=status_class)
        )
    return next((row for row in rows if row.key == key), rows[0])


def _roles_of(work: Work, actor: Actor) -> set[int]:
    """His role's number, and his team's."""
    row = work.first(
        select(t.agent.c.role_id, t.team.c.role_id.label("team_role_id"))
        .outerjoin(t.team, t.team.c.id == t.agent.c.team_id)
        .where(t.agent.c.id == actor.agent_id)
    )
    return {id for id in row if id is not None} if row is not None else set()


def _roles(work: Work, role_ids: Sequence[int] | None) -> list[int] | None:
    if not role_ids:
        return None
    if set(role_ids) - set(work.values(select(t.role.c.id))):
        raise BadData(_("There is no such role."))
    return sorted(set(role_ids))


def _list(ids: Sequence[int] | None) -> list[int] | None:
    return None if ids is None else list(ids)


def _follower(work: Work, row: StatusRow | None, name: str) -> str | None:
    """How the status that follows is kept: by its key, which renaming leaves, else by its number."""
    if not name.strip():
        return None
    then = find(work, name)
    if not then.active or (row is not None and then.id == row.id):
        raise BadData(_("A ticket cannot go to the status {name} then.").format(name=then.name))
    return then.key or str(then.id)


def _free_name(work: Work, name: str, id: int | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadData(_("A status needs a name and a class: active, waiting or closed."))
    if any(
        row.name.casefold() == name.casefold() and row.id != id for row in listed(work, active_only=False)
    ):
        raise BadData(_("There is a status {name} already.").format(name=name))
    return name


def _may_retire(work: Work, row: StatusRow) -> None:
    if not any(one.status_class == row.status_class and one.id != row.id for one in listed(work)):
        raise BadData(_("The class {name} would have no status left.").format(name=row.status_class))
    before = [one.name for one in listed(work) if after_customer(work, one.id) == row and one.id != row.id]
    if before:
        raise BadData(
            _("Tickets go to {name} from {others} when their customer writes. Change that first.").format(
                name=row.name, others=", ".join(before)
            )
        )


def by_role_names(work: Work, names: Sequence[str]) -> list[int]:
    """Roles as a person names them, by number."""
    there = list(work.rows(select(t.role)))
    found = []
    for name in names:
        wanted = name.strip().casefold()
        for row in there:
            if wanted in (str(row.id), row.key, row.name.casefold(), shown(row.key, row.name).casefold()):
                found.append(int(row.id))
                break
        else:
            raise NotFound(
                _("There is no role {name}. There are: {all}").format(
                    name=name, all=", ".join(row.key or row.name for row in there)
                )
            )
    return found
