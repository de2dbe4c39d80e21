"""Statements built once and asked very often, given to the driver as they are.

Building a statement and having SQLAlchemy find its compiled form takes fifty times what SQLite takes to
run it, and as long as PostgreSQL takes for a small one.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final, Protocol

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Delete,
    Dialect,
    Executable,
    Insert,
    Select,
    Table,
    TextClause,
    Update,
    bindparam,
    func,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ColumnCollection, ReadOnlyColumnCollection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeEngine

from deskterm.store.tables.types import Utc

Process = Callable[[Any], Any]
_Columns = ColumnCollection[str, Any] | ReadOnlyColumnCollection[str, Any]
Parameters = Mapping[str, Any]
_MOMENTS: Final = 256
FEW: Final = 64
"""So many ids a prepared select can be asked for at once, see `among_few`."""


class Driver(Protocol):
    """A database's driver within one unit of work; it raises what SQLAlchemy would."""

    dialect: Dialect
    """Whose types and placeholders statements for it have."""
    returns_rows: bool
    """Whether what writes a row gives it too: its key is known in no other way, and asking is dear."""

    def run(self, text: str, bound: Sequence[Any]) -> Any:
        """Run a statement and give the driver's cursor."""

    def run_many(self, text: str, bound: Sequence[Sequence[Any]]) -> Any:
        """Run it once for each."""

    def together(self, asked: Sequence[tuple[str, Sequence[Any]]]) -> list[list[Any]]:
        """The rows of several selects."""

    def leave(self, cursor: Any) -> None:
        """No more rows of a cursor are asked for."""

    def nested(self, name: str) -> AbstractContextManager[None]:
        """A savepoint: what is done inside is undone when it raises."""


class More:
    """One more than stands in the column: a value for `Work.update`."""

    __slots__ = ()


MORE: Final = More()


class Query:
    """A select whose parameters are named by `bindparam`; rows are tuples with the columns' names.

    No list can be a parameter (how many it holds changes the statement), but for `few` ids; lists of
    constants may stand in it.
    """

    __slots__ = ("_forms", "_tables", "statement")

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._forms: dict[str, Giving] = {}
        self._tables: frozenset[str] | None = None

    @property
    def tables(self) -> frozenset[str]:
        """The names of all tables that are read."""
        if self._tables is None:
            parts = visitors.iterate(self.statement)
            self._tables = frozenset(part.name for part in parts if isinstance(part, Table))
        return self._tables

    def rows(self, driver: Driver, parameters: Parameters) -> list[Any]:
        """All rows."""
        form = self.form(driver)
        found = form.run(driver, parameters).fetchall()
        return [form.row(one) for one in found]

    def first(self, driver: Driver, parameters: Parameters) -> Any:
        """The first row; None where there is none."""
        form = self.form(driver)
        cursor = form.run(driver, parameters)
        found = cursor.fetchone()
        driver.leave(cursor)
        return None if found is None else form.row(found)

    def form(self, driver: Driver) -> Giving:
        """What is asked of this driver."""
        form = self._forms.get(driver.dialect.name)
        if form is None:
            compiled = _compiled(self.statement, driver.dialect)
            columns = self.statement.selected_columns
            form = self._forms[driver.dialect.name] = Giving(compiled, driver.dialect, {}, columns)
        return form


Asked = tuple[Query, Parameters]


def together(driver: Driver, asked: Sequence[Asked]) -> list[list[Any]]:
    """The rows of several queries, asked at once."""
    forms = [query.form(driver) for query, _parameters in asked]
    texts = [(form.text, form.bound(parameters)) for form, (_, parameters) in zip(forms, asked, strict=True)]
    found = driver.together(texts)
    return [[form.row(one) for one in rows] for form, rows in zip(forms, found, strict=True)]


class _AmongFew(FunctionElement[bool]):
    """A column holds one of few numbers: as many parameters as there may be, an array on PostgreSQL."""

    type = Boolean()
    inherit_cache = False

    def self_group(self, against: Any = None) -> _AmongFew:
        """A condition as it stands: compared with 1, as functions are on SQLite, it would use no index."""
        return self


