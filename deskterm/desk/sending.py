"""Freezing a letter of ours into the outbox: recipients, Message-ID and full bytes in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from deskterm.desk import posting, settings
from deskterm.desk.errors import BadData
from deskterm.desk.keys import keys
from deskterm.i18n import _
from deskterm.mail import compose
from deskterm.mail.letter import Address
from deskterm.mail.message_ids import loop_stamp, new_message_id
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

HISTORY_MESSAGES = 6


def account_of(work: Work, ticket: Any) -> Any | None:
    """The account a ticket's letters go out from: its own where that can send, else the main one."""
    rows = work.rows(
        select(t.account).where(t.account.c.active, t.account.c.outgoing == "smtp").order_by(t.account.c.id)
    )
    if not settings.get(work, "main_account_answers"):
        for row in rows:
            if row.id == ticket.account_id:
                return row
    return rows[0] if rows else None


def sending_account(work: Work, ticket: Any) -> Any:
    """The same; BadData where no account can send."""
    found = account_of(work, ticket)
    if found is None:
        raise BadData(
            _("No account of this desk can send mail. Give one an outgoing server: deskterm accounts edit")
        )
    return found


def references(work: Work, ticket_id: int) -> tuple[str, tuple[str, ...]]:
    """(parent, references) of a ticket's next letter: the customer's newest letter, and all before it."""
    rows = work.rows(
        select(t.message.c.message_key, t.message.c.author_agent_id, t.message.c.type)
        .where(
            t.message.c.ticket_id == ticket_id,
            t.message.c.visibility == "public",
            t.message.c.message_key != "",
            t.message.c.deleted_at.is_(None),
            t.message.c.unverified.is_distinct_from("waiting"),
        )
        .order_by(t.message.c.id)
    )
    ids = [row.message_key for row in rows]
    parents = [row.message_key for row in rows if row.author_agent_id is None and row.type == "email"]
    parent = parents[-1] if parents else (ids[-1] if ids else "")
    return parent, compose.capped_references(ids, parent)


def quoted(work: Work, ticket_id: int, before_id: int) -> tuple[compose.Quoted, ...]:
    """The newest public messages before this one, newest first, what customers were shown or wrote."""
    rows = work.rows(
        select(
            t.message.c.from_name,
            t.message.c.from_address,
            t.message.c.at,
            t.message.c.body,
            t.message.c.folds,
        )
        .where(
            t.message.c.ticket_id == ticket_id,
            t.message.c.id < before_id,
            t.message.c.visibility == "public",
            t.message.c.type.in_(("email", "console", "phone", "portal")),
            t.message.c.deleted_at.is_(None),
            t.message.c.unverified.is_distinct_from("waiting"),
        )
        .order_by(t.message.c.id.desc())
        .limit(HISTORY_MESSAGES)
    )
    return tuple(
        compose.Quoted(
            name=row.from_name, address=row.from_address, at=row.at, text=unfolded(row.body, row.folds)
        )
        for row in rows
    )


def unfolded(body: str, folds: list[list[Any]] | None) -> str:
    """What stays of a body after folding; all of it where nothing would."""
    kept: list[str] = []
    at = 0
    for start, end, _why in folds or ():
        kept.append(body[at:start])
        at = end
    kept.append(body[at:])
    visible = "".join(kept).strip("\n")
    return visible if visible.strip() else body


def freeze(
    work: Work,
    *,
    kind: str,
    ticket: Any,
    account: Any,
    recipients: list[tuple[Address, str]],
    text: str,
    message_id: int | None,
    agent_id: int | None = None,
    sender_name: str = "",
    signature: str = "",
    attachments: tuple[compose.OutgoingAttachment, ...] = (),
    history: tuple[compose.Quoted, ...] = (),
    automatic: bool = False,
    not_before: datetime | None = None,
    seen_message_id: int = 0,
    draft_key: str | None = None,
    parent: tuple[str, tuple[str, ...]] | None = None,
) -> int:
    """Compose and queue a letter, a row per recipient; the id of the outgoing letter.

    `recipients` are (address, place) with place 'author', 'to', 'added' or 'cc'.
    """
    signing = keys(work)
    domain = account.address.rpartition("@")[2] or "localhost"
    key = new_message_id(signing, ticket.id, message_id or 0, domain)
    in_reply_to, known = parent or references(work, ticket.id)
    letter = compose.Outgoing(
        visibility="public",
        sender=Address(sender_name or account.name, account.address),
        to=tuple(address for address, place in recipients if place != "cc"),
        cc=tuple(address for address, place in recipients if place == "cc"),
        subject=compose.reply_subject(ticket.subject, ticket.token),
        message_id=key,
        date=work.now,
        text=text,
        in_reply_to=in_reply_to,
        references=known,
        signature=signature or account.signature,
        language=ticket.language,
        history=history,
        attachments=attachments,
        automatic=automatic,
        loop_stamp=loop_stamp(signing, desk_name(work)) if automatic else "",
    )
    moment = not_before or work.now
    outgoing_id = work.insert(
        t.outgoing,
        kind=kind,
        automatic=automatic,
        account_id=account.id,
        ticket_id=ticket.id,
        message_id=message_id,
        agent_id=agent_id,
        sender="" if automatic else account.address,
        message_key=key,
        subject=letter.subject,
        blob_sha256=blobs.put(work, compose.compose(letter)),
        seen_message_id=seen_message_id,
        not_before=moment,
        draft_key=draft_key,
        created_at=work.now,
    )
    for address, _place in recipients:
        work.insert(
            t.outbox,
            outgoing_id=outgoing_id,
            address=address.address,
            key=address.key,
            state="waiting" if moment > work.now else "queued",
            next_at=moment,
            created_at=work.now,
        )
    posting.reference(work, ticket.id, message_id, [(key, "ours")])
    return outgoing_id


def desk_name(work: Work) -> str:
    """What tells this desk from others in loop stamps: the domain of its first account."""
    address = work.value(select(t.account.c.key).order_by(t.account.c.id)) or "desk@localhost"
    domain = str(address).rpartition("@")[2] or "localhost"
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")


def soon(work: Work, seconds: int) -> datetime:
    return work.now + timedelta(seconds=seconds)
