"""PostgreSQL goes away under an open console and a worker, and comes back: both say so and go on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from deskterm.store import lease
from tests.screens.desk import Desk, make_desk
from tests.terminal.pty_terminal import PtyTerminal
from tests.world import postgres
from tests.world.processes import running, wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(new_postgres: str) -> Iterator[str]:
    with postgres.fresh_postgres(new_postgres) as address:
        yield address


@contextmanager
def away(url: str) -> Iterator[None]:
    """The database answers nobody, as while its server restarts: lines are cut, new ones refused."""
    name = url.rsplit("/", 1)[-1]
    with psycopg.connect(postgres.server_url(), autocommit=True) as connection:
        connection.execute(f"alter database {name} with allow_connections false".encode())
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,)
        )
        yield
        connection.execute(f"alter database {name} with allow_connections true".encode())


def test_console_and_worker_go_on_when_the_server_is_back(
    url: str, tmp_path: Path, open_pty: Callable[..., PtyTerminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTERM_DATABASE_URL", url)
    desk = make_desk(tmp_path / "deskterm", url)
    desk.ticket("Printer on fire", ["It burns."])
    log = tmp_path / "worker.log"
    with running([sys.executable, "-m", "deskterm", "--home", desk.home.folder, "sync"], log) as worker:
        terminal = open_pty(
            [sys.executable, "-m", "tests.terminal.console", str(desk.home.folder)],
            columns=100,
            rows=30,
            folder=ROOT,
            environment=dict(os.environ),
        )
        terminal.wait_for("Printer on fire")
        wait_until(lambda: working(desk), "the worker works")
        with away(url):
            terminal.wait_for("cannot be reached")
            wait_until(lambda: "cannot be reached" in log.read_text(), "the worker says so")
        desk.ticket("It is back", ["And works."])
        terminal.wait_for("It is back")
        terminal.send("a")
        terminal.wait_for("It is yours.")
        terminal.wait_gone("cannot be reached")
        wait_until(lambda: working(desk), "the worker works again")
        assert worker.poll() is None
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
    desk.store.close()


def working(desk: Desk) -> bool:
    with desk.store.work() as work:
        return lease.holder(work, "worker") is not None
