"""All that is true of PostgreSQL only: the writers' lock, full text, notifications, consoles' locks."""

from __future__ import annotations

import select as waiting
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    bindparam,
    create_engine,
    event,
    func,
    literal_column,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError

from deskterm.store import prepared

WRITERS_LOCK = 7_205_759_403
AGENTS_READ: Final = (
    "account", "agent", "alembic_version", "lease", "muted_address", "notice_switch", "role", "rule",
    "signing_key", "status", "team", "template",
)  # fmt: skip
"""Tables that work with tickets reads and only administration writes."""
AGENTS_ADD: Final = ("event", "refusal")
"""Tables an agent's work only adds to: history and audit."""
AGENTS_SET: Final = {"agent": ("extension", "signature", "language", "time_zone", "day_off")}
"""Columns an agent may set for himself."""
CONSOLES_LOCK = 1_684_370_283
"""The first half of the key of each console's advisory lock."""
CHANNEL = "deskterm"
CURSOR: Final = "deskterm cursor"
"""Under this name a connection keeps the cursor of `Straight`."""
PREPARED: Final = 300
"""So many statements a connection keeps prepared, more than a console asks."""
USED: Final = "deskterm used"
"""The same of the moment it was used last."""
SURE_SECONDS: Final = 1.0
"""How long a connection that worked is taken to work without asking."""
# A client that has vanished from the network is noticed by the server within this
KEEPALIVES = {"tcp_keepalives_idle": 3, "tcp_keepalives_interval": 2, "tcp_keepalives_count": 2}
CREATE_WORDS = (
    "create table message_words (message_id bigint primary key, words tsvector not null)",
    "create index message_words_words on message_words using gin (words)",
)
"""The full text of the first schema."""
CREATE_FULL_TEXT = (
    "truncate message_words",
    # by bytes: what begins alike stands together whatever the language of the database is
    'create table word_form (lemma text collate "C" not null, form text collate "C" not null,'
    " primary key (form, lemma))",
    "create index word_form_lemma on word_form (lemma, form)",
)
FORGET_WORDS = (
    "delete from word_form where form <> '' and form not in"
    " (select word from ts_stat('select words from message_words'))"
)


class Straight:
    """The driver within a unit of work, without SQLAlchemy in between; see `prepared.Driver`.

    Statements are prepared by the server the first time they are asked, and have its own placeholders:
    the driver would read long ones anew each time to make these of others.
    """

    returns_rows = True

    def __init__(self, connection: Connection) -> None:
        self.dialect = _numbered(connection.dialect)
        self._connection = connection
        kept = connection.connection.info
        if CURSOR not in kept:
            from psycopg import RawCursor  # no console on SQLite needs it

            driver: Any = connection.connection.driver_connection
            kept[CURSOR] = RawCursor(driver)
        self._cursor: Any = kept[CURSOR]

    def run(self, text: str, bound: Sequence[Any] = ()) -> Any:
        error_of: Any = self._connection.dialect.loaded_dbapi.Error
        try:
            return self._cursor.execute(text, bound, prepare=True)
        except error_of as error:
            raise self._said(text, bound, error) from error

    def run_many(self, text: str, bound: Sequence[Sequence[Any]]) -> Any:
        error_of: Any = self._connection.dialect.loaded_dbapi.Error
        try:
            self._cursor.executemany(text, bound)
        except error_of as error:
            raise self._said(text, bound, error) from error
        return self._cursor

    def together(self, asked: Sequence[tuple[str, Sequence[Any]]]) -> list[list[Any]]:
        from psycopg import RawCursor

        driver: Any = self._connection.connection.driver_connection
        error_of: Any = self._connection.dialect.loaded_dbapi.Error
        try:
            with driver.pipeline():
                cursors = [
                    RawCursor(driver).execute(text.encode(), bound, prepare=True) for text, bound in asked
                ]
            return [cursor.fetchall() for cursor in cursors]
        except error_of as error:
            raise self._said(asked[0][0], None, error) from error

    def leave(self, cursor: Any) -> None:
        """All rows have come already."""

    @contextmanager
    def nested(self, name: str) -> Iterator[None]:
        """A savepoint."""
        with self._connection.begin_nested():
            yield

    def _said(self, text: str, bound: Any, error: Exception) -> BaseException:
        dialect, driver = self._connection.dialect, self._connection.connection.driver_connection
        lost = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
        if lost:
            self._connection.invalidate(error)
        of_all: Any = dialect.loaded_dbapi.Error
        return DBAPIError.instance(text, bound, error, of_all, connection_invalidated=lost, dialect=dialect)


@lru_cache(maxsize=1)
def _numbered(dialect: Dialect) -> Dialect:
    """The same dialect with the server's own placeholders."""
    found: Any = type(dialect)(paramstyle="numeric_dollar", dbapi=dialect.loaded_dbapi)  # type: ignore[call-arg]
    found.server_version_info = dialect.server_version_info
    return found  # type: ignore[no-any-return]


