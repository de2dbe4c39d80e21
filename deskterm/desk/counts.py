"""How many tickets stand where, kept in the writing transaction: responsible x rubric x class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Change, Query
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket counts; 0 stands for nobody and none."""

    responsible_id: int
    rubric_id: int
    status_class: str


def place(responsible_id: int | None, rubric_id: int | None, status_class: str) -> Place:
    return Place(responsible_id or 0, rubric_id or 0, status_class)


def moved(work: Work, before: Place | None, after: Place | None) -> None:
    """A ticket went from one place to another; None is outside: not made yet, deleted, merged."""
    if before == after:
        return
    if before is not None:
        _add(work, before, -1)
    if after is not None:
        _add(work, after, 1)


def moved_many(work: Work, moves: Iterable[tuple[Place | None, Place | None]]) -> None:
    """Many tickets went from one place to another."""
    sums: Counter[Place] = Counter()
    for before, after in moves:
        if before is not None:
            sums[before] -= 1
        if after is not None:
            sums[after] += 1
    for where, number in sums.items():
        if number:
            _add(work, where, number)


def _add(work: Work, where: Place, number: int) -> None:
    here = {"responsible": where.responsible_id, "rubric": where.rubric_id, "class_": where.status_class}
    if not work.run(_RAISE, {**here, "by": number}):
        work.insert_unnoted(
            t.ticket_count,
            responsible_id=where.responsible_id,
            rubric_id=where.rubric_id,
            status_class=where.status_class,
            number=number,
        )


def all_places(work: Work) -> dict[Place, int]:
    """The counters as they stand."""
    return {
        Place(row.responsible_id, row.rubric_id, row.status_class): row.number for row in work.rows(_PLACES)
    }


def asked() -> Asked:
    """What `all_places` asks."""
    return _PLACES, {}


def counted(work: Work) -> dict[Place, int]:
    """The same numbers counted anew from the tickets, for `doctor` and tests."""
    c = t.ticket.c
    return {
        place(row.responsible_id, row.rubric_id, row.status_class): row.number
        for row in work.rows(
            select(c.responsible_id, c.rubric_id, c.status_class, func.count().label("number"))
            .where(c.deleted_at.is_(None), c.merged_into.is_(None))
            .group_by(c.responsible_id, c.rubric_id, c.status_class)
        )
    }


def recount(work: Work) -> int:
    """Write the counters anew; the number of places that were wrong."""
    wrong = set(all_places(work).items()) ^ set(counted(work).items())
    if wrong:
        work.execute(t.ticket_count.delete())
        for where, number in counted(work).items():
            _add(work, where, number)
    return len({where for where, _ in wrong})


_PLACES = Query(select(t.ticket_count).where(t.ticket_count.c.number != 0))
_RAISE = Change(
    t.ticket_count.update()
    .where(
        t.ticket_count.c.responsible_id == bindparam("responsible"),
        t.ticket_count.c.rubric_id == bindparam("rubric"),
        t.ticket_count.c.status_class == bindparam("class_"),
    )
    .values(number=t.ticket_count.c.number + bindparam("by"))
)
