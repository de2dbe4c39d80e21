"""Texts agents are writing: kept as they type, one's own only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from deskterm import limits
from deskterm.desk import attachment_limits, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, Changed, NotFound, TakenBack
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.desk.views import AttachmentRow, DraftView
from deskterm.i18n import _
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

SENT_ACTS = ("message.reply", "message.note", "message.registered")
"""The acts that make a message of a draft; their events name its key."""


def save(
    work: Work,
    actor: Actor,
    *,
    key: str,
    ticket_id: int | None,
    visibility: str,
    body: str,
    addressee_id: int | None = None,
    seen_message_id: int = 0,
    subject: str | None = None,
    form: Mapping[str, Any] | None = None,
    deferred: bool | None = None,
    over: datetime | None = None,
) -> DraftView:
    """Keep a draft under its key, in place of what it held before; `ticket_id` None: of a new ticket.

    `form` is what else the form says, plain JSON: see `answer_form` and `new_ticket`. Subject, form and
    `deferred` stay as they were where they are not given. `over` is when it was changed last as far as its
    author's console knows: Changed where another console of his changed or sent it since.
    """
    require(work, actor, "answer" if visibility == "public" else "note", "draft.save", ticket_id)
    values: dict[str, Any] = {
        "visibility": visibility,
        "body": body,
        "addressee_id": addressee_id,
        "seen_message_id": seen_message_id,
        "updated_at": work.now,
    }
    if subject is not None:
        values["subject"] = subject[: limits.SUBJECT_CHARACTERS]
    if form is not None:
        values["form"] = _plain(form)
    if deferred is not None:
        values["deferred"] = deferred
    there = work.first(
        select(t.draft.c.id, t.draft.c.agent_id, t.draft.c.updated_at).where(t.draft.c.key == key)
    )
    if over is not None and (there.updated_at != over if there is not None else _left(work, actor, key)):
        raise Changed(_("Another console of yours changed this draft."), "draft", actor.name, None)
    if there is None:
        if _left(work, actor, key):
            raise BadData(_("This text was sent already."))
        work.insert(
            t.draft, key=key, agent_id=actor.agent_id, ticket_id=ticket_id, started_at=work.now, **values
        )
    elif there.agent_id != actor.agent_id:
        raise NotFound(_("There is no such draft of yours."))
    else:
        work.update(t.draft, there.id, **values)
    return find(work, actor, key)


def _left(work: Work, actor: Actor, key: str) -> bool:
    """Whether the draft was sent."""
    return _queued(work, key) or sent_as(work, actor, key) is not None


def _queued(work: Work, key: str) -> bool:
    """Whether a letter was ever made of the draft, and be it that it was taken back."""
    return work.value(select(t.outgoing.c.id).where(t.outgoing.c.draft_key == key)) is not None


def refuse_taken_back(work: Work, key: str | None) -> None:
    """TakenBack where the answer of a draft came back after it was sent, as one that was overtaken does."""
    if key is not None and _queued(work, key):
        raise TakenBack(_("This answer came back since it was sent; it stands among your drafts."))


def find(work: Work, actor: Actor, key: str) -> DraftView:
    """One's own draft by its key."""
    return _view(work, _row(work, actor, key))


def of_ticket(work: Work, actor: Actor, ticket_id: int) -> list[DraftView]:
    """One's own drafts of a ticket, the latest first."""
    return _listed(work, actor, t.draft.c.ticket_id == ticket_id)


def all_mine(work: Work, actor: Actor) -> list[DraftView]:
    """All one's own drafts, the latest first."""
    return _listed(work, actor)


def deferred(work: Work, actor: Actor) -> list[DraftView]:
    """The answers one put off on purpose, the latest first."""
    return _listed(work, actor, t.draft.c.deferred)


def of_new_tickets(work: Work, actor: Actor) -> list[DraftView]:
    """One's own drafts of tickets that are not there yet, the latest first."""
    return _listed(work, actor, t.draft.c.ticket_id.is_(None))


@undoable("draft.defer")
def defer(work: Work, actor: Actor, key: str, on: bool = True) -> DraftView:
    """Put an answer off on purpose: kept beside its ticket, whose turn, status and order stay."""
    row = _row(work, actor, key)
    work.update(t.draft, row.id, deferred=on, updated_at=work.now)
    return find(work, actor, key)


@undoable("draft.drop")
def drop(work: Work, actor: Actor, key: str) -> None:
    """Throw a draft of one's own away, because its author said so."""
    id = work.value(select(t.draft.c.id).where(t.draft.c.key == key, visibility.drafts(actor)))
    if id is not None:
        work.delete_where(t.attachment, t.attachment.c.draft_id == id)
        work.delete_where(t.draft, t.draft.c.id == id)


