"""Noticing that somebody committed, cheaply enough to ask many times a second."""

from __future__ import annotations

import os
import select as waiting
import threading
import time
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.pool import PoolProxiedConnection

from deskterm.store import postgres, sqlite
from deskterm.store import tables as t
from deskterm.store.alive import SignOfLife
from deskterm.store.engine import Store

LOOK_SECONDS: Final = 0.1
"""How often SQLite is asked: it rings nobody, and a look takes microseconds."""
SURE_SECONDS: Final = 1.0
"""How often PostgreSQL is asked beside its ringing, which some connection poolers swallow."""


class Feed:
    """A follower of a store; `last` is the newest event its owner has read, and is his to raise.

    Ids of events are in commit order, so `id > last` misses none. Everything committed counts for
    `poll` and `wait`, whether or not it made an event: account states, presence, settings. `life` is
    the lock of the console that follows.
    """

    def __init__(self, store: Store, life: SignOfLife | None = None) -> None:
        self._store = store
        self._life = life
        self._lock = threading.Lock()
        self._connection: PoolProxiedConnection | None = None
        self._closed = False
        self._rung = False
        self._asked = 0.0
        """When the mark was read last."""
        self._rings = threading.Event()
        self._woken, self._wakes = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wakes, False)
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
            self._mark, self._asked = mark, time.monotonic()
            return changed

    def wait(self, seconds: float) -> bool:
        """The same, waiting for it at most so long; `wake` ends the wait at once.

        A ring of PostgreSQL is enough; the mark of then is brought to `read` by who reads what it rang for.
        """
        until = time.monotonic() + seconds
        while not (self._is_due() and self.poll()):
            left = until - time.monotonic()
            if left <= 0:
                return self.poll()
            if self._sleep(left):
                return False
            if self._rung:
                self._rung = False
                return True
        return True

    def read(self, upto: int, mark: str | None) -> None:
        """What was committed is read up to this event; with `mark`, all of before that mark."""
        self.last = upto
        if mark is not None:
            with self._lock:
                self._mark, self._asked = mark, time.monotonic()

    def _is_due(self) -> bool:
        """Whether it is time to ask, and not only to wait for a ring."""
        rings = self._store.dialect == "postgresql" and self._connection is not None
        return not rings or time.monotonic() >= self._asked + SURE_SECONDS

    def wake(self) -> None:
        """End the wait of another thread, or its next one."""
        with self._lock, suppress(BlockingIOError):
            if not self._closed:
                os.write(self._wakes, b"!")

    def close(self) -> None:
        """Give the connection back; for the thread that waits, when it waits no more, or after its end."""
        with self._lock:
            self._drop()
            if not self._closed:
                self._closed = True
                os.close(self._woken)
                os.close(self._wakes)

    def _sleep(self, seconds: float) -> bool:
        """Until it is time to ask again: PostgreSQL rings, SQLite is asked often; whether it was woken."""
        if self._rings.is_set():
            self._rings.clear()
            self._rung = True
            return False
        rings: list[Any] = [self._woken]
        if self._store.dialect == "postgresql":
            with self._lock:
                rings += [self._driver()] if self._connection is not None else []
            seconds = min(seconds, SURE_SECONDS)
        else:
            seconds = min(seconds, LOOK_SECONDS)
        ready, _, _ = waiting.select(rings, [], [], seconds)
        if self._woken in ready:
            with suppress(BlockingIOError):
                while os.read(self._woken, 4096):
                    pass
        if len(ready) > (self._woken in ready):
            self._answer()
        return self._woken in ready

    def _answer(self) -> None:
        """Take the rings that have come in."""
        errors: Any = self._store.engine.dialect.loaded_dbapi.Error
        with self._lock:
            try:
                self._rung = postgres.take_rings(self._driver())
            except errors:
                self._drop()

    def _read(self) -> str | None:
        """The database's mark; None where it cannot be reached now."""
        errors: Any = self._store.engine.dialect.loaded_dbapi.Error
        try:
            if self._connection is None:
                self._connection = self._store.engine.raw_connection()
                if self._store.dialect == "postgresql":
                    self._driver().autocommit = True
                    postgres.listen(self._driver(), self._rings.set)
                    if self._life is not None:
                        self._life.hold(self._driver())
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
