"""What a query finds, the newest hit first: a ticket by its number, or all that it means in the language.

Words are met in messages from the newest to the oldest, and only as many are looked at as are shown: a common
word costs no more than a rare one. Where the rest of the query leaves few tickets, their messages are looked
through instead. A query without words lists tickets by their last message.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, func, select

from deskterm import limits
from deskterm.desk import tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.query.meaning import Meaning, asked_words, in_messages, meaning, plain_number
from deskterm.desk.query.parse import parse
from deskterm.desk.rights import has
from deskterm.store import fulltext
from deskterm.store import tables as t
from deskterm.store.fulltext import Asked, Either
from deskterm.store.work import Work

FIRST_BATCH = 200
MOST_AT_ONCE = 10_000


def found(work: Work, actor: Actor, query: str) -> ColumnElement[bool]:
    """The query as a condition on the ticket table, for tickets that are few already or in another order."""
    node = parse(query)
    number = plain_number(node)
    if number is not None and (by_number := _numbered(work, actor, number)):
        return t.ticket.c.id.in_(by_number)
    meant = meaning(work, actor, node)
    visible = and_(_there(actor), meant.condition)
    if meant.asked is None:
        return visible
    return and_(visible, in_messages(work, actor, meant.asked, one_by_one=True))


def ids(work: Work, actor: Actor, query: str, most: int = limits.FOUND_TICKETS) -> array[int]:
    """The tickets a query finds, at most so many, the newest hit first."""
    node = parse(query)
    number = plain_number(node)
    if number is not None and (by_number := _numbered(work, actor, number)):
        return array("q", by_number)
    meant = meaning(work, actor, node)
    if meant.asked is None:
        return _by_last_message(work, actor, meant, most)
    few = _few(work, actor, meant) if meant.narrow or not has(actor, "see all") else None
    if few is not None:
        return _among(work, actor, few, meant.asked, most)
    seen: dict[int, None] = {}
    windows = fulltext.Windows(work)
    for ticket_id in _hits(work, actor, meant, most, windows):
        seen.setdefault(ticket_id)
        if len(seen) >= most:
            break
    windows.end()
    return array("q", seen)


def messages_of(work: Work, actor: Actor, query: str, ticket_id: int) -> list[int]:
    """The messages of a ticket, as far as one may see them, that hold what a query looks for."""
    node = parse(query)
    asked = meaning(work, actor, node).asked
    if asked is None:
        any_of = tuple(asked_words(work, actor, node))
        if not any_of:
            return []
        asked = Either(any_of)
    c = t.message.c
    hits = (c.ticket_id == ticket_id, visibility.messages(actor), fulltext.holds(work, asked, c.id))
    return work.values(select(c.id).where(*hits).order_by(c.id))


def _there(actor: Actor) -> ColumnElement[bool]:
    return and_(t.ticket.c.merged_into.is_(None), visibility.tickets(actor))


def _numbered(work: Work, actor: Actor, number: int) -> list[int]:
    """The ticket of a number, or the one it was merged into; none where one may not see it."""
    id = tickets.target(work, number)
    return work.values(select(t.ticket.c.id).where(t.ticket.c.id == id, _there(actor)))


def _by_last_message(work: Work, actor: Actor, meant: Meaning, most: int) -> array[int]:
    c = t.ticket.c
    statement = select(c.id).where(_there(actor), meant.condition)
    return array("q", work.values(statement.order_by(c.last_message_at.desc(), c.id.desc()).limit(most)))


def _few(work: Work, actor: Actor, meant: Meaning) -> list[int] | None:
    """The tickets the rest of the query leaves; None where they are many."""
    statement = select(t.ticket.c.id).where(_there(actor), meant.condition)
    left = work.values(statement.limit(limits.NARROWED_TICKETS + 1))
    return left if len(left) <= limits.NARROWED_TICKETS else None


def _among(work: Work, actor: Actor, few: list[int], asked: Asked, most: int) -> array[int]:
    """Those of a few tickets that have a hit, the newest hit first."""
    c = t.message.c
    newest = func.max(c.id)
    statement = (
        select(c.ticket_id)
        .where(c.ticket_id.in_(few), visibility.messages(actor), fulltext.holds(work, asked, c.id))
        .group_by(c.ticket_id)
        .order_by(newest.desc())
        .limit(most)
    )
    return array("q", work.values(statement))


def _hits(work: Work, actor: Actor, meant: Meaning, most: int, windows: fulltext.Windows) -> Iterator[int]:
    """The tickets of all hits from the newest to the oldest, a ticket as often as it has hits."""
    assert meant.asked is not None
    size = max(FIRST_BATCH, min(2 * most, MOST_AT_ONCE))
    for floor, below in windows:
        while True:
            hits = fulltext.newest(work, meant.asked, floor, below, size).subquery()
            # a row for each hit, whether or not it counts: where the next batch begins is known then
            counts = (
                select(t.ticket.c.id)
                .join(t.message, t.message.c.ticket_id == t.ticket.c.id)
                .where(
                    t.message.c.id == hits.c.id, visibility.messages(actor), _there(actor), meant.condition
                )
                .correlate(hits)
                .scalar_subquery()
            )
            rows = work.rows(select(hits.c.id, counts.label("ticket_id")).order_by(hits.c.id.desc()))
            windows.hits += len(rows)
            yield from (row.ticket_id for row in rows if row.ticket_id is not None)
            if len(rows) < size:
                break
            below = rows[-1].id
            size = min(2 * size, MOST_AT_ONCE)
