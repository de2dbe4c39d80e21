"""A journal of rows: what they were before an act and what it left, so that the act can be undone.

Kept by the unit of work while an undoable act runs; see `deskterm.desk.undo`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, RowMapping, Table, and_

Key = tuple[Any, ...]
State = dict[str, Any] | None
"""The columns of a row that changed, all of them where it was made or taken away; None: it was not there."""

_MOMENT: Final = "$moment"
_BYTES: Final = "$bytes"


@dataclass(slots=True)
class Kept:
    """One row an act touched."""

    table: str
    key: Key
    before: State
    after: State
    whole: Mapping[str, Any]
    """The row as it was there last, with the columns that did not change."""


@dataclass(slots=True)
class Journal:
    """The rows touched so far, each once, in the order of first touch."""

    rows: dict[tuple[str, Key], tuple[Table, State, State]] = field(default_factory=dict)
    """(table, whole row before, whole row now) by table and primary key."""

    def made(self, table: Table, row: RowMapping) -> None:
        """A row was inserted."""
        self._note(table, key_of(table, row), None, row)

    def changed(self, table: Table, before: RowMapping, after: RowMapping | None) -> None:
        """A row was changed, or taken away where `after` is None; both are whole rows."""
        self._note(table, key_of(table, before), before, after)

    def _note(self, table: Table, key: Key, before: RowMapping | None, after: RowMapping | None) -> None:
        place = (table.name, key)
        there = self.rows.get(place)
        first = _whole(before) if there is None else there[1]
        self.rows[place] = (table, first, _whole(after))

    def read_again(self, read: Callable[[Table, Key], Row[Any] | None]) -> None:
        """Part of what was noted was rolled back: see how the rows stand now."""
        for place, (table, before, _after) in list(self.rows.items()):
            row = read(table, place[1])
            self.rows[place] = (table, before, None if row is None else _whole(row._mapping))

    def differences(self) -> Iterator[Kept]:
        """Each row that is not as it was, with the columns that differ."""
        for (name, key), (_table, before, after) in self.rows.items():
            if before is None or after is None:
                if before != after:
                    yield Kept(name, key, before, after, after or before or {})
                continue
            names = [column for column in after if before[column] != after[column]]
            if names:
                yield Kept(
                    name,
                    key,
                    {column: before[column] for column in names},
                    {column: after[column] for column in names},
                    after,
                )


def _whole(row: RowMapping | None) -> State:
    return None if row is None else {str(name): value for name, value in row.items()}


def key_of(table: Table, row: RowMapping) -> Key:
    return tuple(row[column.name] for column in table.primary_key.columns)


def by_key(table: Table, key: Key) -> ColumnElement[bool]:
    """The condition that finds one row by its primary key."""
    return and_(*(column == value for column, value in zip(table.primary_key.columns, key, strict=True)))


def plain(state: State) -> State:
    """A state as JSON keeps it."""
    return None if state is None else {name: _plain(value) for name, value in state.items()}


def real(state: State) -> State:
    """A state as the database gives it."""
    return None if state is None else {name: _real(value) for name, value in state.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {_MOMENT: value.astimezone(UTC).isoformat()}
    return {_BYTES: base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def _real(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        if _MOMENT in value:
            return datetime.fromisoformat(value[_MOMENT])
        if _BYTES in value:
            return base64.b64decode(value[_BYTES])
    return value
