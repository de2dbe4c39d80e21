"""The first frame waits for nothing: importing the console loads no SQL, mail, keyring, and no views."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = (
    "sqlalchemy",
    "sqlmodel",
    "imap_tools",
    "keyring",
    "pydantic",
    "email",
    "alembic",
    "cryptography",
    "imaplib",
    "deskterm.desk.views",
)


def test_importing_the_console_loads_nothing_heavy() -> None:
    code = f"import sys, deskterm.screens.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
