"""A desk with a console on it, driven without a terminal."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual._compositor import Compositor

from deskterm.screens.app import Console
from tests.screens.desk import Desk
from tests.screens.driven import Driven
from tests.screens.waiting import until

Drive = Callable[..., AbstractAsyncContextManager[Driven]]


@pytest.fixture(autouse=True)
def unseen_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames nobody sees are not painted, which is half the work of a console without a terminal; CI paints.

    What a test reads of the screen is made anew when it is read.
    """
    if "DESKTERM_CI" not in os.environ:
        monkeypatch.setattr(Compositor, "render_update", _forget_what_is_dirty)


def _forget_what_is_dirty(compositor: Compositor, **_how: object) -> None:
    compositor._dirty_regions.clear()


@pytest.fixture
def drive(desk: Desk) -> Drive:
    """`async with drive() as console`: the console is open and has read the desk."""

    @asynccontextmanager
    async def driven(size: tuple[int, int] = (100, 30)) -> AsyncIterator[Driven]:
        app = Console(desk.home, worker=False)
        try:
            async with app.run_test(size=size) as pilot:
                await until(pilot, lambda: app.main.state is not None, "the counts")
                await until(
                    pilot,
                    lambda: not app.main.tickets.ids or app.main.open.body is not None,
                    "the first ticket",
                )
                yield Driven(app, pilot)
            assert app.faults == []
        finally:
            app.ending.finish()

    return driven
