"""What runs beside the screen, and may be cancelled before it has begun."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Running(Generic[Result]):
    """A coroutine to be awaited once, closed when it is let go of before.

    A worker that is cancelled at once never awaits what it was given, and Python warns of a coroutine that
    is neither awaited nor closed.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Result]) -> None:
        self._coroutine = coroutine
        self._begun = False

    def __await__(self) -> Generator[Any, Any, Result]:
        self._begun = True
        return self._coroutine.__await__()

    def __del__(self) -> None:
        if not self._begun:
            self._coroutine.close()
