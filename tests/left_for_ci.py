"""What the quick suite leaves to CI and to `make test-full`: further forms of what another test shows.

The quick suite keeps its five minutes on two cores by it. A test is left out whose name begins with the first
word of an entry and holds all the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

LEFT_FOR_CI: Final = {
    "tests/trust/ postgresql": "the long stories, on the other database",
    "tests/terminal/ postgresql": "the console in a terminal, on the other database",
    "tests/desk/test_writing.py::test_a_process_killed": "one draft of two processes stays",
    "tests/desk/test_decisions.py::test_a_row": "the quick tests of intake show the rows people meet",
    "tests/desk/test_undo.py::test_each_act_can_be_done_and_undone postgresql": "each act again",
    "tests/demo/test_run.py::test_a_demo_that_is_killed_leaves_nothing [1]": "one way to be killed stays",
    "tests/demo/test_run.py::test_a_demo_that_is_killed_leaves_nothing [15]": "one way to be killed stays",
    "tests/desk/test_forwards.py::test_an_attached": "it starts a reader; the writer named in the text stays",
    "tests/mail/test_limited.py 1 MiB": "the child's memory is a limit the system keeps",
    "tests/mail/test_limited.py 25_mib": "the same of a large one",
    "tests/screens/test_pictures_in_words.py": "each screen is opened by a test of its own",
    "tests/screens/test_standing.py": "the list's own places are tested line by line",
    "tests/screens/test_administration_in_use.py": "how areas are used is shown by `test_administration`",
    "tests/screens/test_contrast.py::test_what_is_painted": "every style on every ground stays",
    "tests/screens/test_first_answer.py::test_the_page_is_walked_as": "each of its steps is tested by itself",
    "tests/screens/test_walks.py": "the screens are walked through in each mode",
    "tests/screens/test_first_run.py postgresql": "on the other database",
    "tests/desk/test_canary_mail.py postgresql": "on the other database",
    "tests/desk/test_undo_of_every_act.py postgresql": "on the other database",
    "tests/cli/test_round_trip.py::test_through postgresql": "on the other database",
    "tests/cli/test_backup.py::test_a_desk_is_replaced": "a desk that comes back whole stays",
    "tests/cli/test_backup.py::test_what_is_no_backup": "a desk that comes back whole stays",
    "tests/cli/test_backup.py postgresql": "on the other database",
    "tests/cli/test_export_and_import.py postgresql": "on the other database",
    "tests/cli/test_export_and_import.py::test_letters_of_long_ago": "the round trip imports too",
    "tests/desk/test_reports.py postgresql": "on the other database",
    "tests/desk/test_reports.py::test_a_thousand": "counts statements, which change seldom",
    "tests/screens/test_reading.py::test_no_link": "the letter read to its last byte has the same link",
    "tests/screens/test_report.py::test_counting": "the report that is gone into stays",
    "tests/sync/test_real_servers.py postgresql": "on the other database",
    "tests/sync/test_observer_copies.py postgresql": "on the other database",
    "tests/screens/test_first_run.py::test_a_mailbox_that_works": "its steps are tested one by one",
    "tests/store/test_copying.py": "the command that copies is tested with both databases",
    "tests/sync/test_failover.py": "waits for the lease of life; `test_stand_by` for a shorter one",
    "tests/sync/test_stand_by.py::test_one_that_was_frozen postgresql": "on the other database",
    "tests/sync/test_observer_copies.py postfix": "a real server's turn",
    "tests/sync/test_observer_copies.py delete": "the other policies stay",
    "tests/sync/test_observer_copies.py move": "the other policies stay",
    "tests/sync/test_policies.py postgresql": "on the other database",
    "tests/terminal/test_console.py 80-24": "each screen's picture is compared in this size",
    "tests/terminal/test_walk_in_tmux.py": "the screens are walked through in each mode",
    "tests/terminal/test_console.py SIGTERM": "one way to be ended stays",
    "tests/terminal/test_console.py terminal gone": "one way to be ended stays",
    "tests/trust/test_attackers.py tmux": "the same in another terminal",
    "tests/trust/test_attackers.py::TestAgainstTheTerminal::test_no_command": "the console stays",
    "tests/trust/test_exchange.py debian": "the same through servers in Python stays",
    "tests/trust/test_faults.py::TestOfTheDisk::test_commands": "the worker and the console stay",
    "tests/trust/test_faults.py::TestOfAnAccount::test_the_status_line": "each fault by itself stays",
    "tests/trust/test_faults.py unknown folder": "a fault like the others",
    "tests/trust/test_faults.py another name": "a fault like the others",
    "tests/trust/test_ssh.py::test_no_transfer": "other doors of the same wall",
    "tests/trust/test_ssh.py::test_another_key": "proves that the others can fail",
    "tests/world/": "the servers the tests stand on",
}

LEFT_FOR_FULL: Final = {
    "tests/screens/test_pictures_in_words.py postgresql-80x24": "the larger size is compared on both",
}
"""What CI leaves to `make test-full` as well."""


def is_left_for_ci(nodeid: str) -> bool:
    """Whether the quick suite leaves this test out."""
    return _is_in(LEFT_FOR_CI, nodeid)


def is_left_for_full(nodeid: str) -> bool:
    """Whether CI leaves this test out, too."""
    return _is_in(LEFT_FOR_FULL, nodeid)


def _is_in(entries: Iterable[str], nodeid: str) -> bool:
    return any(
        nodeid.startswith(begins) and all(word in nodeid for word in words)
        for begins, *words in (_words(entry) for entry in entries)
    )


def _words(entry: str) -> list[str]:
    begins, _blank, rest = entry.partition(" ")
    return [begins, rest] if rest else [begins]
