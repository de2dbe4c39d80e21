"""Reports: what was done in a time, told by agent, client, category, ticket, day, week or month."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from statistics import median_low
from typing import Any, Final

from sqlalchemy import select

from deskterm.clean import spreadsheet
from deskterm.desk import attachments, closing
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData
from deskterm.desk.names import Names
from deskterm.desk.report_figures import FIGURES, Span
from deskterm.desk.report_views import (
    GROUPINGS,
    KINDS,
    MEDIAN,
    PERIODS,
    TICKETS,
    Figure,
    Report,
    ReportRow,
    Scope,
    first_day,
    last_day,
)
from deskterm.desk.rights import require
from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

NONE: Final = "0"
"""The key of what has no agent, client or category."""


def run(work: Work, actor: Actor, name: str, by: str, scope: Scope = Scope()) -> Report:  # noqa: B008  frozen
    """A report of what the actor may see: periods in their order, the rest by the first figure.

    A few statements, however many tickets there are.
    """
    require(work, actor, "report", "report.run")
    if name not in KINDS or by not in GROUPINGS:
        raise BadData(_("There is no report {name} by {what}.").format(name=name, what=by))
    if scope.since is not None and scope.until is not None and scope.since > scope.until:
        raise BadData(_("The first day of a report is not after its last one."))
    zone = closing.zone(work)
    figures = KINDS[name].figures
    key_of, titles = _grouping(by, zone), {}
    whole, parts = Tally(figures), dict[str, Tally]()
    for row, values in FIGURES[name](work, actor, _span(scope, zone)):
        key = key_of(row)
        tally = parts.get(key)
        if tally is None:
            tally = parts[key] = Tally(figures)
            titles[key] = row.subject
        tally.take(values)
        whole.take(values)
    if by != "ticket":
        titles = _titles(work, by, list(parts))
    rows = [ReportRow(key, titles[key], tally.figures()) for key, tally in parts.items()]
    if by in PERIODS:
        rows.sort(key=lambda each: each.key)
    else:
        rows.sort(key=lambda each: (-(each.figures[0] or 0), each.title.casefold(), each.key))
    return Report(name, by, scope, tuple(rows), whole.figures())


class Tally:
    """The figures of one line while it is counted."""

    __slots__ = ("_figures", "_parts")

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = figures
        self._parts: list[Any] = [{TICKETS: set, MEDIAN: list}.get(figure.of, int)() for figure in figures]

    def take(self, values: Sequence[int | None]) -> None:
        """Count what something adds to each figure."""
        for place, value in enumerate(values):
            if value is None:
                continue
            of = self._figures[place].of
            if of == TICKETS:
                self._parts[place].add(value)
            elif of == MEDIAN:
                self._parts[place].append(value)
            else:
                self._parts[place] += value

    def figures(self) -> tuple[int | None, ...]:
        """What it comes to; a median of nothing is None."""
        return tuple(_sum(figure, part) for figure, part in zip(self._figures, self._parts, strict=True))


def _sum(figure: Figure, part: Any) -> int | None:
    if figure.of == TICKETS:
        return len(part)
    if figure.of == MEDIAN:
        return int(median_low(part)) if part else None
    return int(part)


# -- what it is told by


def _grouping(by: str, zone: tzinfo | None) -> Callable[[Any], str]:
    """The key of the line something is counted in."""

    def day(row: Any) -> date:
        at: datetime = row.at
        return at.astimezone(zone).date()

    def of(column: str) -> Callable[[Any], str]:
        return lambda row: str(getattr(row, column) or NONE)

    if by in PERIODS:
        return lambda row: first_day(by, day(row)).isoformat()
    return of(f"{by}_id")


def _titles(work: Work, by: str, keys: Sequence[str]) -> dict[str, str]:
    """How the lines are called."""
    if by in PERIODS:
        return {key: _period(by, date.fromisoformat(key)) for key in keys}
    names = Names(work)
    if by == "client":
        known = {str(row.id): row.name for row in work.rows(select(t.client.c.id, t.client.c.name))}
        none = _("(no client)")
    elif by == "agent":
        known = {key: names.agent(int(key)) for key in keys}
        none = _("(nobody)")
    else:
        known = {key: names.choice(int(key)) for key in keys}
        none = _("(no category)")
    return {key: known.get(key) or none for key in keys}


def _period(by: str, first: date) -> str:
    if by == "month":
        return f"{first:%Y-%m}"
    return first.isoformat() if by == "day" else f"{first} – {last_day(by, first)}"


def _span(scope: Scope, zone: tzinfo | None) -> Span:
    """The days of a scope as moments: they begin and end with the desk's midnight."""

    def midnight(day: date) -> datetime:
        begins = datetime.combine(day, time.min)
        return (begins.astimezone() if zone is None else begins.replace(tzinfo=zone)).astimezone(UTC)

    try:
        return Span(
            scope,
            None if scope.since is None else midnight(scope.since),
            None if scope.until is None else midnight(scope.until + timedelta(days=1)),
        )
    except (OverflowError, ValueError):
        raise BadData(_("The days of a report lie within the calendar.")) from None


def choosable(work: Work, actor: Actor, what: str) -> list[Choosable]:
    """Agents, clients or categories a report can be narrowed to, those out of use too."""
    require(work, actor, "report", "report.choose")
    table = {"agent": t.agent, "client": t.client, "category": t.choice}[what]
    statement = select(table.c.id, table.c.name).order_by(table.c.name, table.c.id)
    if what == "category":
        statement = statement.where(t.choice.c.list == "category")
    names = Names(work)
    return [
        Choosable(row.id, names.choice(row.id) if what == "category" else row.name)
        for row in work.rows(statement)
    ]


def today(work: Work, actor: Actor) -> date:
    """The day it is on the desk."""
    require(work, actor, "report", "report.choose")
    return work.now.astimezone(closing.zone(work)).date()


# -- on paper


def as_csv(report: Report) -> str:
    """A report as CSV, its last line the total; a name no spreadsheet takes for a formula."""
    figures = KINDS[report.name].figures
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["key", report.by, *(figure.key for figure in figures)])
    for row in report.rows:
        table.writerow([row.key, spreadsheet(row.title), *row.figures])
    table.writerow(["total", "", *report.total])
    return written.getvalue()


def save(work: Work, actor: Actor, report: Report, folder: Path) -> Path:
    """Save a report as CSV into a folder, under a name of its own; nothing there is ever overwritten."""
    require(work, actor, "report", "report.save")
    name = "-".join(
        [report.name, "by", report.by, *(str(day) for day in (report.scope.since, report.scope.until) if day)]
    )
    return attachments.write(folder, f"{name}.csv", as_csv(report).encode("utf-8-sig"))
