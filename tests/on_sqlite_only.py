"""Tests of a desk that are not run on PostgreSQL, of each file some or all; all others are, in CI."""

from __future__ import annotations

from typing import Final

ON_SQLITE_ONLY: Final = {
    "tests/demo/": "the demo is a desk in a file",
    "tests/screens/test_walks.py": "the same screens, whatever keeps the desk",
    "tests/desk/test_canary_mail.py::test_no_letter_of_ten_thousand": "an hour; a hundred are made on both",
    "tests/store/test_turn.py": "the line of SQLite's writers",
    "tests/sync/test_real_servers.py::test_a_letter_through": "its two seconds are kept once",
    "tests/terminal/test_walk_in_tmux.py": "the same screens, whatever keeps the desk",
    "tests/terminal/test_server_away.py": "takes a server of its own away: on PostgreSQL already",
    "tests/trust/test_faults.py::TestOfTheDisk": "the disk of the file; a server's is its own business",
    "tests/trust/test_ssh.py": "forced commands stand before a file nobody else can read",
    "tests/trust/test_web.py": "the same wall by another door",
}
