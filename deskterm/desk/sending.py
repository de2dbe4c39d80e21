"""Freezing a letter of ours into the outbox: recipients, Message-ID and full bytes in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from deskterm.desk import posting, settings
from deskterm.desk.errors import BadData
from deskterm.desk.keys import keys
from deskterm.i18n import _
from deskterm.mail import compose
from deskterm.mail.letter import Address, Letter
from deskterm.mail.message_ids import loop_stamp, new_loose_message_id, new_message_id
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

HISTORY_MESSAGES = 6


def account_of(work: Work, ticket: Any) -> Any | None:
    """The account a ticket's letters go out from: its own where that can send, else the main one."""
    return account_for(work, ticket.account_id)


THAT_SEND = Query(
    select(t.account).where(t.account.c.active, t.account.c.outgoing == "smtp").order_by(t.account.c.id)
)


def account_for(work: Work, account_id: int | None) -> Any | None:
    """The account answers to mail of an account go out from: itself where it can send, else the main one."""
    rows = work.remembered(
        "sending accounts",
        lambda: work.rows(THAT_SEND),
    )
    if not settings.get(work, "main_account_answers"):
        for row in rows:
            if row.id == account_id:
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
    """(parent, references) of a ticket's next letter: the customer's newest letter, and all before it.

    Of a ticket that began without a letter (a telephone call) the letter that told of its registration
    stands first: everything later is a reply to it.
    """
    rows = work.rows(_LETTERS, {"ticket_id": ticket_id})
    ids = [row.message_key for row in rows]
    if registered := _registered(work, ticket_id):
        ids.insert(0, registered)
    parents = [row.message_key for row in rows if row.author_agent_id is None and row.type == "email"]
    parent = parents[-1] if parents else (ids[-1] if ids else "")
    return parent, compose.capped_references(ids, parent)


def _registered(work: Work, ticket_id: int) -> str:
    """The Message-ID of the letter that told a contact of his telephone call; '' for any other ticket."""
    first = work.first(_FIRST, {"ticket_id": ticket_id})
    if first is None or first.message_key:
        return ""
    return str(work.value(_CONFIRMATION, {"message_id": first.id}) or "")


def quoted(work: Work, ticket_id: int, before_id: int) -> tuple[compose.Quoted, ...]:
    """The newest public messages before this one, newest first, what customers were shown or wrote."""
    rows = work.rows(_QUOTED, {"ticket_id": ticket_id, "before_id": before_id})
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


def file_bytes(work: Work, row: Any) -> bytes:
    """The bytes of an attachment's row: a blob of its own, or a part of a letter."""
    if row.blob_sha256 is not None:
        return blobs.get(work, row.blob_sha256)
    # the parser is imported when it is needed, not when the console starts
    from deskterm.mail.parse import read_part

    return read_part(blobs.get(work, row.original_sha256), row.part)


def signature_of(work: Work, agent_id: int | None) -> str:
    """What an agent's letters end with; '' where the account's signature does."""
    return str(work.value(_SIGNATURE, {"agent_id": agent_id}) or "")


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
    marker: bool = True,
    event_id: int | None = None,
) -> int:
    """Compose and queue a letter, a row per recipient; the id of the outgoing letter.

    `recipients` are (address, place): who is in place 'cc' gets a copy, all others stand in To.
    `event_id` is the last event a notice tells of.
    """
    _check_public(work, ticket.id, message_id)
    signing = keys(work)
    key = new_message_id(signing, ticket.id, message_id or 0, _domain(account))
    in_reply_to, known = parent or references(work, ticket.id)
    letter = compose.Outgoing(
        visibility="public",
        sender=Address(sender_name or account.name, account.address),
        to=tuple(address for address, place in recipients if place != "cc"),
        cc=tuple(address for address, place in recipients if place == "cc"),
        subject=_subject(ticket, answers=bool(in_reply_to or known)),
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
        marker=marker,
    )
    outgoing_id = _queue(
        work,
        letter,
        account,
        [address for address, _place in recipients],
        not_before or work.now,
        kind=kind,
        ticket_id=ticket.id,
        message_id=message_id,
        agent_id=agent_id,
        seen_message_id=seen_message_id,
        draft_key=draft_key,
        event_id=event_id,
    )
    posting.reference(work, ticket.id, message_id, [(key, "ours")])
    return outgoing_id


def freeze_loose(
    work: Work, *, kind: str, account: Any, to: Address, text: str, letter: Letter, language: str
) -> int:
    """Compose and queue an automatic answer to a letter without a ticket; the outgoing letter's id."""
    signing = keys(work)
    answer = compose.Outgoing(
        visibility="public",
        sender=Address(account.name, account.address),
        to=(to,),
        subject=compose.reply_subject(letter.subject, ""),
        message_id=new_loose_message_id(signing, _domain(account)),
        date=work.now,
        text=text,
        in_reply_to="" if letter.made_message_id else letter.message_id,
        references=letter.references,
        signature=account.signature,
        language=language,
        automatic=True,
        loop_stamp=loop_stamp(signing, desk_name(work)),
        # nobody reads what is answered to it
        marker=False,
    )
    return _queue(work, answer, account, [to], work.now, kind=kind)


