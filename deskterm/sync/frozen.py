"""A worker that is frozen in the middle of a change: it holds SQLite's lock, and nobody else can write.

A lease that has run out shuts it out, but the next worker would have to write to take that lease. One that
was stopped (SIGSTOP, Ctrl-Z) on this machine is therefore ended; SQLite then undoes what it had begun.
"""

from __future__ import annotations

import os
import secrets
import signal
from contextlib import suppress
from pathlib import Path

from deskterm.store import lease as leases
from deskterm.store.engine import Store
from deskterm.store.errors import StoreError
from deskterm.sync.log import LOG


def name_of_holder() -> str:
    """This process as the holder of a lease: machine, number, its start (for numbers come again), chance."""
    _state, started = _process(os.getpid()) or ("", "")
    return f"{os.uname().nodename}:{os.getpid()}:{started}:{secrets.token_hex(4)}"


def end_frozen_holder(store: Store, lease: str) -> bool:
    """End who held a lease that has run out, where he is a stopped process of this machine."""
    try:
        with store.work() as work:
            holder = leases.last_holder(work, lease)
    except StoreError:
        return False
    node, number, started, *_rest = (*(holder or "").split(":"), "", "", "")
    if node != os.uname().nodename or not number.isdigit() or int(number) == os.getpid():
        return False
    if _process(int(number)) not in (("T", started), ("t", started)):
        return False
    with suppress(OSError):
        os.kill(int(number), signal.SIGKILL)
        LOG.warning("the worker %s is stopped and holds the store up: it was ended", number)
        return True
    return False


def _process(number: int) -> tuple[str, str] | None:
    """(state, start) of a process, as proc(5) writes them; None where there is none, or no /proc."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        return fields[0], fields[19]
    except (OSError, IndexError):
        return None
