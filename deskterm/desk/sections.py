"""Sections of the console as data: what each holds. Their numbers are counted by `section_numbers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.sql import false, true

from deskterm import limits
from deskterm.desk import saved_views, searching, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import NotFound
from deskterm.i18n import NP_, _
from deskterm.store import tables as t
from deskterm.store.prepared import Moment, by_own_index
from deskterm.store.work import Work


class Timed(Protocol):
    """What has a moment: a unit of work, or a place for one."""

    @property
    def now(self) -> Any: ...


Where = Callable[[Timed, Actor], ColumnElement[bool]]
OPEN = ("active", "waiting")


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of section; `where` selects its tickets, `shows` says what else it lists."""

    key: str
    title: str
    where: Where
    shows: str = "tickets"
    bold: bool = True
    foldable: bool = False
    right: str = ""
    """Who has not this right does not see the section."""
    parent: str = ""
    """The section it is a part of: it stands there where that one is unfolded."""


def _mine_new(work: Timed, actor: Actor) -> ColumnElement[bool]:
    mine = and_(t.ticket.c.responsible_id == actor.agent_id, t.ticket.c.status_class.in_(OPEN))
    return and_(or_(mine, t.ticket.c.responsible_id.is_(None)), awake(work))


def _mine(work: Timed, actor: Actor) -> ColumnElement[bool]:
    return and_(t.ticket.c.responsible_id == actor.agent_id, t.ticket.c.status_class == "active", awake(work))


def awake(work: Timed) -> ColumnElement[bool]:
    """Not snoozed: what an agent put off leaves his own lists till its time."""
    return or_(t.ticket.c.snoozed_until.is_(None), t.ticket.c.snoozed_until <= work.now)


def _addressed(work: Timed, actor: Actor) -> ColumnElement[bool]:
    c = t.addressed.c
    recent = work.now - timedelta(days=limits.ADDRESSED_DAYS)
    unread = addressed_unread(actor)
    return t.ticket.c.id.in_(
        select(c.ticket_id)
        .join(t.message, t.message.c.id == c.message_id)
        .where(
            c.agent_id == actor.agent_id,
            or_(c.read_at.is_(None), c.read_at > recent, c.ticket_id.in_(unread)),
            t.message.c.deleted_at.is_(None),
        )
    )


def addressed_unread(actor: Actor) -> Select[Any]:
    """The tickets with a message addressed to the agent that he has not read; one in the Bin waits there."""
    c = t.addressed.c
    return (
        select(c.ticket_id)
        .join(t.message, t.message.c.id == c.message_id)
        .where(c.agent_id == actor.agent_id, c.read_at.is_(None), t.message.c.deleted_at.is_(None))
    )


def _watching(work: Timed, actor: Actor) -> ColumnElement[bool]:
    return t.ticket.c.id.in_(select(t.watch.c.ticket_id).where(t.watch.c.agent_id == actor.agent_id))


def _favorites(work: Timed, actor: Actor) -> ColumnElement[bool]:
    c = t.favorite.c
    return t.ticket.c.id.in_(select(c.ticket_id).where(or_(c.agent_id == actor.agent_id, c.shared)))


def _created(work: Timed, actor: Actor) -> ColumnElement[bool]:
    return and_(t.ticket.c.creator_id == actor.agent_id, t.ticket.c.status_class.in_(OPEN))


def _participating(work: Timed, actor: Actor) -> ColumnElement[bool]:
    c = t.message.c
    mine = select(c.ticket_id).where(c.author_agent_id == actor.agent_id, c.deleted_at.is_(None))
    return and_(
        t.ticket.c.status_class.in_(OPEN),
        t.ticket.c.creator_id.is_distinct_from(actor.agent_id),
        t.ticket.c.id.in_(mine),
    )


def _part(whole: Where, status_class: str) -> Where:
    """Those of a section in one class of statuses."""
    return lambda work, actor: and_(whole(work, actor), t.ticket.c.status_class == status_class)


def _snoozed(work: Timed, actor: Actor) -> ColumnElement[bool]:
    return by_own_index(t.ticket, lambda c: c.snoozed_until > work.now)


def _class(name: str) -> Where:
    return lambda work, actor: t.ticket.c.status_class == name


def _with_rubric(work: Timed, actor: Actor) -> ColumnElement[bool]:
    return and_(t.ticket.c.rubric_id.is_not(None), t.ticket.c.status_class == "active")


def _nothing(work: Timed, actor: Actor) -> ColumnElement[bool]:
    return false()


def _all(work: Timed, actor: Actor) -> ColumnElement[bool]:
    return true()


