"""A desk with an agent, as a fixture: the tests of the console, in a terminal or without, open it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.on_sqlite_only import ON_SQLITE_ONLY
from tests.screens.desk import DATABASE, Desk, copy_desk, make_desk
from tests.world import postgres

ROOMS: Final = ("tests/screens/", "tests/terminal/")
"""Rooms whose `desk` is the one of this file."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In CI every test that has a desk runs with one on either database."""
    file = metafunc.module.__name__.replace(".", "/") + ".py"
    wanted = "desk" in metafunc.fixturenames and os.environ.get("DESKTERM_TEST_EVERYWHERE")
    if wanted and file.startswith(ROOMS) and file not in ON_SQLITE_ONLY:
        metafunc.parametrize("desk", ("sqlite", "postgresql"), indirect=True)


@pytest.fixture(scope="session")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk to copy."""
    folder = tmp_path_factory.mktemp("made") / "deskterm"
    make_desk(folder).store.close()
    return folder


@pytest.fixture(scope="session")
def made_on_postgresql(tmp_path_factory: pytest.TempPathFactory, new_postgres: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the same desk, to copy."""
    with postgres.fresh_postgres(new_postgres) as url:
        make_desk(tmp_path_factory.mktemp("made") / "deskterm", url).store.close()
        yield url.rsplit("/", 1)[-1]


@pytest.fixture
def desk(
    request: pytest.FixtureRequest, made_desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk of the test's own; programs it starts find its database in the environment."""
    with ExitStack() as opened:
        url = None
        if getattr(request, "param", "sqlite") == "postgresql":
            template = request.getfixturevalue("made_on_postgresql")
            url = opened.enter_context(postgres.fresh_postgres(template))
            monkeypatch.setenv(DATABASE, url)
        copied = copy_desk(made_desk, tmp_path / "deskterm", url)
        opened.callback(copied.store.close)
        yield copied
