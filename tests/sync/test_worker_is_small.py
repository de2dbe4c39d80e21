"""What the worker must not hold: it runs beside everything else for weeks."""

from __future__ import annotations

import subprocess
import sys

READERS = ("chardet", "lxml", "nh3", "pymorphy3", "selectolax", "deskterm.mail.parse", "deskterm.screens")


def test_the_worker_holds_no_reader_and_no_dictionary_of_word_forms() -> None:
    code = f"import sys, deskterm.sync.worker; print([one for one in {READERS!r} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
