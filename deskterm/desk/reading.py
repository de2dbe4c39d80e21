"""What each agent has read: a watermark per ticket, and exceptions to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, true

from deskterm import limits
from deskterm.desk import visibility
from deskterm.desk.actor import Actor
from deskterm.desk.undo import together
from deskterm.store import prepared
from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Query
from deskterm.store.work import Work


def read(work: Work, actor: Actor, message_ids: Sequence[int]) -> set[int]:
    """Mark messages read; the tickets touched."""
    return _mark(work, actor, message_ids, unread=False)


def unread(work: Work, actor: Actor, message_ids: Sequence[int]) -> set[int]:
    """Mark messages unread; the tickets touched."""
    with together(work, actor, "ticket.read"):
        return _mark(work, actor, message_ids, unread=True)


def read_tickets(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> None:
    """Mark all one may see of the tickets read."""
    if actor.agent_id is None:
        return
    with together(work, actor, "ticket.read"):
        for ticket_id, newest in _newest(work, actor, _visible(work, actor, ticket_ids)).items():
            _forget_exceptions(work, actor.agent_id, ticket_id)
            # what was read above it and is not there now may come back
            _set_mark(work, actor.agent_id, ticket_id, max(newest, mark(work, actor.agent_id, ticket_id)))
            _addressed_read(work, actor.agent_id, ticket_id, None)


def unread_tickets(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> None:
    """Mark the newest message of each ticket that somebody else wrote unread."""
    visible = _visible(work, actor, ticket_ids)
    newest = _newest(work, actor, visible) | _newest(work, actor, visible, by_others=True)
    with together(work, actor, "ticket.read"):
        _mark(work, actor, list(newest.values()), unread=True)


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
    if 0 < len(ids) <= prepared.FEW:
        return set(work.values(*asked(actor, ids)))
    found: set[int] = set()
    for start in range(0, len(ids), 500):
        found.update(work.values(unread_ticket_ids(actor).where(t.ticket.c.id.in_(ids[start : start + 500]))))
    return found


def first_unread(work: Work, actor: Actor, ids: Sequence[int]) -> int | None:
    """The first of these tickets, in their order, that holds an unread message.

    After some all that are unread are asked for at once: a million one by one would take long.
    """
    for start in range(0, min(len(ids), limits.LOOKED_FOR_UNREAD), 500):
        some = ids[start : start + 500]
        unread = unread_tickets_among(work, actor, some)
        if unread:
            return next(id for id in some if id in unread)
    rest = ids[limits.LOOKED_FOR_UNREAD :]
    unread = set(work.values(unread_ticket_ids(actor).where(visibility.tickets(actor)))) if rest else set()
    return next((id for id in rest if id in unread), None)


def asked(actor: Actor, ids: Sequence[int]) -> Asked:
    """What `unread_tickets_among` asks of few tickets."""
    return _unread_among_few(actor), prepared.few(ids)


@lru_cache(maxsize=32)
def _unread_among_few(actor: Actor) -> Query:
    return Query(unread_ticket_ids(actor).where(prepared.among_few(t.ticket.c.id)))


def unread_ticket_ids(actor: Actor):  # type: ignore[no-untyped-def]  # a Select whose type changes per version
    """A select of the ids of tickets that are unread to the agent, to be narrowed by `where`."""
    upto = func.coalesce(t.read_mark.c.upto, _start(actor))
    return (
        select(t.ticket.c.id)
        .outerjoin(
            t.read_mark,
            and_(t.read_mark.c.ticket_id == t.ticket.c.id, t.read_mark.c.agent_id == actor.agent_id),
        )
        .where(_beyond(actor, upto))
    )


def is_unread(actor: Actor) -> ColumnElement[bool]:
    """The same as a condition on the ticket table, for tickets looked at in an order."""
    mark = (
        select(t.read_mark.c.upto)
        .where(t.read_mark.c.ticket_id == t.ticket.c.id, t.read_mark.c.agent_id == actor.agent_id)
        .correlate(t.ticket)
        .scalar_subquery()
    )
    return _beyond(actor, func.coalesce(mark, _start(actor)))


def _beyond(actor: Actor, upto: ColumnElement[int]) -> ColumnElement[bool]:
    """Something in the ticket is unread; holds because a watermark always stands as high as it can."""
    # one of a message in the Bin waits for it to come back; asked within, or SQLite would begin with messages
    there = (
        select(1)
        .where(t.message.c.id == t.read_exception.c.message_id, visibility.messages(actor))
        .correlate(t.read_exception)
        .exists()
    )
    exception = (
        select(1)
        .where(
            t.read_exception.c.agent_id == actor.agent_id,
            t.read_exception.c.ticket_id == t.ticket.c.id,
            t.read_exception.c.unread,
            there,
        )
        .exists()
    )
    private = (
        select(1)
        .where(
            t.message.c.ticket_id == t.ticket.c.id,
            t.message.c.visibility == "private",
            t.message.c.id > upto,
            visibility.messages(actor),
        )
        .correlate(t.ticket, t.read_mark)
        .exists()
    )
    return or_(
        t.ticket.c.last_message_id > upto,
        and_(t.ticket.c.last_private_id > upto, private),
        exception,
    )


def written(work: Work, actor: Actor, ticket_id: int, message_id: int) -> None:
    """What one wrote oneself is read."""
    if actor.agent_id is not None:
        read(work, actor, [message_id])


def mark(work: Work, agent_id: int, ticket_id: int) -> int:
    """The watermark of an agent on a ticket; his start line where there is none."""
    found = work.value(_MARK, {"agent_id": agent_id, "ticket_id": ticket_id})
    if found is None:
        found = work.value(_START, {"agent_id": agent_id}) or 0
    return int(found)


def put(work: Work, actor: Actor, ticket_id: int, states: Mapping[int, bool]) -> None:
    """Say of messages of a ticket, {id: unread}, what the agent has read; the watermark is settled.

    Writes nothing where nothing is to be changed.
    """
    assert actor.agent_id is not None
    upto = mark(work, actor.agent_id, ticket_id)
    there = _exceptions(work, actor.agent_id, ticket_id)
    wanted = dict(there)
    for id, unread in states.items():
        if (id > upto) == unread:
            wanted.pop(id, None)
        else:
            wanted[id] = unread
    settled, wanted = _settled(work, actor, ticket_id, upto, wanted)
    c = t.read_exception.c
    mine = and_(c.agent_id == actor.agent_id, c.ticket_id == ticket_id)
    if gone := [id for id, unread in there.items() if wanted.get(id) is not unread]:
        work.delete_where(t.read_exception, and_(mine, c.message_id.in_(gone)))
    for id, unread in wanted.items():
        if there.get(id) is not unread:
            work.insert(
                t.read_exception,
                agent_id=actor.agent_id,
                message_id=id,
                ticket_id=ticket_id,
                unread=unread,
            )
    if settled != upto:
        _set_mark(work, actor.agent_id, ticket_id, settled)


def _mark(work: Work, actor: Actor, message_ids: Sequence[int], *, unread: bool) -> set[int]:
    if actor.agent_id is None or not message_ids:
        return set()
    by_ticket: dict[int, list[int]] = {}
    for start in range(0, len(message_ids), 500):
        for row in work.rows(
            select(t.message.c.id, t.message.c.ticket_id).where(
                t.message.c.id.in_(list(message_ids[start : start + 500])), visibility.messages(actor)
            )
        ):
            by_ticket.setdefault(row.ticket_id, []).append(row.id)
    for ticket_id, ids in by_ticket.items():
        put(work, actor, ticket_id, dict.fromkeys(ids, unread))
        if unread:
            c = t.addressed.c
            again = and_(c.agent_id == actor.agent_id, c.message_id.in_(ids), c.read_at.is_not(None))
            work.update_where(t.addressed, again, read_at=None)
            continue
        for id in ids:
            _addressed_read(work, actor.agent_id, ticket_id, id)
    return set(by_ticket)


def _settled(
    work: Work, actor: Actor, ticket_id: int, upto: int, exceptions: dict[int, bool]
) -> tuple[int, dict[int, bool]]:
    """The watermark raised as high as it goes, and the exceptions that still say something."""
    for id in work.values(
        select(t.message.c.id)
        .where(t.message.c.ticket_id == ticket_id, t.message.c.id > upto, visibility.messages(actor))
        .order_by(t.message.c.id)
    ):
        if exceptions.get(id) is not False:
            break
        upto = id
    return upto, {id: unread for id, unread in exceptions.items() if unread == (id <= upto)}


def _newest(work: Work, actor: Actor, ticket_ids: Sequence[int], by_others: bool = False) -> dict[int, int]:
    """The newest message of each ticket that the actor may see."""
    c = t.message.c
    others = c.author_agent_id.is_distinct_from(actor.agent_id) if by_others else true()
    return {
        row.ticket_id: row.newest
        for start in range(0, len(ticket_ids), 500)
        for row in work.rows(
            select(c.ticket_id, func.max(c.id).label("newest"))
            .where(c.ticket_id.in_(ticket_ids[start : start + 500]), visibility.messages(actor), others)
            .group_by(c.ticket_id)
        )
    }


def _set_mark(work: Work, agent_id: int, ticket_id: int, upto: int) -> None:
    c = t.read_mark.c
    if not work.update_where(t.read_mark, and_(c.agent_id == agent_id, c.ticket_id == ticket_id), upto=upto):
        work.insert(t.read_mark, agent_id=agent_id, ticket_id=ticket_id, upto=upto)


def _exceptions(work: Work, agent_id: int, ticket_id: int) -> dict[int, bool]:
    rows = work.rows(_EXCEPTIONS, {"agent_id": agent_id, "ticket_id": ticket_id})
    return {row.message_id: row.unread for row in rows}


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
    return [
        id
        for start in range(0, len(ticket_ids), 500)
        for id in work.values(
            select(t.ticket.c.id).where(
                t.ticket.c.id.in_(list(ticket_ids[start : start + 500])), visibility.tickets(actor)
            )
        )
    ]


def _start(actor: Actor):  # type: ignore[no-untyped-def]
    return select(t.agent.c.start_message_id).where(t.agent.c.id == actor.agent_id).scalar_subquery()


_MARK = Query(
    select(t.read_mark.c.upto).where(
        t.read_mark.c.agent_id == bindparam("agent_id"), t.read_mark.c.ticket_id == bindparam("ticket_id")
    )
)
_START = Query(select(t.agent.c.start_message_id).where(t.agent.c.id == bindparam("agent_id")))
_EXCEPTIONS = Query(
    select(t.read_exception.c.message_id, t.read_exception.c.unread).where(
        t.read_exception.c.agent_id == bindparam("agent_id"),
        t.read_exception.c.ticket_id == bindparam("ticket_id"),
    )
)
