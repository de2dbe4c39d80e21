"""How soon a letter that arrives at a Dovecot of this machine is a ticket."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.letters import letters
from benchmarks.post_office import PostOffice, desk_for, open_post_office
from benchmarks.spent import machine
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store

BOX = "arrival@bench.example"
LETTERS = 40
SECONDS_WANTED = 2
LOOK_SECONDS = 0.005
PATIENCE_SECONDS = 60


def measure(folder: Path) -> None:
    """Print the seconds from the mailbox to the ticket, of letters that come one after the other."""
    if shutil.which("dovecot") is None and not Path("/usr/sbin/dovecot").exists():
        print("arrival: Dovecot is not installed, nothing measured")
        return
    print(machine(), flush=True)
    with open_post_office((BOX,), 1, folder) as office:
        home, environment = desk_for(office, BOX, office.scratch / "arrival")
        store = open_store(home)
        worker = subprocess.Popen(
            [sys.executable, "-m", "deskterm", "sync"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _until(lambda: _messages(store) == 1 and _waits(store))
            taken = sorted(
                _arrived(office, store, number, letter)
                # the first one lies in the mailbox already
                for number, letter in enumerate(islice(letters(LETTERS + 1), 1, None), 2)
            )
        finally:
            worker.terminate()
            worker.wait(PATIENCE_SECONDS)
            store.close()
    print(
        f"letter in the mailbox to ticket  p50 {statistics.median(taken):.2f}"
        f"  p95 {taken[int(len(taken) * 0.95)]:.2f}  slowest {taken[-1]:.2f} s   (wanted ≤ {SECONDS_WANTED})"
    )


def _arrived(office: PostOffice, store: Store, count: int, letter: bytes) -> float:
    """Seconds until a letter that comes now is the `count`-th message."""
    maildir = office.dovecot.folder / "mail" / BOX
    name = f"{time.time_ns()}.M{count}P2.bench"
    (maildir / "tmp" / name).write_bytes(letter)
    owner = maildir.stat()
    os.chown(maildir / "tmp" / name, owner.st_uid, owner.st_gid)
    (maildir / "tmp" / name).rename(maildir / "new" / name)
    return _until(lambda: _messages(store) >= count)


def _messages(store: Store) -> int:
    with store.work() as work:
        return int(work.value(select(func.count()).select_from(t.message)))


def _waits(store: Store) -> bool:
    """Whether the worker hears of new letters by IDLE."""
    with store.work() as work:
        return work.value(select(t.account_state.c.incoming)) == "idle"


def _until(true: Callable[[], bool]) -> float:
    """Seconds until something is so."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise RuntimeError("the letter did not become a ticket")
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - began


if __name__ == "__main__":
    from benchmarks.download import FOLDER

    measure(FOLDER)
