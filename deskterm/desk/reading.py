"""What each agent has read: a watermark per ticket, and exceptions to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, func, or_, select

from deskterm.desk import visibility
from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from deskterm.store.work import Work


def read(work: Work, actor: Actor, message_ids: Sequence[int]) -> set[int]:
    """Mark messages read; the tickets touched."""
    return _mark(work, actor, message_ids, unread=False)


def unread(work: Work, actor: Actor, message_ids: Sequence[int]) -> set[int]:
    """Mark messages unread; the tickets touched."""
    return _mark(work, actor, message_ids, unread=True)


def read_tickets(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> None:
    """Mark all one may see of the tickets read."""
    if actor.agent_id is None:
        return
    for ticket_id in _visible(work, actor, ticket_ids):
        newest = work.value(
            select(func.max(t.message.c.id)).where(
                t.message.c.ticket_id == ticket_id, visibility.messages(actor)
            )
        )
        if newest:
            _forget_exceptions(work, actor.agent_id, ticket_id)
            _set_mark(work, actor.agent_id, ticket_id, newest)
            _addressed_read(work, actor.agent_id, ticket_id, None)


def unread_tickets(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> None:
    """Mark the newest message of each ticket that somebody else wrote unread."""
    for ticket_id in _visible(work, actor, ticket_ids):
        newest = work.value(
            select(func.max(t.message.c.id)).where(
                t.message.c.ticket_id == ticket_id,
                visibility.messages(actor),
                t.message.c.author_agent_id.is_distinct_from(actor.agent_id),
            )
        ) or work.value(
            select(func.max(t.message.c.id)).where(
                t.message.c.ticket_id == ticket_id, visibility.messages(actor)
            )
        )
        if newest:
            unread(work, actor, [newest])


def unread_messages(work: Work, actor: Actor, ticket_id: int) -> set[int]:
    """The ids of a ticket's messages that are visible to the actor and unread."""
    if actor.agent_id is None:
        return set()
    upto = mark(work, actor.agent_id, ticket_id)
    exceptions = _exceptions(work, actor.agent_id, ticket_id)
    return {
        id
        for id in work.values(
            select(t.message.c.id).where(
                t.message.c.ticket_id == ticket_id,
                visibility.messages(actor),
                or_(t.message.c.id > upto, t.message.c.id.in_([id for id, no in exceptions.items() if no])),
            )
        )
        if exceptions.get(id, id > upto)
    }


def unread_tickets_among(work: Work, actor: Actor, ticket_ids: Iterable[int]) -> set[int]:
    """Which of the tickets hold an unread message, by watermarks alone."""
    ids = list(ticket_ids)
    found: set[int] = set()
    for start in range(0, len(ids), 500):
        found.update(work.values(unread_ticket_ids(actor).where(t.ticket.c.id.in_(ids[start : start + 500]))))
    return found


def unread_ticket_ids(actor: Actor):  # type: ignore[no-untyped-def]  # a Select whose type changes per version
    """A select of the ids of tickets that are unread to the agent, to be narrowed by `where`.

    Holds because a watermark always stands as high as it can: what follows it is unread.
    """
    upto = func.coalesce(t.read_mark.c.upto, _start(actor))
    exception = (
        select(1)
        .where(
            t.read_exception.c.agent_id == actor.agent_id,
            t.read_exception.c.ticket_id == t.ticket.c.id,
            t.read_exception.c.unread,
        )
        .exists()
    )
    private = (
        select(1)
        .where(
            t.message.c.ticket_id == t.ticket.c.id,
            t.message.c.visibility == "private",
            t.message.c.id > upto,
            t.message.c.author_agent_id != actor.agent_id,
            visibility.messages(actor),
        )
        .exists()
    )
    return (
        select(t.ticket.c.id)
        .outerjoin(
            t.read_mark,
            and_(t.read_mark.c.ticket_id == t.ticket.c.id, t.read_mark.c.agent_id == actor.agent_id),
        )
        .where(
            or_(
                t.ticket.c.last_message_id > upto,
                and_(t.ticket.c.last_private_id > upto, private),
                exception,
            )
        )
    )


