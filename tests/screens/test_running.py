"""What screens have run beside them."""

from __future__ import annotations

import inspect
from functools import partial

from textual.app import App

from deskterm.screens.running import Running, beside
from tests.screens.waiting import until


async def answer() -> str:
    return "done"


async def test_what_runs_gives_its_answer_and_what_never_began_is_closed() -> None:
    assert await Running(answer()) == "done"
    never = answer()
    running = Running(never)
    del running
    assert inspect.getcoroutinestate(never) == inspect.CORO_CLOSED


async def wait_for(inner: Running[str]) -> None:
    await inner


async def test_what_a_worker_never_began_is_closed_while_somebody_still_holds_it() -> None:
    """The collector meets a coroutine before what would close it: nothing may be left to it."""
    app = App[None]()
    async with app.run_test() as pilot:
        first, second = answer(), answer()
        inner = Running(second)
        outer = wait_for(inner)
        beside(app, first, group="typed", exclusive=True)
        beside(app, outer, holds=inner, group="typed", exclusive=True)
        app.workers.cancel_group(app, "typed")
        for each in (first, outer, second):
            closed = partial(inspect.getcoroutinestate, each)
            await until(pilot, lambda closed=closed: closed() == inspect.CORO_CLOSED, "that it is closed")
