"""A program in a real pseudo-terminal, its output drawn by pyte."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyte

from tests.terminal.terminal import SECONDS, Terminal

# Private sequences (keyboard protocols and the like) that pyte would print instead of ignoring.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[@-~]|\x1b\[\?[0-9;]*\$p|\x1b[_PX^][^\x1b]*\x1b\\")
_UNFINISHED = re.compile(rb"\x1b(?:\[[<>=?]?[0-9;]*\$?|[_PX^][^\x1b]*\x1b?)?\Z")
_READ_BYTES = 65536


class _Screen(pyte.Screen):
    """A screen that answers the program's questions, as a terminal does."""

    def __init__(self, columns: int, rows: int, answer: int) -> None:
        self._answer = answer
        super().__init__(columns, rows)

    def write_process_input(self, data: str) -> None:
        with suppress(OSError):
            os.write(self._answer, data.encode())


def _as_a_terminal_starts_it() -> None:
    """In the child: its terminal is the one at its input, and it ignores no signal its parent ignores."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP):
        signal.signal(number, signal.SIG_DFL)


class PtyTerminal(Terminal):
    """Runs a program as the leader of a session of its own whose terminal we hold the other end of."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._ours, theirs = pty.openpty()
        self._set_size(columns, rows)
        self._screen = _Screen(columns, rows, self._ours)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._version = self._seen = 0
        self._open = True
        self._hung_up = self._closed = False
        self._wake, self._wake_end = os.pipe()
        self._rest = b""
        self.output = bytearray()
        self._process = subprocess.Popen(
            [os.fspath(part) for part in command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_as_a_terminal_starts_it,
            env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
            cwd=folder,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, name="pty", daemon=True)
        self._reader.start()

    def lines(self) -> list[str]:
        with self._changed:
            self._seen = self._version
            return [line.rstrip() for line in self._screen.display]

    def cell(self, row: int, column: int) -> Any:
        """One character cell with its colours and attributes, as pyte keeps them."""
        with self._changed:
            return self._screen.buffer[row][column]

    def cursor(self) -> tuple[int, int]:
        """Row and column of the cursor, from 0."""
        with self._changed:
            return self._screen.cursor.y, self._screen.cursor.x

    def send(self, keys: str) -> None:
        data = keys.encode()
        while data:
            data = data[os.write(self._ours, data) :]

    def resize(self, columns: int, rows: int) -> None:
        with self._changed:
            self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def hang_up(self) -> None:
        # The reader closes our end: closing it under its hands would leave the kernel's side open.
        if not self._hung_up:
            self._hung_up = True
            os.close(self._wake_end)
            self._reader.join(SECONDS)

    def process_id(self) -> int:
        return self._process.pid

    def wait_for_exit(self, seconds: float = SECONDS) -> int:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            frame = "\n".join(f"|{line}" for line in self.lines())
            raise AssertionError(f"the program still runs after {seconds:g} s:\n{frame}") from None

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.hang_up()

    def _wait_for_change(self, seconds: float) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._version != self._seen or not self._open, seconds)
            return self._open or self._version != self._seen

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        while True:
            readable, _, _ = select.select([self._ours, self._wake], [], [])
            data = b""
            if self._wake not in readable:
                # A pty whose other end is closed answers with an error on Linux, with nothing elsewhere.
                with suppress(OSError):
                    data = os.read(self._ours, _READ_BYTES)
            with self._changed:
                if data:
                    self.output += data
                    self._draw(data)
                self._version += 1
                self._open = bool(data)
                self._changed.notify_all()
            if not data:
                break
        select.select([self._wake], [], [])
        os.close(self._ours)
        os.close(self._wake)

    def _draw(self, data: bytes) -> None:
        data = self._rest + data
        unfinished = _UNFINISHED.search(data)
        end = unfinished.start() if unfinished else len(data)
        self._rest = data[end:]
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data[:end]))
