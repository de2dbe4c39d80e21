"""Ending a read in the middle of its statement, from another thread: whoever asked does not wait any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deskterm.store.work import Work


class Stopped(Exception):
    """Nobody waits for what was asked."""


class Stop:
    """The way to end one read. It ends no other: what uses the connection next is never met."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._driver: Any = None
        self._stopped = False

    @contextmanager
    def of(self, work: Work) -> Iterator[None]:
        """Within, the read can be ended. Raises Stopped where that was asked for already."""
        with self._lock:
            if self._stopped:
                raise Stopped
            self._driver = work.connection.connection.driver_connection
        try:
            yield
        finally:
            with self._lock:
                self._driver = None

    def now(self) -> None:
        """End it; what has not begun does not begin."""
        with self._lock:
            self._stopped = True
            if self._driver is not None:
                # PostgreSQL's way is a message over the network
                end = getattr(self._driver, "interrupt", None) or self._driver.cancel
                end()
