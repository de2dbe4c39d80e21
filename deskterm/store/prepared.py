"""Statements built once and asked very often; on SQLite given to the driver as they are.

Building a statement and having SQLAlchemy find its compiled form takes fifty times what SQLite takes to
run it. On PostgreSQL the way over the wire takes longer than either: there they go SQLAlchemy's way.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Delete,
    Dialect,
    Insert,
    Select,
    Table,
    TextClause,
    Update,
    bindparam,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeEngine

from deskterm.store.tables.types import Utc

Process = Callable[[Any], Any]
Parameters = Mapping[str, Any]
_MOMENTS: Final = 256
FEW: Final = 64
"""So many ids a prepared select can be asked for at once, see `among_few`."""


class More:
    """One more than stands in the column: a value for `Work.update`."""

    __slots__ = ()


MORE: Final = More()


class Query:
    """A select whose parameters are named by `bindparam`; rows are tuples with the columns' names.

    No list can be a parameter (how many it holds changes the statement), but for `few` ids; lists of
    constants may stand in it.
    """

    __slots__ = ("_form", "statement")

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._form: _Select | None = None

    def rows(self, driver: sqlite3.Connection, dialect: Dialect, parameters: Parameters) -> list[Any]:
        """All rows, from SQLite."""
        form = self._form or self._compile(dialect)
        found = form.run(driver, dialect, parameters).fetchall()
        return [form.row(one) for one in found]

    def first(self, driver: sqlite3.Connection, dialect: Dialect, parameters: Parameters) -> Any:
        """The first row, from SQLite; None where there is none."""
        form = self._form or self._compile(dialect)
        cursor = form.run(driver, dialect, parameters)
        found = cursor.fetchone()
        # a statement that is left in the middle would keep its transaction open
        cursor.close()
        return None if found is None else form.row(found)

    def _compile(self, dialect: Dialect) -> _Select:
        self._form = _Select(self.statement, dialect)
        return self._form


def among_few(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that a column holds one of at most FEW numbers, given as `few(ids)`."""
    return column.in_([bindparam(f"few_{at}", type_=column.type) for at in range(FEW)])


def few(ids: Sequence[int]) -> dict[str, int]:
    """Parameters for `among_few`, of one to FEW numbers."""
    return {f"few_{at}": ids[min(at, len(ids) - 1)] for at in range(FEW)}


