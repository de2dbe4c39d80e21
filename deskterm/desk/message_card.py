"""The card of a message: who wrote it, whose it is, how it came, what was spent on it, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from deskterm.desk import cards, outbox, resending, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.card_views import SenderView
from deskterm.desk.errors import NotFound
from deskterm.desk.rights import has, require
from deskterm.desk.writing_views import TroubledLetter
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class MessageCard:
    """A message as its card shows it; names and addresses are foreign, presenters clean them."""

    id: int
    ticket_id: int
    first: bool
    """Whether it is the first of its ticket: whose it is becomes the ticket's."""
    sender: SenderView
    client_id: int | None
    """Of the contact who wrote it; of the first message also the ticket's."""
    client: str
    contact: str
    account: str
    """The mailbox it came to, or of its ticket."""
    rule: str
    subject: str
    sent_at: datetime | None
    """By the sender's own clock."""
    seconds_spent: int | None
    may_correct_time: bool
    letter_id: int | None
    outgoing_id: int | None
    """The letter of ours that carries it."""
    may_withdraw: bool
    may_hurry: bool
    """Whether it waits for another try that can be made at once."""
    troubled: TroubledLetter | None
    """That letter where it did not reach everybody."""


def shown(work: Work, actor: Actor, message_id: int) -> MessageCard:
    """The card of a message; NotFound where the actor may not see it."""
    require(work, actor, "see own", "message.card")
    row = work.first(select(t.message).where(t.message.c.id == message_id, visibility.messages(actor)))
    if row is None:
        raise NotFound(_("There is no such message."))
    sender = cards.of_message(work, actor, message_id)
    ticket = work.first(
        select(t.ticket.c.client_id, t.ticket.c.account_id).where(t.ticket.c.id == row.ticket_id)
    )
    letter = work.first(
        select(t.letter.c.account_id, t.rule.c.name.label("rule"))
        .outerjoin(t.rule, t.rule.c.id == t.letter.c.rule_id)
        .where(t.letter.c.id == row.letter_id)
    )
    c = t.message.c
    first = work.value(
        select(c.id)
        .where(c.ticket_id == row.ticket_id, c.deleted_at.is_(None), visibility.messages(actor))
        .order_by(c.id)
        .limit(1)
    )
    contact = work.first(
        select(t.contact.c.name, t.contact.c.client_id).where(t.contact.c.id == sender.contact_id)
    )
    client_id = contact.client_id if contact is not None else None
    if client_id is None and first == message_id and ticket is not None:
        client_id = ticket.client_id
    account_id = (
        letter.account_id if letter is not None else ticket.account_id if ticket is not None else None
    )
    outgoing = work.first(
        select(t.outgoing.c.id, t.outgoing.c.agent_id)
        .where(t.outgoing.c.message_id == message_id, t.outgoing.c.kind == "answer")
        .order_by(t.outgoing.c.id.desc())
    )
    spent_by = row.author_agent_id if row.author_agent_id is not None else row.taken_by_id
    mine = row.author_agent_id is not None and row.author_agent_id == actor.agent_id
    return MessageCard(
        id=row.id,
        ticket_id=row.ticket_id,
        first=first == message_id,
        sender=sender,
        client_id=client_id,
        client=str(work.value(select(t.client.c.name).where(t.client.c.id == client_id)) or ""),
        contact=contact.name if contact is not None else "",
        account=str(work.value(select(t.account.c.address).where(t.account.c.id == account_id)) or ""),
        rule=str(letter.rule or "") if letter is not None else "",
        subject=row.subject,
        sent_at=row.sent_at,
        seconds_spent=row.seconds_spent,
        may_correct_time=spent_by is not None and (spent_by == actor.agent_id or has(actor, "administer")),
        letter_id=row.letter_id,
        outgoing_id=outgoing.id if outgoing is not None else None,
        may_withdraw=mine and outgoing is not None and outbox.untouched(work, outgoing.id),
        may_hurry=outgoing is not None
        and (mine or has(actor, "administer"))
        and _deferred(work, outgoing.id),
        troubled=resending.of_message(work, actor, message_id),
    )


def _deferred(work: Work, outgoing_id: int) -> bool:
    c = t.outbox.c
    found = work.first(select(c.id).where(c.outgoing_id == outgoing_id, c.state == "deferred"))
    return found is not None
