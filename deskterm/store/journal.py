"""A journal of rows: what they were before an act and what it left, so that the act can be undone.

Kept by the unit of work while an undoable act runs; see `deskterm.desk.undo`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, Table, and_, select

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


@dataclass(slots=True)
class Journal:
    """The rows touched so far, each once, in the order of first touch."""

    rows: dict[tuple[str, Key], Kept] = field(default_factory=dict)

    def made(self, table: Table, row: RowMapping) -> None:
        """A row was inserted."""
        key = key_of(table, row)
        there = self.rows.get((table.name, key))
        if there is None:
            self.rows[table.name, key] = Kept(table.name, key, None, _whole(row))
        else:
            there.after = _whole(row)

    def changed(self, table: Table, before: RowMapping, after: RowMapping | None) -> None:
        """A row was changed, or taken away where `after` is None; both are whole rows."""
        key = key_of(table, before)
        there = self.rows.get((table.name, key))
        if there is None:
            self.rows[table.name, key] = Kept(
                table.name, key, _whole(before), None if after is None else dict(after)
            )
        else:
            there.after = None if after is None else dict(after)

    def differences(self) -> Iterator[Kept]:
        """Each row that is not as it was, with the columns that differ."""
        for kept in self.rows.values():
            if kept.before is None or kept.after is None:
                if kept.before != kept.after:
                    yield kept
                continue
            names = [name for name in kept.after if kept.before.get(name) != kept.after[name]]
            if names:
                yield Kept(
                    kept.table,
                    kept.key,
                    {name: kept.before.get(name) for name in names},
                    {name: kept.after[name] for name in names},
                )


def _whole(row: RowMapping | None) -> State:
    return None if row is None else {str(name): value for name, value in row.items()}


def key_of(table: Table, row: RowMapping) -> Key:
    return tuple(row[column.name] for column in table.primary_key.columns)


def by_key(table: Table, key: Key) -> ColumnElement[bool]:
    """The condition that finds one row by its primary key."""
    return and_(*(column == value for column, value in zip(table.primary_key.columns, key, strict=True)))


def row_of(connection: Connection, table: Table, key: Key) -> Row[Any] | None:
    return connection.execute(select(table).where(by_key(table, key))).first()


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
