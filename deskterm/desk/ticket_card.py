"""All that is known of a ticket beside its messages: every field in words, who made it, its moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, func, select

from deskterm import moments
from deskterm.desk import settings, tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.fields import FIELD_TITLES
from deskterm.desk.names import Names
from deskterm.desk.rights import require
from deskterm.i18n import N_, _, n_, p_
from deskterm.store import tables as t
from deskterm.store.work import Work

TITLES: Final[dict[str, str]] = {
    "token": N_("token"),
    **FIELD_TITLES,
    "contact_id": N_("author"),
    "account_id": N_("account"),
    "creator_id": N_("made by"),
    "created_at": N_("made"),
    "changed_at": N_("changed"),
    "last_message_at": N_("last message"),
    "answered_at": N_("last answer that turned it"),
    "closed_at": N_("closed at"),
    "merged_into": N_("merged into"),
    "seconds_spent": N_("time spent on it"),
}
"""Every column a card tells of, in its order."""

_LISTS: Final = ("rubric", "category", "kind", "criticality", "difficulty", "sla", "source")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a ticket; `value` is a moment, or words, '' where there is none."""

    column: str
    title: str
    value: str | datetime


def shown(work: Work, actor: Actor, ticket_id: int) -> tuple[Fact, ...]:
    """The facts of a ticket, of a merged one its target's; NotFound where the actor may not see it."""
    require(work, actor, "see own", "ticket.card", ticket_id)
    row = tickets.find(work, actor, tickets.target(work, ticket_id))
    names = Names(work)
    words: dict[str, str] = {
        "status_id": names.status(row.status_id),
        "responsible_id": names.agent(row.responsible_id),
        "team_id": names.team(row.team_id),
        "account_id": names.account(row.account_id),
        "client_id": _name(work, t.client, row.client_id),
        "contact_id": _name(work, t.contact, row.contact_id) or row.customer,
        "branch_id": _name(work, t.branch, row.branch_id),
        "creator_id": names.agent(row.creator_id) or _("the customer's letter"),
        "auto_close_days": _closes(work, row.auto_close_days),
        "turn": _turn(row),
        "seconds_spent": _spent(work, actor, row.id),
        "outcome": {"solved": _("solved"), "did not help": _("did not help")}.get(row.outcome, ""),
        **{f"{name}_id": names.choice(getattr(row, f"{name}_id")) for name in _LISTS},
    }
    facts = []
    for column, title in TITLES.items():
        value: Any = words[column] if column in words else getattr(row, column)
        if column == "snoozed_until" and value is not None and value <= work.now:
            value = None
        if isinstance(value, int):
            value = f"#{value}"
        facts.append(Fact(column, _(title), value if value is not None else ""))
    return tuple(facts)


def _name(work: Work, table: Table, id: int | None) -> str:
    return str(work.value(select(table.c.name).where(table.c.id == id)) or "") if id is not None else ""


def _spent(work: Work, actor: Actor, ticket_id: int) -> str:
    """Hours and minutes of all messages the actor may see."""
    c = t.message.c
    seconds = work.value(
        select(func.sum(c.seconds_spent)).where(c.ticket_id == ticket_id, visibility.messages(actor))
    )
    return moments.length(int(seconds)) if seconds else ""


def _turn(row: Any) -> str:
    if row.status_class == "closed" or not row.turn:
        return ""
    return p_("turn", "ours") if row.turn == "ours" else p_("turn", "the customer's")


def _closes(work: Work, days: int | None) -> str:
    """After how many days it closes by itself, and who says so."""
    if days is not None:
        return n_("{count} day", "{count} days", days).format(count=days) if days else _("never")
    desk = int(settings.get(work, "auto_close_days"))
    told = n_("{count} day", "{count} days", desk).format(count=desk) if desk else _("never")
    return _("{days}, as the desk says").format(days=told)
