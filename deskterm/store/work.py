"""A unit of work: one transaction, opened by whoever asks, never committed by an act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import chain
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
    func,
    select,
    tuple_,
)

from deskterm.store import journal, postgres, prepared, sqlite
from deskterm.store.journal import Journal, Key
from deskterm.store.prepared import FEW, Asked, Change, More, Query, few

if TYPE_CHECKING:
    from deskterm.store.engine import Store

Value = TypeVar("Value")

CLOCK = Query(select(func.clock_timestamp()))
"""PostgreSQL's own clock; now() would be the moment before the wait for the writers' lock."""
MANY = 500
"""Rows asked for by their ids in one statement."""


class Work:
    """An open transaction with the database's clock."""

    def __init__(self, store: Store, connection: Connection, write: bool) -> None:
        self.store = store
        self.connection = connection
        self.write = write
        self.dialect = connection.dialect.name
        self._now: datetime | None = None
        self.before_commit: list[Callable[[], None]] = []
        self.after_commit: list[Callable[[], None]] = []
        self.journal: Journal | None = None
        """Notes what the calls below change while an undoable act runs."""
        self.words: list[tuple[int, str]] = []
        """The words of new messages, kept back to be indexed together; see `fulltext.write_out`."""
        self.quiet = False
        """Nobody is told by mail of what is done in it: letters of long ago are brought in."""
        self._memory: dict[Any, Any] = {}
        self._ahead: dict[Any, list[Any]] = {}
        self._asked: list[Asked] | None = None
        self._written: set[str] = set()
        self._savepoints = 0
        self._begun = write
        # what is prepared goes to the driver without SQLAlchemy in between
        make: Any = sqlite.Straight if self.dialect == "sqlite" else postgres.Straight
        self._driver: prepared.Driver = make(connection)

    @property
    def now(self) -> datetime:
        """The moment of this unit of work, aware, by the database's clock, the same all through it."""
        if self._now is None:
            if self.store.clock is not None:
                self._now = self.store.clock()
            elif self.dialect == "sqlite":
                self._now = datetime.now(UTC)  # SQLite runs in this process: its clock is this one
            else:
                moment: datetime = self.value(CLOCK)
                self._now = moment.astimezone(UTC)
        return self._now

    @property
    def moment(self) -> datetime | None:
        """The moment as a statement takes it that has a `prepared.Moment`: None is the server's own clock."""
        return self.now if self._now or self.store.clock or self.dialect == "sqlite" else None

    def ahead(self, asked: Sequence[Asked]) -> None:
        """Ask at once what is going to be asked one by one, where the way to the database is the dear part.

        Each is answered so, by the same query with the same parameters: the first time it is asked, in a unit
        of work that writes until that writes to one of its tables.
        """
        if self.dialect == "postgresql":
            found = prepared.together(self._driver, asked)
            self._ahead.update((_key(*one), rows) for one, rows in zip(asked, found, strict=True))

    def note(self) -> list[Asked]:
        """A list that is put into what is asked from here on, of tables not written to before."""
        self._asked = []
        return self._asked

    def begin(self) -> None:
        """From here on be one transaction to PostgreSQL: for what holds only in one, as cursors and settings.

        What only reads there is none by itself, see `Store.work`.
        """
        if self.dialect == "postgresql" and not self._begun:
            self.connection.exec_driver_sql("begin")
            self._begun = True

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        self._wrote(statement)
        return self.connection.execute(statement, parameters)

    def rows(
        self, statement: Executable | Query, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        if isinstance(statement, Query):
            given = parameters or {}
            if (rows := self._foreseen(statement, given)) is not None:
                return rows
            return statement.rows(self._driver, given)
        return self.connection.execute(statement, parameters).all()

    def first(
        self, statement: Executable | Query, parameters: Mapping[str, Any] | None = None
    ) -> Row[Any] | None:
        if isinstance(statement, Query):
            given = parameters or {}
            if (rows := self._foreseen(statement, given)) is not None:
                return rows[0] if rows else None
            found: Row[Any] | None = statement.first(self._driver, given)
            return found
        return self.connection.execute(statement, parameters).first()

    def _foreseen(self, query: Query, given: Mapping[str, Any]) -> list[Any] | None:
        if self._asked is not None and query.tables.isdisjoint(self._written):
            self._asked.append((query, given))
        if not self._ahead:
            return None
        # nobody else writes while a unit of work does that writes: the answer stays the same
        take = self._ahead.get if self.write else self._ahead.pop
        found = take(_key(query, given), None)
        return None if found is None else list(found)

    def _wrote(self, what: Table | Executable) -> None:
        """What was asked ahead of a table is not so any more; of any table where it is not known which."""
        if self._asked is None and not self._ahead:
            return
        name = what.name if isinstance(what, Table) else prepared.written_by(what)
        if name:
            self._written.add(name)
        for key in list(self._ahead):
            if name is None or name in key[0].tables:
                del self._ahead[key]

    def value(self, statement: Executable | Query, parameters: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        if isinstance(statement, Query):
            found = self.first(statement, parameters)
            return None if found is None else found[0]
        return self.connection.execute(statement, parameters).scalar()

    def values(self, statement: Executable | Query, parameters: Mapping[str, Any] | None = None) -> list[Any]:
        """The first column of every row."""
        if isinstance(statement, Query):
            return [row[0] for row in self.rows(statement, parameters)]
        return list(self.connection.execute(statement, parameters).scalars())

    def run(self, change: Change, parameters: Mapping[str, Any]) -> int:
        """Run a change that was built once and give the number of rows; undo does not see it."""
        self._wrote(change.statement)
        return change.run(self._driver, parameters)

    def among(self, column: ColumnElement[int], ids: Iterable[int]) -> ColumnElement[bool]:
        """The condition that a column holds one of many numbers, at most `MANY`."""
        return postgres.among(column, ids) if self.dialect == "postgresql" else column.in_(list(ids))

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
        self._wrote(table)
        if self._driver.returns_rows:
            whole = self.journal is not None
            form = prepared.insert_giving(table, tuple(values), self._driver, whole=whole)
            row: Row[Any] | None = form.row(form.run(self._driver, values).fetchone())
        else:
            made = prepared.insert(table, tuple(values), self._driver).run(self._driver, values)
            key = tuple(values.get(name, made.lastrowid) for name in _key_names(table))
            if self.journal is None:
                return key[0] if isinstance(key[0], int) else 0
            row = self._row(table, key)
        assert row is not None  # it was inserted just now
        if self.journal is not None:
            self.journal.made(table, row._mapping)
        first = getattr(row, _key_names(table)[0])
        return first if isinstance(first, int) else 0

    def insert_unnoted(self, table: Table, **values: Any) -> None:
        """Insert one row that undoing an act does not take away, and whose id nobody asks for."""
        self._wrote(table)
        prepared.insert(table, tuple(values), self._driver).run(self._driver, values)

    def update(self, table: Table, id: int, **values: Any) -> int:
        """Update a row by its id and give the number of rows changed; a value may be `prepared.MORE`."""
        self._wrote(table)
        if any(isinstance(value, ClauseElement) for value in values.values()):
            return self._computed(table, id, values)
        more = [name for name, value in values.items() if isinstance(value, More)]
        names = [name for name in values if name not in more] if more else tuple(values)
        given = {"row_id": id, **values}
        if self.journal is None:
            form = prepared.update(table, names, more, self._driver)
            return int(form.run(self._driver, given).rowcount)
        before = self._row(table, (id,))
        if before is None:
            return 0
        if self._driver.returns_rows:
            giving = prepared.update_giving(table, names, more, self._driver)
            after = giving.row(giving.run(self._driver, given).fetchone())
        else:
            prepared.update(table, names, more, self._driver).run(self._driver, given)
            after = self._row(table, (id,))
        self.journal.changed(table, before._mapping, after._mapping)
        return 1

    def _computed(self, table: Table, id: int, values: dict[str, Any]) -> int:
        """Update a row to values of which the database computes some."""
        if self.journal is not None:
            return self.update_where(table, table.c.id == id, **values)
        values = _raised(table, values)
        plain = {name: value for name, value in values.items() if not isinstance(value, ClauseElement)}
        statement = table.update().where(table.c.id == bindparam("row_id"))
        statement = statement.values({name: values[name] for name in values if name not in plain})
        return self.connection.execute(statement, {"row_id": id, **plain}).rowcount

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that have the same columns."""
        if not rows:
            return
        self._wrote(table)
        key = _key_names(table)
        if self.journal is not None and any(name not in rows[0] for name in key):
            for row in rows:
                self.insert(table, **row)
            return
        if self.dialect == "sqlite":
            prepared.insert(table, tuple(rows[0]), self._driver).run_many(self._driver, rows)
        else:
            # all in one statement, which SQLAlchemy makes of them
            self.connection.execute(table.insert(), rows)
        if self.journal is not None:
            keys = [tuple(row[name] for name in key) for row in rows]
            for made in self.rows_of(table, keys).values():
                self.journal.made(table, made._mapping)

    def update_many(self, table: Table, changes: Mapping[int, Mapping[str, Any]]) -> None:
        """Update rows by their ids, each to values of its own: a statement for each set of columns."""
        self._wrote(table)
        keys = [(id,) for id in changes]
        before = self.rows_of(table, keys) if self.journal is not None else {}
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for id, values in changes.items():
            by_columns.setdefault(tuple(values), []).append({"row_id": id, **values})
        for columns, parameters in by_columns.items():
            if columns:
                prepared.update(table, columns, (), self._driver).run_many(self._driver, parameters)
        if self.journal is not None:
            after = self.rows_of(table, keys)
            for key in keys:
                if key in before:
                    self.journal.changed(table, before[key]._mapping, after[key]._mapping)

    def _row(self, table: Table, key: Key) -> Row[Any] | None:
        named = {f"key_{at}": part for at, part in enumerate(key)}
        found: Row[Any] | None = prepared.row_by_key(table).first(self._driver, named)
        return found

    def rows_of(self, table: Table, keys: Sequence[Key]) -> dict[Key, Row[Any]]:
        """The rows of primary keys; those that are not there are left out."""
        columns = list(table.primary_key.columns)
        found: Iterable[Row[Any] | None]
        if len(keys) < 3:
            found = (self._row(table, key) for key in keys)
        elif columns[0].name == "id":
            found = chain.from_iterable(
                prepared.rows_by_id(table).rows(self._driver, few([key[0] for key in keys[at : at + FEW]]))
                for at in range(0, len(keys), FEW)
            )
        else:
            found = chain.from_iterable(
                self.connection.execute(select(table).where(tuple_(*columns).in_(keys[at : at + MANY])))
                for at in range(0, len(keys), MANY)
            )
        return {journal.key_of(table, row._mapping): row for row in found if row is not None}

    def update_where(self, table: Table, where: ColumnElement[bool], **values: Any) -> int:
        """Update the rows a condition finds, in an act that can be undone; the number of rows.

        No part of the primary key can be set: take the row away and make another.
        """
        if any(column.name in values for column in table.primary_key.columns):
            raise ValueError("a primary key is never changed")
        self._wrote(table)
        before = self._there(table, where)
        if self.journal is not None and not before:
            return 0
        values = _raised(table, values)
        changed = self.connection.execute(table.update().where(where).values(**values)).rowcount
        if self.journal is not None:
            keys = [journal.key_of(table, row._mapping) for row in before]
            now = self.rows_of(table, keys)
            for key, row in zip(keys, before, strict=True):
                self.journal.changed(table, row._mapping, now[key]._mapping)
        return changed

    def delete_where(self, table: Table, where: ColumnElement[bool]) -> int:
        """Delete the rows a condition finds, in an act that can be undone; the number of rows."""
        self._wrote(table)
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
        words = list(self.words)
        self._savepoints += 1
        try:
            with self._driver.nested(f"nested_{self._savepoints}"):
                yield
        except BaseException:
            self.forget()
            self.words[:] = words  # what was written out inside is gone with it
            if self.journal is not None:
                self.journal.read_again(self._row)
            raise
        finally:
            self._savepoints -= 1


def _key(query: Query, parameters: Mapping[str, Any]) -> Any:
    return query, frozenset(parameters.items())


@cache
def _key_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


def _raised(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """Values as SQLAlchemy takes them."""
    return {name: table.c[name] + 1 if isinstance(value, More) else value for name, value in values.items()}
