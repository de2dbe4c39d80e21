"""Which consoles live: each holds a lock that the system lets go of when its process ends, however it ends.

Nothing has to be written again and again, and a console that crashed is gone at once. On SQLite the lock is
on a file of the console beside the store; on PostgreSQL it is an advisory lock of its session.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from deskterm.store import postgres
from deskterm.store.engine import Store
from deskterm.store.work import Work

FOLDER = "consoles"
"""Beside the file of the store."""


class SignOfLife:
    """The lock of one console, held until `end` or the end of the process."""

    def __init__(self, store: Store, console: str) -> None:
        self._console = console
        self._path = None if store.dialect == "postgresql" else _path(store, console)
        self._file: int | None = None
        if self._path is not None:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def hold(self, connection: Any) -> None:
        """Take the lock of a console on PostgreSQL; it lasts as long as the driver's connection."""
        postgres.hold_console(connection, self._console)

    def end(self) -> None:
        """The console has ended well: leave nothing behind."""
        if self._file is not None and self._path is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None


def living(work: Work, consoles: Iterable[str]) -> set[str]:
    """Those of these consoles whose process is there."""
    wanted = set(consoles)
    if not wanted:
        return wanted
    if work.dialect == "postgresql":
        return postgres.living_consoles(work.connection, wanted)
    return {console for console in wanted if _held(_path(work.store, console))}


def forget(work: Work, consoles: Iterable[str]) -> None:
    """Remove what consoles left behind that ended without saying so."""
    if work.dialect == "sqlite":
        for console in consoles:
            _path(work.store, console).unlink(missing_ok=True)


def _path(store: Store, console: str) -> Path:
    # a name comes out of the store: whatever stands there must not lead out of the folder
    name = "".join(sign if sign.isalnum() else "-" for sign in console)
    return Path(store.engine.url.database or "").parent / FOLDER / name


def _held(path: Path) -> bool:
    """Whether somebody holds the lock of a file."""
    with suppress(FileNotFoundError):
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
    return False
