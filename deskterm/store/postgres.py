"""All that is true of PostgreSQL only: the writers' lock, full text."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from deskterm import limits

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
    options = connection.get_execution_options()
    if options.get("deskterm_leased", False):
        # a worker that is frozen in the middle of a change must not keep everybody else from writing
        connection.exec_driver_sql(
            f"select set_config('idle_in_transaction_session_timeout', '{limits.LEASE_SECONDS}s', true)"
        )
    if options.get("deskterm_write", False):
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({WRITERS_LOCK})")


def data_version(connection: Any) -> str:
    """A text that changes when anybody commits; `connection` is the driver's, in autocommit."""
    # The highest id of a table would miss a change of a row; a snapshot names every transaction still open
    return str(connection.execute("select pg_current_snapshot()::text").fetchone()[0])