def attach(work: Work, actor: Actor, key: str, name: str, type: str, data: bytes) -> AttachmentRow:
    """Add a file to a draft; BadData where its files would together be larger than agents may send."""
    row = _row(work, actor, key)
    there = work.value(select(func.sum(t.attachment.c.size)).where(t.attachment.c.draft_id == row.id)) or 0
    attachment_limits.check_agent(work, name, len(data), int(there))
    last = work.value(select(func.max(t.attachment.c.position)).where(t.attachment.c.draft_id == row.id))
    sha256 = blobs.put(work, data)
    id = work.insert(
        t.attachment,
        draft_id=row.id,
        position=0 if last is None else last + 1,
        name=name,
        type=type,
        size=len(data),
        sha256=sha256,
        blob_sha256=sha256,
    )
    return AttachmentRow(id=id, name=name, type=type, size=len(data), inline=False)


def detach(work: Work, actor: Actor, attachment_id: int) -> None:
    """Take a file off a draft of one's own."""
    work.delete_where(
        t.attachment,
        (t.attachment.c.id == attachment_id)
        & t.attachment.c.draft_id.in_(select(t.draft.c.id).where(visibility.drafts(actor))),
    )


def files(work: Work, actor: Actor, key: str | None) -> list[Any]:
    """The rows of a draft's files in their order."""
    if key is None:
        return []
    return list(
        work.rows(
            select(t.attachment)
            .join(t.draft, t.draft.c.id == t.attachment.c.draft_id)
            .where(t.draft.c.key == key, visibility.drafts(actor))
            .order_by(t.attachment.c.position, t.attachment.c.id)
        )
    )


def check_public(work: Work, actor: Actor, key: str | None) -> None:
    """Raise BadData where a draft was written as a note: what is internal or private never leaves."""
    if key is None:
        return
    kept = work.value(select(t.draft.c.visibility).where(t.draft.c.key == key, visibility.drafts(actor)))
    if kept is not None and kept != "public":
        raise BadData(_("This draft is a note and is not sent to customers."))


def form_of(work: Work, actor: Actor, key: str | None) -> dict[str, Any]:
    """What the form of a draft says, empty where there is none."""
    if key is None:
        return {}
    return dict(
        work.value(select(t.draft.c.form).where(t.draft.c.key == key, visibility.drafts(actor))) or {}
    )


def take(work: Work, actor: Actor, key: str | None, message_id: int) -> None:
    """The draft's files become the message's; the draft itself has done its work."""
    if key is None:
        return
    id = work.value(select(t.draft.c.id).where(t.draft.c.key == key, visibility.drafts(actor)))
    if id is not None:
        work.update_where(t.attachment, t.attachment.c.draft_id == id, draft_id=None, message_id=message_id)
        work.delete_where(t.draft, t.draft.c.id == id)


def sent_as(work: Work, actor: Actor, key: str | None, ticket_id: int | None = None) -> int | None:
    """The message made of a draft before: by a second key press, or by another console.

    None where that message was taken back since. Without a ticket one's own newest acts are looked through.
    """
    if key is None:
        return None
    c = t.event.c
    statement = (
        select(c.message_id, c.changes)
        .join(t.message, t.message.c.id == c.message_id)
        .where(c.act.in_(SENT_ACTS), t.message.c.deleted_at.is_(None))
        .order_by(c.id.desc())
    )
    if ticket_id is not None:
        statement = statement.where(c.ticket_id == ticket_id)
    else:
        statement = statement.where(c.agent_id == actor.agent_id).limit(200)
    for row in work.rows(statement):
        if ["draft", None, key] in (row.changes or []):
            return int(row.message_id)
    return None


def _row(work: Work, actor: Actor, key: str) -> Any:
    row = work.first(select(t.draft).where(t.draft.c.key == key, visibility.drafts(actor)))
    if row is None:
        raise NotFound(_("There is no such draft of yours."))
    return row


def _listed(work: Work, actor: Actor, *conditions: Any) -> list[DraftView]:
    return [
        _view(work, row)
        for row in work.rows(
            select(t.draft)
            .where(visibility.drafts(actor), *conditions)
            .order_by(t.draft.c.updated_at.desc(), t.draft.c.id.desc())
        )
    ]


def _plain(form: Mapping[str, Any]) -> dict[str, Any]:
    """A form as it is kept: plain JSON of a sensible size."""
    try:
        text = json.dumps(dict(form))
    except (TypeError, ValueError) as error:
        raise BadData(_("A form holds plain values only.")) from error
    if len(text) > limits.FORM_CHARACTERS:
        raise BadData(_("The form holds too much."))
    kept: dict[str, Any] = json.loads(text)
    return kept


def _view(work: Work, row: Any) -> DraftView:
    rows = work.rows(
        select(t.attachment)
        .where(t.attachment.c.draft_id == row.id)
        .order_by(t.attachment.c.position, t.attachment.c.id)
    )
    return DraftView(
        id=row.id,
        key=row.key,
        ticket_id=row.ticket_id,
        visibility=row.visibility,
        addressee_id=row.addressee_id,
        body=row.body,
        seen_message_id=row.seen_message_id,
        returned_why=row.returned_why,
        attachments=tuple(
            AttachmentRow(id=file.id, name=file.name, type=file.type, size=file.size, inline=False)
            for file in rows
        ),
        updated_at=row.updated_at,
        subject=row.subject,
        form=dict(row.form or {}),
        deferred=row.deferred,
        started_at=row.started_at,
    )
