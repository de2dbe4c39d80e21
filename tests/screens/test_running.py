"""What screens have run beside them."""

from __future__ import annotations

import inspect

from deskterm.screens.running import Running


async def answer() -> str:
    return "done"


async def test_what_runs_gives_its_answer_and_what_never_began_is_closed() -> None:
    assert await Running(answer()) == "done"
    never = answer()
    running = Running(never)
    del running
    assert inspect.getcoroutinestate(never) == inspect.CORO_CLOSED
