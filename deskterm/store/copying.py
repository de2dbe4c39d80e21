"""A whole store into another database: every row as it is, its numbers, its full text; then compared.

One transaction of the target holds all of it: until the last comparison nobody sees a row, and what fails
leaves the target as empty as it was. Of the source one snapshot is read, in pages of bounded size.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    Table,
    Text,
    cast,
    func,
    literal,
    literal_column,
    make_url,
    select,
    text,
    tuple_,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.types import JSON

from deskterm.config import Home
from deskterm.i18n import _
from deskterm.store import fulltext, postgres, sqlite, turn, vocabulary
from deskterm.store import lease as leases
from deskterm.store import tables as t
from deskterm.store.engine import Store, known
from deskterm.store.errors import CANNOT_WRITE, TRY_AGAIN, StoreError
from deskterm.store.opening import open_store
from deskterm.store.tables.core import METADATA
from deskterm.store.tokens import runs
from deskterm.store.work import Work

LEASE: Final = "worker"
LEASE_SECONDS: Final = 60
PAGE_ROWS: Final = 1000
PAGE_BYTES: Final = 4 * 1024 * 1024
WORD_LINES: Final = 50
SAMPLES: Final = 50
BAD_DATA: Final = 65

IN_USE: Final = (t.agent, t.ticket, t.letter, t.account, t.contact)
"""A store with a row in one of these belongs to somebody."""


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table as it stands in both databases; `digest` does not depend on the order of rows."""

    name: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied and found equal."""

    source: str
    target: str
    tables: tuple[CopiedTable, ...]
    messages_indexed: int
    searches_compared: int
    texts_mended: int
    """Texts with a NUL character, which PostgreSQL cannot hold: it became a replacement character."""

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def name_of(home: Home) -> str:
    """What a home's database is called, without its password."""
    return home.database if home.is_local else make_url(home.database).render_as_string(hide_password=True)


Tell = Callable[[str, int, int], None]
"""`tell(table, rows done, rows in all)`."""


def copy_to(
    source: Store, home: Home, tell: Tell, *, running: bool = False, replacing: bool = False
) -> Copied:
    """Copy a store to another home's database, making it; what was made is taken away again on failure.

    `running` leaves the source's worker at work: the copy is kept, not used beside it. `replacing` empties
    a target that is in use, in the same transaction.

    Raises StoreError: the target is in use, the worker of the source runs, the copy is not equal.
    """
    made = home.is_local and not Path(home.database).exists()
    target = open_store(home)
    equal = False
    try:
        copied = copy(source, target, tell, running=running, replacing=replacing)
        equal = True
        return copied
    except DBAPIError as error:
        raise known(error, target.name) or StoreError(
            _("The store cannot be copied to {name}: {why}").format(
                name=target.name, why=str(error.orig).strip().splitlines()[0]
            ),
            CANNOT_WRITE,
        ) from error
    finally:
        target.close()
        if made and not equal:
            for ending in ("", "-wal", "-shm", turn.ENDING):
                Path(home.database + ending).unlink(missing_ok=True)


def copy(
    source: Store, target: Store, tell: Tell, *, running: bool = False, replacing: bool = False
) -> Copied:
    """Copy every row of one open store into another that nobody used yet, and compare."""
    with target.work() as work:
        for table in () if replacing else IN_USE:
            if work.first(select(literal(1)).select_from(table).limit(1)) is not None:
                raise StoreError(
                    _("The store {name} is in use already; name an empty one.").format(name=target.name),
                    CANNOT_WRITE,
                )
    kept_away = nullcontext(_nothing_to_keep) if running else _worker_kept_away(source)
    with kept_away as keep, _snapshot(source) as reading, _filled(target) as writing:

        def told(table: str, rows: int, total: int) -> None:
            keep()
            tell(table, rows, total)

        copied = _Copy(reading, writing, told)
        tables = copied.tables()
        indexed = copied.words()
        copied.numbers()
        compared = copied.searches()
    with target.work(write=True) as work:
        # the lease this copying held came along
        work.execute(t.lease.update().values(expires_at=work.now))
        work.connection.exec_driver_sql("analyze")
    return Copied(source.name, target.name, tables, indexed, compared, copied.mended)


def _nothing_to_keep() -> None:
    """The worker goes on: no lease is held."""


