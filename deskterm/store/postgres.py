"""All that is true of PostgreSQL only: the writers' lock, full text."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

WRITERS_LOCK = 7_205_759_403
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
    return str(connection.execute("select pg_current_snapshot()::text").fetchone()[0])
