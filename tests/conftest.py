"""What every test stands on: a world of its own, and a database of either kind."""

from __future__ import annotations

import gc
import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.config import Home
from deskterm.store.engine import Store
from deskterm.store.opening import open_store
from tests.left_for_ci import is_left_for_ci, is_left_for_full
from tests.world import postgres

pytest_plugins = ["tests.world.fixtures", "tests.terminal.fixtures", "tests.screens.fixtures"]

# What a person's own surroundings would otherwise bring into a test.
_PERSONAL = (
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
    "NO_COLOR",
    "COLORTERM",
    # a terminal's size is its own
    "COLUMNS",
    "LINES",
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


EVERYWHERE = "DESKTERM_TEST_EVERYWHERE"
SAMPLED = ("tests/desk/", "tests/cli/", "tests/sync/")
"""Rooms whose tests run on SQLite always, on PostgreSQL each eighth of them: the quick suite stays quick."""
EACH = 8


def pytest_report_header(config: pytest.Config) -> str:
    if _everywhere(config):
        return "PostgreSQL: every test"
    return f"PostgreSQL: each {EACH}th test of desk, commands and worker; {EVERYWHERE}=1 runs all"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out most of the second runs on PostgreSQL, the same ones each time, and what is left for CI."""
    if _wanted(config):
        return
    everywhere = bool(os.environ.get(EVERYWHERE))
    left_out = [item for item in items if _is_left_out(item.nodeid, everywhere)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def _is_left_out(nodeid: str, everywhere: bool) -> bool:
    if everywhere:
        return is_left_for_full(nodeid)
    sampled = "postgresql" in nodeid and nodeid.startswith(SAMPLED)
    left = sampled and zlib.crc32(nodeid.encode()) % EACH != 0
    return left or is_left_for_ci(nodeid) or is_left_for_full(nodeid)


def pytest_collection_finish() -> None:
    """Collected tests are no garbage: to look through them again and again took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _everywhere(config: pytest.Config) -> bool:
    """All on both: in CI, in `make test-full`, and where somebody names what he wants to run."""
    return bool(os.environ.get(EVERYWHERE)) or _wanted(config)


def _wanted(config: pytest.Config) -> bool:
    """All there is, or what is named."""
    named = any("::" in argument or "postgres" in argument for argument in config.args)
    asked = "postgres" in (config.option.keyword or "")
    return named or asked or config.option.markexpr in ("", "full")


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


DATABASES = ("sqlite", "postgresql")


@pytest.fixture(params=DATABASES)
def empty_database_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where a store can be made from nothing: a file's path, then a PostgreSQL URL."""
    if request.param == "sqlite":
        yield str(tmp_path / "deskterm" / "desk.sqlite")
    else:
        with postgres.fresh_postgres() as url:
            monkeypatch.setenv("DESKTERM_DATABASE_URL", url)
            yield url


@pytest.fixture(params=DATABASES)
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A new store nobody has used yet: a file's path, then a PostgreSQL URL; the test runs once with each.

    It is a copy of one made once per run. The environment names it too, for `Home.find()` and for
    programs the test starts.
    """
    if request.param == "sqlite":
        path = tmp_path / "deskterm" / "desk.sqlite"
        path.parent.mkdir(mode=0o700)
        shutil.copy2(request.getfixturevalue("new_sqlite"), path)
        yield str(path)
    else:
        with postgres.fresh_postgres(request.getfixturevalue("new_postgres")) as url:
            monkeypatch.setenv("DESKTERM_DATABASE_URL", url)
            yield url


@pytest.fixture(scope="session")
def new_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a new store, to be copied."""
    folder = tmp_path_factory.mktemp("new")
    folder.chmod(0o700)
    open_store(Home.find(str(folder), {})).close()
    return folder / "desk.sqlite"


@pytest.fixture(scope="session")
def new_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a PostgreSQL database with a new store, to be copied."""
    with postgres.fresh_postgres() as url:
        folder = tmp_path_factory.mktemp("new")
        open_store(Home.find(str(folder), {"DESKTERM_DATABASE_URL": url})).close()
        yield url.rsplit("/", 1)[-1]


@pytest.fixture
def home(database_url: str) -> Home:
    """The home of a desk on either kind of database."""
    return Home.find()


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    """A new, open store."""
    opened = open_store(home)
    yield opened
    opened.close()
