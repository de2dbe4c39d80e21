"""Mail nobody wrote by hand: the one gate it passes, and the confirmation of a new ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from deskterm import limits
from deskterm.desk import addresses, history, sending, settings
from deskterm.desk.actor import SYSTEM
from deskterm.desk.templates import confirmation_text
from deskterm.i18n import _, n_
from deskterm.mail.letter import Address, Letter
from deskterm.store import tables as t
from deskterm.store.work import Work


def may_auto_send(
    work: Work, account: Any, letter: Letter, ticket_id: int | None
) -> tuple[Address | None, str]:
    """(address, '') an automatic letter may go to, or (None, why not).

    To where an answer would go; never where the letter itself forbids it, to ourselves, to staff's
    silence, past the flood limits, or to an address whose mail comes too fast (LETTERS.md).
    """
    if account.silent:
        return None, _("the account never answers")
    if not letter.may_answer:
        return None, ", ".join(letter.may_answer_reasons) or _("the letter forbids an automatic answer")
    to = letter.reply_to[0] if letter.reply_to else letter.sender
    if to is None or "@" not in to.address:
        return None, _("there is no address to answer to")
    if addresses.is_own(to.key, addresses.own(work)):
        return None, _("the address is one of our own")
    if (why := _flood(work, account, to, ticket_id)) is not None:
        return None, why
    return to, ""


def confirm(work: Work, account: Any, ticket_id: int, letter: Letter) -> tuple[bool, str]:
    """Queue “registered as ticket N” as a reply to the customer's letter; (queued, why not).

    What the flood limit stopped is shown on the ticket.
    """
    if not account.confirms:
        return False, _("the account sends no confirmations")
    to, why = may_auto_send(work, account, letter, ticket_id)
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == ticket_id))
    assert ticket is not None
    if to is None:
        return False, why
    sender = sending.account_of(work, ticket)
    if sender is None:
        return False, _("no account can send")
    sending.freeze(
        work,
        kind="confirmation",
        ticket=ticket,
        account=sender,
        recipients=[(to, "author")],
        text=confirmation_text(ticket.language, ticket.id, ticket.subject),
        message_id=None,
        automatic=True,
    )
    history.record(work, SYSTEM, "ticket.confirmed", ticket_id=ticket_id)
    return True, ""


def mute(work: Work, ticket_id: int, why: str) -> None:
    """Say on the ticket that automatic answers on it stopped, and why."""
    before = work.value(select(t.ticket.c.muted).where(t.ticket.c.id == ticket_id))
    if before == why:
        return
    work.update(t.ticket, ticket_id, muted=why, version=t.ticket.c.version + 1)
    history.record(work, SYSTEM, "ticket.muted", ticket_id=ticket_id, changes=[("muted", before, why)])


def _flood(work: Work, account: Any, to: Address, ticket_id: int | None) -> str | None:
    hour = work.now - timedelta(hours=1)
    automatic = (
        select(func.count())
        .select_from(t.outbox.join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id))
        .where(t.outgoing.c.automatic, t.outbox.c.created_at > hour)
    )
    most = int(settings.get(work, "automatic_per_address_hour"))
    why: str | None = None
    if work.value(automatic.where(t.outbox.c.key == to.key)) >= most:
        why = n_(
            "{count} automatic letter went to {address} within an hour",
            "{count} automatic letters went to {address} within an hour",
            most,
        ).format(count=most, address=to.address)
    elif work.value(automatic.where(t.outgoing.c.account_id == account.id)) >= int(
        settings.get(work, "automatic_per_account_hour")
    ):
        why = _("the account sent as many automatic letters as it may in an hour")
    elif _new_tickets(work, to) > limits.FLOOD_TICKETS_HOUR:
        why = _("{address} opened too many tickets within an hour").format(address=to.address)
    elif ticket_id is not None and _messages(work, ticket_id, to) > limits.FLOOD_MESSAGES:
        why = _("{address} wrote too often within a few minutes").format(address=to.address)
    if why is not None and ticket_id is not None:
        mute(work, ticket_id, why)
    return why


def _new_tickets(work: Work, to: Address) -> int:
    return int(
        work.value(
            select(func.count())
            .select_from(t.ticket)
            .where(t.ticket.c.customer_key == to.key, t.ticket.c.created_at > work.now - timedelta(hours=1))
        )
    )


def _messages(work: Work, ticket_id: int, to: Address) -> int:
    return int(
        work.value(
            select(func.count())
            .select_from(t.letter)
            .where(
                t.letter.c.ticket_id == ticket_id,
                t.letter.c.from_key == to.key,
                t.letter.c.arrived_at > work.now - timedelta(minutes=limits.FLOOD_MINUTES),
            )
        )
    )