def among(column: ColumnElement[int], ids: Iterable[int]) -> ColumnElement[bool]:
    """That a column holds one of many numbers, given as one array: a list costs three times as much."""
    from sqlalchemy.dialects.postgresql import ARRAY  # no console on SQLite needs its module

    return column == func.any(bindparam(None, list(ids), type_=ARRAY(BigInteger)))


def make_engine(url: str) -> Engine:
    """An engine on PostgreSQL whose writing transactions stand in one line.

    Ids are drawn before commit: two writers side by side could show a later id before an earlier
    one, and a follower of `id > last` would lose the earlier for ever.
    """
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(
        address, pool_size=6, max_overflow=10, pool_use_lifo=True, connect_args={"connect_timeout": 10}
    )
    event.listen(engine, "checkout", _on_checkout)
    event.listen(engine, "checkin", _on_checkin)
    event.listen(engine, "begin", _on_begin)
    event.listen(engine, "connect", _on_connect)
    return engine


def _on_connect(connection: Any, record: Any) -> None:
    # no console on SQLite needs them
    from psycopg.adapt import PyFormat
    from psycopg.types.numeric import Int8
    from psycopg.types.string import StrDumper

    class WithoutNul(StrDumper):
        """No text of PostgreSQL holds a NUL, and no agent can be asked to find the one he pasted."""

        def dump(self, text: str) -> Any:
            return super().dump(text.replace("\0", ""))

    connection.adapters.register_dumper(str, WithoutNul)
    # every number of one kind: a statement would be prepared anew for each mixture of small and large ones
    connection.adapters.register_dumper(int, connection.adapters.get_dumper(Int8, PyFormat.TEXT))
    connection.prepared_max = PREPARED


def _on_checkout(connection: Any, record: Any, proxied: Any) -> None:
    """See whether a connection still is one, where it was not used just now; else another is taken.

    A server that ends says so on its connections: there is something to read then.
    """
    from psycopg import Error

    used_just_now = time.monotonic() < record.info.get(USED, 0.0) + SURE_SECONDS
    try:
        if not used_just_now or waiting.select([connection], [], [], 0)[0]:
            connection.autocommit = True
            connection.execute("")
            connection.autocommit = False
    except Error as error:
        raise DisconnectionError from error


def _on_checkin(connection: Any, record: Any) -> None:
    record.info[USED] = time.monotonic()


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("deskterm_write", False):
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({WRITERS_LOCK})")


def end_when_idle(engine: Engine, seconds: int) -> None:
    """Have the server end connections made from here on that do nothing so long within a transaction.

    A process that is frozen there holds the writers' lock: nobody else could write until it wakes.
    """

    def limit(connection: Any, record: Any) -> None:
        connection.execute(f"set idle_in_transaction_session_timeout = '{seconds}s'")
        connection.commit()

    event.listen(engine, "connect", limit)
    engine.dispose()


def data_version(connection: Any) -> str:
    """A text that changes when anybody commits; `connection` is the driver's, in autocommit."""
    # The highest id of a table would miss a change of a row; a snapshot names every transaction still open
    return str(connection.execute(f"select {_SNAPSHOT}").fetchone()[0])


_SNAPSHOT: Final = "pg_current_snapshot()::text"
MARK = prepared.Query(select(literal_column(_SNAPSHOT).label("mark")))
"""The same, asked together with other things."""


