"""What a query finds, the newest hit first: a ticket by its number, or all that it means in the language.

Words are met in messages from the newest to the oldest, and only as many are looked at as are shown: a common
word costs no more than a rare one. Where the rest of the query leaves few tickets, their messages are looked
through instead; where it speaks of the past, newer messages are passed over. A query without words lists
tickets by their last message: the newest are looked at one by one as long as many of them are found, then all
that is left is asked for at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true, tuple_

from deskterm import limits
from deskterm.desk import tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.query.meaning import EVERY, Meaning, asked_words, in_messages, meaning, plain_number
from deskterm.desk.query.parse import parse
from deskterm.desk.rights import has
from deskterm.store import fulltext
from deskterm.store import tables as t
from deskterm.store.fulltext import Asked, Either
from deskterm.store.prepared import Query
from deskterm.store.work import Work

FIRST_BATCH = 60
"""Hits looked at first, of which a screen of tickets is mostly made."""
MOST_AT_ONCE = 10_000
FIRST_HITS = 2000
"""Hits looked at before it is asked whether the rest of the query leaves few tickets."""
FIRST_TICKETS = 1000
DENSE = 0.1
"""Of tickets looked at one by one so many must be found, else all that is left is asked for at once."""


def found(work: Work, actor: Actor, query: str) -> ColumnElement[bool]:
    """The query as a condition on the ticket table, for tickets that are few already or in another order."""
    node = parse(query)
    number = plain_number(node)
    if number is not None and (by_number := _numbered(work, actor, number)):
        return t.ticket.c.id.in_(by_number)
    meant = meaning(work, actor, node)
    visible = and_(_there(actor), meant.one_by_one)
    return visible if meant.asked is None else and_(visible, in_messages(work, actor, meant.asked))


def ids(work: Work, actor: Actor, query: str, most: int = limits.FOUND_TICKETS) -> array[int]:
    """The tickets a query finds, at most so many, the newest hit first."""
    node = parse(query)
    number = plain_number(node)
    if number is not None and (by_number := _numbered(work, actor, number)):
        return array("q", by_number)
    meant = meaning(work, actor, node)
    if meant.asked is None:
        return _by_last_message(work, actor, meant, most)
    if meant.indexed or not has(actor, "see all"):
        few = _few(work, actor, meant.one_by_one, limits.NARROWED_TICKETS)
        if few is not None:
            return _among(work, actor, few, meant.asked, most)
    hits = _Hits(work, actor, meant.asked, most)
    seen: dict[int, None] = {}
    _fill(seen, hits.tickets(meant.one_by_one, FIRST_HITS), most)
    if hits.ended or len(seen) >= most:
        hits.end()
        return array("q", seen)
    rest = meant.gathered()
    if meant.narrow:
        few = _few(work, actor, rest, limits.SIFTED_TICKETS)
        if few is not None:
            return _among(work, actor, few, meant.asked, most)
    if meant.bounded is not None:
        hits.pass_over(_newest_message(work, meant.bounded))
    _fill(seen, hits.tickets(rest), most)
    hits.end()
    return array("q", seen)


def _fill(seen: dict[int, None], tickets: Iterable[int], most: int) -> None:
    """Take tickets, each once, until there are so many."""
    for ticket_id in tickets:
        seen.setdefault(ticket_id)
        if len(seen) >= most:
            return


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
    latest = (c.last_message_at.desc(), c.id.desc())
    found = array("q")
    after: ColumnElement[bool] = true()
    looked_at = FIRST_TICKETS
    while len(found) < most:
        newest = select(c.id, c.last_message_at).where(after).order_by(*latest).limit(looked_at).subquery()
        holds = case((and_(_there(actor), meant.one_by_one), 1), else_=0)
        looked = work.rows(
            select(c.id, c.last_message_at, holds.label("holds"))
            .join(newest, newest.c.id == c.id)
            .order_by(*latest)
        )
        here = [row.id for row in looked if row.holds]
        found.extend(here)
        if len(looked) < looked_at:
            return found[:most]
        after = tuple_(c.last_message_at, c.id) < (looked[-1].last_message_at, looked[-1].id)
        if len(here) < DENSE * looked_at:
            rest = select(c.id).where(_there(actor), meant.gathered(), after).order_by(*latest)
            found.extend(work.values(rest.limit(most)))
            break
        looked_at = min(2 * looked_at, MOST_AT_ONCE)
    return found[:most]


def _few(work: Work, actor: Actor, rest: ColumnElement[bool], most: int) -> list[int] | None:
    """The tickets the rest of the query leaves; None where they are more than that."""
    statement = select(t.ticket.c.id).where(_there(actor), rest)
    left = work.values(statement.limit(most + 1))
    return left if len(left) <= most else None


def _newest_message(work: Work, tickets: ColumnElement[bool]) -> int:
    """The highest number a message of these tickets has."""
    c = t.ticket.c
    newest = select(func.max(c.last_message_id).label("of_all"), func.max(c.last_private_id).label("private"))
    row = work.first(newest.where(tickets))
    return 0 if row is None else max(row.of_all or 0, row.private or 0)


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


def _hits(dialect: str, actor: Actor) -> Select[Any]:
    """Hits in messages; `ticket_id` is none where the actor may not see it."""
    hits = fulltext.newest(dialect).subquery()
    counts = (
        select(t.ticket.c.id)
        .join(t.message, t.message.c.ticket_id == t.ticket.c.id)
        .where(t.message.c.id == hits.c.id, visibility.messages(actor), _there(actor))
        .correlate(hits)
        .scalar_subquery()
    )
    return select(hits.c.id, counts.label("ticket_id")).order_by(hits.c.id.desc())


@lru_cache(maxsize=32)
def _every_hit(dialect: str, actor: Actor) -> Query:
    return Query(_hits(dialect, actor))


class _Hits:
    """The messages that hold what is asked, from the newest to the oldest, by their tickets."""

    def __init__(self, work: Work, actor: Actor, asked: Asked, most: int) -> None:
        self._work = work
        self._actor = actor
        self._asked = asked
        self._size = max(FIRST_BATCH, min(2 * most, MOST_AT_ONCE))
        self._below = fulltext.NEWEST
        self._windows: fulltext.Windows | None = None
        self._fulfil: dict[int, bool] = {}
        """Whether a ticket fulfils the rest: that is asked once, however many hits it has."""
        self.ended = False

    def tickets(self, rest: ColumnElement[bool], most_hits: int | None = None) -> Iterator[int]:
        """The tickets of hits, as far as they fulfil the rest, a ticket as often as it has hits.

        Goes on where it was left after looking at so many hits; `ended` says that there are no more.
        """
        looked_at = 0
        self._windows = windows = fulltext.Windows(self._work, self._below)
        for floor, below in windows:
            self._below = below
            while True:
                rows = self._batch(floor)
                windows.hits += len(rows)
                looked_at += len(rows)
                yield from self._fulfilling(
                    rest, [row.ticket_id for row in rows if row.ticket_id is not None]
                )
                if len(rows) < self._size:
                    break
                self._below = rows[-1].id
                self._size = min(2 * self._size, MOST_AT_ONCE)
                if most_hits is not None and looked_at >= most_hits:
                    self.end()
                    return
            self._below = floor
        self.ended = True

    def _fulfilling(self, rest: ColumnElement[bool], ids: list[int]) -> list[int]:
        """Those of the tickets that fulfil the rest."""
        if rest is EVERY:
            return ids
        if fresh := set(ids).difference(self._fulfil):
            c = t.ticket.c
            fulfil = set(self._work.values(select(c.id).where(c.id.in_(sorted(fresh)), rest)))
            self._fulfil.update((id, id in fulfil) for id in fresh)
        return [id for id in ids if self._fulfil[id]]

    def _batch(self, floor: int) -> Sequence[Any]:
        """A row for each hit, whether or not it counts: where the next batch begins is known then."""
        work = self._work
        asked = fulltext.within(work, self._asked, floor, self._below, self._size)
        return work.rows(_every_hit(work.dialect, self._actor), asked)

    def pass_over(self, newest: int) -> None:
        """Look at no message beyond this one."""
        self._below = min(self._below, newest + 1)

    def end(self) -> None:
        """Look for no more."""
        if self._windows is not None:
            self._windows.end()
