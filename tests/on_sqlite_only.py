"""Tests of a desk that are never run on PostgreSQL, each with its reason; all others are, in CI."""

from __future__ import annotations

from typing import Final

ON_SQLITE_ONLY: Final = {
    "tests/demo/": "the demo is a desk in a file",
    "tests/screens/test_first_run.py": "a desk begins as a file; PostgreSQL is chosen afterwards",
    "tests/screens/test_pictures_in_words.py": "the same pictures, and each is compared with one kept",
    "tests/store/test_turn.py": "the line of SQLite's writers",
    "tests/sync/test_worker_is_small.py": "the memory of a worker with a file",
    "tests/terminal/test_server_away.py": "takes a server of its own away: on PostgreSQL already",
    "tests/trust/test_faults.py::TestOfTheDisk": "the disk of the file; a server's is its own business",
    "tests/trust/test_ssh.py": "forced commands stand before a file nobody else can read",
    "tests/trust/test_web.py": "the same wall by another door",
}
