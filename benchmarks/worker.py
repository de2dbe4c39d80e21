"""How soon another worker takes over from one that was killed or frozen, and how soon one ends when asked."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from deskterm.config import Home
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store

LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 120


def measure() -> None:
    """Print seconds on SQLite with the lease of life; a machine with other things to do adds its own."""
    folder = Path(tempfile.mkdtemp(prefix="bench-worker-"))
    home = Home.find(str(folder), {})
    store = open_store(home)
    workers: list[subprocess.Popen[bytes]] = []
    try:
        workers.append(_begin(folder))
        _until(lambda: _epoch(store) == 1)
        workers.append(_standing_by(folder, 1))
        workers[0].kill()
        print(f"worker killed, next on duty   {_until(lambda: _epoch(store) == 2):5.1f} s   (wanted ≤ 15)")
        workers.append(_standing_by(folder, 2))
        workers[1].send_signal(signal.SIGSTOP)
        print(f"worker frozen, next on duty   {_until(lambda: _epoch(store) == 3):5.1f} s   (wanted ≤ 15)")
        workers[1].send_signal(signal.SIGCONT)
        _until(lambda: "another worker took over" in _log(folder, 1).read_text())
        workers[2].terminate()
        began = time.monotonic()
        workers[2].wait(PATIENCE_SECONDS)
        print(f"worker asked to end           {time.monotonic() - began:5.1f} s")
        print(f"next on duty after that       {_until(lambda: _epoch(store) == 4):5.1f} s")
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
        store.close()
        shutil.rmtree(folder)


def _begin(folder: Path, number: int = 0) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DESKTERM_HOME": str(folder), "DESKTERM_KEYRING": "off"}
    with _log(folder, number).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "deskterm", "sync"], env=environment, stdout=log, stderr=log
        )


def _standing_by(folder: Path, number: int) -> subprocess.Popen[bytes]:
    worker = _begin(folder, number)
    _until(lambda: "standing by" in _log(folder, number).read_text())
    return worker


def _log(folder: Path, number: int) -> Path:
    return folder / f"worker-{number}.log"


def _epoch(store: Store) -> int:
    with store.work() as work:
        return int(work.value(select(t.lease.c.epoch).where(t.lease.c.name == "worker")) or 0)


def _until(true: Callable[[], bool]) -> float:
    """Seconds until something is so."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise SystemExit("the worker does not do what is measured; is deskterm installed here?")
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - began


if __name__ == "__main__":
    measure()
