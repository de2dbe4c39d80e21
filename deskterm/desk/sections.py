"""Sections of the console as data: what each holds, and its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.sql import false, true

from deskterm import limits
from deskterm.desk import choices, counts, letters, presence, reading, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import NotFound
from deskterm.desk.rights import has
from deskterm.desk.views import SectionRow
from deskterm.i18n import NP_, _, p_
from deskterm.store import tables as t
from deskterm.store.work import Work

Where = Callable[[Work, Actor], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of section; `where` selects its tickets, `shows` says what else it lists."""

    key: str
    title: str
    where: Where
    shows: str = "tickets"
    bold: bool = True
    foldable: bool = False


def _mine_new(work: Work, actor: Actor) -> ColumnElement[bool]:
    mine = and_(
        t.ticket.c.responsible_id == actor.agent_id, t.ticket.c.status_class.in_(("active", "waiting"))
    )
    return or_(mine, t.ticket.c.responsible_id.is_(None))


def _mine(work: Work, actor: Actor) -> ColumnElement[bool]:
    return and_(t.ticket.c.responsible_id == actor.agent_id, t.ticket.c.status_class == "active")


def _addressed(work: Work, actor: Actor) -> ColumnElement[bool]:
    c = t.addressed.c
    recent = work.now - timedelta(days=limits.ADDRESSED_DAYS)
    return t.ticket.c.id.in_(
        select(c.ticket_id)
        .join(t.message, t.message.c.id == c.message_id)
        .where(
            c.agent_id == actor.agent_id,
            or_(c.read_at.is_(None), c.read_at > recent),
            t.message.c.deleted_at.is_(None),
        )
    )


def _class(name: str) -> Where:
    return lambda work, actor: t.ticket.c.status_class == name


def _with_rubric(work: Work, actor: Actor) -> ColumnElement[bool]:
    return and_(t.ticket.c.rubric_id.is_not(None), t.ticket.c.status_class == "active")


def _nothing(work: Work, actor: Actor) -> ColumnElement[bool]:
    return false()


SECTIONS: tuple[Section, ...] = (
    Section("mine_new", NP_("section", "Mine + New"), _mine_new),
    Section("mine", NP_("section", "Mine"), _mine),
    Section("addressed", NP_("section", "Addressed to me"), _addressed),
    Section("all_active", NP_("section", "All active"), _class("active"), foldable=True),
    Section("waiting", NP_("section", "Waiting"), _class("waiting")),
    Section("closed", NP_("section", "Closed"), _class("closed"), bold=False),
    Section("rubrics", NP_("section", "Rubrics"), _with_rubric, foldable=True),
    Section("triage", NP_("section", "Triage"), _nothing, shows="letters"),
    Section("refused", NP_("section", "Refused"), _nothing, shows="letters", bold=False),
    Section("outbox", NP_("section", "Outbox"), _nothing, shows="outgoing"),
    Section("blocked", NP_("section", "Blocked"), _nothing, shows="letters", bold=False),
)
ALL = "all"
"""Every ticket one may see: no line of the tree, but a list like any."""
_BY_KEY = {section.key: section for section in SECTIONS}


def where(work: Work, actor: Actor, key: str) -> ColumnElement[bool]:
    """The condition on the ticket table of a section's key, rights and merged tickets included."""
    kind, _colon, number = key.partition(":")
    if number.isascii() and number.isdigit():
        id = int(number)
        if kind == "agent":
            inside = and_(
                t.ticket.c.responsible_id.is_(None) if id == 0 else t.ticket.c.responsible_id == id,
                t.ticket.c.status_class == "active",
            )
        elif kind == "rubric":
            inside = and_(t.ticket.c.rubric_id == id, t.ticket.c.status_class == "active")
        else:
            raise NotFound(_("There is no section {key}.").format(key=key))
    elif key == ALL:
        inside = true()
    elif key in _BY_KEY:
        inside = _BY_KEY[key].where(work, actor)
    else:
        raise NotFound(_("There is no section {key}.").format(key=key))
    return and_(inside, t.ticket.c.merged_into.is_(None), visibility.tickets(actor))


