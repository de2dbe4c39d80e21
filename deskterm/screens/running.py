"""What runs beside the screen, and may be cancelled before it has begun."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Running(Generic[Result]):
    """A coroutine to be awaited once, closed when it is let go of.

    A worker that is cancelled at once never awaits what it was given, and Python warns of a coroutine that
    is neither awaited nor closed.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Result]) -> None:
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Result]:
        return self._coroutine.__await__()

    def __del__(self) -> None:
        self._coroutine.close()