@contextmanager
def _worker_kept_away(source: Store) -> Iterator[Callable[[], None]]:
    """Hold the worker's lease of a store; what is yielded is called now and then to hold it longer."""
    holder = f"{os.uname().nodename}:{os.getpid()}:copy:{secrets.token_hex(4)}"
    lease = leases.take(source, LEASE, holder, LEASE_SECONDS)
    if lease is None:
        raise StoreError(
            _(
                "The worker runs on {name}: stop it first (`deskterm sync`, its service, open consoles)."
            ).format(name=source.name),
            TRY_AGAIN,
        )
    renewed = time.monotonic()

    def keep() -> None:
        nonlocal renewed
        if time.monotonic() - renewed < LEASE_SECONDS / 4:
            return
        renewed = time.monotonic()
        if not leases.renew(source, lease, LEASE_SECONDS):
            raise StoreError(
                _("A worker began while the store was copied; stop it and copy again."), TRY_AGAIN
            )

    try:
        yield keep
    finally:
        leases.release(source, lease)


@contextmanager
def _snapshot(store: Store) -> Iterator[Work]:
    """A unit of work that sees the store as it is now, however long it takes."""
    options = {"isolation_level": "REPEATABLE READ"} if store.dialect == "postgresql" else {}
    with store.engine.connect().execution_options(**options) as connection, connection.begin():
        yield Work(store, connection, write=False)


@contextmanager
def _filled(store: Store) -> Iterator[Work]:
    """A writing unit of work on emptied tables, foreign keys checked at its end and not before."""
    local = store.dialect == "sqlite"
    with store.engine.connect().execution_options(deskterm_write=True) as connection, ExitStack() as outer:
        if local:
            outer.enter_context(sqlite.without_foreign_keys(connection))
        try:
            with connection.begin(), ExitStack() as inner:
                if not local:
                    inner.enter_context(postgres.without_foreign_keys(connection))
                for table in METADATA.tables.values():
                    connection.execute(table.delete())
                yield Work(store, connection, write=True)
                if local and connection.exec_driver_sql("pragma foreign_key_check").first():
                    raise StoreError(
                        _("The store's rows do not fit together; nothing was changed."), BAD_DATA
                    )
        except IntegrityError as error:
            raise StoreError(
                _("The store's rows do not fit together; nothing was changed."), BAD_DATA
            ) from error


