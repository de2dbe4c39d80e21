"""Starting the worker from a console: a process of its own, which outlives the console by a minute."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOG = "worker.log"
LOG_BYTES = 1024 * 1024


def start_worker(folder: Path, database: str | None = None) -> int:
    """Start `deskterm sync --linger` on the desk in `folder`, its output to a log there.

    Gives its process id. One that finds another running stands by. Raises OSError.
    """
    log = folder / LOG
    if log.exists() and log.stat().st_size > LOG_BYTES:
        os.replace(log, folder / f"{LOG}.1")
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    environment = dict(os.environ)
    if database is not None:
        environment["DESKTERM_DATABASE_URL"] = database
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "deskterm", "--home", str(folder), "sync", "--linger"],
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            start_new_session=True,
            env=environment,
            close_fds=True,
        )
    finally:
        os.close(descriptor)
    return process.pid
