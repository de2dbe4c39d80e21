"""The console over a pty: first frame, first rows, a key to the first byte of its repaint."""

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
from dataclasses import dataclass

from deskterm.config import Home

FRAME = b"Sections"
"""Stands in the console's first frame, before the store is open."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds from start; milliseconds per key."""

    first_frame: float
    first_rows: float
    keys: list[float]

    @property
    def median_key(self) -> float:
        return statistics.median(self.keys)

    @property
    def slow_key(self) -> float:
        return statistics.quantiles(self.keys, n=20)[-1]


def measure(home: Home, marker: bytes, presses: int = 200, columns: int = 120, lines: int = 40) -> Times:
    """Start the console, wait for its frame and for `marker` in its rows, then press the down key."""
    environment = {
        **os.environ,
        "DESKTERM_HOME": str(home.folder),
        "TERM": "xterm-256color",
        "DESKTERM_LANG": "en",
    }
    process, terminal = pty.fork()
    if process == 0:
        os.execve(sys.executable, [sys.executable, "-m", "deskterm"], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    started = time.perf_counter()
    try:
        seen = b""
        first_frame = first_rows = 0.0
        while not first_rows:
            seen += _read(terminal, 30)
            now = time.perf_counter() - started
            if not first_frame and FRAME in seen:
                first_frame = now
            if marker in seen:
                first_rows = now
        _settle(terminal)
        os.write(terminal, b"2")
        _settle(terminal)
        keys = []
        for number in range(presses):
            _settle(terminal, 0.03)
            before = time.perf_counter()
            os.write(terminal, b"k" if number % 20 > 15 else b"j")
            _read(terminal, 5)
            keys.append((time.perf_counter() - before) * 1000)
        return Times(first_frame, first_rows, keys)
    finally:
        os.kill(process, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(process, 0)


def _read(terminal: int, seconds: float) -> bytes:
    ready, _w, _x = select.select([terminal], [], [], seconds)
    if not ready:
        raise TimeoutError("the console said nothing")
    return os.read(terminal, 65536)


def _settle(terminal: int, quiet: float = 0.4) -> None:
    """Read until nothing has come for a while."""
    while select.select([terminal], [], [], quiet)[0]:
        os.read(terminal, 65536)
