"""Answering and noting: what agents write into tickets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from deskterm.desk import (
    answer_form,
    answer_templates,
    drafts,
    history,
    notices,
    posting,
    reading,
    resending,
    sending,
    settings,
    statuses,
    tickets,
    visibility,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound, SeenNewer
from deskterm.desk.rights import has, require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.compose import OutgoingAttachment
from deskterm.mail.letter import Address
from deskterm.store import tables as t
from deskterm.store.work import Work

BY_PEOPLE = ("email", "phone", "console", "portal")


def preview(work: Work, actor: Actor, ticket_id: int, recipients_left_out: Collection[str] = ()) -> list[str]:
    """Who will get a public answer, written as in a letter's head."""
    ticket = tickets.find(work, actor, ticket_id)
    rows = answer_form.receiving(work, ticket, recipients_left_out)
    return [f"{row.name} <{row.address}>" if row.name else row.address for row in rows]


def newest_by_person(work: Work, actor: Actor, ticket_id: int) -> Any | None:
    """The newest message visible to the actor that a person other than he wrote."""
    return work.first(_by_others(actor, ticket_id).order_by(t.message.c.id.desc()).limit(1))


def newer_by_others(work: Work, actor: Actor, ticket_id: int, after: int) -> list[int]:
    """The ids of such messages after one, oldest first."""
    return work.values(_by_others(actor, ticket_id).where(t.message.c.id > after).order_by(t.message.c.id))


def _by_others(actor: Actor, ticket_id: int) -> Select[Any]:
    return select(t.message.c.id, t.message.c.from_name, t.message.c.from_address).where(
        t.message.c.ticket_id == ticket_id,
        visibility.messages(actor),
        t.message.c.type.in_(BY_PEOPLE),
        t.message.c.author_agent_id.is_distinct_from(actor.agent_id),
    )


@undoable("message.reply")
def reply(
    work: Work,
    actor: Actor,
    ticket_id: int,
    text: str,
    *,
    draft_key: str | None = None,
    seen_message_id: int | None = None,
    status_id: int | None = None,
    keep_status: bool = False,
    undo_seconds: int | None = None,
    anyway: bool = False,
    recipients_left_out: Collection[str] = (),
    send_at: datetime | None = None,
    close: bool = False,
    fields: Mapping[str, Any] | None = None,
    seen_fields: Mapping[str, Any] | None = None,
    seconds_spent: int | None = None,
    unfilled: bool = False,
) -> int:
    """Answer publicly: message, frozen letter, status, fields and responsible in one; the message's id.

    `seen_message_id` is the newest message the author saw: SeenNewer where a person wrote since, unless
    `anyway`. A draft is sent once: a second call with its key gives the first message's id.
    `recipients_left_out` are addresses that do not get this one; `send_at` puts it off (the status is set
    now). `fields` are names of `answer_form.FIELDS` with their values, `seen_fields` what stood there, and
    the status under `status`: Changed where another stands there now. BadData for placeholders still in
    the text, unless `unfilled`.
    """
    require(work, actor, "answer", "message.reply", ticket_id)
    ticket = tickets.find(work, actor, ticket_id)
    if (sent := drafts.sent_as(work, actor, draft_key, ticket_id)) is not None:
        return sent
    drafts.refuse_taken_back(work, draft_key)
    drafts.check_public(work, actor, draft_key)
    if not text.strip():
        raise BadData(_("The answer is empty."))
    if not unfilled:
        answer_templates.check_filled(text)
    if keep_status and (close or status_id is not None):
        raise BadData(_("Setting a status and leaving it as it is exclude each other."))
    guard(work, actor, ticket_id, seen_message_id, anyway)
    columns = answer_form.values(work, actor, "message.reply", ticket_id, fields or {})
    status_id = answer_form.status(work, actor, "message.reply", ticket_id, status_id, close)
    rows = answer_form.receiving(work, ticket, recipients_left_out)
    leaves = answer_form.leaves_at(work, send_at, undo_seconds)
    account = sending.sending_account(work, ticket)
    files = drafts.files(work, actor, draft_key)
    form = drafts.form_of(work, actor, draft_key)
    parent = sending.references(work, ticket_id)
    name = actor.name or account.name
    message_id = posting.post(
        work,
        ticket_id,
        type="email" if rows else "console",
        visibility="public",
        author_agent_id=actor.agent_id,
        from_name=name,
        from_address=account.address,
        subject=ticket.subject,
        body=text,
        attachments=len(files),
        delivery="waiting" if rows else None,
        seconds_spent=answer_form.spent(seconds_spent),
    )
    newest = newest_by_person(work, actor, ticket_id)
    if rows:
        outgoing_id = sending.freeze(
            work,
            kind="answer",
            ticket=ticket,
            account=account,
            recipients=[(Address(row.name, row.address), row.place) for row in rows],
            text=text,
            message_id=message_id,
            agent_id=actor.agent_id,
            sender_name=name,
            signature=sending.signature_of(work, actor.agent_id),
            attachments=tuple(
                OutgoingAttachment(file.name, file.type, sending.file_bytes(work, file)) for file in files
            ),
            history=sending.quoted(work, ticket_id, message_id),
            not_before=leaves,
            seen_message_id=newest.id if newest else 0,
            draft_key=draft_key,
            parent=parent,
        )
        key = work.value(select(t.outgoing.c.message_key).where(t.outgoing.c.id == outgoing_id))
        work.update(t.message, message_id, message_key=key)
    drafts.take(work, actor, draft_key, message_id)
    event_id = history.record(
        work,
        actor,
        "message.reply",
        ticket_id=ticket_id,
        message_id=message_id,
        changes=[
            ("visibility", None, "public"),
            ("draft", None, draft_key),
            *([("send_at", None, leaves.isoformat())] if send_at is not None else []),
        ],
    )
    notices.tell(work, ticket_id, event_id)
    resending.replaced(work, actor, form, message_id)
    _after_answer(work, actor, ticket, message_id, status_id, keep_status, columns, seen_fields or {})
    reading.written(work, actor, ticket_id, message_id)
    return message_id