def written(work: Work, actor: Actor, ticket_id: int, message_id: int) -> None:
    """What one wrote oneself is read."""
    if actor.agent_id is not None:
        read(work, actor, [message_id])


def mark(work: Work, agent_id: int, ticket_id: int) -> int:
    """The watermark of an agent on a ticket; his start line where there is none."""
    found = work.value(
        select(t.read_mark.c.upto).where(
            t.read_mark.c.agent_id == agent_id, t.read_mark.c.ticket_id == ticket_id
        )
    )
    if found is None:
        found = work.value(select(t.agent.c.start_message_id).where(t.agent.c.id == agent_id)) or 0
    return int(found)


def _mark(work: Work, actor: Actor, message_ids: Sequence[int], *, unread: bool) -> set[int]:
    if actor.agent_id is None or not message_ids:
        return set()
    rows = work.rows(
        select(t.message.c.id, t.message.c.ticket_id).where(
            t.message.c.id.in_(list(message_ids)), visibility.messages(actor)
        )
    )
    by_ticket: dict[int, list[int]] = {}
    for row in rows:
        by_ticket.setdefault(row.ticket_id, []).append(row.id)
    for ticket_id, ids in by_ticket.items():
        upto = mark(work, actor.agent_id, ticket_id)
        exceptions = _exceptions(work, actor.agent_id, ticket_id)
        for id in ids:
            if (id > upto) == unread:
                exceptions.pop(id, None)
            else:
                exceptions[id] = unread
            if not unread:
                _addressed_read(work, actor.agent_id, ticket_id, id)
        _settle(work, actor, ticket_id, upto, exceptions)
    return set(by_ticket)


def _settle(work: Work, actor: Actor, ticket_id: int, upto: int, exceptions: dict[int, bool]) -> None:
    """Raise the watermark as high as it goes and keep only the exceptions that still say something."""
    assert actor.agent_id is not None
    for id in work.values(
        select(t.message.c.id)
        .where(t.message.c.ticket_id == ticket_id, t.message.c.id > upto, visibility.messages(actor))
        .order_by(t.message.c.id)
    ):
        if exceptions.get(id) is not False:
            break
        upto = id
    left = {id: no for id, no in exceptions.items() if no == (id <= upto)}
    _forget_exceptions(work, actor.agent_id, ticket_id)
    for id, no in left.items():
        work.insert(t.read_exception, agent_id=actor.agent_id, message_id=id, ticket_id=ticket_id, unread=no)
    _set_mark(work, actor.agent_id, ticket_id, upto)


def _set_mark(work: Work, agent_id: int, ticket_id: int, upto: int) -> None:
    c = t.read_mark.c
    if not work.update_where(t.read_mark, and_(c.agent_id == agent_id, c.ticket_id == ticket_id), upto=upto):
        work.insert(t.read_mark, agent_id=agent_id, ticket_id=ticket_id, upto=upto)


def _exceptions(work: Work, agent_id: int, ticket_id: int) -> dict[int, bool]:
    c = t.read_exception.c
    return {
        row.message_id: row.unread
        for row in work.rows(
            select(c.message_id, c.unread).where(c.agent_id == agent_id, c.ticket_id == ticket_id)
        )
    }


def _forget_exceptions(work: Work, agent_id: int, ticket_id: int) -> None:
    c = t.read_exception.c
    work.delete_where(t.read_exception, and_(c.agent_id == agent_id, c.ticket_id == ticket_id))


def _addressed_read(work: Work, agent_id: int, ticket_id: int, message_id: int | None) -> None:
    c = t.addressed.c
    where = and_(c.agent_id == agent_id, c.ticket_id == ticket_id, c.read_at.is_(None))
    if message_id is not None:
        where = and_(where, c.message_id == message_id)
    work.update_where(t.addressed, where, read_at=work.now)


def _visible(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> list[int]:
    return work.values(
        select(t.ticket.c.id).where(t.ticket.c.id.in_(list(ticket_ids)), visibility.tickets(actor))
    )


def _start(actor: Actor):  # type: ignore[no-untyped-def]
    return select(t.agent.c.start_message_id).where(t.agent.c.id == actor.agent_id).scalar_subquery()
