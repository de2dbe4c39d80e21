"""Tickets and the fields an agent sets on them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import bindparam, select

from deskterm.desk import choices, counts, history, notices, posting, statuses, undo, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, Changed, NotFound
from deskterm.desk.fields import FIELD_TITLES as FIELD_TITLES
from deskterm.desk.fields import FIELDS, author, entry
from deskterm.desk.keys import keys
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.message_ids import new_token
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import MANY, Work

UNSEEN: Final[Any] = object()
"""Said for `seen` by an act that compares nothing."""

AFTER_ANSWER: Final = "ticket.answered"
"""The act in which an answer sets the desk's own status."""

TAKEN_BACK: Final = "ticket.answer_undone"
"""The act that puts back what was there before: whoever may take an answer back may set that."""


def find(work: Work, actor: Actor, ticket_id: int) -> Any:
    """The ticket's row; NotFound where there is none the actor may see."""
    row = work.first(_visible(actor), {"id": ticket_id})
    if row is None:
        raise NotFound(_("There is no ticket {number}.").format(number=ticket_id))
    if row.merged_into is not None:
        raise NotFound(
            _("Ticket {number} was merged into {target}: look there.").format(
                number=ticket_id, target=target(work, ticket_id)
            )
        )
    return row


def row(work: Work, ticket_id: int) -> Any | None:
    """The ticket's row as it stands, for the desk itself; nobody is asked whether he may see it."""
    return work.first(_TICKET, {"id": ticket_id})


