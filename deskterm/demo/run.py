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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import FrameType

from deskterm.config import Home
from deskterm.demo.people import MAILBOXES
from deskterm.i18n import _, language
from deskterm.secrets import KEYRING_SWITCH, variable

TICKETS = 200
SEED = 20
STOP_SECONDS = 5.0
_FORGOTTEN = ("DESKTERM_DATABASE_URL", "DESKTERM_PASSPHRASE", "CREDENTIALS_DIRECTORY", "XDG_DOWNLOAD_DIR")
_SIGNALS = (signal.SIGHUP, signal.SIGTERM)


class DemoError(Exception):
    """The demo cannot be shown; the text says why."""


def run(tickets: int = TICKETS) -> int:
    """Show the demo; the console's exit code. All is gone when this returns or raises."""
    with prepared(tickets) as home:
        from deskterm.screens import faults
        from deskterm.screens.app import run as run_console

        code = run_console(home, worker=False)
        if code == faults.EXIT_CODE:
            # the file that was named goes with the demo
            sys.stderr.write((home.folder / faults.LOG).read_text(encoding="utf-8"))
        return code


@contextmanager
def prepared(tickets: int = TICKETS) -> Iterator[Home]:
    """A desk with its past, its worker, servers and customers, there until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="deskterm-demo-"))
    household = worker = None
    with _ending_on_signals(), _environment(folder):
        try:
            household = _start_household()
            # imported while the household starts: both take a second
            from deskterm.demo import seed
            from deskterm.demo.history import threads
            from deskterm.desk.actor import settle
            from deskterm.store.opening import open_store

            ports = _open(household, folder)
            home = Home.find()
            store = open_store(home)
            try:
                owner = settle(store, home)
                seed.furnish(store, owner, seed.Ports(**ports))
                worker = _start_worker(folder)
                _tell(household, watch=[worker.pid])
                past = threads(tickets, datetime.now().astimezone(), SEED)
                conversations = seed.Past(store, owner, SEED).play(past, _progress)
            finally:
                store.close()
                _progress(0, 0)
            _tell(household, know=[conversation.row() for conversation in conversations])
            _tell(household, begin=SEED)
            yield home
        finally:
            _stop_worker(worker)
            _stop_household(household)
            shutil.rmtree(folder, ignore_errors=True)


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
    """The household, told its passwords."""
    household = subprocess.Popen(
        [sys.executable, "-m", "deskterm.demo.servers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    passwords = {mailbox.address: os.environ[variable(mailbox.address)] for mailbox in MAILBOXES}
    _tell(household, passwords=passwords)
    return household


def _open(household: subprocess.Popen[bytes], folder: Path) -> dict[str, int]:
    """Where its servers listen; from now on it clears the folder away when this process is gone."""
    assert household.stdout is not None
    line = household.stdout.readline()
    if not line:
        raise DemoError(_("The demo's mail server did not start."))
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


def _stop_worker(worker: subprocess.Popen[bytes] | None) -> None:
    if worker is None:
        return
    worker.terminate()
    try:
        worker.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


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