class _Copy:
    """One copying: both units of work, and how many texts had to be mended."""

    def __init__(self, reading: Work, writing: Work, tell: Tell) -> None:
        self._reading = reading
        self._writing = writing
        self._tell = tell
        self.mended = 0

    def tables(self) -> tuple[CopiedTable, ...]:
        """Copy each table, then read it again from the target and compare."""
        return tuple(self._table(table) for _name, table in sorted(METADATA.tables.items()))

    def _table(self, table: Table) -> CopiedTable:
        total = int(self._reading.value(select(func.count()).select_from(table)))
        went, came = Digest(), Digest()
        self._tell(table.name, 0, total)
        for rows in pages(self._reading.connection, table):
            values = [self._fitting(table, row) for row in rows]
            for one in values:
                went.add(one.values())
            self._writing.connection.execute(table.insert(), values)
            self._tell(table.name, went.rows, total)
        for rows in pages(self._writing.connection, table):
            for row in rows:
                came.add(row)
        if (went.rows, went.hex) != (came.rows, came.hex):
            raise StoreError(
                _("The copy of {table} is not equal ({rows} rows of {wanted}); nothing was kept.").format(
                    table=table.name, rows=came.rows, wanted=went.rows
                ),
                BAD_DATA,
            )
        return CopiedTable(table.name, came.rows, came.hex)

    def _fitting(self, table: Table, row: Row[Any]) -> dict[str, Any]:
        """A row as the target can hold it."""
        values = dict(row._mapping)
        if self._writing.dialect == "postgresql":
            for name, value in values.items():
                # JSON is kept escaped
                if isinstance(value, str) and "\x00" in value and not isinstance(table.c[name].type, JSON):
                    values[name] = value.replace("\x00", "\ufffd")
                    self.mended += 1
        return values

    def words(self) -> int:
        """Copy the full-text index; how many messages it knows."""
        self._writing.execute(text("delete from message_words"))
        lines = _dialect(self._reading).word_lines
        last, done = 0, 0
        while found := lines(self._reading.connection, last, WORD_LINES):
            fulltext.index_many(self._writing, found)
            fulltext.write_out(self._writing)
            last = found[-1][0]
            done += len(found)
            self._tell("message_words", done, done)
        self._forms()
        # what was indexed would be noted as new words, which are all there
        self._writing.before_commit.clear()
        return done

    def _forms(self) -> None:
        """Copy the words and what they are forms of, as they were noted."""
        forms = vocabulary.word_form
        key = (forms.c.form, forms.c.lemma)
        self._writing.execute(forms.delete())
        asked = select(*key).order_by(*key).limit(PAGE_ROWS)
        page = self._reading.rows(asked)
        while page:
            self._writing.execute(forms.insert(), [dict(row._mapping) for row in page])
            page = self._reading.rows(asked.where(_after(key, tuple(page[-1]))))

    def numbers(self) -> None:
        """Go on giving out numbers where the source stopped."""
        of, to = _dialect(self._reading), _dialect(self._writing)
        given = of.numbers_given(self._reading.connection)
        last = {name: number for name, number in given.items() if name in METADATA.tables}
        for name, table in METADATA.tables.items():
            if "id" in table.c and (highest := self._reading.value(select(func.max(table.c.id)))):
                last[name] = max(last.get(name, 0), int(highest))
        to.give_numbers_after(self._writing.connection, last)

    def searches(self) -> int:
        """Ask both for words of messages from all over the store; how many were asked for."""
        asked = self._sample()
        for word in asked:
            if _hits(self._reading, word) != _hits(self._writing, word):
                raise StoreError(
                    _("The copy finds other messages for “{word}”; nothing was kept.").format(word=word),
                    BAD_DATA,
                )
        return len(asked)

    def _sample(self) -> list[str]:
        message = t.message.c
        highest = int(self._reading.value(select(func.max(message.id))) or 0)
        found: dict[str, None] = {}
        for number in range(SAMPLES):
            row = self._reading.first(
                select(message.body)
                .where(message.id >= highest * number // SAMPLES)
                .order_by(message.id)
                .limit(1)
            )
            known = runs((row.body or "")[:2000]) if row is not None else []
            for word in known[number % 7 :: 7][:2]:
                found[word] = None
        return list(found)


def _dialect(work: Work) -> ModuleType:
    """Where the SQL of a unit of work's database stands."""
    return sqlite if work.dialect == "sqlite" else postgres


def _hits(work: Work, word: str) -> tuple[int, ...]:
    return tuple(sorted(work.values(fulltext.matching(work, fulltext.Phrase((word,))))))


def pages(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """All rows by primary key, in pages of at most so many rows and, but for a single row, so many bytes."""
    key = list(table.primary_key.columns)
    heavy = [column for column in table.columns if isinstance(column.type, (LargeBinary, Text, JSON))]
    weight: Any = literal_column("0")
    for column in heavy:
        plain = column if isinstance(column.type, LargeBinary) else cast(column, Text)
        weight = weight + func.coalesce(func.length(plain), 0)
    last: tuple[Any, ...] | None = None
    while True:
        asked = select(*key, weight.label("weight")).order_by(*key).limit(PAGE_ROWS)
        coming = connection.execute(asked if last is None else asked.where(_after(key, last))).all()
        if not coming:
            return
        at = 0
        while at < len(coming):
            size, end = coming[at].weight, at + 1
            while end < len(coming) and size + coming[end].weight <= PAGE_BYTES:
                size += coming[end].weight
                end += 1
            until = tuple(coming[end - 1])[: len(key)]
            page = select(table).order_by(*key).limit(end - at)
            yield connection.execute(page if last is None else page.where(_after(key, last))).all()
            last, at = until, end


def _after(key: Sequence[ColumnElement[Any]], last: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a row's key comes after another."""
    values = [literal(value, column.type) for column, value in zip(key, last, strict=True)]
    return tuple_(*key) > tuple_(*values)


class Digest:
    """A number for a set of rows, the same in whatever order they come."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, values: Any) -> None:
        """Count a row in."""
        found = hashlib.sha256()
        for value in values:
            kind, data = _bytes(value)
            found.update(b"%s%d:" % (kind, len(data)))
            found.update(data)
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(found.digest(), "big")) % 2**256

    @property
    def hex(self) -> str:
        return f"{self._sum:064x}"


def _bytes(value: Any) -> tuple[bytes, bytes]:
    """A kind and the bytes of a value, as both databases give it."""
    if value is None:
        return b"n", b""
    if isinstance(value, (bytes, memoryview)):
        return b"b", bytes(value)
    if isinstance(value, str):
        return b"s", value.encode("utf-8", "surrogatepass")
    if isinstance(value, datetime):
        return b"t", value.astimezone(UTC).isoformat(timespec="microseconds").encode()
    if isinstance(value, (bool, int)):
        return b"i", str(int(value)).encode()
    return b"j", json.dumps(value, sort_keys=True).encode()
