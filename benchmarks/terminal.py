"""A program in a terminal of ours: how long a key takes to the first byte, or to the lines it changes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from deskterm.screens import layout

COLUMNS, LINES = 120, 40
READ_BYTES = 65536
PATIENCE = 60.0
_PLACED = re.compile(rb"\x1b\[(\d+);(\d+)H(?=\x1b\[[\d;]*m|[^\x1b])")
"""Where something is drawn; after every repaint the cursor alone is put back to where one typed last."""


@dataclass
class Costs:
    """Milliseconds of each key: by the clock, and of the program's processor time."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    without: int = 0
    """Keys that changed nothing."""

    def at(self, share: float) -> tuple[float, float]:
        """(by the clock, of the processor), of so large a share of the keys at most."""
        return _at(self.clock, share), _at(self.processor, share)

    def line(self) -> str:
        if not self.clock:
            return "nothing was drawn"
        (middle, _worked), (slow, worked) = self.at(0.5), self.at(0.95)
        return (
            f"p50 {middle:6.1f}  p95 {slow:6.1f} ms; processor p95 {worked:6.1f} ms ({len(self.clock)} keys)"
        )


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


class Terminal:
    """The end of a terminal at which a person would sit."""

    def __init__(self, process: int, terminal: int) -> None:
        self.process = process
        self._terminal = terminal
        self.started = time.perf_counter()
        self.seen = bytearray()

    def read(self, seconds: float) -> bytes:
        """What comes next; empty where nothing comes for so long."""
        if not select.select([self._terminal], [], [], seconds)[0]:
            return b""
        try:
            said = os.read(self._terminal, READ_BYTES)
        except OSError:
            return b""
        self.seen += said
        return said

    def settle(self, quiet: float = 0.1) -> None:
        """Read until nothing has come for a while."""
        deadline = time.monotonic() + PATIENCE
        while self.read(quiet) and time.monotonic() < deadline:
            pass

    def wait_for(self, marker: bytes | re.Pattern[bytes]) -> float:
        """Seconds from the start until this is drawn."""
        looked_for = marker if isinstance(marker, re.Pattern) else re.compile(re.escape(marker))
        deadline = time.monotonic() + PATIENCE
        while looked_for.search(self.seen) is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the program never said {marker!r}")
            self.read(1)
        return time.perf_counter() - self.started

    def type(self, keys: bytes, quiet: float = 0.4) -> None:
        """Press keys that are not measured."""
        os.write(self._terminal, keys)
        self.settle(quiet)

    def measure(
        self, keys: Sequence[bytes], costs: Costs, lines: range | None = None, pause: float = 0.1
    ) -> None:
        """Press keys one by one and note each: to the first byte, or to the first byte of these lines."""
        for key in keys:
            self.settle(pause)
            before, worked = time.perf_counter(), self.worked()
            os.write(self._terminal, key)
            if self._drawn(lines):
                costs.clock.append((time.perf_counter() - before) * 1000)
                costs.processor.append((self.worked() - worked) * 1000)
            else:
                costs.without += 1

    def _drawn(self, lines: range | None) -> bool:
        said = b""
        deadline = time.monotonic() + 3
        while (left := deadline - time.monotonic()) > 0:
            # a list that stays as it was is never drawn
            said += self.read(left if lines is None else min(left, 0.6)) or b"\0"
            if said.endswith(b"\0"):
                return False
            if lines is None or any(_within(place, lines) for place in _PLACED.finditer(said)):
                return True
        return False

    def worked(self) -> float:
        """Seconds the program's threads have had a processor."""
        total = 0
        for thread in Path(f"/proc/{self.process}/task").glob("*/schedstat"):
            with suppress(OSError):
                total += int(thread.read_text().split()[0])
        return total / 1e9

    def memory(self) -> float:
        """MiB the program holds: its share of what it shares."""
        for line in Path(f"/proc/{self.process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
        return 0.0


def _within(place: re.Match[bytes], lines: range) -> bool:
    return int(place[1]) in lines and int(place[2]) > LEFT_OF_LISTS


LEFT_OF_LISTS = layout.Layout().tree_width(COLUMNS) + 1
"""Columns of the sections, their scrollbar and the line beside them, at this size."""


@contextmanager
def running(program: Sequence[str], environment: Mapping[str, str]) -> Iterator[Terminal]:
    """The program, until it is no more wanted."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(program[0], list(program), {**os.environ, "TERM": "xterm-256color", **environment})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    try:
        yield Terminal(process, terminal)
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(process, 0)