def shows(key: str) -> str:
    """What a section lists: 'tickets', 'letters', 'outgoing'."""
    return _BY_KEY[key].shows if key in _BY_KEY else "tickets"


def rows(work: Work, actor: Actor, unfolded: frozenset[str] = frozenset()) -> list[SectionRow]:
    """The whole tree with its numbers: totals from the counters, unread from one pass over open tickets."""
    numbers = _Numbers(work, actor)
    found: list[SectionRow] = []
    for section in SECTIONS:
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
    return found


def next_change_at(work: Work, actor: Actor) -> datetime | None:
    """When a section changes by time alone: an addressed ticket's three days are over."""
    c = t.addressed.c
    recent = work.now - timedelta(days=limits.ADDRESSED_DAYS)
    first = work.value(select(func.min(c.read_at)).where(c.agent_id == actor.agent_id, c.read_at > recent))
    return first + timedelta(days=limits.ADDRESSED_DAYS) if first is not None else None


def _children(work: Work, actor: Actor, key: str, numbers: _Numbers) -> list[SectionRow]:
    if key == "all_active":
        return [
            _child(f"agent:{row.id}", row.name, numbers, mark)
            for row, mark in presence.agents_with_marks(work)
        ] + [_child("agent:0", _("nobody"), numbers)]
    return [_child(f"rubric:{row.id}", row.name, numbers) for row in choices.active(work, "rubric")]


def _child(key: str, title: str, numbers: _Numbers, mark: str = "") -> SectionRow:
    unread, total = numbers.of(key)
    return SectionRow(key=key, title=title, depth=1, unread=unread, total=total, bold=unread > 0, mark=mark)


class _Numbers:
    """Unread and total of every section for one agent, read once."""

    def __init__(self, work: Work, actor: Actor) -> None:
        self._work = work
        self._actor = actor
        self._sees_all = has(actor, "see all")
        self._places = counts.all_places(work) if self._sees_all else self._own_places()
        c = t.ticket.c
        self._unread = work.rows(
            reading.unread_ticket_ids(actor)
            .add_columns(c.responsible_id, c.rubric_id, c.status_class)
            .where(
                or_(c.status_class.in_(("active", "waiting")), c.responsible_id.is_(None)),
                c.merged_into.is_(None),
                visibility.tickets(actor),
            )
        )

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

    def of(self, key: str) -> tuple[int, int]:
        """(unread, total) of a section."""
        if shows(key) == "letters":
            return self._letters(key)
        if key == "outbox":
            return self._outbox()
        if key == "addressed":
            return self._addressed()
        inside = self._inside(key)
        unread = (
            0
            if key == "closed"
            else sum(
                1
                for row in self._unread
                if inside(row.responsible_id or 0, row.rubric_id or 0, row.status_class)
            )
        )
        total = sum(
            number
            for place, number in self._places.items()
            if inside(place.responsible_id, place.rubric_id, place.status_class)
        )
        return unread, total

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
        ids = self._work.values(select(t.ticket.c.id).where(where(self._work, self._actor, "addressed")))
        c = t.addressed.c
        unread = set(
            self._work.values(
                select(c.ticket_id).where(c.agent_id == self._actor.agent_id, c.read_at.is_(None))
            )
        )
        return len(unread.intersection(ids)), len(ids)

    def _letters(self, key: str) -> tuple[int, int]:
        if not has(self._actor, "triage"):
            return 0, 0
        total = int(
            self._work.value(select(func.count()).select_from(t.letter).where(letters.in_section(key)))
        )
        return total if key == "triage" else 0, total

    def _outbox(self) -> tuple[int, int]:
        trouble = self._work.value(
            select(func.count(t.outbox.c.outgoing_id.distinct())).where(
                t.outbox.c.state.in_(("failed", "unknown"))
            )
        )
        total = self._work.value(select(func.count()).select_from(t.outgoing).where(t.outgoing.c.open))
        return int(trouble), int(total)
