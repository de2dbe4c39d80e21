"""The worker: one process at a time holds the lease, others stand by and take over when it runs out."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType

from deskterm import heap, limits
from deskterm.clean import clean
from deskterm.config import Home
from deskterm.desk import account_state, dispatch
from deskterm.desk.orders import orders
from deskterm.i18n import _
from deskterm.mail.wire.slept import Slept
from deskterm.secrets import SecretStore
from deskterm.store import lease as leases
from deskterm.store.engine import Store
from deskterm.store.errors import LeaseLost, StoreError
from deskterm.store.feed import Feed
from deskterm.store.opening import open_store
from deskterm.sync import frozen, log
from deskterm.sync.bell import Bell
from deskterm.sync.crew import Crew
from deskterm.sync.duty import Duty
from deskterm.sync.log import LOG
from deskterm.sync.once import make_round
from deskterm.sync.timers import Timekeeper

LEASE = "worker"
UNAVAILABLE = 69
TRY_AGAIN = 75
STAND_BY_SECONDS = 1.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(slots=True)
class _Watch:
    """What the main thread waits with: the wish to stop, and a bell that signals and threads ring."""

    bell: Bell = field(default_factory=Bell)
    stop: bool = False

    def on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        self.stop = True
        self.bell.ring()


def run(home: Home, *, once: bool = False, linger: bool = False) -> int:
    """Fetch, read and deliver until told to stop; the exit code.

    `once`: look into every mailbox once, send what is due, and end: 0, or 69 with one sentence for each
    failing account. `linger`: started by a console, logging to a file, ending a minute after the last
    console has gone. Raises StoreError where the store cannot be opened.
    """
    log.begin(home.folder if linger else None)
    store = open_store(home)
    store.work_unattended()
    heap.keep_one()
    watch = _Watch()
    holder = frozen.name_of_holder()
    try:
        with _falls_logged():
            if once:
                with _signals(signal.default_int_handler):
                    return _once(home, store, holder, watch)
            with _signals(watch.on_signal):
                return _stand_by(home, store, holder, watch, linger)
    finally:
        store.close()


def _stand_by(home: Home, store: Store, holder: str, watch: _Watch, linger: bool) -> int:
    """Take the lease as often as it is to be had, and work under it."""
    said = False
    complaint = ""
    since = time.monotonic()
    while not watch.stop:
        try:
            lease = leases.take(store, LEASE, holder, limits.LEASE_SECONDS, limits.TAKE_SECONDS)
        except StoreError as error:
            if not frozen.end_frozen_holder(store, LEASE):
                if error.sentence != complaint:
                    LOG.error("%s", error.sentence)
                complaint = error.sentence
                watch.bell.wait(STAND_BY_SECONDS)
            continue
        complaint = ""
        if lease is not None:
            said = False
            duty = Duty(home, store, lease, SecretStore(home), watch.bell)
            LOG.info("on duty (epoch %d)", lease.epoch)
            if not _work(duty, watch, linger):
                return 0
            LOG.warning("another worker took over; standing by")
            since = time.monotonic()
        elif not said:
            LOG.info("another worker holds the lease; standing by")
            said = True
        if linger and time.monotonic() - since > 2 * limits.LEASE_SECONDS:
            return 0  # the other one is alive: each console that starts one would leave another behind
        watch.bell.wait(STAND_BY_SECONDS)
    return 0


def _work(duty: Duty, watch: _Watch, linger: bool) -> bool:
    """Work under the lease until told to stop, or until it is lost: then True."""
    feed = Feed(duty.store)
    crew: Crew | None = None
    began = last_look = time.monotonic()
    seen_at: datetime | None = None
    renewed = began
    look = True
    slept = Slept()
    clock = Timekeeper(duty)
    try:
        while not watch.stop and not duty.lost.is_set():
            now = time.monotonic()
            if slept.noticed() and crew is not None:
                LOG.info("the machine slept: connections are made anew")
                crew.wake()
            try:
                if now - renewed >= limits.LEASE_SECONDS / 3:
                    if not leases.renew(duty.store, duty.lease, limits.LEASE_SECONDS):
                        return True
                    renewed = now
                if crew is None:
                    with duty.write() as work:
                        dispatch.recover(work, duty.lease.epoch)
                    crew = Crew(duty)
                if feed.poll() or look or (linger and now - last_look > limits.WORKER_LINGER_SECONDS / 10):
                    last_look = now
                    look = True  # stays when the reading fails
                    with duty.store.work() as work:
                        wanted = orders(work)
                    look = False
                    crew.obey(wanted)
                    seen_at = max(filter(None, (seen_at, wanted.console_seen_at)), default=None)
                    if linger and _deserted(wanted.now, seen_at, now - began):
                        LOG.info("the last console has gone")
                        return False
                crew.muster()
                clock.tick()
            except LeaseLost:
                return True
            except StoreError as error:
                LOG.error("%s", error.sentence)
                watch.bell.wait(limits.BACKOFF_FIRST_SECONDS)
            watch.bell.wait(limits.WORKER_TICK_SECONDS)
        return duty.lost.is_set()
    finally:
        if crew is not None:
            crew.dismiss()
        feed.close()
        _leave(duty)


def _leave(duty: Duty) -> None:
    """Say that nobody looks at the mailboxes any more and let the next worker begin at once."""
    try:
        with duty.write() as work:
            for account in orders(work).accounts:
                account_state.forget(work, account.id)
        leases.release(duty.store, duty.lease)
    except LeaseLost:
        LOG.info("the lease was taken over")
    except StoreError as error:
        LOG.error("%s", error.sentence)


def _deserted(now: datetime, seen_at: datetime | None, seconds_on_duty: float) -> bool:
    """Whether the last console went so long ago that a worker started by a console should end."""
    away = seconds_on_duty if seen_at is None else (now - seen_at).total_seconds()
    return min(away, seconds_on_duty) > limits.WORKER_LINGER_SECONDS


def _once(home: Home, store: Store, holder: str, watch: _Watch) -> int:
    """One round under the lease; waits for a lease that is about to run out."""
    deadline = time.monotonic() + limits.LEASE_SECONDS + 2
    while (lease := leases.take(store, LEASE, holder, limits.LEASE_SECONDS)) is None:
        if time.monotonic() > deadline:
            _say(_("Another worker is running and does this already. Stop it first, or let it work."))
            return TRY_AGAIN
        watch.bell.wait(STAND_BY_SECONDS)
    duty = Duty(home, store, lease, SecretStore(home), watch.bell)
    ended = threading.Event()
    keeper = threading.Thread(target=_keep, args=(duty, ended), name="lease", daemon=True)
    keeper.start()
    try:
        troubles = make_round(duty)
    except LeaseLost as error:
        _say(error.sentence)
        return TRY_AGAIN
    finally:
        ended.set()
        keeper.join()
        leases.release(store, lease)
    for sentence in troubles:
        _say(sentence)
    return UNAVAILABLE if troubles else 0


def _keep(duty: Duty, ended: threading.Event) -> None:
    while not ended.wait(limits.LEASE_SECONDS / 3):
        try:
            if not leases.renew(duty.store, duty.lease, limits.LEASE_SECONDS):
                return
        except StoreError as error:
            LOG.error("%s", error.sentence)


def _say(sentence: str) -> None:
    print(clean(sentence), file=sys.stderr)


@contextmanager
def _signals(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Give the signals that ask to stop to `handler`; only the main thread may."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


@contextmanager
def _falls_logged() -> Iterator[None]:
    """A thread that falls over says so in the log; the crew begins it again."""
    before = threading.excepthook

    def fell(what: threading.ExceptHookArgs) -> None:
        LOG.error(
            "fell over: %s",
            what.exc_value,
            exc_info=(what.exc_type, what.exc_value, what.exc_traceback) if what.exc_value else None,
        )

    threading.excepthook = fell
    try:
        yield
    finally:
        threading.excepthook = before