SECTIONS: tuple[Section, ...] = (
    Section("mine_new", NP_("section", "Mine + New"), _mine_new),
    Section("mine", NP_("section", "Mine"), _mine),
    Section("addressed", NP_("section", "Addressed to me"), _addressed),
    Section("watching", NP_("section", "Watching"), _watching),
    Section("favorites", NP_("section", "Favorites"), _favorites),
    Section("created", NP_("section", "Created by me"), _created, foldable=True),
    Section("created_active", NP_("section", "active"), _part(_created, "active"), parent="created"),
    Section("created_waiting", NP_("section", "waiting"), _part(_created, "waiting"), parent="created"),
    Section("participating", NP_("section", "With my participation"), _participating, foldable=True),
    Section(
        "participating_active",
        NP_("section", "active"),
        _part(_participating, "active"),
        parent="participating",
    ),
    Section(
        "participating_waiting",
        NP_("section", "waiting"),
        _part(_participating, "waiting"),
        parent="participating",
    ),
    Section("all_active", NP_("section", "All active"), _class("active"), foldable=True),
    Section("waiting", NP_("section", "Waiting"), _class("waiting")),
    Section("closed", NP_("section", "Closed"), _class("closed"), bold=False),
    Section("rubrics", NP_("section", "Rubrics"), _with_rubric, foldable=True),
    Section("triage", NP_("section", "Triage"), _nothing, shows="letters"),
    Section("refused", NP_("section", "Refused"), _nothing, shows="letters", bold=False),
    Section("snoozed", NP_("section", "Snoozed"), _snoozed),
    Section("outbox", NP_("section", "Outbox"), _nothing, shows="outgoing"),
    Section("blocked", NP_("section", "Blocked"), _nothing, shows="letters", bold=False),
    Section("bin", NP_("section", "Bin"), _all, bold=False, right="delete"),
)
ALL = "all"
"""Every ticket one may see: no line of the tree, but a list like any."""
BY_KEY = {section.key: section for section in SECTIONS}


def where(work: Work, actor: Actor, key: str) -> ColumnElement[bool]:
    """The condition on the ticket table of a section's key, rights and merged tickets included."""
    if key == "bin":
        return and_(visibility.binned(actor), t.ticket.c.merged_into.is_(None))
    return and_(_inside(work, actor, key), t.ticket.c.merged_into.is_(None), visibility.tickets(actor))


class _AnyMoment:
    now = Moment()


def at_any_moment(actor: Actor, key: str) -> ColumnElement[bool]:
    """The same of a section that `can_be_kept`, to be kept: `moments` are its parameters."""
    if key == "bin":
        return and_(visibility.binned(actor), t.ticket.c.merged_into.is_(None))
    inside = _lasting(actor, key)
    return and_(inside, t.ticket.c.merged_into.is_(None), visibility.tickets(actor))


NOW: Mapping[str, Any] = {"now": None, "recent": None}
"""The same where PostgreSQL's own clock says what time it is."""


def moments(work: Work) -> dict[str, Any]:
    """The parameters of what `at_any_moment` gives."""
    now = work.moment
    return {"now": now, "recent": None if now is None else now - timedelta(days=limits.ADDRESSED_DAYS)}


def can_be_kept(key: str) -> bool:
    """Whether `at_any_moment` knows the section."""
    kind, _colon, number = key.partition(":")
    if number:
        return kind in ("agent", "rubric") and number.isascii() and number.isdigit()
    return key in BY_KEY


def _inside(work: Work, actor: Actor, key: str) -> ColumnElement[bool]:
    kind, _colon, number = key.partition(":")
    if number.isascii() and number.isdigit():
        if kind in ("agent", "rubric"):
            return _lasting(actor, key)
        if kind == "saved":
            return searching.found(work, actor, saved_views.query(work, actor, int(number)))
    elif key == ALL:
        return true()
    elif key in BY_KEY:
        return BY_KEY[key].where(work, actor)
    raise NotFound(_("There is no section {key}.").format(key=key))


def _lasting(actor: Actor, key: str) -> ColumnElement[bool]:
    """What a section holds, said without a unit of work."""
    kind, _colon, number = key.partition(":")
    c = t.ticket.c
    if kind == "agent":
        whose = c.responsible_id.is_(None) if int(number) == 0 else c.responsible_id == int(number)
        return and_(whose, c.status_class == "active")
    if kind == "rubric":
        return and_(c.rubric_id == int(number), c.status_class == "active")
    return BY_KEY[key].where(_AnyMoment(), actor)


def query(work: Work, actor: Actor, key: str) -> str | None:
    """What a saved search asks; None of other sections."""
    kind, _colon, number = key.partition(":")
    if kind != "saved" or not (number.isascii() and number.isdigit()):
        return None
    return saved_views.query(work, actor, int(number))


def arms(work: Work, actor: Actor, key: str) -> list[ColumnElement[bool]]:
    """The parts of a section each of which one index has in the order of the last message; none elsewhere.

    Of a section that is made of several runs of an index SQLite would sort all for a page.
    """
    if key != "mine_new":
        return []
    c = t.ticket.c
    classes = (*OPEN, "closed")
    runs = [and_(c.responsible_id == actor.agent_id, c.status_class == one) for one in OPEN]
    runs += [and_(c.responsible_id.is_(None), c.status_class == one) for one in classes]
    there = (awake(work), c.merged_into.is_(None), visibility.tickets(actor))
    return [and_(run, *there) for run in runs]


def closed_in_order(actor: Actor) -> ColumnElement[bool]:
    """The condition of Closed, said so that no index of the class serves it.

    Most tickets are closed after some years: read along another order a page is found at once, while
    SQLite would take the index of the class and sort nearly the whole table.
    """
    return and_(
        t.ticket.c.status_class + "" == "closed", t.ticket.c.merged_into.is_(None), visibility.tickets(actor)
    )


def shows(key: str) -> str:
    """What a section lists: 'tickets', 'letters', 'outgoing'."""
    return BY_KEY[key].shows if key in BY_KEY else "tickets"
