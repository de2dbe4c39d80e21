"""`deskterm demo` from its first line to its last: a desk in a folder of its own, and all of it cleared away.

Three processes: this one with the console; the worker, the same as always; and the household
(`servers`) with the mail servers and the customers, which also clears away should this one be killed.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from deskterm.config import Home
from deskterm.demo.people import MAILBOXES
from deskterm.i18n import _, language
from deskterm.secrets import KEYRING_SWITCH, variable

TICKETS = 200
SEED = 20
STOP_SECONDS = 5.0
LEASE_WAIT_SECONDS = 8.0
_FORGOTTEN = ("DESKTERM_DATABASE_URL", "DESKTERM_PASSPHRASE", "CREDENTIALS_DIRECTORY", "XDG_DOWNLOAD_DIR")
_SIGNALS = (signal.SIGHUP, signal.SIGTERM)


def run(tickets: int = TICKETS) -> int:
    """Show the demo; the console's exit code. All is gone when this returns or raises."""
    with prepared(tickets) as home:
        from deskterm.screens.app import run as run_console

        return run_console(home, None)


@contextmanager
def prepared(tickets: int = TICKETS) -> Iterator[Home]:
    """A desk with its past, its worker, servers and customers, there until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="deskterm-demo-"))
    household = worker = None
    with _ending_on_signals(), _environment(folder):
        try:
            passwords = {mailbox.address: os.environ[variable(mailbox.address)] for mailbox in MAILBOXES}
            household = _start_household()
            ports = _open(household, passwords, folder)
            home = Home.find()
            conversations = _fill(home, ports, tickets)
            worker = _start_worker(folder)
            _tell(household, watch=[worker.pid])
            _wait_for_lease(home, worker)
            _tell(household, know=conversations)
            _tell(household, begin=SEED)
            yield home
        finally:
            _stop_worker(folder, worker)
            _stop_household(household)
            shutil.rmtree(folder, ignore_errors=True)


def _fill(home: Home, ports: dict[str, int], tickets: int) -> list[dict[str, Any]]:
    """Make the store and play the past on it; the customers' memories as rows."""
    from deskterm.demo.history import threads
    from deskterm.demo.seed import Past, Ports, furnish
    from deskterm.desk.actor import settle
    from deskterm.store.opening import open_store

    store = open_store(home)
    try:
        owner = settle(store, home)
        furnish(store, owner, Ports(ports["imap"], ports["smtp"]))
        past = threads(tickets, datetime.now().astimezone(), SEED)
        conversations = Past(store, owner, SEED).play(past, _progress)
    finally:
        store.close()
        _progress(0, 0)
    return [conversation.row() for conversation in conversations]


def _progress(done: int, of: int) -> None:
    """One line on the terminal, rewritten in place and wiped at the end."""
    if not sys.stderr.isatty():
        return
    if of == 0:
        sys.stderr.write("\r\x1b[2K")
    elif done % 20 == 0 or done == of:
        share = 100 * done // of
        sys.stderr.write("\r" + _("Setting up the demo desk … {percent} %").format(percent=share))
    sys.stderr.flush()


# The processes beside this one


def _start_household() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "deskterm.demo.servers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _open(household: subprocess.Popen[bytes], passwords: dict[str, str], folder: Path) -> dict[str, int]:
    _tell(household, passwords=passwords)
    assert household.stdout is not None
    line = household.stdout.readline()
    if not line:
        raise SystemExit(_("deskterm: The demo's mail server did not start."))
    _tell(household, folder=str(folder))
    ports: dict[str, int] = json.loads(line)
    return ports


def _tell(household: subprocess.Popen[bytes], **order: object) -> None:
    assert household.stdin is not None
    household.stdin.write(json.dumps(order).encode() + b"\n")
    household.stdin.flush()


def _start_worker(folder: Path) -> subprocess.Popen[bytes]:
    log = os.open(folder / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "deskterm", "sync"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    finally:
        os.close(log)


def _wait_for_lease(home: Home, worker: subprocess.Popen[bytes]) -> None:
    """Until the worker works: a console that finds none would start another one."""
    deadline = time.monotonic() + LEASE_WAIT_SECONDS
    while time.monotonic() < deadline and worker.poll() is None and not _lease_holders(home):
        time.sleep(0.05)


def _lease_holders(home: Home) -> list[str]:
    from sqlalchemy import select

    from deskterm.store import tables as t
    from deskterm.store.opening import open_store

    store = open_store(home, create=False)
    try:
        with store.work() as work:
            return [str(holder) for holder in work.values(select(t.lease.c.holder)) if holder]
    finally:
        store.close()


def _stop_worker(folder: Path, worker: subprocess.Popen[bytes] | None) -> None:
    """End our worker, and one that the console may have started after it died."""
    if worker is None:
        return
    others = []
    if (folder / "desk.sqlite").exists():
        for holder in _lease_holders(Home.find(str(folder))):
            process = holder.split(":")[1] if holder.count(":") >= 2 else ""
            if process.isdigit() and int(process) not in (worker.pid, os.getpid()):
                others.append(int(process))
    worker.terminate()
    try:
        worker.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
    for process in others:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGTERM)


def _stop_household(household: subprocess.Popen[bytes] | None) -> None:
    if household is None or household.stdin is None or household.stdout is None:
        return
    with suppress(BrokenPipeError):
        _tell(household, watch=[])
    with suppress(BrokenPipeError):
        household.stdin.close()
    try:
        household.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        household.kill()
        household.wait()
    household.stdout.close()


# This process


@contextmanager
def _environment(folder: Path) -> Iterator[None]:
    """The demo's own surroundings for this process and its children: its home, its secrets, no other's."""
    before = dict(os.environ)
    for name in _FORGOTTEN:
        os.environ.pop(name, None)
    os.environ["DESKTERM_HOME"] = str(folder)
    os.environ["DESKTERM_LANG"] = language()
    os.environ[KEYRING_SWITCH] = "off"
    for mailbox in MAILBOXES:
        os.environ[variable(mailbox.address)] = secrets.token_urlsafe(24)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Let SIGHUP and SIGTERM end this process the ordinary way, through every `finally`."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {each: signal.signal(each, end) for each in _SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
