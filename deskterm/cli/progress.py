"""How far something long is, told to a person at a terminal."""

from __future__ import annotations

import sys
import time

from deskterm.i18n import grouped

TELL_SECONDS = 1.0


class Progress:
    """A line a second at most, on standard error, where it is a terminal."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def tell(self, what: str, done: int, total: int) -> None:
        """So many are done, of so many."""
        if not sys.stderr.isatty() or time.monotonic() - self._last < TELL_SECONDS:
            return
        self._last = time.monotonic()
        print(f"{what}: {grouped(done)} / {grouped(total)}", file=sys.stderr)
