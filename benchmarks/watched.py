"""Real consoles in terminals, watched: when an act is on their screens, and what they cost untouched."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deskterm.config import Home
from deskterm.desk import actor, listing, tickets
from deskterm.store.opening import open_store

SIZE = (40, 120)
READY = b"Customer"
"""Stands in the first rows of tickets."""
SETTLE_SECONDS = 8.0
SECONDS = 60.0


@contextmanager
def consoles(home: Home, number: int) -> Iterator[dict[int, int]]:
    """So many consoles that show their tickets: terminal → process."""
    environment = {**os.environ, "DESKTERM_HOME": str(home.folder), "TERM": "xterm-256color"}
    started: dict[int, int] = {}
    try:
        for _one in range(number):
            process, terminal = pty.fork()
            if process == 0:
                program = [sys.executable, "-m", "tests.terminal.console", str(home.folder)]
                os.execve(sys.executable, program, environment)
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
            started[terminal] = process
        waiting = dict.fromkeys(started, b"")
        deadline = time.monotonic() + SECONDS * 3
        while waiting and time.monotonic() < deadline:
            for terminal in select.select(list(waiting), [], [], 1)[0]:
                waiting[terminal] += os.read(terminal, 65536)
                if READY in waiting[terminal]:
                    del waiting[terminal]
        assert not waiting, "a console showed no tickets"
        drain(list(started), SETTLE_SECONDS)
        yield started
    finally:
        for terminal, process in started.items():
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(terminal)


def drain(terminals: list[int], seconds: float) -> None:
    """Read what consoles draw for so long."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        for terminal in select.select(terminals, [], [], left)[0]:
            os.read(terminal, 65536)


def seen(home: Home, number: int, events: int) -> tuple[float, float]:
    """From the commit of an act to its words on each screen: (p95, median) in seconds."""
    store = open_store(home)
    me = actor.settle(store, home)
    with store.work() as work:
        # in view on every one: the newest of the section a console opens with
        ids = [row.id for row in listing.tickets(work, me, "mine_new", limit=8).rows]
    took: list[float] = []
    with consoles(home, number) as started:
        for one in range(events):
            words = f"Stirred{one:04}"
            with store.work(write=True) as work:
                tickets.set_subject(work, me, ids[one % len(ids)], words)
            at = time.monotonic()
            took += [when - at for when in shown(list(started), words.encode())]
            drain(list(started), 0.5)
    store.close()
    return statistics.quantiles(took, n=20)[-1], statistics.median(took)


def shown(terminals: list[int], words: bytes) -> list[float]:
    """When each of them had drawn these words."""
    found: dict[int, float] = {}
    drawn = dict.fromkeys(terminals, b"")
    deadline = time.monotonic() + SECONDS
    while len(found) < len(terminals):
        assert time.monotonic() < deadline, f"never on a screen: {words!r}"
        for terminal in select.select(terminals, [], [], 1)[0]:
            drawn[terminal] += os.read(terminal, 65536)
            if words in drawn[terminal]:
                found.setdefault(terminal, time.monotonic())
    return list(found.values())


def idle(home: Home, number: int, seconds: float) -> float:
    """The share of a core each of so many untouched consoles takes."""
    with consoles(home, number) as started:
        # those that came first saw the others come
        drain(list(started), SETTLE_SECONDS)
        before = sum(map(used, started.values()))
        drain(list(started), seconds)
        return (sum(map(used, started.values())) - before) / seconds / number


def used(process: int) -> float:
    """Seconds of processor time a process took so far."""
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
