"""What stands behind a message: the letter as it came or left, its header fields, its links, its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from deskterm import limits
from deskterm.desk import attachments, showing, tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import NotFound
from deskterm.desk.views import BodyLink
from deskterm.i18n import _
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

MESSAGE, LETTER, OUTGOING = "message", "letter", "outgoing"
"""What can be asked for: a message of a ticket, a held letter, a letter of ours in the Outbox."""
_FIELD_NAME: Final = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)


def links(work: Work, actor: Actor, kind: str, id: int) -> tuple[BodyLink, ...]:
    """The links of a letter's HTML by their place in the text that is shown of it."""
    from deskterm.mail.parse import body_links

    data = raw(work, actor, kind, id)
    shown = showing.body(work, actor, id).text if kind == MESSAGE else None
    return tuple(BodyLink(link.start, link.end, link.target) for link in body_links(data, shown))


def fields(work: Work, actor: Actor, kind: str, id: int) -> tuple[tuple[str, str], ...]:
    """The header fields of a letter in their order, decoded; names as the letter's own program wrote them."""
    from deskterm.mail.headers import read_head, text_of

    data = raw(work, actor, kind, id)
    head = read_head(data, 0, len(data))
    written = {name.lower(): name for name in map(bytes.decode, _FIELD_NAME.findall(data, 0, head.body))}
    return tuple((written.get(name, name.title()), text_of(value)) for name, value in head.fields)


def lines(work: Work, actor: Actor, kind: str, id: int) -> tuple[str, ...]:
    """The source of a letter, line by line; foreign text, and bytes that are no UTF-8 stand as a sign."""
    data = raw(work, actor, kind, id)[: limits.LETTER_BYTES]
    return tuple(data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n"))


def save(work: Work, actor: Actor, kind: str, id: int, folder: Path) -> Path:
    """Write a letter as it is into a folder as an .eml file, under a name that is free there."""
    return attachments.write(folder, f"{kind}-{id}.eml", raw(work, actor, kind, id))


def raw(work: Work, actor: Actor, kind: str, id: int) -> bytes:
    """The bytes of the letter behind a message, of a held letter, or of one of ours."""
    if kind == LETTER:
        return showing.original(work, actor, id)
    if kind == OUTGOING:
        return _sent(work, actor, t.outgoing.c.id == id)
    row = work.first(select(t.message.c.letter_id).where(t.message.c.id == id, visibility.messages(actor)))
    if row is None:
        raise NotFound(_("There is no such message."))
    if row.letter_id is not None:
        sha256 = work.value(select(t.letter.c.blob_sha256).where(t.letter.c.id == row.letter_id))
        return blobs.get(work, sha256)
    return _sent(work, actor, t.outgoing.c.message_id == id)


def _sent(work: Work, actor: Actor, which: Any) -> bytes:
    row = work.first(
        select(t.outgoing.c.blob_sha256, t.outgoing.c.ticket_id).where(which).order_by(t.outgoing.c.id)
    )
    if row is None:
        raise NotFound(_("No letter stands behind this."))
    if row.ticket_id is not None:
        tickets.find(work, actor, row.ticket_id)
    return blobs.get(work, row.blob_sha256)


@dataclass(frozen=True, slots=True)
class Original:
    """A letter of a ticket as it came or left."""

    message_id: int
    sender: str
    at: datetime
    raw: bytes


def of_ticket(work: Work, actor: Actor, ticket_id: int) -> Iterator[Original]:
    """The letters behind the messages of a ticket the actor may see, oldest first; notes have none."""
    tickets.find(work, actor, ticket_id)
    m, sent = t.message.c, t.outgoing.c
    answer = select(func.min(sent.id)).where(sent.message_id == m.id).correlate(t.message).scalar_subquery()
    rows = work.rows(
        select(
            m.id,
            m.at,
            m.from_address,
            sent.sender,
            func.coalesce(t.letter.c.blob_sha256, sent.blob_sha256).label("sha256"),
        )
        .select_from(
            t.message.outerjoin(t.letter, t.letter.c.id == m.letter_id).outerjoin(
                t.outgoing, sent.id == answer
            )
        )
        .where(m.ticket_id == ticket_id, visibility.messages(actor))
        .order_by(m.id)
    )
    for row in rows:
        if row.sha256 is not None:
            sender = row.from_address or row.sender or ""
            yield Original(row.id, sender, row.at, blobs.get(work, row.sha256))
