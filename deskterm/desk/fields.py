"""The fields of a ticket an agent may set: their columns, what they are called, what fits into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from deskterm.desk.errors import BadData
from deskterm.i18n import N_, _
from deskterm.store import tables as t
from deskterm.store.work import Work

MOST_CLOSE_DAYS: Final = 3650

FIELD_TITLES: Final[dict[str, str]] = {
    "responsible_id": N_("responsible"),
    "team_id": N_("team"),
    "status_id": N_("status"),
    "rubric_id": N_("rubric"),
    "subject": N_("subject"),
    "client_id": N_("client"),
    "contact_id": N_("contact"),
    "category_id": N_("category"),
    "kind_id": N_("kind"),
    "criticality_id": N_("criticality"),
    "difficulty_id": N_("difficulty"),
    "sla_id": N_("SLA level"),
    "branch_id": N_("branch"),
    "source_id": N_("source"),
    "auto_close_days": N_("days till it closes by itself"),
    "due_at": N_("due"),
    "snoozed_until": N_("snoozed until"),
    "outcome": N_("outcome"),
    "turn": N_("whose turn"),
}
"""What people call a ticket's columns."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a ticket: `check(work, value)` raises BadData where the value does not fit.

    `values(work, ticket, value)` gives the columns to set, where that is more than the one.
    """

    name: str
    column: str
    act: str
    check: Callable[[Work, Any], None]
    values: Callable[[Work, Any, Any], dict[str, Any]] | None = None

    @property
    def title(self) -> str:
        return _(FIELD_TITLES[self.column])


def entry(list: str) -> Callable[[Work, Any], None]:
    """Whether the value is an entry of the list that can be chosen, or None."""

    def check(work: Work, id: Any) -> None:
        if id is not None and not work.value(
            select(t.choice.c.active).where(t.choice.c.id == id, t.choice.c.list == list)
        ):
            raise BadData(_("There is no such entry in the list."))

    return check


def _in_use(table: Any, sentence: str) -> Callable[[Work, Any], None]:
    def check(work: Work, id: Any) -> None:
        if id is not None and not work.value(select(table.c.active).where(table.c.id == id)):
            raise BadData(_(sentence))

    return check


def _days(work: Work, days: Any) -> None:
    if days is not None and not (isinstance(days, int) and 0 <= days <= MOST_CLOSE_DAYS):
        raise BadData(_("Days are a whole number up to {most}; 0 is never.").format(most=MOST_CLOSE_DAYS))


def _moment(work: Work, at: Any) -> None:
    if at is not None and not (isinstance(at, datetime) and at.tzinfo is not None):
        raise BadData(_("This is no moment."))


def _client(work: Work, ticket: Any, id: Any) -> dict[str, Any]:
    if ticket.client_id is not None and ticket.client_id != id:
        raise BadData(
            _("Ticket {number} has a client already; it is changed at the ticket's first message.").format(
                number=ticket.id
            )
        )
    if id is None:
        return {}
    contact_id = ticket.contact_id
    if contact_id is not None and _client_of(work, contact_id) != id:
        contact_id = None
    return {"client_id": id, "contact_id": contact_id, "client_why": ""}


def _contact(work: Work, ticket: Any, id: Any) -> dict[str, Any]:
    if id is None:
        return {"contact_id": None}
    client_id = _client_of(work, id)
    if ticket.client_id not in (None, client_id):
        raise BadData(_("This contact is of another client than ticket {number}.").format(number=ticket.id))
    return author(work, id)


def author(work: Work, contact_id: int) -> dict[str, Any]:
    """The columns of a ticket whose author is this contact."""
    row = work.first(select(t.contact.c.client_id, t.contact.c.name).where(t.contact.c.id == contact_id))
    if row is None:
        raise BadData(_("There is no such contact."))
    named = {"customer": row.name} if row.name else {}
    return {"contact_id": contact_id, "client_id": row.client_id, "client_why": "", **named}


def _client_of(work: Work, contact_id: int) -> int | None:
    found: int | None = work.value(select(t.contact.c.client_id).where(t.contact.c.id == contact_id))
    return found


def _of_list(name: str) -> Field:
    return Field(name, f"{name}_id", f"ticket.{name}", entry(name))


FIELDS: Final[dict[str, Field]] = {
    field.name: field
    for field in (
        Field("team", "team_id", "ticket.team", _in_use(t.team, N_("There is no such team."))),
        _of_list("category"),
        _of_list("kind"),
        _of_list("criticality"),
        _of_list("difficulty"),
        _of_list("sla"),
        _of_list("source"),
        Field("branch", "branch_id", "ticket.branch", _in_use(t.branch, N_("There is no such branch."))),
        Field("auto_close_days", "auto_close_days", "ticket.auto_close", _days),
        Field("due_at", "due_at", "ticket.due", _moment),
        Field(
            "client", "client_id", "ticket.client", _in_use(t.client, N_("There is no such client.")), _client
        ),
        Field(
            "contact",
            "contact_id",
            "ticket.contact",
            _in_use(t.contact, N_("There is no such contact.")),
            _contact,
        ),
    )
}
"""What `tickets.set_field` sets; responsible, status, rubric and subject have acts of their own."""
