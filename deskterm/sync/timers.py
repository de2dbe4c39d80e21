"""The worker's clock: has done what is due by time alone, a batch at a time, under the lease."""

from __future__ import annotations

import time
from collections.abc import Collection

from deskterm import limits
from deskterm.desk import bin, closing, timers
from deskterm.sync.duty import Duty


class Timekeeper:
    """Looks at the time whenever the main thread comes by; what it does takes one short unit of work."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._look_at = 0.0
        self._run_at = 0.0
        """When closing is due again, on this process's clock."""
        self._bin_at = 0.0

    def tick(self) -> None:
        """Do what is due. Raises LeaseLost, StoreError."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + limits.TIMERS_SECONDS
        if now >= self._bin_at:
            self._bin_at = now if empty_bin(self._duty) else now + limits.BIN_LOOK_SECONDS
        if now < self._run_at:
            with self._duty.store.work() as work:
                moment = timers.pending(work)
                if moment is None or moment > work.now:
                    return
        self._run_at = now + run(self._duty)
        if self._run_at <= now:
            self._look_at = now


def run(duty: Duty, unreached: Collection[int] | None = None) -> float:
    """Do what is due now; in how many seconds something is again.

    `unreached` are accounts whose mailbox could not be looked into; by default as `account_state` says.
    """
    with duty.write() as work:
        if unreached is None:
            unreached = closing.unreached(work)
        moment = timers.run(work, {*unreached, *closing.unread(work)})
        return (moment - work.now).total_seconds() if moment is not None else limits.CLOSING_LOOK_SECONDS


def empty_bin(duty: Duty) -> int:
    """Purge what has been in the Bin long enough, a batch of it; how many."""
    with duty.store.work() as work:
        if not bin.waits(work):
            return 0
    with duty.write() as work:
        return bin.due(work)


def run_all(duty: Duty, unreached: Collection[int]) -> None:
    """Do all that is due, for one round of everything."""
    while run(duty, unreached) <= 0:
        pass
    while empty_bin(duty):
        pass
