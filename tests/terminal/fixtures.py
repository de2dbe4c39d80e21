"""Terminals as fixtures: `open_terminal` runs the test in a pty and again in tmux, `open_pty` in a pty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.terminal.pty_terminal import PtyTerminal
from tests.terminal.terminal import Terminal
from tests.terminal.tmux_terminal import TmuxTerminal
from tests.world.processes import missing


@pytest.fixture
def open_pty() -> Iterator[Callable[..., PtyTerminal]]:
    """`open_pty(command, columns=80, rows=24, environment={…})`; what was opened is closed with the test."""
    with ExitStack() as opened:

        def open_it(*arguments: object, **options: object) -> PtyTerminal:
            terminal = PtyTerminal(*arguments, **options)  # type: ignore[arg-type]
            opened.callback(terminal.close)
            return terminal

        yield open_it


@pytest.fixture(params=["pty", "tmux"])
def open_terminal(request: pytest.FixtureRequest) -> Iterator[Callable[..., Terminal]]:
    """As `open_pty`, once in a pty of ours and once in tmux, which skips where it is not installed."""
    if request.param == "tmux":
        missing("tmux")
    kind = TmuxTerminal if request.param == "tmux" else PtyTerminal
    with ExitStack() as opened:

        def open_it(*arguments: object, **options: object) -> Terminal:
            terminal: Terminal = kind(*arguments, **options)  # type: ignore[arg-type]
            opened.callback(terminal.close)
            return terminal

        yield open_it