def freeze_to_agent(
    work: Work,
    *,
    kind: str,
    ticket_id: int,
    account: Any,
    to: Address,
    subject: str,
    text: str,
    language: str,
    thread: str,
    not_before: datetime,
    event_id: int | None = None,
    seen_message_id: int = 0,
) -> int:
    """Compose and queue a letter about a ticket to an agent; the outgoing letter's id.

    It has no token and no Message-ID of the ticket: what is replied to it never gets into the ticket.
    `thread` is what an agent's letters of one ticket have in common.
    """
    signing = keys(work)
    letter = compose.Outgoing(
        visibility="public",
        sender=Address(account.name, account.address),
        to=(to,),
        subject=subject,
        message_id=new_loose_message_id(signing, _domain(account)),
        date=work.now,
        text=text,
        references=(f"{thread}@{_domain(account)}",),
        language=language,
        automatic=True,
        loop_stamp=loop_stamp(signing, desk_name(work)),
        marker=False,
    )
    return _queue(
        work,
        letter,
        account,
        [to],
        not_before,
        kind=kind,
        ticket_id=ticket_id,
        event_id=event_id,
        seen_message_id=seen_message_id,
    )


def _check_public(work: Work, ticket_id: int, message_id: int | None) -> None:
    """The wall before the composer: a letter's message is public, there, and of the letter's ticket."""
    if message_id is None:
        return
    row = work.first(_WHOSE, {"message_id": message_id})
    if row is None or row.visibility != "public" or row.deleted_at is not None or row.ticket_id != ticket_id:
        raise BadData(_("Only a public message can leave by mail."))


def _subject(ticket: Any, *, answers: bool) -> str:
    """The subject with the token; the first letter of a thread is no answer to anything."""
    subject = compose.reply_subject(ticket.subject, ticket.token)
    return subject if answers else subject.removeprefix("Re: ")


def _domain(account: Any) -> str:
    return account.address.rpartition("@")[2] or "localhost"


def _queue(
    work: Work,
    letter: compose.Outgoing,
    account: Any,
    recipients: list[Address],
    moment: datetime,
    **fields: Any,
) -> int:
    """Keep the bytes of a letter and a row for each recipient, to leave at that moment."""
    outgoing_id = work.insert(
        t.outgoing,
        automatic=letter.automatic,
        account_id=account.id,
        sender="" if letter.automatic else account.address,
        message_key=letter.message_id,
        subject=letter.subject,
        blob_sha256=blobs.put(work, compose.compose(letter)),
        not_before=moment,
        created_at=work.now,
        **fields,
    )
    for address in recipients:
        work.insert(
            t.outbox,
            outgoing_id=outgoing_id,
            address=address.address,
            key=address.key,
            state="waiting" if moment > work.now else "queued",
            next_at=moment,
            created_at=work.now,
        )
    return outgoing_id


FIRST_ACCOUNT = Query(select(t.account.c.key).order_by(t.account.c.id).limit(1))


def desk_name(work: Work) -> str:
    """What tells this desk from others in loop stamps: the domain of its first account."""
    address = work.remembered("first account", lambda: work.value(FIRST_ACCOUNT)) or "desk@localhost"
    domain = str(address).rpartition("@")[2] or "localhost"
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")


def soon(work: Work, seconds: int) -> datetime:
    return work.now + timedelta(seconds=seconds)


_message, _outgoing = t.message.c, t.outgoing.c
_SHOWN_TO_CUSTOMERS = (
    _message.ticket_id == bindparam("ticket_id"),
    _message.visibility == "public",
    _message.deleted_at.is_(None),
)
_LETTERS = Query(
    select(_message.message_key, _message.author_agent_id, _message.type)
    .where(
        *_SHOWN_TO_CUSTOMERS,
        _message.message_key != "",
        _message.unverified.is_distinct_from("waiting"),
    )
    .order_by(_message.id)
)
_FIRST = Query(
    select(_message.id, _message.type, _message.message_key)
    .where(*_SHOWN_TO_CUSTOMERS)
    .order_by(_message.id)
    .limit(1)
)
_CONFIRMATION = Query(
    select(_outgoing.message_key)
    .where(_outgoing.message_id == bindparam("message_id"), _outgoing.kind == "confirmation")
    .order_by(_outgoing.id)
    .limit(1)
)
_QUOTED = Query(
    select(_message.from_name, _message.from_address, _message.at, _message.body, _message.folds)
    .where(
        *_SHOWN_TO_CUSTOMERS,
        _message.id < bindparam("before_id"),
        _message.type.in_(("email", "console", "phone", "portal")),
        _message.unverified.is_distinct_from("waiting"),
    )
    .order_by(_message.id.desc())
    .limit(HISTORY_MESSAGES)
)
_WHOSE = Query(
    select(_message.ticket_id, _message.visibility, _message.deleted_at).where(
        _message.id == bindparam("message_id")
    )
)
_SIGNATURE = Query(select(t.agent.c.signature).where(t.agent.c.id == bindparam("agent_id")))
