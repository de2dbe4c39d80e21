"""What happened to a ticket, act by act, in words: who, when, what, before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from deskterm.desk import act_titles, tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.fields import FIELD_TITLES
from deskterm.desk.names import Names
from deskterm.desk.rights import require
from deskterm.i18n import N_, _, p_
from deskterm.store import tables as t
from deskterm.store.work import Work

MESSAGES: Final = (
    "message.reply",
    "message.note",
    "message.received",
    "message.registered",
    "ticket.customer_wrote",
    "outgoing.settled",
)
"""Acts that the list of messages shows itself, with how they were delivered."""

MOST: Final = 2000

FIELDS: Final[dict[str, str]] = {
    **FIELD_TITLES,
    "closed_at": N_("closed at"),
    "merged_into": N_("merged into"),
    "muted": N_("automatic answers"),
    "answered_at": N_("answered at"),
    "visibility": N_("visibility"),
    "addressee_id": N_("addressee"),
    "excluded": N_("excluded"),
    "address": N_("address"),
    "ticket_id": N_("ticket"),
    "state": N_("state"),
    "why": N_("why"),
    "watcher": N_("watched by"),
    "agent_id": N_("agent"),
    "deleted_at": N_("deleted"),
    "binned_at": N_("in the Bin since"),
    "split_into": N_("split into"),
    "split_from": N_("split from"),
    "unverified": N_("unverified"),
    "shared": N_("everybody's"),
    "send_at": N_("leaves"),
    "seconds_spent": N_("seconds spent"),
    "delivery": N_("delivery"),
    "kind": N_("kind"),
    "name": N_("name"),
    "title": N_("title"),
    "participant": N_("participant"),
    "reminder": N_("reminder"),
    "file": N_("file"),
    "type": N_("type"),
    "at": N_("at"),
    "letter": N_("letter"),
    "tab": N_("tab"),
    "other_id": N_("ticket"),
}
UNSAID: Final = frozenset(
    {
        "draft",
        "status_class",
        "version",
        "token",
        "answered_at",
        "closed_at",
        "snoozed_by",
        "close_warned_at",
        "replaced_by",
        "copies",
    }
)
"""What an event keeps for other readers than people."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A field an act changed, in words; '' is nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One act in a ticket's history."""

    event_id: int
    at: datetime
    act: str
    title: str
    who: str
    who_kind: str
    """'agent', 'customer', 'system'."""
    via: str
    message_id: int | None
    changes: tuple[Altered, ...]


def events(work: Work, actor: Actor, ticket_id: int, *, messages: bool = True) -> list[Happened]:
    """The acts of a ticket the actor may see, oldest first; without those that are messages where asked."""
    require(work, actor, "see own", "ticket.history", ticket_id)
    tickets.find(work, actor, ticket_id)
    c = t.event.c
    statement = select(t.event).where(c.ticket_id == ticket_id, visibility.events(actor))
    if not messages:
        statement = statement.where(c.act.not_in(MESSAGES))
    rows = list(work.rows(statement.order_by(c.id.desc()).limit(MOST)))[::-1]
    words = Words(work)
    return [
        Happened(
            event_id=row.id,
            at=row.at,
            act=row.act,
            title=act_titles.title(row.act),
            who=_who(words.names, row),
            who_kind=row.actor_kind,
            via=row.via,
            message_id=row.message_id,
            changes=tuple(words.altered(row.changes or ())),
        )
        for row in rows
    ]


def _who(names: Names, row: Any) -> str:
    if row.actor_kind == "agent":
        return names.agent(row.agent_id)
    return _("the customer") if row.actor_kind == "customer" else _("the system")


class Words:
    """Values of events in words."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.names = Names(work)
        self._found: dict[tuple[str, int], str] = {}
        self._readers: dict[str, Callable[[Any], str]] = {
            "responsible_id": self.names.agent,
            "addressee_id": self.names.agent,
            "agent_id": self.names.agent,
            "watcher": self.names.agent,
            "other_id": lambda id: f"#{id}",
            "status_id": self.names.status,
            "team_id": lambda id: self._name(t.team, id),
            "branch_id": lambda id: self._name(t.branch, id),
            "client_id": lambda id: self._name(t.client, id),
            "contact_id": lambda id: self._name(t.contact, id),
            **{
                name: lambda id: f"#{id}" for name in ("merged_into", "ticket_id", "split_into", "split_from")
            },
            "turn": lambda turn: p_("turn", "ours") if turn == "ours" else p_("turn", "the customer's"),
            **{
                f"{name}_id": self.names.choice
                for name in ("rubric", "category", "kind", "criticality", "difficulty", "source", "sla")
            },
        }

    def altered(self, changes: Sequence[Any]) -> list[Altered]:
        return [
            Altered(
                _(FIELDS[name]) if name in FIELDS else name,
                self.word(name, before),
                self.word(name, after),
            )
            for name, before, after in changes
            if name not in UNSAID
        ]

    def word(self, name: str, value: Any) -> str:
        """A value of a field in words; '' for none."""
        if value is None or value == "":
            return ""
        if name in self._readers:
            return self._readers[name](value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, str) and (moment := _moment(value)) is not None:
            return f"{moment.astimezone():%Y-%m-%d %H:%M}"
        if isinstance(value, list):
            return ", ".join(str(one) for one in value)
        return str(value)

    def _name(self, table: Any, id: int) -> str:
        key = (table.name, id)
        if key not in self._found:
            self._found[key] = str(self._work.value(select(table.c.name).where(table.c.id == id)) or "")
        return self._found[key]


def _moment(value: str) -> datetime | None:
    if len(value) < len("2026-01-01T00:00:00+00:00") or value[4:5] != "-" or value[10:11] != "T":
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
