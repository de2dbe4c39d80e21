"""What reports there are and what they give: values; names in here are foreign, presenters clean them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from deskterm.i18n import N_

NUMBER: Final = "number"
"""A sum."""
TICKETS: Final = "tickets"
"""How many different tickets."""
TIME: Final = "time"
"""A sum of seconds."""
MEDIAN: Final = "median"
"""The middle one of lengths in seconds."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of a report; `key` names it in JSON and CSV."""

    key: str
    title: str
    of: str
    """NUMBER, TICKETS, TIME or MEDIAN."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A report: what it is called, its figures (the first one orders its rows), what it tells of agents."""

    title: str
    help: str
    figures: tuple[Figure, ...]
    agent: str
    """Which agent its grouping by agents and its filter mean."""


KINDS: Final[Mapping[str, Kind]] = {
    "time": Kind(
        N_("Time spent"),
        N_("Time spent on answers, notes and calls, of the messages one may see."),
        (
            Figure("seconds", N_("Time"), TIME),
            Figure("messages", N_("Messages"), NUMBER),
            Figure("tickets", N_("Tickets"), TICKETS),
        ),
        N_("who wrote"),
    ),
    "tickets": Kind(
        N_("Tickets"),
        N_("Tickets received, how many of them were answered and how soon, and what was closed."),
        (
            Figure("received", N_("Received"), NUMBER),
            Figure("answered", N_("Answered"), NUMBER),
            Figure("closed", N_("Closings"), NUMBER),
            Figure("first_answer_seconds", N_("First answer"), MEDIAN),
            Figure("closing_seconds", N_("To closing"), MEDIAN),
        ),
        N_("who is responsible"),
    ),
}

GROUPINGS: Final[Mapping[str, str]] = {
    "agent": N_("Agent"),
    "client": N_("Client"),
    "category": N_("Category"),
    "ticket": N_("Ticket"),
    "day": N_("Day"),
    "week": N_("Week"),
    "month": N_("Month"),
}
"""What a report is told by."""
PERIODS: Final = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report counts: days of the desk's time zone, both included; 0 stands for none of them."""

    since: date | None = None
    until: date | None = None
    agent_id: int | None = None
    client_id: int | None = None
    category_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of a report; `key` is the number of what it tells of, or the first day of the period."""

    key: str
    title: str
    figures: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was asked for, and what all its lines come to."""

    name: str
    by: str
    scope: Scope
    rows: tuple[ReportRow, ...]
    total: tuple[int | None, ...]


def first_day(by: str, day: date) -> date:
    """The first day of the period a day lies in."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def last_day(by: str, first: date) -> date:
    """The last day of the period that begins with a day."""
    if by == "week":
        return first + timedelta(days=6)
    if by == "month":
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first


def narrowed(report: Report, key: str) -> Scope:
    """The scope of what one line of a report counts; of a ticket's line it is the report's."""
    scope = report.scope
    if report.by in PERIODS:
        first = date.fromisoformat(key)
        last = last_day(report.by, first)
        return replace(scope, since=max(first, scope.since or first), until=min(last, scope.until or last))
    if report.by == "agent":
        return replace(scope, agent_id=int(key))
    if report.by == "client":
        return replace(scope, client_id=int(key))
    return replace(scope, category_id=int(key)) if report.by == "category" else scope
