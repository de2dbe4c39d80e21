"""What an answer or note sets besides its text: status, fields, closing, recipients, time to send."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import (
    attachment_limits,
    choices,
    fields,
    participants,
    responsible,
    sending,
    settings,
    statuses,
    tickets,
)
from deskterm.desk.actor import Actor
from deskterm.desk.addresses import key as address_key
from deskterm.desk.errors import BadData, NotAllowed
from deskterm.desk.rights import has, require
from deskterm.desk.views import Choosable
from deskterm.desk.writing_views import AnswerFormView, RecipientChoice
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

FIELDS: Final[dict[str, str]] = {
    "responsible": "responsible_id",
    "rubric": "rubric_id",
    **{
        name: fields.FIELDS[name].column
        for name in ("team", "category", "kind", "criticality", "difficulty", "sla", "auto_close_days")
    },
}
"""The fields a message may set in the same act, and the ticket's column of each."""

LISTS: Final = ("rubric", "category", "kind", "criticality", "difficulty", "sla")
SUGGESTING: Final = ("category", "sla")
"""Whose change offers its default responsible."""


def shown(work: Work, actor: Actor, ticket_id: int) -> AnswerFormView:
    """All the form of an answer offers, as it stands now."""
    ticket = tickets.find(work, actor, ticket_id)
    allowed = statuses.settable(work, actor)
    account = sending.account_of(work, ticket)
    signature = sending.signature_of(work, actor.agent_id)
    by_itself = statuses.after_answer(work)
    return AnswerFormView(
        ticket_id=ticket_id,
        visibility=opens_as(work),
        recipients=tuple(recipients(work, actor, ticket_id)),
        statuses=tuple(Choosable(row.id, row.name, group=row.status_class) for row in allowed),
        status_after_id=by_itself.id if by_itself is not None else None,
        close_status_id=_closing(work, actor),
        choices=_choices(work),
        now={name: ticket._mapping[column] for name, column in FIELDS.items()},
        auto_close_desk_days=settings.get(work, "auto_close_days") if _knows_auto_close(work) else None,
        attachment_limit_mb=attachment_limits.agent_bytes(work) // limits.MIB,
        undo_seconds=int(settings.get(work, "undo_seconds")),
        may_change=has(actor, "change"),
        may_use_templates=has(actor, "templates"),
        sender=account.address if account is not None else "",
        signature=signature or (account.signature if account is not None else ""),
    )


def opens_as(work: Work) -> str:
    """What a new message is unless its author says otherwise."""
    return "internal" if settings.get(work, "hidden_by_default") else "public"


def recipients(work: Work, actor: Actor, ticket_id: int) -> list[RecipientChoice]:
    """Who would get a public answer now, the author first."""
    ticket = tickets.find(work, actor, ticket_id)
    return [RecipientChoice(row.id, row.address, row.name, row.place) for row in receiving(work, ticket)]


def receiving(work: Work, ticket: Any, left_out: Collection[str] = ()) -> list[Any]:
    """The participants that get a public answer, without the addresses left out of this one.

    BadData for an address that takes no part in the ticket, and where all were left out.
    """
    everybody = participants.of_ticket(work, ticket.id)
    rows = [one for one in everybody if not one.left_out]
    keys = {address_key(address): address for address in left_out}
    if not keys:
        return rows
    known = {one.key for one in everybody}
    for key, address in keys.items():
        if key not in known:
            raise BadData(
                _("{address} takes no part in ticket {number}.").format(address=address, number=ticket.id)
            )
    kept = [row for row in rows if row.key not in keys]
    if rows and not kept:
        raise BadData(_("Nobody would get this answer: all recipients are left out. Write a note instead."))
    return kept


def leaves_at(work: Work, send_at: datetime | None, undo_seconds: int | None) -> datetime:
    """When an answer leaves: after the time to take it back, or at the time its author chose."""
    seconds = settings.get(work, "undo_seconds") if undo_seconds is None else undo_seconds
    soon: datetime = work.now + timedelta(seconds=seconds)
    if send_at is None:
        return soon
    if send_at.tzinfo is None:
        raise BadData(_("The time to send needs a time zone."))
    if send_at < work.now - timedelta(minutes=1):
        raise BadData(_("The time to send is past."))
    if send_at > work.now + timedelta(days=limits.SEND_AT_DAYS):
        raise BadData(_("The time to send is more than a year away."))
    return max(soon, send_at)


