"""A unit of work: one transaction, opened by whoever asks, never committed by an act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Row,
    Table,
    bindparam,
    select,
    text,
)

from deskterm.store import journal
from deskterm.store.journal import Journal

if TYPE_CHECKING:
    from deskterm.store.engine import Store

Value = TypeVar("Value")


class Work:
    """An open transaction with the database's clock."""

    def __init__(self, store: Store, connection: Connection, write: bool) -> None:
        self.store = store
        self.connection = connection
        self.write = write
        self.dialect = connection.dialect.name
        self._now: datetime | None = None
        self.before_commit: list[Callable[[], None]] = []
        self.journal: Journal | None = None
        """Notes what the calls below change while an undoable act runs."""
        self._memory: dict[Any, Any] = {}

    @property
    def now(self) -> datetime:
        """The moment of this unit of work, aware, by the database's clock, the same all through it."""
        if self._now is None:
            if self.store.clock is not None:
                self._now = self.store.clock()
            elif self.dialect == "sqlite":
                self._now = datetime.now(UTC)  # SQLite runs in this process: its clock is this one
            else:
                # now() would be the moment before the wait for the writers' lock
                moment = self.connection.execute(text("select clock_timestamp()")).scalar_one()
                self._now = moment.astimezone(UTC)
        return self._now

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        return self.connection.execute(statement, parameters)

    def rows(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        return self.connection.execute(statement, parameters).all()

    def first(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Row[Any] | None:
        return self.connection.execute(statement, parameters).first()

    def value(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        return self.connection.execute(statement, parameters).scalar()

    def values(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> list[Any]:
        """The first column of every row."""
        return list(self.connection.execute(statement, parameters).scalars())

    def remembered(self, key: Any, read: Callable[[], Value]) -> Value:
        """What `read` gave the first time it was asked for under this key in this unit of work.

        For lists that many acts of one transaction ask for; whoever changes them calls `forget`.
        """
        if key not in self._memory:
            self._memory[key] = read()
        found: Value = self._memory[key]
        return found

    def forget(self) -> None:
        """Something was changed that may have been remembered."""
        self._memory.clear()

    def insert(self, table: Table, **values: Any) -> int:
        """Insert one row and give its id; columns left out take the model's defaults."""
        # values as parameters: the statement is the same each time and compiled once
        result = self.connection.execute(table.insert(), values)
        found = result.inserted_primary_key
        if self.journal is not None and found:
            row = journal.row_of(self.connection, table, tuple(found))
            if row is not None:
                self.journal.made(table, row._mapping)
        return int(found[0]) if found and isinstance(found[0], int) else 0

    def update(self, table: Table, id: int, **values: Any) -> int:
        """Update a row by its id and give the number of rows changed."""
        if self.journal is not None:
            return self.update_where(table, table.c.id == id, **values)
        computed = {name: value for name, value in values.items() if isinstance(value, ClauseElement)}
        plain = {name: value for name, value in values.items() if name not in computed}
        statement = table.update().where(table.c.id == bindparam("row_id"))
        if computed:
            statement = statement.values(**computed)
        return self.connection.execute(statement, {"row_id": id, **plain}).rowcount

    def update_where(self, table: Table, where: ColumnElement[bool], **values: Any) -> int:
        """Update the rows a condition finds, in an act that can be undone; the number of rows."""
        before = self._there(table, where)
        changed = self.connection.execute(table.update().where(where).values(**values)).rowcount
        for row in before:
            key = journal.key_of(table, row._mapping)
            now = journal.row_of(self.connection, table, key)
            assert self.journal is not None
            self.journal.changed(table, row._mapping, None if now is None else now._mapping)
        return changed

    def delete_where(self, table: Table, where: ColumnElement[bool]) -> int:
        """Delete the rows a condition finds, in an act that can be undone; the number of rows."""
        before = self._there(table, where)
        gone = self.connection.execute(table.delete().where(where)).rowcount
        for row in before:
            assert self.journal is not None
            self.journal.changed(table, row._mapping, None)
        return gone

    def _there(self, table: Table, where: ColumnElement[bool]) -> Sequence[Row[Any]]:
        return () if self.journal is None else self.rows(select(table).where(where))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only what was done inside when it raises."""
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self.forget()
            raise