def forget_words(connection: Connection) -> None:
    """Drop the forms of words that no message holds any more."""
    connection.exec_driver_sql(FORGET_WORDS)


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Inside the open transaction foreign keys are away; at the end they are put back and checked whole."""
    # what only a superuser may switch off (session_replication_role) the owner of tables may drop and add
    found = connection.execute(
        text(
            "select conrelid::regclass::text as of, quote_ident(conname) as name,"
            " pg_get_constraintdef(oid) as definition from pg_constraint"
            " where contype = 'f' and connamespace = current_schema()::regnamespace"
        )
    ).all()
    for one in found:
        connection.exec_driver_sql(f"alter table {one.of} drop constraint {one.name}")
    yield
    for one in found:
        connection.exec_driver_sql(f"alter table {one.of} add constraint {one.name} {one.definition}")


def word_lines(connection: Connection, after: int, most: int) -> list[tuple[int, str]]:
    """(message, token string) of the full-text index, by message, those after one.

    The index keeps words with their places, not the string: it is put together again from these.
    """
    rows = connection.execute(
        text(
            "select message_id, (select string_agg(coalesce(line, ''), chr(10) order by part) from"
            " unnest(array['A', 'B', 'C', 'D']) as part left join lateral"
            " (select string_agg(lexeme, ' ' order by place) as line from unnest(words)"
            " as each(lexeme, places, weights), unnest(places, weights) as of(place, weight)"
            " where weight = part) as said on true)"
            " from message_words where message_id > :after order by message_id limit :most"
        ),
        {"after": after, "most": most},
    )
    return [(int(row[0]), str(row[1] or "")) for row in rows]


def _sequences(connection: Connection) -> dict[str, str]:
    """The sequence of each table that has one."""
    rows = connection.execute(
        text(
            "select c.relname, pg_get_serial_sequence(quote_ident(c.relname), 'id') as sequence"
            " from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " and a.attname = 'id' and not a.attisdropped"
            " where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace"
        )
    )
    return {str(row[0]): str(row[1]) for row in rows if row[1] is not None}


def numbers_given(connection: Connection) -> dict[str, int]:
    """The highest number each table ever gave out."""
    last = {
        name: connection.execute(
            text("select pg_sequence_last_value(cast(:sequence as regclass))"), {"sequence": sequence}
        ).scalar()
        for name, sequence in _sequences(connection).items()
    }
    return {name: int(number) for name, number in last.items() if number is not None}


def give_numbers_after(connection: Connection, last: Mapping[str, int]) -> None:
    """Have tables give out numbers after these."""
    for name, sequence in _sequences(connection).items():
        if name in last:
            connection.execute(
                text("select setval(cast(:sequence as regclass), :last)"),
                {"sequence": sequence, "last": last[name]},
            )


def grants(agents: str, worker: str) -> list[str]:
    """What the owner of the database says so that two roles without power over its schema can work.

    `worker` reads and writes everything; `agents` can neither change who may do what nor what has happened.
    There is no row-level security: who connects as `agents` can read every ticket.
    """
    agents, worker = (_quoted(name) for name in (agents, worker))
    said = [
        f"revoke all on schema public from public, {agents}, {worker};",
        f"revoke all on all tables in schema public from public, {agents}, {worker};",
        f"grant usage on schema public to {agents}, {worker};",
        f"grant select, insert, update, delete on all tables in schema public to {agents}, {worker};",
        f"grant usage, select on all sequences in schema public to {agents}, {worker};",
    ]
    said += [f"revoke insert, update, delete on {name} from {agents};" for name in AGENTS_READ]
    said += [f"revoke update, delete on {name} from {agents};" for name in AGENTS_ADD]
    said += [
        f"grant update ({', '.join(columns)}) on {name} to {agents};" for name, columns in AGENTS_SET.items()
    ]
    return said


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def readers(connection: Connection) -> list[tuple[str, bool]]:
    """(login role, whether a superuser) of everybody who can read the messages, by name."""
    rows = connection.execute(
        text(
            "select rolname, rolsuper from pg_roles where rolcanlogin"
            " and has_table_privilege(oid, 'message', 'select') order by rolname"
        )
    )
    return [(str(row[0]), bool(row[1])) for row in rows]


def tell(connection: Connection) -> None:
    """Ring for every follower when this transaction commits, if it wrote anything."""
    connection.exec_driver_sql(
        f"select pg_notify('{CHANNEL}', '') where pg_current_xact_id_if_assigned() is not null"
    )


def listen(connection: Any, ring: Callable[[], object]) -> None:
    """From here on the driver's connection, in autocommit, is rung at every commit of a writer.

    `ring` is called for what comes in together with the answer to a question, which `take_rings` never sees.
    """
    connection.add_notify_handler(lambda _notification: ring())
    connection.execute(f"listen {CHANNEL}")


def take_rings(connection: Any) -> bool:
    """Take the rings that wait in the socket of the driver's connection; whether there was one."""
    connection.pgconn.consume_input()
    rung = False
    while connection.pgconn.notifies() is not None:
        rung = True
    return rung


def hold_console(connection: Any, console: str) -> None:
    """Hold a console's lock as long as the driver's connection lasts."""
    for name, value in KEEPALIVES.items():
        connection.execute(f"set {name} = {value}")
    # shared: the session of before a lost connection may still be there for some seconds
    connection.execute(f"select pg_advisory_lock_shared({CONSOLES_LOCK}, {_number(console)})")


def living_consoles(connection: Connection, consoles: Iterable[str]) -> set[str]:
    """Those of these consoles whose lock is held."""
    held = {
        row[0]
        for row in connection.exec_driver_sql(
            "select objid::bigint from pg_locks where locktype = 'advisory' and objsubid = 2"
            f" and classid = {CONSOLES_LOCK} and granted"
            " and database = (select oid from pg_database where datname = current_database())"
        )
    }
    return {console for console in consoles if _number(console) in held}


def _number(console: str) -> int:
    return zlib.crc32(console.encode()) & 0x7FFFFFFF