def spent(seconds: int | None) -> int | None:
    """A measured time as it is kept; BadData for one below nothing."""
    if seconds is None:
        return None
    if seconds < 0:
        raise BadData(_("The time spent is zero or more."))
    return min(int(seconds), limits.SPENT_SECONDS)


def status(
    work: Work, actor: Actor, act: str, ticket_id: int, status_id: int | None, close: bool
) -> int | None:
    """The status an act is to set: the one said, or one of the class closed; checked for the actor's role."""
    if close:
        if status_id is not None:
            if statuses.of_id(work, status_id).status_class != "closed":
                raise BadData(_("Closing and a status that is not closed exclude each other."))
        else:
            status_id = _closing(work, actor)
            if status_id is None:
                raise NotAllowed(_("Your role may not close tickets."))
    if status_id is not None:
        statuses.require(work, actor, act, status_id, ticket_id)
    return status_id


def values(
    work: Work, actor: Actor, act: str, ticket_id: int | None, wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """Fields by name as the ticket's columns, each checked; the right to change is needed for any."""
    if not wanted:
        return {}
    require(work, actor, "change", act, ticket_id)
    unknown = [name for name in wanted if name not in FIELDS]
    if unknown:
        raise BadData(_("There is no field {name}.").format(name=unknown[0]))
    return {FIELDS[name]: _checked(work, name, value) for name, value in wanted.items()}


def apply(
    work: Work,
    actor: Actor,
    act: str,
    ticket_id: int,
    columns: Mapping[str, Any],
    seen_fields: Mapping[str, Any],
    message_id: int | None = None,
) -> None:
    """Set columns of the ticket; Changed where a field is not as its author saw it."""
    name_of = {column: name for name, column in FIELDS.items()} | {"status_id": "status"}
    seen = {column: seen_fields[name_of[column]] for column in columns if name_of.get(column) in seen_fields}
    if columns:
        tickets.change(work, actor, act, ticket_id, columns, seen=seen, message_id=message_id)


def suggested(work: Work, actor: Actor, field: str, choice_id: int | None) -> Choosable | None:
    """The agent a category or SLA level makes responsible by default, to be taken with one key."""
    agent_id = responsible.offered(work, FIELDS[field], choice_id) if field in SUGGESTING else None
    row = work.first(select(t.agent.c.id, t.agent.c.name, t.agent.c.login).where(t.agent.c.id == agent_id))
    return Choosable(row.id, row.name or row.login, row.login) if row is not None else None


def _checked(work: Work, name: str, value: Any) -> Any:
    if name == "responsible":
        there = value is None or work.value(select(t.agent.c.active).where(t.agent.c.id == value))
        if not there:
            raise BadData(_("There is no such active agent."))
    elif name == "rubric":
        fields.entry("rubric")(work, value)
    else:
        fields.FIELDS[name].check(work, value)
    return value


def _closing(work: Work, actor: Actor) -> int | None:
    """The status closing sets: the one that came with the program, else the first the actor may set."""
    rows = [row for row in statuses.settable(work, actor) if row.status_class == "closed"]
    return next((row.id for row in sorted(rows, key=lambda row: row.key != "closed")), None)


def _choices(work: Work) -> dict[str, tuple[Choosable, ...]]:
    agents = work.rows(
        select(t.agent.c.id, t.agent.c.name, t.agent.c.login)
        .where(t.agent.c.active)
        .order_by(t.agent.c.name, t.agent.c.id)
    )
    teams = work.rows(select(t.team.c.id, t.team.c.name).where(t.team.c.active).order_by(t.team.c.name))
    found = {
        "responsible": tuple(Choosable(row.id, row.name or row.login, row.login) for row in agents),
        "team": tuple(Choosable(row.id, row.name) for row in teams),
    }
    for name in LISTS:
        found[name] = tuple(Choosable(entry.id, entry.name) for entry in choices.active(work, name))
    return found


def _knows_auto_close(work: Work) -> bool:
    return any(known.name == "auto_close_days" for known in settings.KNOWN)
