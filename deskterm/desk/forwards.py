"""Letters that agents pass on to the desk: who wrote them is proposed as the customer, one key confirms."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import addresses, attachments, participants, tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.letter import Address
from deskterm.store import tables as t
from deskterm.store.work import Work

_ATTACHED_LETTER: Final = "message/rfc822"
_MOST_SENDERS: Final = 256
_SENDERS: Final[dict[str, Address | None]] = {}
"""Who wrote attached letters that were read before, by the SHA-256 of their bytes."""


def writer_of(work: Work, ticket: Any, actor: Actor) -> Address | None:
    """Who wrote the letter that an agent passed on as this ticket, while the agent counts as its customer."""
    if ticket.customer_key not in addresses.of_agents(work):
        return None
    # neither the worker nor a console before its first such ticket holds what reads addresses
    from deskterm.mail.forwarded import PASSED_ON, original_sender

    if not PASSED_ON.match(ticket.subject):
        return None
    first = work.first(
        select(t.message.c.id, t.message.c.body)
        .where(t.message.c.ticket_id == ticket.id, visibility.messages(actor))
        .order_by(t.message.c.id)
        .limit(1)
    )
    if first is None:
        return None
    found = original_sender(ticket.subject, first.body) or _of_attached(work, actor, first.id)
    if found is None or addresses.is_own(found.key, addresses.own(work)):
        return None
    return None if found.key in addresses.of_agents(work) else found


@undoable("ticket.customer")
def take(work: Work, actor: Actor, ticket_id: int) -> None:
    """Make the writer of the letter that was passed on the customer of the ticket: answers go to him."""
    require(work, actor, "change", "ticket.customer", ticket_id)
    ticket = tickets.find(work, actor, ticket_id)
    found = writer_of(work, ticket, actor)
    if found is None:
        raise NotFound(_("Ticket {number} is no letter that an agent passed on.").format(number=ticket_id))
    whose = addresses.customer(work, found.key)
    values = {
        "customer": whose.name or found.name or found.address,
        "customer_key": found.key,
        "client_id": whose.client_id,
        "contact_id": whose.contact_id,
        "client_why": whose.why,
    }
    tickets.change(work, actor, "ticket.customer", ticket_id, values)
    participants.take_over(work, ticket_id, ticket.customer_key, found)


def _of_attached(work: Work, actor: Actor, message_id: int) -> Address | None:
    """The sender of the one letter attached to a message."""
    attached = work.rows(
        select(t.attachment.c.id, t.attachment.c.sha256)
        .where(
            t.attachment.c.message_id == message_id,
            t.attachment.c.type == _ATTACHED_LETTER,
            visibility.attachments(actor),
        )
        .limit(2)
    )
    if len(attached) != 1:
        return None
    known = attached[0].sha256
    if known not in _SENDERS:
        if len(_SENDERS) >= _MOST_SENDERS:
            _SENDERS.clear()
        _SENDERS[known] = _limited_sender(attachments.read(work, actor, attached[0].id)[2])
    return _SENDERS[known]


def _limited_sender(raw: bytes) -> Address | None:
    """Who wrote a letter, by a reader of little memory and time; None where it does not survive it."""
    from deskterm.mail.limited import LimitedReader, ReaderFailed  # none but who shows such a ticket needs it

    with LimitedReader(seconds=limits.ATTACHED_PARSE_SECONDS) as reader:
        try:
            return reader.read(raw).sender
        except ReaderFailed:
            return None
