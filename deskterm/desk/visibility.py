"""What an actor may see: the only way to select tickets, messages, letters, events, drafts and files."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from deskterm.desk.actor import Actor
from deskterm.desk.rights import has
from deskterm.store import tables as t
from deskterm.store.prepared import by_own_index


def tickets(actor: Actor) -> ColumnElement[bool]:
    """Condition on the ticket table."""
    there = t.ticket.c.deleted_at.is_(None)
    if has(actor, "see all"):
        return there
    if has(actor, "see own"):
        return and_(there, t.ticket.c.responsible_id == actor.agent_id)
    return and_(there, ~true())


def binned(actor: Actor) -> ColumnElement[bool]:
    """Condition on the ticket table: what stands in the Bin, for who may delete."""
    deleted = by_own_index(t.ticket, lambda c: c.deleted_at.is_not(None))
    there = and_(t.ticket.c.binned_at.is_not(None), deleted)
    if has(actor, "delete"):
        return there if has(actor, "see all") else and_(there, t.ticket.c.responsible_id == actor.agent_id)
    return and_(there, ~true())


def binned_messages(actor: Actor) -> ColumnElement[bool]:
    """Condition on the message table: what stands in the Bin without its ticket, for who may delete."""
    of_ticket = exists(
        select(1).where(t.ticket.c.id == t.message.c.ticket_id, tickets(actor)).correlate(t.message)
    )
    there = and_(t.message.c.binned_at.is_not(None), of_ticket, *_not_private_to_others(actor))
    return there if has(actor, "delete") else and_(there, ~true())


def _not_private_to_others(actor: Actor) -> list[ColumnElement[bool]]:
    if has(actor, "see private"):
        return []
    return [
        or_(
            t.message.c.visibility != "private",
            t.message.c.author_agent_id == actor.agent_id,
            t.message.c.addressee_id == actor.agent_id,
        )
    ]


def messages(actor: Actor) -> ColumnElement[bool]:
    """Condition on the message table: not deleted, of a visible ticket, and not private to others."""
    conditions = [t.message.c.deleted_at.is_(None), *_not_private_to_others(actor)]
    if not has(actor, "see all"):
        conditions.append(
            exists(
                select(1).where(t.ticket.c.id == t.message.c.ticket_id, tickets(actor)).correlate(t.message)
            )
        )
    return and_(*conditions)


def events(actor: Actor) -> ColumnElement[bool]:
    """Condition on the event table: those about a message follow the message."""
    if has(actor, "see private") and has(actor, "see all"):
        return true()
    conditions: list[ColumnElement[bool]] = [
        or_(
            t.event.c.message_id.is_(None),
            exists(
                select(1).where(t.message.c.id == t.event.c.message_id, messages(actor)).correlate(t.event)
            ),
        )
    ]
    if not has(actor, "see all"):
        conditions.append(
            or_(
                t.event.c.ticket_id.is_(None),
                exists(
                    select(1).where(t.ticket.c.id == t.event.c.ticket_id, tickets(actor)).correlate(t.event)
                ),
            )
        )
    return and_(*conditions)


def withdrawn(actor: Actor) -> ColumnElement[bool]:
    """Condition on the event table: of a message that was deleted, where the actor may have seen it."""
    return exists(
        select(1)
        .where(
            t.message.c.id == t.event.c.message_id,
            t.message.c.deleted_at.is_not(None),
            *_not_private_to_others(actor),
        )
        .correlate(t.event)
    )


def letters(actor: Actor) -> ColumnElement[bool]:
    """Condition on the letter table: of visible tickets; and of none, for who treats held letters."""
    if has(actor, "administer"):
        return true()
    link = t.letter_ticket.c
    made = select(link.ticket_id).where(link.letter_id == t.letter.c.id).correlate(t.letter)
    of_ticket = exists(
        select(1)
        .where(or_(t.ticket.c.id == t.letter.c.ticket_id, t.ticket.c.id.in_(made)), tickets(actor))
        .correlate(t.letter)
    )
    if has(actor, "triage"):
        return or_(t.letter.c.ticket_id.is_(None), t.letter.c.triage == "waiting", of_ticket)
    return of_ticket


def mail_log(actor: Actor) -> ColumnElement[bool]:
    """Condition on the mail log: lines of no ticket, and those of visible tickets."""
    if has(actor, "administer"):
        return true()
    of_ticket = exists(
        select(1).where(t.ticket.c.id == t.mail_log.c.ticket_id, tickets(actor)).correlate(t.mail_log)
    )
    return or_(t.mail_log.c.ticket_id.is_(None), of_ticket)


def drafts(actor: Actor) -> ColumnElement[bool]:
    """Condition on the draft table: one's own."""
    return t.draft.c.agent_id == actor.agent_id


def attachments(actor: Actor) -> ColumnElement[bool]:
    """Condition on the attachment table: of visible messages and one's own drafts."""
    return or_(
        exists(
            select(1)
            .where(t.message.c.id == t.attachment.c.message_id, messages(actor))
            .correlate(t.attachment)
        ),
        exists(
            select(1).where(t.draft.c.id == t.attachment.c.draft_id, drafts(actor)).correlate(t.attachment)
        ),
    )
