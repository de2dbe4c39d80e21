"""A desk with a console on it, driven without a terminal."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from deskterm.screens.app import Console
from tests.screens.desk import Desk
from tests.screens.driven import Driven
from tests.screens.waiting import until

Drive = Callable[..., AbstractAsyncContextManager[Driven]]


@pytest.fixture(autouse=True)
def unseen_frames(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames nobody sees are not painted, which is half the work of a console without a terminal.

    CI paints those of desks on SQLite: how a frame is painted is not the database's business. What a test
    reads of the screen is made anew when it is read.
    """
    if "DESKTERM_CI" not in os.environ or "postgresql" in request.node.name:
        monkeypatch.setattr(Compositor, "render_update", _forget_what_is_dirty)


SHEETS: dict[tuple[Any, ...], list[RuleSet]] = {}


@pytest.fixture(scope="session", autouse=True)
def sheets_read_once() -> Iterator[None]:
    """Style sheets are read once per process of tests, and not again for each console."""
    read = Stylesheet._parse_rules

    def kept(sheet: Stylesheet, *asked: Any, **named: Any) -> list[RuleSet]:
        of = (*asked, *named.items(), frozenset(sheet._variables.items()))
        if of not in SHEETS:
            SHEETS[of] = read(sheet, *asked, **named)
        return SHEETS[of]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", kept)
        yield


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
