"""The numbers of the sections: totals from the counters, unread from one pass over open tickets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from deskterm import limits
from deskterm.desk import (
    choices,
    counts,
    letters,
    presence,
    reading,
    saved_views,
    schedules,
    searching,
    sections,
    visibility,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.names import Names
from deskterm.desk.rights import has
from deskterm.desk.sections import OPEN, SECTIONS, at_any_moment, shows
from deskterm.desk.views import SectionRow
from deskterm.i18n import _, p_
from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Moment, Query
from deskterm.store.work import Work

ASKED = (
    "watching",
    "favorites",
    "created",
    "created_active",
    "created_waiting",
    "participating",
    "participating_active",
    "participating_waiting",
    "snoozed",
    "bin",
)
"""Sections no counter stands for: their tickets are counted by their condition."""


def rows(work: Work, actor: Actor, unfolded: frozenset[str] = frozenset()) -> list[SectionRow]:
    """The whole tree with its numbers: totals from the counters, unread from one pass over open tickets."""
    numbers = _Numbers(work, actor)
    found: list[SectionRow] = []
    for section in SECTIONS:
        if section.parent or (section.right and not has(actor, section.right)):
            continue
        unread, total = numbers.of(section.key)
        found.append(
            SectionRow(
                key=section.key,
                title=p_("section", section.title),
                depth=0,
                unread=unread,
                total=total,
                bold=section.bold and unread > 0,
                foldable=section.foldable,
                shows=section.shows,
            )
        )
        if section.foldable and section.key in unfolded:
            found.extend(_children(work, actor, section.key, numbers))
    for view in saved_views.searches(work, actor):
        unread, total = numbers.of(f"saved:{view.id}")
        found.append(
            SectionRow(
                key=f"saved:{view.id}",
                title=view.name,
                depth=0,
                unread=unread,
                total=total,
                bold=unread > 0,
                more=total >= limits.COUNTED_TICKETS,
            )
        )
    return found


def asked(actor: Actor) -> list[Asked]:
    """What the tree asks in any case."""
    found: list[Asked] = [
        (query(actor), sections.NOW) for query in (_totals, _unread, _snoozed, _addressed, _addressed_unread)
    ]
    if has(actor, "see all"):
        found.append(counts.asked())
    if actor.agent_id is not None:
        found.append(saved_views.asked(actor))
    return found


def next_change_at(work: Work, actor: Actor) -> datetime | None:
    """When sections or their lists change by time alone.

    Three days are over, a snooze ends, a day off begins or ends, a ticket will soon be due or is late.
    """
    [found] = work.rows(_next_moments(work.now, actor))
    changes: list[datetime] = [
        moment + later
        for moment, (*_of, later) in zip(found, _bound_to_time(actor), strict=True)
        if moment is not None
    ]
    return min([schedules.next_day_at(work), *changes])


def _bound_to_time(actor: Actor) -> list[tuple[Any, ColumnElement[bool], timedelta]]:
    """A moment, what it must be of, and how long after it (before it) something changes."""
    told, c = t.addressed.c, t.ticket.c
    return [
        (c.snoozed_until, true(), timedelta()),
        # of closed ones too, which change nothing: the first one in the index is the next
        (c.due_at, true(), timedelta()),
        (c.due_at, true(), -timedelta(minutes=limits.DUE_SOON_MINUTES)),
        (told.read_at, told.agent_id == actor.agent_id, timedelta(days=limits.ADDRESSED_DAYS)),
    ]


def _next_moments(now: datetime, actor: Actor) -> Select[Any]:
    """The first moment of each kind that is still to come or to have its effect."""
    firsts = [
        select(func.min(moment)).where(moment > now - later, which).scalar_subquery()
        for moment, which, later in _bound_to_time(actor)
    ]
    return select(*(first.label(f"first_{number}") for number, first in enumerate(firsts)))


def _children(work: Work, actor: Actor, key: str, numbers: _Numbers) -> list[SectionRow]:
    if key == "all_active":
        found = [
            _child(f"agent:{row.id}", row.name, numbers, mark)
            for row, mark in presence.agents_with_marks(work)
        ]
        found += _others(found, "agent", numbers.responsible(), Names(work).agent, numbers)
        return [*found, _child("agent:0", _("nobody"), numbers)]
    if key == "rubrics":
        found = [_child(f"rubric:{row.id}", row.name, numbers) for row in choices.active(work, "rubric")]
        return found + _others(found, "rubric", numbers.rubrics(), Names(work).choice, numbers)
    return [
        _child(section.key, p_("section", section.title), numbers)
        for section in SECTIONS
        if section.parent == key
    ]


def _others(
    found: list[SectionRow],
    kind: str,
    ids: set[int],
    name: Callable[[int], str],
    numbers: _Numbers,
) -> list[SectionRow]:
    """Lines of blocked agents and retired rubrics as long as active tickets are theirs."""
    there = {row.key for row in found}
    return [_child(f"{kind}:{id}", name(id), numbers) for id in sorted(ids) if f"{kind}:{id}" not in there]


def _child(key: str, title: str, numbers: _Numbers, mark: str = "") -> SectionRow:
    unread, total = numbers.of(key)
    return SectionRow(key=key, title=title, depth=1, unread=unread, total=total, bold=unread > 0, mark=mark)


class _Unread(NamedTuple):
    """How many unread tickets stand at a place, snoozed or not."""

    responsible_id: int
    rubric_id: int
    status_class: str
    asleep: int
    number: int


class _Numbers:
    """Unread and total of every section for one agent, read once."""

    def __init__(self, work: Work, actor: Actor) -> None:
        self._work = work
        self._actor = actor
        self._sees_all = has(actor, "see all")
        self._places = counts.all_places(work) if self._sees_all else self._own_places()
        self._moments = sections.moments(work)
        now = self._moments
        self._totals = work.first(_totals(actor), now)
        self._unread = [
            _Unread(row.responsible_id or 0, row.rubric_id or 0, row.status_class, row.asleep, row.number)
            for row in work.rows(_unread(actor), now)
        ]
        self._snoozed = [
            (row.responsible_id or 0, row.rubric_id or 0, row.status_class)
            for row in work.rows(_snoozed(actor), now)
        ]
        there = [key for key in ASKED if key != "bin" and getattr(self._totals, key, None)]
        if there:
            work.ahead([(_unread_of(actor, key), now) for key in there])

    def _own_places(self) -> dict[counts.Place, int]:
        c = t.ticket.c
        return {
            counts.place(row.responsible_id, row.rubric_id, row.status_class): row.number
            for row in self._work.rows(
                select(c.responsible_id, c.rubric_id, c.status_class, func.count().label("number"))
                .where(visibility.tickets(self._actor), c.merged_into.is_(None))
                .group_by(c.responsible_id, c.rubric_id, c.status_class)
            )
        }

    def responsible(self) -> set[int]:
        """Who has active tickets."""
        return {place.responsible_id for place in self._active()} - {0}

    def rubrics(self) -> set[int]:
        """Rubrics of active tickets."""
        return {place.rubric_id for place in self._active()} - {0}

    def _active(self) -> list[counts.Place]:
        return [place for place, number in self._places.items() if number and place.status_class == "active"]

    def of(self, key: str) -> tuple[int, int]:
        """(unread, total) of a section."""
        if shows(key) == "letters":
            return self._letters(key)
        if key == "outbox":
            return self._outbox()
        if key == "addressed":
            return self._addressed()
        if key.startswith("saved:"):
            return self._found(key)
        if key in ASKED:
            return self._asked(key)
        inside = self._inside(key)
        leaves = self._snoozed if key in ("mine_new", "mine") else ()
        unread = (
            0
            if key == "closed"
            else sum(
                row.number
                for row in self._unread
                if inside(row.responsible_id, row.rubric_id, row.status_class) and not (leaves and row.asleep)
            )
        )
        total = sum(
            number
            for place, number in self._places.items()
            if inside(place.responsible_id, place.rubric_id, place.status_class)
        )
        return unread, total - sum(1 for place in leaves if inside(*place))

    def _asked(self, key: str) -> tuple[int, int]:
        now = self._moments
        total = getattr(self._totals, key, None)
        if total is None:
            total = self._work.value(_asked(self._actor, key), now)
        if not total or key == "bin":
            return 0, int(total)
        return int(self._work.value(_unread_of(self._actor, key), now)), int(total)

    def _found(self, key: str) -> tuple[int, int]:
        """Of a saved search, as far as is counted; nothing of one that names what is no more."""
        query = sections.query(self._work, self._actor, key)
        try:
            ids = list(searching.ids(self._work, self._actor, query or "", limits.COUNTED_TICKETS))
        except (BadData, NotFound):
            return 0, 0
        return len(reading.unread_tickets_among(self._work, self._actor, ids)), len(ids)

    def _inside(self, key: str) -> Callable[[int, int, str], bool]:
        """The section as a test on a counter's place; says the same as `where`."""
        me = self._actor.agent_id or -1
        kind, _colon, number = key.partition(":")
        tests: dict[str, Callable[[int, int, str], bool]] = {
            "mine_new": lambda who, rubric, status: (who == me and status != "closed") or who == 0,
            "mine": lambda who, rubric, status: who == me and status == "active",
            "all_active": lambda who, rubric, status: status == "active",
            "waiting": lambda who, rubric, status: status == "waiting",
            "closed": lambda who, rubric, status: status == "closed",
            "rubrics": lambda who, rubric, status: rubric != 0 and status == "active",
            "agent": lambda who, rubric, status: who == int(number) and status == "active",
            "rubric": lambda who, rubric, status: rubric == int(number) and status == "active",
        }
        return tests[kind]

    def _addressed(self) -> tuple[int, int]:
        ids = self._work.values(_addressed(self._actor), self._moments)
        unread = set(self._work.values(_addressed_unread(self._actor), self._moments))
        return len(unread.intersection(ids)), len(ids)

    def _letters(self, key: str) -> tuple[int, int]:
        if not has(self._actor, "triage"):
            return 0, 0
        total = int(getattr(self._totals, key))
        return total if key == "triage" else 0, total

    def _outbox(self) -> tuple[int, int]:
        assert self._totals is not None
        return int(self._totals.trouble), int(self._totals.outgoing)


