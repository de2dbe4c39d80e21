"""Writers of one SQLite file stand in line: who came first writes first.

SQLite has no line. Who finds its lock taken sleeps and tries again, less often the longer he has waited, so
that among fifty writers newcomers get it and others never do. Here writers first wait for an exclusive lock
on a small file beside the store, for which the system keeps the line (flock(2)), and which it gives on when
a process ends, however it ends. SQLite's own lock is taken afterwards as ever: where the line cannot be
stood in (read-only media, a file system without locks), nothing but fairness is lost.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

ENDING: Final = "-writers"
"""The file's name is the store's and this, as SQLite names its own."""


class Held(Exception):
    """One and the same writer was at it all the time somebody waited; `process` is its number, or None."""

    def __init__(self, process: int | None) -> None:
        super().__init__(process)
        self.process = process


def take(store: Path, patience: float) -> int | None:
    """Wait for one's turn to write; the file to `leave` afterwards, None where there is no line to stand in.

    Raises Held where nothing moved for `patience` seconds. However long the line is, it is waited for as
    long as it moves.
    """
    path = f"{store}{ENDING}"
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file = _wait(path, file, patience)
    except OSError:
        os.close(file)
        return None
    with suppress(OSError):
        # who waits sees by it that the line moves, and whom it waits for
        os.pwrite(file, f"{os.getpid():<20}".encode(), 0)
    return file


def leave(file: int) -> None:
    """The next one's turn."""
    # said, not only closed: a process forked meanwhile has the same file open
    fcntl.flock(file, fcntl.LOCK_UN)
    os.close(file)


class _Place:
    """A place in the line. A thread stands there: flock(2) knows no deadline."""

    def __init__(self, file: int) -> None:
        self.file = file
        self.line = _line(file)
        self.wanted = True
        self.ready = threading.Event()
        threading.Thread(target=self._stand, name="store-turn", daemon=True).start()

    def _stand(self) -> None:
        with suppress(OSError):
            fcntl.flock(self.file, fcntl.LOCK_EX)
        with _guard:
            if self.wanted:
                self.ready.set()
                return
            _given_up.remove(self)
        leave(self.file)


_guard = threading.Lock()
_given_up: list[_Place] = []
"""Places whose owners waited no longer: who comes next in this process goes on from there."""


def _forget_places() -> None:
    """A forked process has none of the threads that stand in line."""
    global _guard
    _guard = threading.Lock()
    _given_up.clear()


os.register_at_fork(after_in_child=_forget_places)


def _wait(path: str, file: int, patience: float) -> int:
    place = _place(file)
    seen = _last_turn(path)
    while not place.ready.wait(patience):
        now = _last_turn(path)
        with _guard:
            if now == seen and not place.ready.is_set():
                place.wanted = False
                _given_up.append(place)
                raise Held(now[0])
        seen = now
    return place.file


def _place(file: int) -> _Place:
    """A place given up in the line of this file, or a new one at its end."""
    with _guard:
        for place in _given_up:
            if place.line == _line(file):
                _given_up.remove(place)
                place.wanted = True
                os.close(file)
                return place
    return _Place(file)


def _line(file: int) -> tuple[int, int]:
    """Which line it is: the same file has the same."""
    state = os.fstat(file)
    return state.st_dev, state.st_ino


def _last_turn(path: str) -> tuple[int | None, int]:
    """(process, moment) of the last one whose turn it was."""
    try:
        with open(path, "rb") as file:
            said = file.read(20).strip()
            return (int(said) if said.isdigit() else None), os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return None, 0
