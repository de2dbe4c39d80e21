"""Noticing that somebody committed, cheaply enough to ask many times a second."""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.pool import PoolProxiedConnection

from deskterm.store import postgres, sqlite
from deskterm.store import tables as t
from deskterm.store.engine import Store


class Feed:
    """A follower of a store; `last` is the newest event its owner has read, and is his to raise.

    Ids of events are in commit order, so `id > last` misses none. Everything committed counts for
    `poll`, whether or not it made an event: account states, presence, settings.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._connection: PoolProxiedConnection | None = None
        # The mark comes first: what is committed between the two is then told twice, not never
        self._mark = self._read()
        with store.work() as work:
            self.last = int(work.value(select(func.max(t.event.c.id))) or 0)

    def poll(self) -> bool:
        """Whether anything was committed, by whomever, since the last time this was asked.

        Sometimes True for nothing (another database of the same server, a lost connection), never
        False for something.
        """
        with self._lock:
            mark = self._read()
            changed = mark is None or mark != self._mark
            self._mark = mark
            return changed

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._drop()

    def _read(self) -> str | None:
        """The database's mark; None where it cannot be reached now."""
        errors: Any = self._store.engine.dialect.loaded_dbapi.Error
        try:
            if self._connection is None:
                self._connection = self._store.engine.raw_connection()
                if self._store.dialect == "postgresql":
                    self._driver().autocommit = True
            if self._store.dialect == "postgresql":
                return postgres.data_version(self._driver())
            return str(sqlite.data_version(self._driver()))
        except errors:
            self._drop()
            return None

    def _driver(self) -> Any:
        assert self._connection is not None
        return self._connection.driver_connection

    def _drop(self) -> None:
        if self._connection is not None:
            # Never back into the pool: it is in another mode than the pool's own
            self._connection.invalidate()
            self._connection = None
