"""Columns fitted to a width: the important ones first, what is left goes to those that can use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskterm.i18n import _
from deskterm.screens.presenters.line import Line, Piece, fit

GAP = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it stands in importance (0 is never left out) and how wide it may be, in cells."""

    key: str
    title: str
    least: int
    most: int
    importance: int
    show: Callable[[Any, datetime], Piece]
    right: bool = False
    grows: int = 0
    """Its share of the width that is left over."""
    since: int = 0
    """Width of the whole list from which on there is room for it."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A column and the width it got."""

    column: Column
    width: int


def fit_columns(columns: Sequence[Column], width: int) -> tuple[Fitted, ...]:
    """The columns that find room in `width`, in their order."""
    chosen: list[Column] = []
    used = 0
    for column in sorted(columns, key=lambda each: each.importance):
        need = column.least + (GAP if chosen else 0)
        if column.importance and (width < column.since or used + need > width):
            continue
        chosen.append(column)
        used += need
    widths = {column.key: column.least for column in chosen}
    left = width - used
    while left > 0:
        growing = [each for each in chosen if each.grows and widths[each.key] < each.most]
        if not growing:
            break
        shares = sum(each.grows for each in growing)
        given = 0
        for column in growing:
            more = min(max(1, left * column.grows // shares), column.most - widths[column.key], left - given)
            widths[column.key] += more
            given += more
        left -= given
    return tuple(Fitted(column, widths[column.key]) for column in columns if column.key in widths)


def header(fitted: Sequence[Fitted], sorted_by: str = "") -> Line:
    """The titles of the columns; the one sorted by carries a sign."""
    found: list[Piece] = []
    for number, each in enumerate(fitted):
        if number:
            found.append((" " * GAP, ""))
        title = _(each.column.title) if each.column.title else ""
        if sorted_by and each.column.key == sorted_by:
            title = f"{title} ↓" if not each.column.right else f"↓ {title}"
        found.append((fit(title, each.width, right=each.column.right), ""))
    return tuple(found)


def row(value: Any, fitted: Sequence[Fitted], now: datetime) -> Line:
    """One row under those columns."""
    found: list[Piece] = []
    for number, each in enumerate(fitted):
        if number:
            found.append((" " * GAP, ""))
        text, style = each.column.show(value, now)
        found.append((fit(text, each.width, right=each.column.right), style))
    return tuple(found)
