"""Named points between network and store where tests end the process as a power cut would.

`DESKTERM_CRASH_AT=after_store` kills at the first pass of that point, `after_store:3` at the third;
`after_store:1:stop` freezes there instead, as SIGSTOP does.
Without the variable a point does nothing.
"""

from __future__ import annotations

import os
import signal

POINTS = (
    "before_store",
    "after_store",
    "before_place",
    "after_place",
    "before_process",
    "inside_process",
    "after_process",
    "before_claim",
    "after_claim",
    "before_data",
    "after_data",
    "after_settle",
    "before_file",
    "after_file",
)
"""Every point of the program, in the order in which a letter and its answer pass them."""

_name = ""
_left = 1
_signal = signal.SIGKILL


def arm(wish: str) -> None:
    """Crash at a point from here on."""
    global _name, _left, _signal
    _name, number, how = (*wish.split(":"), "", "")[:3]
    _left = int(number) if number.isdigit() else 1
    _signal = signal.SIGSTOP if how == "stop" else signal.SIGKILL


def crash(point: str) -> None:
    """Be killed here if a test asked for it."""
    global _left
    if point != _name:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), _signal)


arm(os.environ.get("DESKTERM_CRASH_AT", ""))