def find_all(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> dict[int, Any]:
    """The rows of tickets by their numbers; NotFound where the actor may not see one of them."""
    if len(ticket_ids) == 1:
        found = {row.id: row for row in work.rows(_visible(actor), {"id": ticket_ids[0]})}
    else:
        found = _visible_of(work, actor, ticket_ids)
    missing = next((id for id in ticket_ids if id not in found), None)
    if missing is not None:
        raise NotFound(_("There is no ticket {number}.").format(number=missing))
    return {id: found[id] for id in ticket_ids}


@lru_cache(maxsize=32)
def _visible(actor: Actor) -> Query:
    """The question for one ticket an actor may see."""
    return Query(select(t.ticket).where(t.ticket.c.id == bindparam("id"), visibility.tickets(actor)))


def _visible_of(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for at in range(0, len(ticket_ids), MANY):
        some = list(ticket_ids[at : at + MANY])
        rows = work.rows(select(t.ticket).where(t.ticket.c.id.in_(some), visibility.tickets(actor)))
        found |= {row.id: row for row in rows}
    return found


def target(work: Work, ticket_id: int) -> int:
    """The ticket it was merged into, however long the chain; itself where it was not."""
    seen = set()
    while ticket_id not in seen:
        seen.add(ticket_id)
        further = work.value(_MERGED_INTO, {"id": ticket_id})
        if further is None:
            return ticket_id
        ticket_id = further
    return ticket_id


def change(
    work: Work,
    actor: Actor,
    act: str,
    ticket_id: int,
    values: Mapping[str, Any],
    *,
    seen: Any = UNSEEN,
    group: str | None = None,
    message_id: int | None = None,
) -> bool:
    """Set fields of one ticket, with counters, history and notices; whether anything changed.

    What follows from a status follows: its class, `closed_at`, an outcome and a snooze that are over.
    `seen` is what the actor saw of the one field he sets, or {column: value} of several: Changed is raised
    where another value stands there now. Rights are the caller's business, but for the status: that one
    has to be open to the actor's roles, unless it is the one the desk itself sets after an answer.
    """
    wanted = {ticket_id: values}
    return bool(change_all(work, actor, act, wanted, seen=seen, group=group, message_id=message_id))


def change_all(
    work: Work,
    actor: Actor,
    act: str,
    wanted: Mapping[int, Mapping[str, Any]],
    *,
    seen: Any = UNSEEN,
    group: str | None = None,
    message_id: int | None = None,
) -> list[int]:
    """The same for many tickets, in few statements: {ticket: values}; the tickets that changed."""
    rows = find_all(work, actor, list(wanted))
    values_of: dict[int, dict[str, Any]] = {}
    changes_of: dict[int, list[tuple[str, Any, Any]]] = {}
    for ticket_id, asked in wanted.items():
        before = rows[ticket_id]._mapping
        saw = seen if isinstance(seen, Mapping) else {} if seen is UNSEEN else {next(iter(asked)): seen}
        for field, value in saw.items():
            if field in asked and before[field] != value and before[field] != asked[field]:
                raise _changed(work, ticket_id, field, before[field])
        values = dict(asked)
        if values.get("status_id", before["status_id"]) != before["status_id"]:
            values |= _with_status(work, actor, act, rows[ticket_id], values)
        changes = [
            (field, _plain(before[field]), _plain(value))
            for field, value in values.items()
            if before[field] != value
        ]
        if changes:
            changes_of[ticket_id] = changes
            values_of[ticket_id] = values | {"changed_at": work.now, "version": before["version"] + 1}
    if not changes_of:
        return []
    work.update_many(t.ticket, values_of)
    counts.moved_many(
        work,
        (
            (_place(rows[id]._mapping), _place({**rows[id]._mapping, **values}))
            for id, values in values_of.items()
        ),
    )
    events = history.record_many(work, actor, act, changes_of, message_id=message_id, group=group)
    for ticket_id, event_id in events.items():
        notices.tell(work, ticket_id, event_id)
    return list(changes_of)


def _place(row: Mapping[str, Any]) -> counts.Place | None:
    if row["merged_into"] is not None:
        return None
    return counts.place(row["responsible_id"], row["rubric_id"], row["status_class"])


def _with_status(work: Work, actor: Actor, act: str, row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from another status."""
    status_id = values["status_id"]
    by_itself = statuses.after_answer(work) if act == AFTER_ANSWER else None
    ruled = by_itself is not None and by_itself.id == status_id
    if act == TAKEN_BACK or ruled:
        status = statuses.known(work, status_id)
    else:
        status = statuses.require(work, actor, act, status_id, row.id)
    follows: dict[str, Any] = {"status_class": status.status_class}
    if status.status_class == "closed" and row.status_class != "closed":
        follows |= {"closed_at": work.now, "outcome": values.get("outcome", "")}
        follows |= {"snoozed_until": None, "snoozed_by": None}
    elif row.status_class == "closed" and status.status_class != "closed":
        follows |= {"closed_at": None, "outcome": values.get("outcome", "")}
    return follows


@undoable("ticket.assign")
def assign(
    work: Work, actor: Actor, ticket_ids: Sequence[int], agent_id: int | None, seen: Any = UNSEEN
) -> None:
    """Name the responsible agent; None is nobody."""
    _active_agent(work, agent_id)
    _each(work, actor, "ticket.assign", ticket_ids, {"responsible_id": agent_id}, seen)


@undoable("ticket.status")
def set_status(
    work: Work, actor: Actor, ticket_ids: Sequence[int], status_id: int, seen: Any = UNSEEN
) -> None:
    """Set the status; its class follows. Some may be set by some roles only."""
    statuses.of_id(work, status_id)
    _each(work, actor, "ticket.status", ticket_ids, {"status_id": status_id}, seen)


@undoable("ticket.rubric")
def set_rubric(
    work: Work, actor: Actor, ticket_ids: Sequence[int], rubric_id: int | None, seen: Any = UNSEEN
) -> None:
    """Set the rubric; None takes it away."""
    entry("rubric")(work, rubric_id)
    _each(work, actor, "ticket.rubric", ticket_ids, {"rubric_id": rubric_id}, seen)


@undoable("ticket.subject")
def set_subject(work: Work, actor: Actor, ticket_id: int, subject: str, seen: Any = UNSEEN) -> None:
    """Change the subject the desk uses, and is found by; letters already sent keep theirs."""
    subject = " ".join(subject.split())
    if not subject:
        raise BadData(_("A ticket needs a subject."))
    _each(work, actor, "ticket.subject", [ticket_id], {"subject": subject}, seen)
    posting.index_subject(work, ticket_id)


def set_field(
    work: Work, actor: Actor, ticket_ids: Sequence[int], field: str, value: Any, seen: Any = UNSEEN
) -> None:
    """Set a field of `fields.FIELDS`: ids for what is chosen, days, an aware moment; None takes it away.

    The client only while none is set (later it is changed at the first message, `set_author`).
    """
    known = FIELDS.get(field)
    if known is None:
        raise BadData(
            _("A ticket has no field {name}. There are: {all}").format(name=field, all=", ".join(FIELDS))
        )
    with undo.together(work, actor, known.act):
        known.check(work, value)
        for ticket_id in ticket_ids:
            require(work, actor, "change", known.act, ticket_id)
        wanted: dict[int, dict[str, Any]] = {id: {known.column: value} for id in ticket_ids}
        if known.values is not None:
            rows = find_all(work, actor, ticket_ids)
            wanted = {id: known.values(work, row, value) for id, row in rows.items()}
        saw = _saw(known.column, seen)
        change_all(work, actor, known.act, wanted, seen=saw, group=group_of(ticket_ids))


@undoable("ticket.solved")
def solved(work: Work, actor: Actor, ticket_ids: Sequence[int], seen: Any = UNSEEN) -> None:
    """Close tickets as solved, on the customer's word; `seen` is the status the actor saw."""
    for ticket_id in ticket_ids:
        require(work, actor, "change", "ticket.solved", ticket_id)
    closing = {"outcome": "solved", "status_id": statuses.closing(work).id}
    wanted = {
        id: closing if row.status_class != "closed" else {"outcome": "solved"}
        for id, row in find_all(work, actor, ticket_ids).items()
    }
    saw = _saw("status_id", seen)
    change_all(work, actor, "ticket.solved", wanted, seen=saw, group=group_of(ticket_ids))


@undoable("ticket.did_not_help")
def did_not_help(work: Work, actor: Actor, ticket_ids: Sequence[int], agent_id: int | None = None) -> None:
    """The solution did not fit: the ticket is open again, with the agent it had or with another one.

    Its status is the one that follows when its customer writes; a role need not be allowed to set it.
    """
    _active_agent(work, agent_id)
    for ticket_id in ticket_ids:
        require(work, actor, "change", "ticket.did_not_help", ticket_id)
    wanted: dict[int, dict[str, Any]] = {}
    for ticket_id, row in find_all(work, actor, ticket_ids).items():
        values = {"outcome": "did not help", "turn": "ours", **back_at_work(work, row)}
        if agent_id is not None:
            values["responsible_id"] = agent_id
        then = statuses.after_customer(work, row.status_id)
        if row.status_class == "closed" and (then is None or then.status_class == "closed"):
            then = statuses.reopening(work)
        if then is not None:
            values["status_id"] = then.id
        wanted[ticket_id] = values
    change_all(work, actor, "ticket.did_not_help", wanted, group=group_of(ticket_ids))


def back_at_work(work: Work, ticket: Any) -> dict[str, Any]:
    """What a ticket loses that somebody has to work on again: a snooze, an agent who is there no more."""
    values: dict[str, Any] = {}
    if ticket.snoozed_until is not None:
        values |= {"snoozed_until": None, "snoozed_by": None}
    if ticket.responsible_id is not None and not work.value(_ACTIVE, {"id": ticket.responsible_id}):
        values["responsible_id"] = None
    return values


@undoable("message.author")
def set_author(
    work: Work, actor: Actor, message_id: int, *, client_id: int | None = None, contact_id: int | None = None
) -> None:
    """Say whose message it is; of the first message, whose ticket. A client without contact only there."""
    require(work, actor, "change", "message.author")
    message = work.first(
        select(t.message.c.id, t.message.c.ticket_id, t.message.c.author_contact_id).where(
            t.message.c.id == message_id, visibility.messages(actor)
        )
    )
    if message is None:
        raise NotFound(_("There is no such message."))
    first = work.value(
        select(t.message.c.id)
        .where(t.message.c.ticket_id == message.ticket_id, t.message.c.deleted_at.is_(None))
        .order_by(t.message.c.id)
        .limit(1)
    )
    if contact_id is not None:
        FIELDS["contact"].check(work, contact_id)
        values = author(work, contact_id)
        if message.author_contact_id != contact_id:
            work.update(t.message, message_id, author_contact_id=contact_id)
            event_id = history.record(
                work,
                actor,
                "message.author",
                ticket_id=message.ticket_id,
                message_id=message_id,
                changes=[("contact_id", message.author_contact_id, contact_id)],
            )
            notices.tell(work, message.ticket_id, event_id)
    elif client_id is not None and first == message_id:
        FIELDS["client"].check(work, client_id)
        values = {"client_id": client_id, "contact_id": None, "client_why": ""}
    else:
        raise BadData(_("A client alone is set at the first message of a ticket."))
    if first == message_id:
        change(work, actor, "message.author", message.ticket_id, values)


def _active_agent(work: Work, agent_id: int | None) -> None:
    if agent_id is not None and not work.value(_ACTIVE, {"id": agent_id}):
        raise BadData(_("There is no such active agent."))


def _each(
    work: Work, actor: Actor, act: str, ticket_ids: Sequence[int], values: Mapping[str, Any], seen: Any
) -> None:
    for ticket_id in ticket_ids:
        require(work, actor, "change", act, ticket_id)
    saw = _saw(next(iter(values)), seen)
    change_all(work, actor, act, dict.fromkeys(ticket_ids, values), seen=saw, group=group_of(ticket_ids))


def group_of(ticket_ids: Sequence[int]) -> str | None:
    """The mark that holds the events of a bulk act together."""
    return uuid.uuid4().hex if len(ticket_ids) > 1 else None


def _saw(column: str, seen: Any) -> Any:
    return UNSEEN if seen is UNSEEN else {column: seen}


def make(work: Work, actor: Actor, *, subject: str, **fields: Any) -> int:
    """A new ticket with its token; its first message is the caller's business."""
    status = work.remembered("first status", lambda: _first_status(work))
    if status is None:
        raise BadData(_("The desk has no status. Add one: deskterm statuses add"))
    values = {
        "status_id": status.id,
        "status_class": status.status_class,
        "created_at": work.now,
        "changed_at": work.now,
        "last_message_at": work.now,
        **choices.defaults(work),
        **{name: value for name, value in fields.items() if value is not None},
    }
    ticket_id = work.insert(t.ticket, subject=subject, **values)
    work.update(t.ticket, ticket_id, token=new_token(keys(work), ticket_id))
    counts.moved(
        work,
        None,
        counts.place(values.get("responsible_id"), values.get("rubric_id"), values["status_class"]),
    )
    event_id = history.record(
        work,
        actor,
        "ticket.new",
        ticket_id=ticket_id,
        changes=[
            (field, None, _plain(value))
            for field, value in values.items()
            if field in FIELD_TITLES and value is not None
        ],
    )
    notices.tell(work, ticket_id, event_id)
    return ticket_id


def _first_status(work: Work) -> Any:
    return work.first(
        select(t.status.c.id, t.status.c["class"].label("status_class"))
        .where(t.status.c.active)
        .order_by((t.status.c.key != "new") | t.status.c.key.is_(None), t.status.c.position)
    )


def source(work: Work, key: str) -> int | None:
    """The id of a source that came with the program, None where the desk retired it."""
    rows = work.remembered(
        "sources",
        lambda: work.rows(
            select(t.choice.c.key, t.choice.c.id).where(t.choice.c.list == "source", t.choice.c.active)
        ),
    )
    return {row.key: int(row.id) for row in rows}.get(key)


def _plain(value: Any) -> Any:
    """A value as an event keeps it: numbers and short texts, moments as ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _changed(work: Work, ticket_id: int, field: str, now: Any) -> Changed:
    who = who_changed(work, ticket_id, field)
    return Changed(
        _("{who} changed the {field} of ticket {number} meanwhile. Look again, then decide.").format(
            who=who, field=_(FIELD_TITLES.get(field, field)), number=ticket_id
        ),
        field,
        who,
        now,
    )


def who_changed(work: Work, ticket_id: int, field: str) -> str:
    """Who last changed a field of a ticket, by the history."""
    for row in work.rows(
        select(t.event.c.agent_id, t.event.c.actor_kind, t.event.c.changes)
        .where(t.event.c.ticket_id == ticket_id)
        .order_by(t.event.c.id.desc())
        .limit(50)
    ):
        if any(change[0] == field for change in row.changes or ()):
            name = work.value(select(t.agent.c.name).where(t.agent.c.id == row.agent_id))
            return str(name) if name else _("The system") if row.actor_kind == "system" else _("The customer")
    return _("Somebody")


_TICKET = Query(select(t.ticket).where(t.ticket.c.id == bindparam("id")))
_MERGED_INTO = Query(select(t.ticket.c.merged_into).where(t.ticket.c.id == bindparam("id")))
_ACTIVE = Query(select(t.agent.c.active).where(t.agent.c.id == bindparam("id")))
