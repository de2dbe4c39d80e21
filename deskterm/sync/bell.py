"""Waking a thread that waits, also one that waits for a server at the same time."""

from __future__ import annotations

import os
import select
from contextlib import suppress


class Bell:
    """A self-pipe: `ring` from any thread or signal handler, `wait` or select on it in one thread.

    A ring that comes while nobody waits ends the next wait at once.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)

    def ring(self) -> None:
        # A full pipe is a bell that rings already
        with suppress(BlockingIOError):
            os.write(self._write, b"!")

    def fileno(self) -> int:
        """For select; `hush` before the next wait."""
        return self._read

    def wait(self, seconds: float | None) -> bool:
        """Wait for a ring at most so long (None: as long as it takes); whether it rang."""
        ready, _, _ = select.select([self._read], [], [], None if seconds is None else max(0.0, seconds))
        return self.hush() if ready else False

    def hush(self) -> bool:
        """Forget the rings so far; whether there was any."""
        rang = False
        with suppress(BlockingIOError):
            while os.read(self._read, 4096):
                rang = True
        return rang
