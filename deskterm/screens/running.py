"""What runs beside the screen, and may be cancelled before it has begun."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

from textual.dom import DOMNode

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

    def close(self) -> None:
        """It will not be awaited any more."""
        if not self._begun:
            self._coroutine.close()

    def __del__(self) -> None:
        self.close()


def beside(
    node: DOMNode,
    coroutine: Coroutine[Any, Any, Any],
    *,
    holds: Running[Any] | None = None,
    group: str = "default",
    exclusive: bool = False,
    name: str = "",
) -> None:
    """Run it in a worker of a screen or of the console; `holds` is what it awaits itself.

    Closed as soon as the worker has ended: the garbage collector may finish a coroutine before `Running`
    has closed it.
    """
    runs = [each for each in (Running(coroutine), holds) if each is not None]
    worker = node.run_worker(runs[0], name=name, group=group, exclusive=exclusive, exit_on_error=False)

    def ended(_task: object) -> None:
        for each in runs:
            each.close()

    assert worker._task is not None  # a worker that was begun has its task
    worker._task.add_done_callback(ended)
