"""Mistakes of the program itself: the trace goes to a file, the agent gets one sentence."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from deskterm.clean import clean_lines
from deskterm.i18n import _

LOG = "console.log"
LOG_BYTES = 1024 * 1024
EXIT_CODE = 70


def write(folder: Path, error: BaseException) -> str:
    """Append the trace of an error to the console's log and give the sentence to say.

    The trace names places in the program and holds no values: values may be a customer's words.
    """
    log = folder / LOG
    trace = "".join(traceback.format_exception(error))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # a new desk has none yet
        if log.exists() and log.stat().st_size > LOG_BYTES:
            os.replace(log, folder / f"{LOG}.1")
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{clean_lines(trace)}\n")
    except OSError as why:
        return _("The console made a mistake ({kind}), and its log cannot be written: {why}").format(
            kind=type(error).__name__, why=why.strerror
        )
    return _("The console made a mistake ({kind}). What happened is in {log}.").format(
        kind=type(error).__name__, log=log
    )