@lru_cache(maxsize=32)
def _unread(actor: Actor) -> Query:
    c = t.ticket.c
    asleep = case((c.snoozed_until > Moment(), 1), else_=0)
    places = (c.responsible_id, c.rubric_id, c.status_class)
    return Query(
        select(*places, asleep.label("asleep"), func.count().label("number"))
        .where(
            reading.is_unread(actor),
            or_(c.status_class.in_(OPEN), c.responsible_id.is_(None)),
            c.merged_into.is_(None),
            visibility.tickets(actor),
        )
        .group_by(*places, asleep)
    )


@lru_cache(maxsize=32)
def _snoozed(actor: Actor) -> Query:
    c = t.ticket.c
    return Query(
        select(c.responsible_id, c.rubric_id, c.status_class).where(
            c.snoozed_until > Moment(), c.merged_into.is_(None), visibility.tickets(actor)
        )
    )


@lru_cache(maxsize=32)
def _addressed(actor: Actor) -> Query:
    return Query(select(t.ticket.c.id).where(at_any_moment(actor, "addressed")))


@lru_cache(maxsize=32)
def _addressed_unread(actor: Actor) -> Query:
    return Query(sections.addressed_unread(actor))


@lru_cache(maxsize=32)
def _totals(actor: Actor) -> Query:
    """All that is counted by itself, in one question: to a server and back takes longer than each of them."""
    numbers: dict[str, Select[Any]] = {
        "trouble": select(func.count(t.outbox.c.outgoing_id.distinct())).where(
            t.outbox.c.state.in_(("failed", "unknown"))
        ),
        "outgoing": select(func.count()).select_from(t.outgoing).where(t.outgoing.c.open),
    }
    for section in SECTIONS:
        if section.right and not has(actor, section.right):
            continue
        if section.key in ASKED and not section.parent:
            numbers[section.key] = _number(actor, section.key)
        elif section.shows == "letters" and has(actor, "triage"):
            here = letters.in_section(section.key)
            numbers[section.key] = select(func.count()).select_from(t.letter).where(here)
    return Query(select(*(number.scalar_subquery().label(key) for key, number in numbers.items())))


@lru_cache(maxsize=256)
def _asked(actor: Actor, key: str) -> Query:
    return Query(_number(actor, key))


@lru_cache(maxsize=256)
def _unread_of(actor: Actor, key: str) -> Query:
    unread = reading.unread_ticket_ids(actor).where(_counted(actor, key)).subquery()
    return Query(select(func.count()).select_from(unread))


def _number(actor: Actor, key: str) -> Select[Any]:
    return select(func.count()).select_from(t.ticket).where(_counted(actor, key))


def _counted(actor: Actor, key: str) -> ColumnElement[bool]:
    """The tickets of a section that are counted."""
    counted = at_any_moment(actor, key)
    return and_(counted, t.ticket.c.status_class.in_(OPEN)) if key == "favorites" else counted
