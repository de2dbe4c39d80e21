"""The orders a list of tickets can be read in. Each goes along an index, page by page by its keys.

An order is made of parts that follow each other: one for numbers and moments; the due ones and those that
are never due; a part for each client or responsible by name. In a part of many the latest stand first.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, CursorResult, Select, select, tuple_, union_all

from deskterm.i18n import sorting_key
from deskterm.store import tables as t
from deskterm.store.work import Work

Key = tuple[Any, ...]

_c = t.ticket.c
_LATEST: Final = (_c.last_message_at, _c.id)
_TRIED: Final = 40
"""So many parts are asked one by one for a page; further on it is asked first which are not empty."""
_STREAMED: Final = 5000
NEVER: Final = 0
"""The part of those that have no such thing; it stands last."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order: read `descending` unless somebody turns it round."""

    descending: bool
    keys: tuple[Any, ...] = _LATEST
    names: Any = None
    """The table whose names it goes by, `column` of the ticket pointing there."""
    column: Any = None


SORTS: Final[dict[str, Order]] = {
    "last_message": Order(True),
    "changed": Order(True, (_c.changed_at, _c.id)),
    "created": Order(True, (_c.created_at, _c.id)),
    "number": Order(True, (_c.id,)),
    "due": Order(False, (_c.due_at, _c.id), column=_c.due_at),
    "client": Order(False, names=t.client, column=_c.client_id),
    "responsible": Order(False, names=t.agent, column=_c.responsible_id),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A run of the list: which tickets, by which keys."""

    id: int
    where: ColumnElement[bool] | None
    keys: tuple[Any, ...]
    descending: bool

    def ordered(self) -> list[Any]:
        return [key.desc() if self.descending else key.asc() for key in self.keys]


def natural(sort: str) -> bool:
    """Whether an order is read downwards unless somebody turns it round."""
    return SORTS[sort].descending


def page(
    work: Work,
    select_rows: Callable[[], Select[Any]],
    inside: ColumnElement[bool],
    sort: str,
    descending: bool,
    after: Key | None,
    limit: int,
    arms: Sequence[ColumnElement[bool]] = (),
) -> tuple[list[Any], Key | None]:
    """Rows of a page, and the key the next one begins behind; None at the end.

    `arms` are parts of `inside` that each have an index in the order of the last message.
    """
    order = SORTS[sort]
    if arms and order.keys is _LATEST and order.column is None:
        inside = _c.id.in_(_first_of_each(arms, descending, after, limit))
    parts = iter(_parts(work, order, descending))
    many = order.column is not None
    begun: Part | None = None
    if after is not None and many:
        begun = next((part for part in parts if part.id == after[0]), None)
    rows: list[Any] = []
    key: Key | None = None
    for part in _not_empty(work, inside, order, parts, begun):
        statement = select_rows().where(inside)
        if part.where is not None:
            statement = statement.where(part.where)
        behind = after[1:] if after is not None and many and part is begun else (None if many else after)
        if behind is not None:
            here, there = tuple_(*part.keys), tuple_(*behind)
            statement = statement.where(here < there if part.descending else here > there)
        found = work.rows(statement.order_by(*part.ordered()).limit(limit - len(rows)))
        rows.extend(found)
        if found:
            values = tuple(found[-1]._mapping[each.key] for each in part.keys)
            key = (part.id, *values) if many else values
        if len(rows) >= limit:
            return rows, key
    return rows, None


def _first_of_each(
    arms: Sequence[ColumnElement[bool]], descending: bool, after: Key | None, limit: int
) -> CompoundSelect[Any]:
    """The ids of so many of each arm that a page of all together is among them."""
    firsts = []
    for arm in arms:
        statement = select(_c.id).where(arm)
        if after is not None:
            here, there = tuple_(*_LATEST), tuple_(*after)
            statement = statement.where(here < there if descending else here > there)
        in_order = [key.desc() if descending else key.asc() for key in _LATEST]
        firsts.append(select(statement.order_by(*in_order).limit(limit).subquery().c.id))
    return union_all(*firsts)


def ids(work: Work, inside: ColumnElement[bool], sort: str, descending: bool) -> array[int]:
    """All ids in order."""
    order = SORTS[sort]
    if order.names is None:
        found = array("q")
        for part in _parts(work, order, descending):
            statement = select(_c.id).where(inside)
            if part.where is not None:
                statement = statement.where(part.where)
            found.extend(_streamed(work, statement.order_by(*part.ordered())).scalars())
        return found
    # one pass along the index of the latest, then shared out among the parts
    shared: dict[int, array[int]] = {part.id: array("q") for part in _parts(work, order, descending)}
    last = shared[NEVER]
    latest = select(_c.id, order.column.label("group")).where(inside)
    rows: Iterable[Any] = _streamed(work, latest.order_by(*(key.desc() for key in _LATEST)))
    for id, group in rows:
        shared.get(group or NEVER, last).append(id)
    found = array("q")
    for each in shared.values():
        found.extend(each)
    return found


def _streamed(work: Work, statement: Select[Any]) -> CursorResult[Any]:
    """The rows of a statement, fetched some at a time: a million at once take a hundred MiB for a moment."""
    work.begin()
    return work.execute(statement.execution_options(yield_per=_STREAMED))


def _parts(work: Work, order: Order, descending: bool) -> list[Part]:
    if order.column is None:
        return [Part(1, None, order.keys, descending)]
    last = Part(NEVER, order.column.is_(None), _LATEST, True)
    if order.names is None:
        return [Part(1, order.column.is_not(None), order.keys, descending), last]
    names = order.names.c
    rows = sorted(
        work.rows(select(names.id, names.name)),
        key=lambda row: (sorting_key(row.name), row.id),
        reverse=descending,
    )
    return [*(Part(row.id, order.column == row.id, _LATEST, True) for row in rows), last]


def _not_empty(
    work: Work, inside: ColumnElement[bool], order: Order, parts: Iterator[Part], begun: Part | None
) -> Iterator[Part]:
    """The parts to ask: the one begun, some, and of the rest those that hold something."""
    if begun is not None:
        yield begun
    yield from islice(parts, _TRIED)
    rest: Sequence[Part] = list(parts)
    if len(rest) > _TRIED:
        held = {group or NEVER for group in work.values(select(order.column).where(inside).distinct())}
        rest = [part for part in rest if part.id in held]
    yield from rest