@compiles(_AmongFew)
def _among_few(among: _AmongFew, compiler: SQLCompiler, **options: Any) -> str:
    [column] = among.clauses
    numbers = [bindparam(f"few_{at}", type_=column.type) for at in range(FEW)]
    return f"({compiler.process(column.in_(numbers), **options)})"


@compiles(_AmongFew, "postgresql")
def _among_array(among: _AmongFew, compiler: SQLCompiler, **options: Any) -> str:
    [column] = among.clauses
    numbers = func.any(bindparam("few", type_=ARRAY(BigInteger)))
    return f"({compiler.process(column == numbers, **options)})"


def among_few(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that a column holds one of at most FEW numbers, given as `few(ids)`."""
    return _AmongFew(column)


def few(ids: Sequence[int]) -> dict[str, Any]:
    """Parameters for `among_few`, of one to FEW numbers."""
    last = len(ids) - 1
    return {"few": tuple(ids)} | {f"few_{at}": ids[min(at, last)] for at in range(FEW)}


def by_own_index(table: Table, condition: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """A condition on the columns of a table that few rows hold, to be found by its own index.

    SQLite would pass that over for the index of the order asked for, and walk all rows along it.
    """
    some = table.alias().c
    return table.c.id.in_(select(some.id).where(condition(some)))


class Moment(FunctionElement[datetime]):
    """The parameter `now` of a statement; on PostgreSQL None stands for the server's clock.

    Some time less is the parameter `recent`.
    """

    type = Utc()
    inherit_cache = False

    def __init__(self, name: str = "now", less: timedelta = timedelta()) -> None:
        super().__init__(bindparam(name, type_=Utc()))
        self.less = less

    def __sub__(self, less: Any) -> Moment:
        return Moment("recent", less)


@compiles(Moment)
def _moment(moment: Moment, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(moment.clauses, **options)


@compiles(Moment, "postgresql")
def _moment_of_server(moment: Moment, compiler: SQLCompiler, **options: Any) -> str:
    given = compiler.process(moment.clauses, **options)
    return f"coalesce({given}, statement_timestamp() - interval '{moment.less.total_seconds():.0f} seconds')"


class Change:
    """An insert, update or delete whose parameters are named by `bindparam`; no journal notes it."""

    __slots__ = ("_forms", "statement")

    def __init__(self, statement: Insert | Update | Delete | TextClause) -> None:
        self.statement = statement
        self._forms: dict[str, Form] = {}

    def run(self, driver: Driver, parameters: Parameters) -> int:
        """Run it; the number of rows changed."""
        form = self._forms.get(driver.dialect.name)
        if form is None:
            compiled = _compiled(self.statement, driver.dialect)
            form = self._forms[driver.dialect.name] = Form(compiled, driver.dialect, {})
        return int(form.run(driver, parameters).rowcount)


class Form:
    """A compiled statement: its text, and what makes of each value what the driver takes."""

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

    def run(self, driver: Driver, parameters: Parameters) -> Any:
        """Run it; the driver's cursor."""
        return driver.run(self.text, self.bound(parameters))

    def run_many(self, driver: Driver, parameters: Sequence[Parameters]) -> Any:
        """Run it once for each."""
        return driver.run_many(self.text, [self.bound(one) for one in parameters])

    def bound(self, parameters: Parameters) -> list[Any]:
        """Parameters as the driver takes them."""
        if self._constants:
            parameters = {**self._constants, **parameters}
        values = [parameters[name] for name in self._names]
        for at, process in self._processes:
            values[at] = process(values[at])
        return values


class Giving(Form):
    """A statement that gives rows of these columns."""

    __slots__ = ("_made", "_make")

    def __init__(
        self, compiled: SQLCompiler, dialect: Dialect, constants: Parameters, columns: _Columns
    ) -> None:
        super().__init__(compiled, dialect, constants)
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
        """A row the driver gave, with its types and names."""
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


_forms: Final[dict[tuple[str, str, str, tuple[str, ...]], Form]] = {}
"""Inserts and updates by table and columns: as many as there are places in the code that write."""


def insert(table: Table, names: Sequence[str], driver: Driver) -> Form:
    """The insert of a row with these columns; the others take the model's defaults."""
    key = (driver.dialect.name, "insert", table.name, tuple(names))
    form = _forms.get(key)
    if form is None:
        defaults = _defaults(table, names)
        compiled = _compiled(table.insert().inline(), driver.dialect, [*names, *defaults])
        form = _forms[key] = Form(compiled, driver.dialect, defaults)
    return form


def insert_giving(table: Table, names: Sequence[str], driver: Driver, *, whole: bool) -> Giving:
    """The same, giving the whole row or only its key, from a driver that `returns_rows`."""
    key = (driver.dialect.name, f"insert giving {whole}", table.name, tuple(names))
    form = _forms.get(key)
    if form is None:
        defaults = _defaults(table, names)
        columns = table.columns if whole else table.primary_key.columns
        statement = table.insert().inline().returning(*columns)
        compiled = _compiled(statement, driver.dialect, [*names, *defaults])
        form = _forms[key] = Giving(compiled, driver.dialect, defaults, columns)
    assert isinstance(form, Giving)
    return form


def _defaults(table: Table, names: Sequence[str]) -> dict[str, Any]:
    return {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in names and isinstance(column.default, ScalarElementColumnDefault)
    }


def update(table: Table, names: Sequence[str], more: Sequence[str], driver: Driver) -> Form:
    """The update of these columns of a row by its `row_id`; those of `more` are raised by one."""
    key = (driver.dialect.name, "update", table.name, (*names, "+", *more))
    form = _forms.get(key)
    if form is None:
        compiled = _compiled(_raising(table, more), driver.dialect, [*names, "row_id"])
        form = _forms[key] = Form(compiled, driver.dialect, {})
    return form


def update_giving(table: Table, names: Sequence[str], more: Sequence[str], driver: Driver) -> Giving:
    """The same, giving the row as it is then, from a driver that `returns_rows`."""
    key = (driver.dialect.name, "update giving", table.name, (*names, "+", *more))
    form = _forms.get(key)
    if form is None:
        statement = _raising(table, more).returning(*table.columns)
        compiled = _compiled(statement, driver.dialect, [*names, "row_id"])
        form = _forms[key] = Giving(compiled, driver.dialect, {}, table.columns)
    assert isinstance(form, Giving)
    return form


def _raising(table: Table, more: Sequence[str]) -> Update:
    statement = table.update().where(table.c.id == bindparam("row_id"))
    return statement.values({name: table.c[name] + 1 for name in more}) if more else statement


def written_by(statement: Executable) -> str | None:
    """The table a statement writes to: '' where it writes to none, None where that is not known."""
    if isinstance(statement, (Insert, Update, Delete)):
        return str(getattr(statement.table, "name", "")) or None
    if isinstance(statement, TextClause):
        words = statement.text.casefold().split(maxsplit=3)
        if words[:2] in (["insert", "into"], ["delete", "from"]):
            return words[2]
        return "" if words[:2] == ["set", "local"] else None
    return "" if statement.is_select else None


@cache
def row_by_key(table: Table) -> Query:
    """The whole row of a primary key, whose parts are the parameters `key_0`, `key_1`…"""
    columns = table.primary_key.columns
    return Query(select(table).where(*(c == bindparam(f"key_{at}") for at, c in enumerate(columns))))


@cache
def rows_by_id(table: Table) -> Query:
    """The whole rows of `few` ids."""
    return Query(select(table).where(among_few(table.c.id)))


def _compiled(statement: Any, dialect: Dialect, names: Sequence[str] | None = None) -> SQLCompiler:
    compiled: SQLCompiler = statement.compile(
        dialect=dialect, column_keys=None if names is None else list(names)
    )
    return compiled