@undoable("message.note")
def note(
    work: Work,
    actor: Actor,
    ticket_id: int,
    text: str,
    *,
    visibility: str = "internal",
    addressee_id: int | None = None,
    draft_key: str | None = None,
    status_id: int | None = None,
    close: bool = False,
    fields: Mapping[str, Any] | None = None,
    seen_fields: Mapping[str, Any] | None = None,
    seconds_spent: int | None = None,
) -> int:
    """Write what never leaves by mail: to all agents, or privately to one; the message's id.

    Status and fields are set as an answer does; whose turn it is stays, and the customer is not told.
    """
    require(work, actor, "note", "message.note", ticket_id)
    tickets.find(work, actor, ticket_id)
    if visibility not in ("internal", "private"):
        raise BadData(_("A note is internal or private."))
    if visibility == "private" and addressee_id is None:
        raise BadData(_("A private note needs somebody it is for."))
    if addressee_id is not None and not work.value(
        select(t.agent.c.active).where(t.agent.c.id == addressee_id)
    ):
        raise BadData(_("There is no such active agent."))
    if not text.strip():
        raise BadData(_("The note is empty."))
    if (sent := drafts.sent_as(work, actor, draft_key, ticket_id)) is not None:
        return sent
    columns = answer_form.values(work, actor, "message.note", ticket_id, fields or {})
    if status_id is not None or close:
        require(work, actor, "change", "message.note", ticket_id)
        columns["status_id"] = answer_form.status(work, actor, "message.note", ticket_id, status_id, close)
    files = drafts.files(work, actor, draft_key)
    message_id = posting.post(
        work,
        ticket_id,
        type="console",
        visibility=visibility,
        addressee_id=addressee_id,
        author_agent_id=actor.agent_id,
        from_name=actor.name,
        body=text,
        attachments=len(files),
        seconds_spent=answer_form.spent(seconds_spent),
    )
    if addressee_id is not None:
        work.insert(t.addressed, agent_id=addressee_id, message_id=message_id, ticket_id=ticket_id)
    drafts.take(work, actor, draft_key, message_id)
    event_id = history.record(
        work,
        actor,
        "message.note",
        ticket_id=ticket_id,
        message_id=message_id,
        changes=[
            ("visibility", None, visibility),
            ("addressee_id", None, addressee_id),
            ("draft", None, draft_key),
        ],
    )
    notices.tell(work, ticket_id, event_id)
    # of no message: who may not see a private note still sees what became of the ticket
    answer_form.apply(work, actor, "ticket.set", ticket_id, columns, seen_fields or {})
    reading.written(work, actor, ticket_id, message_id)
    return message_id


@undoable("message.time")
def set_time_spent(work: Work, actor: Actor, message_id: int, seconds: int) -> None:
    """Correct the time spent on a message of one's own; an administrator corrects anybody's."""
    c = t.message.c
    row = work.first(
        select(
            c.id,
            c.ticket_id,
            func.coalesce(c.author_agent_id, c.taken_by_id).label("agent_id"),
            c.seconds_spent,
        ).where(c.id == message_id, visibility.messages(actor))
    )
    require(work, actor, "note", "message.time", row.ticket_id if row is not None else None)
    if row is None:
        raise NotFound(_("There is no message {number}.").format(number=message_id))
    if row.agent_id is None:
        raise BadData(_("Only what an agent wrote has a time spent on it."))
    if row.agent_id != actor.agent_id and not has(actor, "administer"):
        require(work, actor, "administer", "message.time", row.ticket_id)
    spent = answer_form.spent(seconds)
    if spent == row.seconds_spent:
        return
    work.update(t.message, message_id, seconds_spent=spent)
    history.record(
        work,
        actor,
        "message.time",
        ticket_id=row.ticket_id,
        message_id=message_id,
        changes=[("seconds_spent", row.seconds_spent, spent)],
    )


def guard(work: Work, actor: Actor, ticket_id: int, seen_message_id: int | None, anyway: bool) -> None:
    """Raise SeenNewer where a person wrote after what the author of an answer saw."""
    if anyway or seen_message_id is None:
        return
    newest = newest_by_person(work, actor, ticket_id)
    if newest is not None and newest.id > seen_message_id:
        who = newest.from_name or newest.from_address
        raise SeenNewer(
            _("{who} wrote meanwhile. Read it, then send, change or drop your answer.").format(who=who),
            who,
            newest.id,
        )


def _after_answer(
    work: Work,
    actor: Actor,
    ticket: Any,
    message_id: int,
    status_id: int | None,
    keep_status: bool,
    columns: Mapping[str, Any],
    seen_fields: Mapping[str, Any],
) -> None:
    values: dict[str, Any] = dict(columns)
    if status_id is None and not keep_status:
        by_itself = statuses.after_answer(work)
        status_id = by_itself.id if by_itself is not None else None
    if not keep_status:
        values.update(turn="theirs", answered_at=work.now)
        if status_id is not None:
            values["status_id"] = status_id
    taken = ticket.responsible_id is not None or "responsible_id" in values
    if not taken and settings.get(work, "take_on_answer"):
        values["responsible_id"] = actor.agent_id
    if values:
        answer_form.apply(work, actor, "ticket.answered", ticket.id, values, seen_fields, message_id)
