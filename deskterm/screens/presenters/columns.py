"""Columns fitted to a width: the important ones first, what is left goes to those that can use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rich.cells import cell_len

from deskterm.i18n import _
from deskterm.screens.presenters import when
from deskterm.screens.presenters.line import Line, Piece, fit

GAP = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it stands in importance (0 is never left out) and how wide it may be, in cells.

    It is never so narrow that its title would be cut.
    """

    key: str
    title: str
    least: int
    most: int
    importance: int
    show: Callable[[Any, datetime], Piece]
    """The text of a row and how it looks."""
    right: bool = False
    grows: int = 0
    """Its share of the width that is left over."""
    since: int = 0
    """Width of the whole list from which on there is room for it."""
    name: str = ""
    """How it is called where its title is empty or too short."""
    usual: bool = True
    """Whether it stands there as long as the agent chose no columns."""
    fixed: bool = False
    """A sign nobody can do without: it always stands first."""
    moment: Callable[[Any], datetime | None] | None = None
    """What it tells where it tells a time."""
    sorts: bool = False
    """Whether the list can stand in its order: the sign of that has room beside its title."""


@dataclass(frozen=True, slots=True)
class Look:
    """How times are told: as a date, or as how long it is since."""

    relative: bool = False


AS_DATES = Look()


def told(column: Column) -> str:
    """How a column is called, in the reader's language."""
    return _(column.name or column.title)


def chosen(columns: Sequence[Column], keys: Sequence[str]) -> tuple[Column, ...]:
    """The columns an agent chose, in his order, the first of them the last to be left out; else the usual."""
    if not keys:
        return tuple(column for column in columns if column.usual)
    by_key = {column.key: column for column in columns}
    own = [by_key[key] for key in dict.fromkeys(keys) if key in by_key and not by_key[key].fixed]
    fixed = [column for column in columns if column.fixed]
    return tuple([*fixed, *(replace(column, importance=place, since=0) for place, column in enumerate(own))])


@dataclass(frozen=True, slots=True)
class Fitted:
    """A column and the width it got."""

    column: Column
    width: int


def fit_columns(columns: Sequence[Column], width: int) -> tuple[Fitted, ...]:
    """The columns that find room in `width`, in their order."""
    columns = [_as_wide_as_its_title(column) for column in columns]
    chosen: list[Column] = []
    used = 0
    for column in sorted(columns, key=lambda each: each.importance):
        need = column.least + (GAP if chosen else 0)
        if column.importance and (width < column.since or used + need > width):
            continue
        chosen.append(column)
        used += need
    widths = {column.key: column.least for column in chosen}
    if not any(column.grows for column in chosen):
        chosen = [*chosen[:-1], *(replace(column, grows=1, most=width) for column in chosen[-1:])]
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


def _as_wide_as_its_title(column: Column) -> Column:
    need = cell_len(_(column.title)) + column.sorts if column.title else 0
    return column if need <= column.least else replace(column, least=need, most=max(need, column.most))


def header(fitted: Sequence[Fitted], sorted_by: str = "", descending: bool = True) -> Line:
    """The titles of the columns; the one sorted by carries a sign."""
    arrow = "↓" if descending else "↑"
    found: list[Piece] = []
    for number, each in enumerate(fitted):
        if number:
            found.append((" " * GAP, ""))
        title = _(each.column.title) if each.column.title else ""
        if sorted_by and each.column.key == sorted_by:
            blank = " " if cell_len(title) + 2 <= each.width else ""
            title = f"{arrow}{blank}{title}" if each.column.right else f"{title}{blank}{arrow}"
        found.append((fit(title, each.width, right=each.column.right), ""))
    return tuple(found)


def column_at(fitted: Sequence[Fitted], cell: int) -> str:
    """The key of the column at a cell of the header; '' between two."""
    at = 0
    for each in fitted:
        if at <= cell < at + each.width:
            return each.column.key
        at += each.width + GAP
    return ""


def row(value: Any, fitted: Sequence[Fitted], now: datetime, look: Look = AS_DATES) -> Line:
    """One row under those columns."""
    found: list[Piece] = []
    for number, each in enumerate(fitted):
        if number:
            found.append((" " * GAP, ""))
        text, style = each.column.show(value, now)
        if look.relative and each.column.moment is not None:
            at = each.column.moment(value)
            text = when.since(at, now) if at is not None else ""
        found.append((fit(text, each.width, right=each.column.right), style))
    return tuple(found)


def not_whole(value: Any, columns: Sequence[Column], fitted: Sequence[Fitted], now: datetime) -> Line:
    """What a row does not show whole: cells that were cut, columns that found no room."""
    widths = {each.column.key: each.width for each in fitted}
    found: list[Piece] = []
    for column in columns:
        text, _style = column.show(value, now)
        if cell_len(text) > widths.get(column.key, 0):
            # what an entry is called by needs no title
            title = f"{told(column)}: " if column is not columns[0] else ""
            found += [("  " if found else " ", ""), (title, "faint"), (text, "")]
    return tuple(found)
