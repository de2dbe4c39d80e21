"""A desk with a console on it, driven without a terminal."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from deskterm.screens.app import Console
from tests.screens.desk import Desk, copy_desk, make_desk
from tests.screens.driven import Driven
from tests.screens.waiting import until
from tests.world import postgres

Drive = Callable[..., AbstractAsyncContextManager[Driven]]


@pytest.fixture(scope="session")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk to copy."""
    folder = tmp_path_factory.mktemp("made") / "deskterm"
    make_desk(folder).store.close()
    return folder


ON_POSTGRESQL = ("test_console", "test_cards", "test_letters")
"""Rooms of the console that CI opens on PostgreSQL too: reading, writing and acting, cards, Triage."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "desk" in metafunc.fixturenames and os.environ.get("DESKTERM_TEST_EVERYWHERE"):
        if metafunc.module.__name__.rpartition(".")[2] in ON_POSTGRESQL:
            metafunc.parametrize("desk", ("sqlite", "postgresql"), indirect=True)


@pytest.fixture(scope="session")
def made_on_postgresql(tmp_path_factory: pytest.TempPathFactory, new_postgres: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the same desk, to copy."""
    with postgres.fresh_postgres(new_postgres) as url:
        make_desk(tmp_path_factory.mktemp("made") / "deskterm", url).store.close()
        yield url.rsplit("/", 1)[-1]


@pytest.fixture
def desk(request: pytest.FixtureRequest, made_desk: Path, tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as opened:
        url = None
        if getattr(request, "param", "sqlite") == "postgresql":
            template = request.getfixturevalue("made_on_postgresql")
            url = opened.enter_context(postgres.fresh_postgres(template))
        copied = copy_desk(made_desk, tmp_path / "deskterm", url)
        opened.callback(copied.store.close)
        yield copied


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
