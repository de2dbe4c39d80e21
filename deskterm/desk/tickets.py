"""Tickets and the fields an agent sets on them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from deskterm.desk import counts, history, notices, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, Changed, NotFound
from deskterm.desk.keys import keys
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import N_, _
from deskterm.mail.message_ids import new_token
from deskterm.store import tables as t
from deskterm.store.work import Work

UNSEEN: Final[Any] = object()
"""Said for `seen` by an act that compares nothing."""

FIELD_TITLES: dict[str, str] = {
    "responsible_id": N_("responsible"),
    "status_id": N_("status"),
    "rubric_id": N_("rubric"),
    "subject": N_("subject"),
    "client_id": N_("client"),
    "category_id": N_("category"),
    "kind_id": N_("kind"),
    "criticality_id": N_("criticality"),
    "difficulty_id": N_("difficulty"),
}


def find(work: Work, actor: Actor, ticket_id: int) -> Any:
    """The ticket's row; NotFound where there is none the actor may see."""
    row = work.first(select(t.ticket).where(t.ticket.c.id == ticket_id, visibility.tickets(actor)))
    if row is None:
        raise NotFound(_("There is no ticket {number}.").format(number=ticket_id))
    return row


def target(work: Work, ticket_id: int) -> int:
    """The ticket it was merged into, however long the chain; itself where it was not."""
    seen = set()
    while ticket_id not in seen:
        seen.add(ticket_id)
        further = work.value(select(t.ticket.c.merged_into).where(t.ticket.c.id == ticket_id))
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
    """Set fields of one ticket, with counters and history; whether anything changed.

    `seen` is the value the actor saw of the one field he sets: Changed is raised where another
    stands there now. Rights are the caller's business.
    """
    row = find(work, actor, ticket_id)
    before = row._mapping
    if seen is not UNSEEN:
        field = next(iter(values))
        if before[field] != seen and before[field] != values[field]:
            raise Changed(
                _("{who} changed the {field} of ticket {number} meanwhile. Look again, then decide.").format(
                    who=_who_changed(work, ticket_id, field),
                    field=_(FIELD_TITLES.get(field, field)),
                    number=ticket_id,
                ),
                field,
                _who_changed(work, ticket_id, field),
                before[field],
            )
    values = dict(values)
    if "status_id" in values:
        values["status_class"] = _class_of(work, values["status_id"])
    changes = [(field, before[field], value) for field, value in values.items() if before[field] != value]
    if not changes:
        return False
    after = {**before, **values}
    work.update(
        t.ticket,
        ticket_id,
        **values,
        changed_at=work.now,
        version=t.ticket.c.version + 1,
    )
    if row.merged_into is None:
        counts.moved(
            work,
            counts.place(row.responsible_id, row.rubric_id, row.status_class),
            counts.place(after["responsible_id"], after["rubric_id"], after["status_class"]),
        )
    event_id = history.record(
        work,
        actor,
        act,
        ticket_id=ticket_id,
        message_id=message_id,
        changes=[(field, _plain(old), _plain(new)) for field, old, new in changes],
        group=group,
    )
    notices.tell(work, ticket_id, event_id)
    return True


@undoable("ticket.assign")
def assign(
    work: Work, actor: Actor, ticket_ids: Sequence[int], agent_id: int | None, seen: Any = UNSEEN
) -> None:
    """Name the responsible agent; None is nobody."""
    if agent_id is not None and not work.value(select(t.agent.c.active).where(t.agent.c.id == agent_id)):
        raise BadData(_("There is no such active agent."))
    _each(work, actor, "ticket.assign", ticket_ids, {"responsible_id": agent_id}, seen)


@undoable("ticket.status")
def set_status(
    work: Work, actor: Actor, ticket_ids: Sequence[int], status_id: int, seen: Any = UNSEEN
) -> None:
    """Set the status; its class follows."""
    _class_of(work, status_id)
    _each(work, actor, "ticket.status", ticket_ids, {"status_id": status_id}, seen)


@undoable("ticket.rubric")
def set_rubric(
    work: Work, actor: Actor, ticket_ids: Sequence[int], rubric_id: int | None, seen: Any = UNSEEN
) -> None:
    """Set the rubric; None takes it away."""
    _choice(work, "rubric", rubric_id)
    _each(work, actor, "ticket.rubric", ticket_ids, {"rubric_id": rubric_id}, seen)


@undoable("ticket.subject")
def set_subject(work: Work, actor: Actor, ticket_id: int, subject: str, seen: Any = UNSEEN) -> None:
    """Change the subject the desk uses; letters already sent keep theirs."""
    subject = " ".join(subject.split())
    if not subject:
        raise BadData(_("A ticket needs a subject."))
    _each(work, actor, "ticket.subject", [ticket_id], {"subject": subject}, seen)


def _each(
    work: Work, actor: Actor, act: str, ticket_ids: Sequence[int], values: Mapping[str, Any], seen: Any
) -> None:
    group = uuid.uuid4().hex if len(ticket_ids) > 1 else None
    for ticket_id in ticket_ids:
        require(work, actor, "change", act, ticket_id)
        change(work, actor, act, ticket_id, values, seen=seen, group=group)


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
        **fields,
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


def _class_of(work: Work, status_id: int) -> str:
    found = work.value(select(t.status.c["class"]).where(t.status.c.id == status_id, t.status.c.active))
    if found is None:
        raise BadData(_("There is no such status."))
    return str(found)


def _choice(work: Work, name: str, id: int | None) -> None:
    if id is not None and not work.value(
        select(t.choice.c.active).where(t.choice.c.id == id, t.choice.c.list == name)
    ):
        raise BadData(_("There is no such entry in the list."))


def _plain(value: Any) -> Any:
    """A value as an event keeps it: numbers and short texts, moments as ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _who_changed(work: Work, ticket_id: int, field: str) -> str:
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
