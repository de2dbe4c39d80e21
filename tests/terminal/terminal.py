"""What a test does with a terminal, whichever kind: look, type, resize, hang up."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Protocol

SECONDS = 60.0


class Terminal(Protocol):
    """A program running in a real terminal of so many columns and rows."""

    @abstractmethod
    def lines(self) -> list[str]:
        """The screen as it is now, a string for each row, blanks at the right end removed."""

    @abstractmethod
    def send(self, keys: str) -> None:
        """Type: text and control characters as a terminal sends them, `\\r` for Enter, `\\x1b` for Escape."""

    @abstractmethod
    def resize(self, columns: int, rows: int) -> None:
        """Change the size; the program is told by SIGWINCH."""

    @abstractmethod
    def hang_up(self) -> None:
        """Take the terminal away, as a closed window or a lost connection does: the program gets SIGHUP."""

    @abstractmethod
    def process_id(self) -> int:
        """The id of the program's process."""

    @abstractmethod
    def wait_for_exit(self, seconds: float = SECONDS) -> int:
        """Wait until the program has ended; its exit code, or minus the signal that ended it."""

    @abstractmethod
    def close(self) -> None:
        """End the program with everything it started, and the terminal."""

    @abstractmethod
    def _wait_for_change(self, seconds: float) -> bool:
        """Wait until the screen may have changed; False once the program's output has ended."""

    def wait_until(
        self, holds: Callable[[Sequence[str]], bool], what: str, seconds: float = SECONDS
    ) -> list[str]:
        """Wait until the screen is as `holds` says and return its lines; fails with the screen shown."""
        deadline = time.monotonic() + seconds
        goes_on = True
        while not holds(lines := self.lines()):
            left = deadline - time.monotonic()
            if left <= 0 or not goes_on:
                why = f"in {seconds:g} s" if goes_on else "before the program ended"
                frame = "\n".join(f"|{line}" for line in lines)
                raise AssertionError(f"the screen never showed {what} {why}:\n{frame}")
            goes_on = self._wait_for_change(left)
        return lines

    def wait_for(self, text: str, seconds: float = SECONDS) -> list[str]:
        """Wait until some line holds `text`."""
        return self.wait_until(lambda lines: any(text in line for line in lines), repr(text), seconds)

    def wait_gone(self, text: str, seconds: float = SECONDS) -> list[str]:
        """Wait until no line holds `text`."""
        return self.wait_until(
            lambda lines: not any(text in line for line in lines), f"a screen without {text!r}", seconds
        )
