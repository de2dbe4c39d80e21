"""Answering and noting: what agents write into tickets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from deskterm.desk import (
    history,
    notices,
    participants,
    posting,
    reading,
    sending,
    settings,
    tickets,
    visibility,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, SeenNewer
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.compose import OutgoingAttachment
from deskterm.mail.letter import Address
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

BY_PEOPLE = ("email", "phone", "console", "portal")


def preview(work: Work, actor: Actor, ticket_id: int) -> list[str]:
    """Who will get a public answer, written as in a letter's head."""
    ticket = tickets.find(work, actor, ticket_id)
    return [f"{row.name} <{row.address}>" if row.name else row.address for row in _recipients(work, ticket)]


def newest_by_person(work: Work, actor: Actor, ticket_id: int) -> Any | None:
    """The newest message visible to the actor that a person other than he wrote."""
    return work.first(
        select(t.message.c.id, t.message.c.from_name, t.message.c.from_address)
        .where(
            t.message.c.ticket_id == ticket_id,
            visibility.messages(actor),
            t.message.c.type.in_(BY_PEOPLE),
            t.message.c.author_agent_id.is_distinct_from(actor.agent_id),
        )
        .order_by(t.message.c.id.desc())
        .limit(1)
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
) -> int:
    """Answer publicly: message, frozen letter, status and responsible in one; the message's id.

    `seen_message_id` is the newest message the author saw: SeenNewer where a person wrote since,
    unless `anyway`. A draft is sent once: a second call with its key gives the first message's id.
    """
    require(work, actor, "answer", "message.reply", ticket_id)
    ticket = tickets.find(work, actor, ticket_id)
    if (sent := _sent_already(work, ticket_id, draft_key)) is not None:
        return sent
    if not text.strip():
        raise BadData(_("The answer is empty."))
    guard(work, actor, ticket_id, seen_message_id, anyway)
    rows = _recipients(work, ticket)
    account = sending.sending_account(work, ticket)
    files = _draft_files(work, actor, draft_key)
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
    )
    newest = newest_by_person(work, actor, ticket_id)
    if rows:
        seconds = settings.get(work, "undo_seconds") if undo_seconds is None else undo_seconds
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
            signature=_signature(work, actor),
            attachments=tuple(
                OutgoingAttachment(file.name, file.type, blobs.get(work, file.blob_sha256)) for file in files
            ),
            history=sending.quoted(work, ticket_id, message_id),
            not_before=sending.soon(work, seconds),
            seen_message_id=newest.id if newest else 0,
            draft_key=draft_key,
            parent=parent,
        )
        key = work.value(select(t.outgoing.c.message_key).where(t.outgoing.c.id == outgoing_id))
        work.update(t.message, message_id, message_key=key)
    _take_draft(work, actor, draft_key, message_id)
    event_id = history.record(
        work,
        actor,
        "message.reply",
        ticket_id=ticket_id,
        message_id=message_id,
        changes=[("visibility", None, "public"), ("draft", None, draft_key)],
    )
    notices.tell(work, ticket_id, event_id)
    _after_answer(work, actor, ticket, message_id, status_id, keep_status)
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
) -> int:
    """Write what never leaves by mail: to all agents, or privately to one; the message's id."""
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
    if (sent := _sent_already(work, ticket_id, draft_key)) is not None:
        return sent
    files = _draft_files(work, actor, draft_key)
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
    )
    if addressee_id is not None:
        work.insert(t.addressed, agent_id=addressee_id, message_id=message_id, ticket_id=ticket_id)
    _take_draft(work, actor, draft_key, message_id)
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
    reading.written(work, actor, ticket_id, message_id)
    return message_id


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


def _recipients(work: Work, ticket: Any) -> list[Any]:
    rows = participants.recipients(work, ticket.id)
    silent = work.value(select(t.account.c.silent).where(t.account.c.id == ticket.account_id))
    if silent or ticket.silent:  # a monitoring system is never written to, its other readers are
        rows = [row for row in rows if row.key != ticket.customer_key and row.place != "author"]
    return rows


def _after_answer(
    work: Work, actor: Actor, ticket: Any, message_id: int, status_id: int | None, keep_status: bool
) -> None:
    values: dict[str, Any] = {}
    if status_id is None and not keep_status:
        key = settings.get(work, "status_after_answer")
        status_id = (
            work.value(select(t.status.c.id).where(t.status.c.key == key, t.status.c.active)) if key else None
        )
    if not keep_status:
        values.update(turn="theirs", answered_at=work.now)
        if status_id is not None:
            values["status_id"] = status_id
    if ticket.responsible_id is None and settings.get(work, "take_on_answer"):
        values["responsible_id"] = actor.agent_id
    if values:
        tickets.change(work, actor, "ticket.answered", ticket.id, values, message_id=message_id)


def _sent_already(work: Work, ticket_id: int, draft_key: str | None) -> int | None:
    """The message made of a draft before: by a second key press, or by another console."""
    if draft_key is None or work.value(select(t.draft.c.id).where(t.draft.c.key == draft_key)) is not None:
        return None
    for row in work.rows(
        select(t.event.c.message_id, t.event.c.changes).where(
            t.event.c.ticket_id == ticket_id, t.event.c.act.in_(("message.reply", "message.note"))
        )
    ):
        if ["draft", None, draft_key] in (row.changes or []):
            return int(row.message_id)
    return None


def _draft_files(work: Work, actor: Actor, draft_key: str | None) -> list[Any]:
    if draft_key is None:
        return []
    return list(
        work.rows(
            select(t.attachment)
            .join(t.draft, t.draft.c.id == t.attachment.c.draft_id)
            .where(t.draft.c.key == draft_key, visibility.drafts(actor))
            .order_by(t.attachment.c.position, t.attachment.c.id)
        )
    )


def _take_draft(work: Work, actor: Actor, draft_key: str | None, message_id: int) -> None:
    """The draft's files become the message's; the draft itself has done its work."""
    if draft_key is None:
        return
    id = work.value(select(t.draft.c.id).where(t.draft.c.key == draft_key, visibility.drafts(actor)))
    if id is not None:
        work.update_where(t.attachment, t.attachment.c.draft_id == id, draft_id=None, message_id=message_id)
        work.delete_where(t.draft, t.draft.c.id == id)


def _signature(work: Work, actor: Actor) -> str:
    return str(work.value(select(t.agent.c.signature).where(t.agent.c.id == actor.agent_id)) or "")
