"""What every test stands on: a world of its own, and a database of either kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import postgres

pytest_plugins = ["tests.world.fixtures", "tests.terminal.fixtures"]

# What a person's own surroundings would otherwise bring into a test.
_PERSONAL = (
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
    "NO_COLOR",
    "COLORTERM",
    "SSH_CONNECTION",
    "SSH_ORIGINAL_COMMAND",
    "TMUX",
    "TMUX_PANE",
    "VISUAL",
    "EDITOR",
    "PAGER",
)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        held = postgres.open_folder()
        config.add_cleanup(lambda: postgres.close_folder(held))


@pytest.fixture(autouse=True)
def own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has its own home: no setting, secret, store or language of the person who runs it."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for name in list(os.environ):
        ours = name.startswith("DESKTERM_") and not name.startswith(("DESKTERM_TEST_", "DESKTERM_CI"))
        if ours or name in _PERSONAL or name.startswith("XDG_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("DESKTERM_HOME", str(tmp_path / "deskterm"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return home


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where a fresh store can be made: a file's path, then a PostgreSQL URL; the test runs once with each.

    The environment names it too, for `Home.find()` and for programs the test starts.
    """
    if request.param == "sqlite":
        yield str(tmp_path / "deskterm" / "desk.sqlite")
    else:
        with postgres.fresh_postgres() as url:
            monkeypatch.setenv("DESKTERM_DATABASE_URL", url)
            yield url
