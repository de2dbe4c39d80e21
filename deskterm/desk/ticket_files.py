"""The files of a ticket: listed with the messages they came with, saved several at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from deskterm.desk import attachments, tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.writing_views import FileRow
from deskterm.store import tables as t
from deskterm.store.work import Work


def listed(work: Work, actor: Actor, ticket_id: int, *, inline: bool = True) -> list[FileRow]:
    """The files of a ticket's visible messages, the oldest first; without pictures of the text if asked."""
    tickets.find(work, actor, ticket_id)
    c = t.attachment.c
    rows = work.rows(
        select(
            c.id,
            c.name,
            c.type,
            c.size,
            c.inline,
            c.message_id,
            t.message.c.from_name,
            t.message.c.from_address,
            t.message.c.at,
        )
        .join(t.message, t.message.c.id == c.message_id)
        .where(t.message.c.ticket_id == ticket_id, visibility.messages(actor), visibility.attachments(actor))
        .order_by(c.message_id, c.position, c.id)
    )
    return [
        FileRow(
            id=row.id,
            name=row.name,
            type=row.type,
            size=row.size,
            inline=row.inline,
            message_id=row.message_id,
            author=row.from_name or row.from_address,
            at=row.at,
        )
        for row in rows
        if inline or not row.inline
    ]


def save(work: Work, actor: Actor, attachment_ids: Sequence[int], folder: Path) -> list[Path]:
    """Save files into a folder, each under a name of its own; nothing there is ever overwritten."""
    return [attachments.save(work, actor, id, folder) for id in attachment_ids]
