"""A report: its columns, a line of it, and what is chosen for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rich.cells import cell_len

from deskterm import moments
from deskterm.clean import clean
from deskterm.desk.report_views import GROUPINGS, KINDS, MEDIAN, TIME, Figure, Report, ReportRow
from deskterm.i18n import _
from deskterm.screens.presenters.columns import Column
from deskterm.screens.presenters.line import Piece

BAR_CELLS = 24


def columns(report: Report) -> tuple[Column, ...]:
    """The columns of a report: whose line it is, its figures, and the first of them as a bar."""
    figures = KINDS[report.name].figures
    most = max((row.figures[0] or 0 for row in report.rows), default=0)

    def title(row: ReportRow, now: datetime) -> Piece:
        told = clean(row.title)
        return (f"#{row.key}  {told}" if report.by == "ticket" and row.key else told), ""

    def bar(row: ReportRow, now: datetime) -> Piece:
        share = (row.figures[0] or 0) * BAR_CELLS / most if most and row.key else 0
        return "█" * round(share), "sign"

    return (
        Column("title", GROUPINGS[report.by], 14, 60, 0, title, grows=1),
        *(
            # a title that is long in the reader's language gets of what room there is
            Column(
                figure.key,
                figure.title,
                10,
                max(10, cell_len(_(figure.title))),
                place + 1,
                _shown(place, figure),
                right=True,
                grows=1,
            )
            for place, figure in enumerate(figures)
        ),
        Column("bar", "", BAR_CELLS + 1, BAR_CELLS + 1, len(figures) + 1, bar, since=90),
    )


def _shown(place: int, figure: Figure) -> Callable[[ReportRow, datetime], Piece]:
    def shown(row: ReportRow, now: datetime) -> Piece:
        value = row.figures[place]
        if value is None:
            return "–", "faint"
        return (moments.length(value) if figure.of in (TIME, MEDIAN) else str(value)), ""

    return shown


def total(report: Report) -> ReportRow:
    """The line of all of them."""
    return ReportRow("", _("Total"), report.total)
