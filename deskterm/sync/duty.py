"""One holding of the worker's lease, and the threads that work under it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from deskterm import limits
from deskterm.config import Home
from deskterm.secrets import SecretStore
from deskterm.store import lease as leases
from deskterm.store.engine import Store
from deskterm.store.errors import LeaseLost, StoreError
from deskterm.store.lease import Lease
from deskterm.store.work import Work
from deskterm.sync.bell import Bell
from deskterm.sync.log import LOG

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Duty:
    """What all threads share. Every write goes through `write`: it fails once the lease is another's."""

    home: Home
    store: Store
    lease: Lease
    secrets: SecretStore
    bell: Bell
    """Wakes the main thread: a signal came, a thread ended, the lease was found lost."""
    lost: threading.Event = field(default_factory=threading.Event)
    stored: Bell = field(default_factory=Bell)
    """Rung when a letter was stored and waits to be read."""
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Held by the thread that writes: who waits for SQLite's own lock only looks now and then."""
    queued: list[Bell] = field(default_factory=list)
    """Rung when something may have come into the outbox, or a file to be saved."""

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A writing unit of work under the lease; raises LeaseLost when it is another's."""
        with self.turn, self.store.work(write=True, lease=self.lease) as work:
            yield work

    def insist(self) -> None:
        """Be sure that the lease is ours right now, before something is done outside the store.

        One that has run out and that nobody took is simply renewed. Raises LeaseLost.
        """
        if not leases.holds(self.store, self.lease):
            if not leases.renew(self.store, self.lease, limits.LEASE_SECONDS):
                raise LeaseLost(self.lease.name)

    def ring_queued(self) -> None:
        for bell in tuple(self.queued):
            bell.ring()


class Hand(threading.Thread):
    """A thread of the worker; its task is begun again after a store that could not be used for a while.

    The task ends when it is done or `leave` is set; `bell` wakes it.
    """

    def __init__(self, name: str, duty: Duty, task: Callable[[Hand], None], bell: Bell | None = None) -> None:
        super().__init__(name=name, daemon=True)
        self.duty = duty
        self.bell = bell or Bell()
        self.leave = threading.Event()
        self._task = task

    def run(self) -> None:
        pauses = delays()
        try:
            while not self.leave.is_set():
                try:
                    self._task(self)
                    return
                except LeaseLost:
                    self.duty.lost.set()
                    return
                except StoreError as error:
                    LOG.error("%s", error.sentence)
                    self.bell.wait(next(pauses))
        finally:
            self.duty.bell.ring()

    def dismiss(self) -> None:
        """Ask it to end; it does so at its next step."""
        self.leave.set()
        self.bell.ring()


def beside(name: str, task: Callable[..., Value], *given: Any) -> Future[Value]:
    """Run a task in a thread of its own that ends with the process; what it gave or raised."""
    done: Future[Value] = Future()

    def run() -> None:
        try:
            done.set_result(task(*given))
        except BaseException as error:  # noqa: BLE001  it is raised where the result is asked for
            done.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return done


def delays() -> Iterator[float]:
    """Seconds to wait after each failure in a row: doubled each time, with jitter, up to a most."""
    delay = float(limits.BACKOFF_FIRST_SECONDS)
    while True:
        yield random.uniform(delay / 2, delay)
        delay = min(delay * 2, limits.BACKOFF_MOST_SECONDS)
