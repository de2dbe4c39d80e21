"""The first frame waits for nothing: SQL, mail, keyring and whatever is needed later is run later."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from deskterm import late
from deskterm.cli.main import LATER

HEAVY = frozenset(
    {
        "sqlalchemy",
        "sqlmodel",
        "imap_tools",
        "keyring",
        "pydantic",
        "email",
        "alembic",
        "cryptography",
        "imaplib",
        "typer",
        "platform",
        "deskterm.confinement",
        "deskterm.desk.views",
        "deskterm.desk.query",
        "deskterm.screens.dialogs",
        "deskterm.store.foresight",
        "textual.widgets._directory_tree",
        "textual.widgets._select",
        "textual.widgets._text_area",
        "textual.widgets._tree",
    }
)
BEGINNING = """
import json, sys
from types import ModuleType
from deskterm import late
from deskterm.cli.main import LATER
late.put_off(LATER)
def run():
    return sorted(name for name, module in sys.modules.items() if type(module) is ModuleType)
"""
AT_THE_FRAME = """
from pathlib import Path
from deskterm.config import Home
from deskterm.screens.app import Console
class Stopped(Console):
    def _begin(self):
        # the modules that were run, the sheets of styles that were read, lines below what is said
        below = self.main.query_one("ToastRack").styles.margin.bottom
        self.exit(json.dumps([run(), [Path(at).name for at, _ in self.stylesheet.source], below]))
print(Stopped(Home.find()).run(headless=True, size=(120, 40)))
"""
AT_THE_ROWS = """
import deskterm.desk.listing
print(json.dumps(run()))
"""


def asked(code: str, home: Path) -> Any:
    """What a process prints that begins as the console does."""
    done = subprocess.run(
        [sys.executable, "-c", BEGINNING + code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DESKTERM_HOME": str(home)},
    )
    return json.loads(done.stdout)


def test_the_first_frame_runs_nothing_it_does_not_need(tmp_path: Path) -> None:
    modules, styles, below = asked(AT_THE_FRAME, tmp_path)
    assert "deskterm.screens.main_screen" in modules
    assert set(modules) & {*HEAVY, *late.LIBRARIES, *LATER} == set()
    assert "lines.py" in styles
    assert "later.tcss" not in styles
    assert below == 2  # the last two lines are never covered
    # each module more is paid by everybody at each start
    assert len(modules) <= 440


def test_reading_a_first_page_runs_no_act_and_no_search(tmp_path: Path) -> None:
    modules = asked(AT_THE_ROWS, tmp_path)
    assert "deskterm.desk.page_views" in modules
    assert set(modules) & {"deskterm.desk.views", "deskterm.desk.query.meaning", *LATER} == set()
