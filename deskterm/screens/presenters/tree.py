"""A line of the sections tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskterm.clean import clean
from deskterm.screens.presenters.line import Line, Piece, cut, width_of

if TYPE_CHECKING:
    from deskterm.desk.views import SectionRow

UNFOLDED = "▾"
FOLDED = "▸"
ONLINE = "●"
DAY_OFF = "○"
MORE = "+"
"""Behind a number that was not counted to its end."""


def section(row: SectionRow, width: int, unfolded: bool = False) -> Line:
    """`name` at the left, `unread (total)` at the right; bold where there is something unread."""
    sign: Piece = (f"{UNFOLDED if unfolded else FOLDED} ", "faint") if row.foldable else ("  ", "")
    mark: tuple[Piece, ...] = ()
    if row.mark == "online":
        mark = ((f"{ONLINE} ", "online"),)
    elif row.mark == "day off":
        mark = ((f"{DAY_OFF} ", "day off"),)
    counts = _counts(row)
    lead: Line = (("  " * row.depth, ""), sign, *mark)
    room = width - width_of(lead) - width_of(counts) - (1 if counts else 0)
    title = cut(clean(row.title), max(room, 4))
    style = "unread" if row.bold else ("" if row.total else "faint")
    line: Line = (*lead, (title, style))
    gap = width - width_of(line) - width_of(counts)
    return (*line, (" " * gap, ""), *counts) if gap > 0 and counts else line


def _counts(row: SectionRow) -> Line:
    more = MORE if row.more else ""
    if row.unread:
        return ((f"{row.unread}{more}", "unread" if row.bold else ""), (f" ({row.total}{more})", "faint"))
    if row.total:
        return ((f"({row.total}{more})", "faint"),)
    return ()
