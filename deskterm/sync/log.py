"""The worker's log: one cleaned line per event, never a secret, never a letter's text."""

from __future__ import annotations

import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from deskterm import limits
from deskterm.clean import clean, clean_lines

LOG = logging.getLogger("deskterm.sync")


class _CleanLines(logging.Formatter):
    """Servers' words stand in messages and tracebacks: nothing reaches a terminal as it came."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return clean(super().formatMessage(record))

    def formatException(self, error: object) -> str:
        return clean_lines(super().formatException(error))  # type: ignore[arg-type]


class _OwnersFile(RotatingFileHandler):
    """A log only its owner can read, from its first byte on."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", opener=_owner_only)


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def begin(folder: Path | None) -> None:
    """Log to `worker.log` in the folder, or to standard error where None is given."""
    handler: logging.Handler
    if folder is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        handler = _OwnersFile(
            folder / "worker.log", maxBytes=limits.WORKER_LOG_BYTES, backupCount=1, delay=True
        )
    handler.setFormatter(_CleanLines("%(asctime)s %(threadName)s: %(message)s"))
    LOG.handlers[:] = [handler]
    LOG.propagate = False
    LOG.setLevel(logging.INFO)
