"""The Bin: tickets and messages deleted or called spam, till they are restored or purged."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from deskterm import limits
from deskterm.desk import (
    counts,
    history,
    junk,
    moving,
    notifications,
    outbox,
    posting,
    purging,
    reading_of_others,
    settings,
    tickets,
    visibility,
)
from deskterm.desk.actor import SYSTEM, Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.purging import Purged
from deskterm.desk.rights import require
from deskterm.desk.undo import forget_old, undoable
from deskterm.i18n import _
from deskterm.store import fulltext
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Binned:
    """Something in the Bin: a ticket, or a message of a ticket that is not in it (then `message_id`)."""

    ticket_id: int
    message_id: int | None
    subject: str
    customer: str
    binned_at: datetime
    who: str
    purged_at: datetime | None
    """When it will be purged; None: not by itself."""


@dataclass(frozen=True, slots=True)
class Spam:
    """What became of spam."""

    tickets: tuple[int, ...]
    messages: tuple[int, ...]
    copies: int
    """Letters the worker will put into the Junk folder of their server."""


@undoable("ticket.delete")
def delete(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> None:
    """Put tickets into the Bin."""
    ids = list(dict.fromkeys(ticket_ids))
    for ticket_id in ids:
        require(work, actor, "delete", "ticket.delete", ticket_id)
    _to_bin(work, actor, "ticket.delete", list(tickets.find_all(work, actor, ids).values()))


@undoable("message.delete")
def delete_messages(work: Work, actor: Actor, message_ids: Sequence[int]) -> None:
    """Put messages into the Bin; not the last one of a ticket: then the ticket goes."""
    ids = list(dict.fromkeys(message_ids))
    c = t.message.c
    rows = work.rows(select(t.message).where(c.id.in_(ids), visibility.messages(actor)).order_by(c.id))
    for ticket_id in sorted({row.ticket_id for row in rows}):
        require(work, actor, "delete", "message.delete", ticket_id)
        tickets.find(work, actor, ticket_id)
    require(work, actor, "delete", "message.delete")
    if not ids or len(rows) < len(ids):
        raise NotFound(_("There is no such message."))
    for row in rows:
        if _leaves_soon(work, row.id):
            raise BadData(_("This answer has not left yet. Take it back instead."))
    _messages_to_bin(work, actor, "message.delete", rows)


@undoable("ticket.restore")
def restore(
    work: Work, actor: Actor, ticket_ids: Sequence[int] = (), message_ids: Sequence[int] = ()
) -> None:
    """Take tickets and messages out of the Bin again."""
    require(work, actor, "delete", "ticket.restore")
    c = t.ticket.c
    for ticket_id in dict.fromkeys(ticket_ids):
        row = work.first(select(t.ticket).where(c.id == ticket_id, visibility.binned(actor)))
        if row is None:
            raise NotFound(_("There is no ticket {number} in the Bin.").format(number=ticket_id))
        work.update(
            t.ticket,
            row.id,
            deleted_at=None,
            binned_at=None,
            changed_at=work.now,
            version=c.version + 1,
        )
        if row.merged_into is None:
            counts.moved(work, None, counts.place(row.responsible_id, row.rubric_id, row.status_class))
        change = [("deleted_at", row.deleted_at.isoformat(), None)]
        history.record(work, actor, "ticket.restore", ticket_id=row.id, changes=change)
    m = t.message.c
    ids = list(dict.fromkeys(message_ids))
    rows = work.rows(select(t.message).where(m.id.in_(ids), visibility.binned_messages(actor)).order_by(m.id))
    if len(rows) < len(ids):
        raise NotFound(_("There is no such message in the Bin."))
    homes = {row.ticket_id for row in rows}
    for row in rows:
        work.update(t.message, row.id, deleted_at=None, binned_at=None)
        history.record(
            work,
            actor,
            "message.restore",
            ticket_id=row.ticket_id,
            message_id=row.id,
            changes=[("deleted_at", row.deleted_at.isoformat(), None)],
        )
    posting.index_again(work, [row.id for row in rows])
    moving.settle(work, sorted(homes))
    reading_of_others.keep(work, {}, homes)


def listed(work: Work, actor: Actor, limit: int = limits.PAGE_ROWS) -> list[Binned]:
    """What stands in the Bin, the latest first; of what the actor may see."""
    require(work, actor, "delete", "bin.list")
    days = int(settings.get(work, "bin_days"))
    goes = timedelta(days=days) if days else None
    c, m = t.ticket.c, t.message.c
    ticket_rows = work.rows(
        select(c.id.label("ticket_id"), c.subject, c.customer, c.binned_at)
        .where(visibility.binned(actor), c.merged_into.is_(None))
        .order_by(c.binned_at.desc(), c.id.desc())
        .limit(limit)
    )
    message_rows = work.rows(
        select(
            m.id.label("message_id"),
            m.ticket_id,
            func.coalesce(func.nullif(m.subject, ""), c.subject).label("subject"),
            m.from_name.label("customer"),
            m.binned_at,
        )
        .join(t.ticket, c.id == m.ticket_id)
        .where(visibility.binned_messages(actor))
        .order_by(m.binned_at.desc(), m.id.desc())
        .limit(limit)
    )
    found = [
        Binned(
            ticket_id=row.ticket_id,
            message_id=row._mapping.get("message_id"),
            subject=row.subject,
            customer=row.customer,
            binned_at=row.binned_at,
            who=_who(work, row.ticket_id, row._mapping.get("message_id")),
            purged_at=row.binned_at + goes if goes is not None else None,
        )
        for row in (*ticket_rows, *message_rows)
    ]
    return sorted(found, key=lambda one: one.binned_at, reverse=True)[:limit]


def purge(
    work: Work,
    actor: Actor,
    ticket_ids: Sequence[int] = (),
    message_ids: Sequence[int] = (),
    *,
    everything: bool = False,
) -> Purged:
    """Remove for good what stands in the Bin: texts, files, letters; a line of history stays.

    `everything`: at most `limits.PURGE_AT_ONCE` tickets and messages at once, the oldest first.
    """
    require(work, actor, "administer", "ticket.purge")
    c, m = t.ticket.c, t.message.c
    if everything:
        most = limits.PURGE_AT_ONCE
        ticket_ids = work.values(select(c.id).where(c.binned_at.is_not(None)).order_by(c.id).limit(most))
        message_ids = work.values(select(m.id).where(m.binned_at.is_not(None)).order_by(m.id).limit(most))
    for ticket_id in ticket_ids:
        if not work.value(select(c.id).where(c.id == ticket_id, c.binned_at.is_not(None))):
            raise NotFound(_("There is no ticket {number} in the Bin.").format(number=ticket_id))
    for message_id in message_ids:
        if not work.value(select(m.id).where(m.id == message_id, m.binned_at.is_not(None))):
            raise NotFound(_("There is no such message in the Bin."))
    busy = purging.being_sent(work, ticket_ids, message_ids)
    if busy and not everything:
        raise BadData(_("A letter of ticket {number} is being sent right now.").format(number=min(busy)))
    return purging.purge(
        work,
        actor,
        [id for id in ticket_ids if id not in busy],
        [id for id in message_ids if purging.ticket_of(work, id) not in busy],
    )


def waits(work: Work) -> bool:
    """Whether `due` would find anything: asked in a unit that only reads, so that one seldom writes."""
    days = int(settings.get(work, "bin_days"))
    old = work.now - timedelta(days=days)
    kept = work.now - timedelta(days=limits.UNDO_DAYS)
    found = [(t.reversal.c.at, kept), (t.notification.c.seen_at, notifications.kept_since(work))]
    if days:
        found += [(t.ticket.c.deleted_at, old), (t.message.c.deleted_at, old)]
    return any(
        work.first(select(moment).where(moment < before).limit(1)) is not None for moment, before in found
    )


def due(work: Work) -> int:
    """Purge what has been in the Bin as long as the desk keeps it, and what an undo left; how many.

    The worker's: at most `limits.PURGE_AT_ONCE` at once. Also drops what would undo acts of long ago, and
    notices on screen that were seen long ago.
    """
    forget_old(work)
    notifications.forget_seen(work)
    days = int(settings.get(work, "bin_days"))
    if not days:
        return 0
    old, most = work.now - timedelta(days=days), limits.PURGE_AT_ONCE
    c, m = t.ticket.c, t.message.c
    ticket_ids = work.values(select(c.id).where(c.deleted_at < old).order_by(c.id).limit(most))
    message_ids = work.values(
        select(m.id).where(m.deleted_at < old, m.ticket_id.not_in(ticket_ids)).order_by(m.id).limit(most)
    )
    busy = purging.being_sent(work, ticket_ids, message_ids)
    done = purging.purge(
        work,
        SYSTEM,
        [id for id in ticket_ids if id not in busy],
        [id for id in message_ids if purging.ticket_of(work, id) not in busy],
    )
    return done.tickets + done.messages


@undoable("ticket.spam")
def spam(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> Spam:
    """Say that tickets are spam: their author's letters go to the server's Junk folder, they to the Bin."""
    copies = 0
    done = list(dict.fromkeys(ticket_ids))
    for ticket_id in done:
        require(work, actor, "triage", "ticket.spam", ticket_id)
        row = tickets.find(work, actor, ticket_id)
        for letter_id in _letters_of_author(work, row):
            copies += junk.mark(work, actor, letter_id)
        _to_bin(work, actor, "ticket.spam", [row])
    return Spam(tuple(done), (), copies)


@undoable("message.spam")
def spam_message(work: Work, actor: Actor, message_id: int) -> Spam:
    """Say that a message is spam: its letter goes to the Junk folder, and its ticket with it to the Bin.

    Where the ticket is another person's request, only the message goes.
    """
    c = t.message.c
    row = work.first(select(t.message).where(c.id == message_id, visibility.messages(actor)))
    require(work, actor, "triage", "message.spam", row.ticket_id if row is not None else None)
    if row is None:
        raise NotFound(_("There is no such message."))
    ticket = tickets.find(work, actor, row.ticket_id)
    if row.letter_id is None:
        raise BadData(_("This message did not come as a letter."))
    if row.letter_id in _letters_of_author(work, ticket):
        return spam(work, actor, [ticket.id])
    copies = junk.mark(work, actor, message_id=message_id)
    _messages_to_bin(work, actor, "message.spam", [row])
    return Spam((), (message_id,), copies)


def _to_bin(work: Work, actor: Actor, act: str, rows: Sequence[Any]) -> None:
    for start in range(0, len(rows), 500):
        work.update_where(
            t.ticket,
            t.ticket.c.id.in_([row.id for row in rows[start : start + 500]]),
            deleted_at=work.now,
            binned_at=work.now,
            changed_at=work.now,
            version=t.ticket.c.version + 1,
        )
    counts.moved_many(
        work, [(counts.place(row.responsible_id, row.rubric_id, row.status_class), None) for row in rows]
    )
    group = uuid.uuid4().hex if len(rows) > 1 else None
    change = [("deleted_at", None, work.now.isoformat())]
    history.record_many(work, actor, act, {row.id: change for row in rows}, group=group)


def _messages_to_bin(work: Work, actor: Actor, act: str, rows: Sequence[Any]) -> None:
    homes = sorted({row.ticket_id for row in rows})
    for row in rows:
        work.update(t.message, row.id, deleted_at=work.now, binned_at=work.now)
        history.record(
            work,
            actor,
            act,
            ticket_id=row.ticket_id,
            message_id=row.id,
            changes=[("deleted_at", None, work.now.isoformat())],
        )
    fulltext.forget(work, [row.id for row in rows])
    moving.settle(work, homes)
    reading_of_others.keep(work, {}, homes)
    for ticket_id in homes:
        if not work.value(select(t.ticket.c.messages).where(t.ticket.c.id == ticket_id)):
            raise BadData(
                _("Ticket {number} would have no message left. Delete the ticket instead.").format(
                    number=ticket_id
                )
            )


def _letters_of_author(work: Work, ticket: Any) -> list[int]:
    """The letters of a ticket that its author wrote, and the one it was made of."""
    c, letter = t.message.c, t.letter.c
    rows = work.rows(
        select(letter.id, letter.from_key)
        .join(t.message, c.letter_id == letter.id)
        .where(c.ticket_id == ticket.id, c.deleted_at.is_(None), c.type == "email")
        .order_by(c.id)
    )
    return [row.id for number, row in enumerate(rows) if not number or row.from_key == ticket.customer_key]


def _leaves_soon(work: Work, message_id: int) -> bool:
    """Whether an answer is still on its way."""
    c = t.outbox.c
    states = select(c.id).join(t.outgoing, t.outgoing.c.id == c.outgoing_id)
    on_the_way = and_(t.outgoing.c.message_id == message_id, c.state.in_(outbox.ON_THE_WAY))
    return work.first(states.where(on_the_way)) is not None


def _who(work: Work, ticket_id: int, message_id: int | None) -> str:
    """Who put it into the Bin, by the history."""
    c = t.event.c
    which = c.message_id.is_(None) if message_id is None else c.message_id == message_id
    acts = or_(c.act.endswith(".delete"), c.act.endswith(".spam"))
    row = work.first(
        select(t.agent.c.name)
        .join(t.event, c.agent_id == t.agent.c.id)
        .where(c.ticket_id == ticket_id, which, acts)
        .order_by(c.id.desc())
        .limit(1)
    )
    return str(row.name) if row is not None else ""
