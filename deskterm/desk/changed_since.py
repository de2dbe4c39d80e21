"""Who changed something since an act, by the history: whom an undo that is refused names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from deskterm.desk.actor import Actor
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.journal import Key
from deskterm.store.work import Work

_NAMED: Final[dict[str, tuple[str, str]]] = {
    **{
        table: (table, "id")
        for table in (
            "account", "agent", "article", "branch", "choice", "client", "contact", "department", "letter",
            "observer", "role", "rule", "status", "team", "template",
        )
    },
    "agent_address": ("agent", "agent_id"),
    "client_domain": ("client", "client_id"),
    "contact_point": ("contact", "contact_id"),
    "day_off": ("agent", "agent_id"),
    "registered_sender": ("sender", "id"),
}  # fmt: skip
"""Tables whose rows belong to no ticket: what the history calls them, and the column with its number."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row: its table, its key, what is known of its columns, and the tickets it belongs to."""

    table: str
    key: Key
    columns: Mapping[str, Any]
    ticket_ids: Sequence[int]


def who(work: Work, actor: Actor, since: int, place: Place, field: str) -> str:
    """The name of whoever changed the field after an event, else of whoever changed anything there last."""
    c = t.event.c
    rows: list[Any] = []
    if place.table in _NAMED:
        kind, column = _NAMED[place.table]
        id = place.columns.get(column, place.key[0])
        rows = _since(work, since, (c.subject_kind == kind) & (c.subject_id == id))
    elif place.table == "setting":
        changed = _since(work, since, c.act == "setting.set")
        rows = [row for row in changed if row.changes and row.changes[0][0] == place.key[0]]
    rows = rows or _since(work, since, c.ticket_id.in_(list(place.ticket_ids)))
    named = [
        row
        for row in rows
        if any(change[0] in (field, field.removesuffix("_id")) for change in row.changes or ())
        and (place.table != "message" or row.message_id in (None, place.key[0]))
    ]
    event = next(iter([*named, *rows]), None)
    if event is None:
        return _("Somebody")
    if event.agent_id == actor.agent_id:
        return _("You")
    name = work.value(select(t.agent.c.name).where(t.agent.c.id == event.agent_id))
    return str(name) if name else _("The customer") if event.actor_kind == "customer" else _("The system")


def _since(work: Work, event_id: int, which: ColumnElement[bool]) -> list[Any]:
    c = t.event.c
    return list(
        work.rows(
            select(c.agent_id, c.actor_kind, c.changes, c.message_id)
            .where(which, c.id > event_id)
            .order_by(c.id.desc())
            .limit(50)
        )
    )
