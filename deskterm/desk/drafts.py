"""Texts agents are writing: kept as they type, one's own only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.views import AttachmentRow, DraftView
from deskterm.i18n import _
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work


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
) -> DraftView:
    """Keep a draft under its key, in place of what it held before."""
    require(work, actor, "answer" if visibility == "public" else "note", "draft.save", ticket_id)
    values: dict[str, Any] = {
        "visibility": visibility,
        "body": body,
        "addressee_id": addressee_id,
        "seen_message_id": seen_message_id,
        "updated_at": work.now,
    }
    there = work.first(select(t.draft.c.id, t.draft.c.agent_id).where(t.draft.c.key == key))
    if there is None:
        if work.value(select(t.outgoing.c.id).where(t.outgoing.c.draft_key == key)):
            raise BadData(_("This text was sent already."))
        work.insert(
            t.draft, key=key, agent_id=actor.agent_id, ticket_id=ticket_id, started_at=work.now, **values
        )
    elif there.agent_id != actor.agent_id:
        raise NotFound(_("There is no such draft of yours."))
    else:
        work.update(t.draft, there.id, **values)
    return find(work, actor, key)


def find(work: Work, actor: Actor, key: str) -> DraftView:
    """One's own draft by its key."""
    row = work.first(select(t.draft).where(t.draft.c.key == key, visibility.drafts(actor)))
    if row is None:
        raise NotFound(_("There is no such draft of yours."))
    return _view(work, row)


def of_ticket(work: Work, actor: Actor, ticket_id: int) -> list[DraftView]:
    """One's own drafts of a ticket, the latest first."""
    return [
        _view(work, row)
        for row in work.rows(
            select(t.draft)
            .where(t.draft.c.ticket_id == ticket_id, visibility.drafts(actor))
            .order_by(t.draft.c.updated_at.desc(), t.draft.c.id.desc())
        )
    ]


def all_mine(work: Work, actor: Actor) -> list[DraftView]:
    """All one's own drafts, the latest first."""
    return [
        _view(work, row)
        for row in work.rows(
            select(t.draft)
            .where(visibility.drafts(actor))
            .order_by(t.draft.c.updated_at.desc(), t.draft.c.id.desc())
        )
    ]


def drop(work: Work, actor: Actor, key: str) -> None:
    """Throw a draft of one's own away, because its author said so."""
    id = work.value(select(t.draft.c.id).where(t.draft.c.key == key, visibility.drafts(actor)))
    if id is not None:
        work.execute(t.attachment.delete().where(t.attachment.c.draft_id == id))
        work.execute(t.draft.delete().where(t.draft.c.id == id))


def attach(work: Work, actor: Actor, key: str, name: str, type: str, data: bytes) -> AttachmentRow:
    """Add a file to a draft; BadData where it is too large."""
    row = work.first(select(t.draft.c.id).where(t.draft.c.key == key, visibility.drafts(actor)))
    if row is None:
        raise NotFound(_("There is no such draft of yours."))
    if len(data) > limits.AGENT_ATTACHMENT_BYTES:
        raise BadData(
            _("{name} is too large: {size} MB. At most {most} MB go by mail.").format(
                name=name,
                size=round(len(data) / limits.MIB, 1),
                most=limits.AGENT_ATTACHMENT_BYTES // limits.MIB,
            )
        )
    sha256 = blobs.put(work, data)
    id = work.insert(
        t.attachment,
        draft_id=row.id,
        name=name,
        type=type,
        size=len(data),
        sha256=sha256,
        blob_sha256=sha256,
    )
    return AttachmentRow(id=id, name=name, type=type, size=len(data), inline=False)


def detach(work: Work, actor: Actor, attachment_id: int) -> None:
    """Take a file off a draft of one's own."""
    work.execute(
        t.attachment.delete().where(
            t.attachment.c.id == attachment_id,
            t.attachment.c.draft_id.in_(select(t.draft.c.id).where(visibility.drafts(actor))),
        )
    )


def _view(work: Work, row: Any) -> DraftView:
    files = work.rows(
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
            for file in files
        ),
        updated_at=row.updated_at,
    )
