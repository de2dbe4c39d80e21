"""All that is true of PostgreSQL only: the writers' lock, full text, notifications, consoles' locks."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

WRITERS_LOCK = 7_205_759_403
CONSOLES_LOCK = 1_684_370_283
"""The first half of the key of each console's advisory lock."""
CHANNEL = "deskterm"
# A client that has vanished from the network is noticed by the server within this
KEEPALIVES = {"tcp_keepalives_idle": 3, "tcp_keepalives_interval": 2, "tcp_keepalives_count": 2}
CREATE_WORDS = (
    "create table message_words (message_id bigint primary key, words tsvector not null)",
    "create index message_words_words on message_words using gin (words)",
)


def make_engine(url: str) -> Engine:
    """An engine on PostgreSQL whose writing transactions stand in one line.

    Ids are drawn before commit: two writers side by side could show a later id before an earlier
    one, and a follower of `id > last` would lose the earlier for ever.
    """
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(
        address, pool_size=6, max_overflow=10, pool_pre_ping=True, connect_args={"connect_timeout": 10}
    )
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("deskterm_write", False):
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({WRITERS_LOCK})")


def data_version(connection: Any) -> str:
    """A text that changes when anybody commits; `connection` is the driver's, in autocommit."""
    # The highest id of a table would miss a change of a row; a snapshot names every transaction still open
    return str(connection.execute("select pg_current_snapshot()::text").fetchone()[0])


def tell(connection: Connection) -> None:
    """Ring for every follower when this transaction commits, if it wrote anything."""
    connection.exec_driver_sql(
        f"select pg_notify('{CHANNEL}', '') where pg_current_xact_id_if_assigned() is not null"
    )


def listen(connection: Any) -> None:
    """From here on the driver's connection, in autocommit, is rung at every commit of a writer."""
    connection.execute(f"listen {CHANNEL}")


def rung(connection: Any) -> bool:
    """Whether a ring has come in since the last time this was asked; waits for nothing."""
    found = False
    connection.pgconn.consume_input()
    while connection.pgconn.notifies() is not None:
        found = True
    return found


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