def by_own_index(table: Table, condition: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """A condition on the columns of a table that few rows hold, to be found by its own index.

    SQLite would pass that over for the index of the order asked for, and walk all rows along it.
    """
    some = table.alias().c
    return table.c.id.in_(select(some.id).where(condition(some)))


class Change:
    """An insert, update or delete whose parameters are named by `bindparam`; no journal notes it."""

    __slots__ = ("_form", "statement")

    def __init__(self, statement: Insert | Update | Delete | TextClause) -> None:
        self.statement = statement
        self._form: Form | None = None

    def run(self, driver: sqlite3.Connection, dialect: Dialect, parameters: Parameters) -> int:
        """Run it on SQLite; the number of rows changed."""
        if self._form is None:
            self._form = Form(_compiled(self.statement, dialect), dialect, {})
        return self._form.run(driver, dialect, parameters).rowcount


class Form:
    """A compiled statement for SQLite: its text, and what makes of each value what the driver takes."""

    __slots__ = ("_constants", "_names", "_processes", "text")

    def __init__(self, compiled: SQLCompiler, dialect: Dialect, constants: Parameters) -> None:
        asked = {name: None for name, bound in compiled.binds.items() if bound.required}
        said = compiled.construct_expanded_state(asked)
        # a list of constants stands in the text as one parameter for each of them
        of_list = {one: name for name, each in said.parameter_expansion.items() for one in each}
        self.text = said.statement
        self._names = tuple(said.positiontup or ())
        self._constants: dict[str, Any] = dict(constants)
        processes: list[tuple[int, Process]] = []
        for at, name in enumerate(self._names):
            bound = compiled.binds[of_list.get(name, name)]
            process = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if process is not None:
                processes.append((at, _remembering(bound.type, process)))
            if not bound.required and name not in constants:
                self._constants[name] = said.parameters[name] if name in of_list else bound.effective_value
        self._processes = tuple(processes)

    def run(self, driver: sqlite3.Connection, dialect: Dialect, parameters: Parameters) -> sqlite3.Cursor:
        """Run it; raises what SQLAlchemy would."""
        bound = self._bound(parameters)
        try:
            return driver.execute(self.text, bound)
        except sqlite3.Error as error:
            raise _wrapped(self.text, bound, error, dialect) from error

    def run_many(
        self, driver: sqlite3.Connection, dialect: Dialect, parameters: Sequence[Parameters]
    ) -> sqlite3.Cursor:
        """Run it once for each."""
        bound = [self._bound(one) for one in parameters]
        try:
            return driver.executemany(self.text, bound)
        except sqlite3.Error as error:
            raise _wrapped(self.text, bound, error, dialect) from error

    def _bound(self, parameters: Parameters) -> list[Any]:
        if self._constants:
            parameters = {**self._constants, **parameters}
        values = [parameters[name] for name in self._names]
        for at, process in self._processes:
            values[at] = process(values[at])
        return values


class _Select(Form):
    __slots__ = ("_made", "_make")

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        super().__init__(_compiled(statement, dialect), dialect, {})
        columns = statement.selected_columns
        named = namedtuple("_Named", columns.keys(), rename=True)  # type: ignore[misc]
        # as the rows of SQLAlchemy have it
        mapping = property(lambda row: dict(zip(columns.keys(), row, strict=True)))
        self._make = type("Row", (named,), {"__slots__": (), "_mapping": mapping})._make  # type: ignore[attr-defined]
        made: list[tuple[int, Process]] = []
        for at, column in enumerate(columns):
            process = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if process is not None:
                made.append((at, _remembering(column.type, process)))
        self._made = tuple(made)

    def row(self, found: Sequence[Any]) -> Any:
        """A row as the driver gave it, with its types and names."""
        if not self._made:
            return self._make(found)
        values = list(found)
        for at, process in self._made:
            if values[at] is not None:
                values[at] = process(values[at])
        return self._make(values)


def _remembering(type: TypeEngine[Any], process: Process) -> Process:
    """A process that remembers moments: those of one unit of work are mostly the same few."""
    return lru_cache(maxsize=_MOMENTS)(process) if isinstance(type, Utc) else process


def run(driver: sqlite3.Connection, text: str, dialect: Dialect) -> None:
    """Run a statement as it is; raises what SQLAlchemy would."""
    try:
        driver.execute(text)
    except sqlite3.Error as error:
        raise _wrapped(text, (), error, dialect) from error


_forms: Final[dict[tuple[str, str, tuple[str, ...]], Form]] = {}
"""Inserts and updates by table and columns: as many as there are places in the code that write."""


def insert(table: Table, names: Sequence[str], dialect: Dialect) -> Form:
    """The insert of a row with these columns; the others take the model's defaults."""
    key = ("insert", table.name, tuple(names))
    form = _forms.get(key)
    if form is None:
        given = set(names)
        defaults = {
            column.name: column.default.arg
            for column in table.columns
            if column.name not in given and isinstance(column.default, ScalarElementColumnDefault)
        }
        compiled = _compiled(table.insert().inline(), dialect, [*names, *defaults])
        form = _forms[key] = Form(compiled, dialect, defaults)
    return form


def update(table: Table, names: Sequence[str], more: Sequence[str], dialect: Dialect) -> Form:
    """The update of these columns of a row by its `row_id`; those of `more` are raised by one."""
    key = ("update", table.name, (*names, "+", *more))
    form = _forms.get(key)
    if form is None:
        statement = table.update().where(table.c.id == bindparam("row_id"))
        if more:
            statement = statement.values({name: table.c[name] + 1 for name in more})
        form = _forms[key] = Form(_compiled(statement, dialect, [*names, "row_id"]), dialect, {})
    return form


def _compiled(statement: Any, dialect: Dialect, names: Sequence[str] | None = None) -> SQLCompiler:
    compiled: SQLCompiler = statement.compile(
        dialect=dialect, column_keys=None if names is None else list(names)
    )
    return compiled


def _wrapped(text: str, bound: Any, error: sqlite3.Error, dialect: Dialect) -> BaseException:
    return DBAPIError.instance(text, bound, error, sqlite3.Error, dialect=dialect)
