"""Tests of a desk that are not run on PostgreSQL, of each file some or all; all others are, in CI."""

from __future__ import annotations

from typing import Final

ON_SQLITE_ONLY: Final = {
    "tests/cli/test_round_trip.py": "through Postfix and Dovecot; the round in Python is made on both",
    "tests/demo/": "the demo is a desk in a file",
    "tests/desk/test_canary_mail.py": "the letters of so many histories take minutes, and are the same",
    "tests/desk/test_undo_of_every_act.py": "the walk over every act takes minutes; `test_undo` is on both",
    "tests/screens/test_first_run.py": "a desk begins as a file; PostgreSQL is chosen afterwards",
    "tests/screens/test_pictures_in_words.py": "the same pictures, and each is compared with one kept",
    "tests/screens/test_walks.py": "the same screens, whatever keeps the desk",
    "tests/store/test_turn.py": "the line of SQLite's writers",
    "tests/sync/test_observer_copies.py": "what mail servers are given; `test_worker` is on both",
    "tests/sync/test_real_servers.py": "what mail servers do; `test_worker` is on both",
    "tests/sync/test_timers.py": "the worker's rounds; what they do is in `tests/desk`, on both",
    "tests/sync/test_worker_is_small.py": "the memory of a worker with a file",
    "tests/terminal/test_server_away.py": "takes a server of its own away: on PostgreSQL already",
    "tests/trust/test_faults.py::TestOfTheDisk": "the disk of the file; a server's is its own business",
    "tests/trust/test_ssh.py": "forced commands stand before a file nobody else can read",
    "tests/trust/test_web.py": "the same wall by another door",
}
