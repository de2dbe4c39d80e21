"""Whether the machine slept: servers and routers have forgotten our connections then, and do not tell us."""

from __future__ import annotations

import time

from deskterm import limits


def lag() -> float:
    """Seconds by which the clock that stands still in sleep is behind one that goes on; its changes count."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    going_on = time.clock_gettime(boot) if boot is not None else time.time()
    return going_on - time.monotonic()


class Slept:
    """Notices a sleep; a clock that was set is taken for one where the system has none that tells."""

    def __init__(self) -> None:
        self._lag = lag()

    def noticed(self) -> bool:
        """Whether the machine slept for long since the last asking."""
        before, self._lag = self._lag, lag()
        return self._lag - before > limits.SLEPT_SECONDS
