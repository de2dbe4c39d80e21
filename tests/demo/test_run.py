"""`deskterm demo` makes a desk that works by itself and leaves nothing behind, however it ends."""

from __future__ import annotations

import os
import pty
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlalchemy import select as choose

from deskterm.cli.demo import run_demo
from deskterm.demo.people import COLLEAGUES, MAILBOXES, PEOPLE
from deskterm.demo.run import prepared
from deskterm.desk import messages
from deskterm.desk.actor import settle
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store

DEADLINE = 60.0


def wait_until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, f"not within {DEADLINE} s: {what}"
        select.select([], [], [], 0.1)


def processes_of(folder: Path) -> list[int]:
    """Processes whose environment names the folder as their desk."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            surroundings = (place / "environ").read_bytes()
        except OSError:
            continue
        if f"DESKTERM_HOME={folder}".encode() in surroundings.split(b"\0"):
            found.append(int(place.name))
    return found


def output_of(controller: int) -> bytes:
    """What a pseudo-terminal shows next, within a moment; nothing once its last user has gone."""
    if not select.select([controller], [], [], 0.2)[0]:
        return b""
    try:
        return os.read(controller, 65536)
    except OSError:  # Linux says EIO
        select.select([], [], [], 0.05)
        return b""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the demo puts its folder, watched by the test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield folder
    monkeypatch.setattr("tempfile.tempdir", None)


def count(store: Store, table: object) -> int:
    with store.work() as work:
        return int(work.value(choose(func.count()).select_from(table)))  # type: ignore[arg-type]


def test_a_demo_desk_works_by_itself_and_leaves_nothing(temporary: Path) -> None:
    began = datetime.now(UTC)
    with prepared(tickets=90) as home:
        folder = home.folder
        assert folder.parent == temporary
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        store = open_store(home, create=False)
        owner = settle(store, home)
        with store.work() as work:
            assert work.value(choose(func.count()).select_from(t.account)) == len(MAILBOXES)
            assert work.value(choose(func.count()).select_from(t.agent)) == len(COLLEAGUES) + 1
            assert work.value(choose(func.count()).select_from(t.contact)) >= len(PEOPLE)
            classes = set(work.values(choose(t.ticket.c.status_class)))
            past = choose(func.count()).select_from(t.outgoing).where(t.outgoing.c.created_at < began)
            assert work.value(past) > 75
        assert classes == {"active", "waiting", "closed"}
        # of the past only: the customers write by now, and what answers them is on its way
        unsent = (
            choose(t.outbox.c.id)
            .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
            .where(t.outgoing.c.created_at < began, t.outbox.c.state.not_in(("sent", "withdrawn")))
        )

        def all_sent() -> bool:
            with store.work() as work:
                return not work.values(unsent)

        wait_until(all_sent, "the last letters of the past sent")
        before = count(store, t.ticket)
        assert before > 75
        wait_until(lambda: count(store, t.ticket) > before, "a customer's new letter as a ticket")
        with store.work(write=True) as work:
            ticket_id = work.value(choose(func.max(t.ticket.c.id)))
            messages.reply(work, owner, ticket_id, "Which version is it?", undo_seconds=0, anyway=True)

        def answered() -> bool:
            with store.work() as work:
                senders = work.values(
                    choose(t.message.c.author_agent_id)
                    .where(t.message.c.ticket_id == ticket_id, t.message.c.type == "email")
                    .order_by(t.message.c.id)
                )
            return len(senders) >= 3 and senders[-1] is None

        wait_until(answered, "the customer's answer in the same ticket")
        store.close()
        running = processes_of(folder)
        assert len(running) >= 2
    assert not folder.exists()
    assert list(temporary.iterdir()) == []
    assert processes_of(folder) == []


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_a_demo_that_is_killed_leaves_nothing(temporary: Path, end: signal.Signals) -> None:
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "from deskterm.demo.run import run; run(tickets=40)"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TMPDIR": str(temporary), "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(terminal)
    seen = b""
    deadline = time.monotonic() + DEADLINE
    try:
        # the console switches to the alternate screen
        while b"\x1b[?1049h" not in seen and time.monotonic() < deadline:
            seen += output_of(controller)
        assert b"\x1b[?1049h" in seen
        (folder,) = temporary.iterdir()
        process.send_signal(end)
        while process.poll() is None and time.monotonic() < deadline:
            output_of(controller)
        assert process.poll() is not None
        wait_until(lambda: not folder.exists(), "the folder gone")
        wait_until(lambda: not processes_of(folder), "all processes gone")
    finally:
        process.kill()
        process.wait()
        os.close(controller)


def test_without_a_terminal_the_demo_says_so(
    temporary: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert run_demo() == 2
    assert "needs a terminal" in capsys.readouterr().err
    assert list(temporary.iterdir()) == []
