"""Every screen in two sizes as the text it shows, compared with what was looked at and found good.

A change that was meant: look at the new text, then `pytest tests/screens/test_pictures_in_words.py
-m "full or not full" --snapshot-update`, which looks at both sizes; the larger one is of the full suite.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.amber import AmberSnapshotExtension

from deskterm import limits
from deskterm.screens.app import Console
from deskterm.screens.dialogs import Sorry
from deskterm.screens.doing import life
from deskterm.screens.presenters import when
from tests.screens.conftest import Drive
from tests.screens.desk import Desk, home_of
from tests.screens.driven import Driven
from tests.screens.every_screen import furnished, still, text_of, visits
from tests.screens.test_pictures import screens


class OnEitherDatabase(AmberSnapshotExtension):
    """Pictures are the same ones whatever database is behind them."""

    @classmethod
    def get_snapshot_name(cls, **said: Any) -> str:
        return re.sub(r"\[(sqlite|postgresql)-", "[", super().get_snapshot_name(**said))


@pytest.fixture(autouse=True)
def unseen_frames() -> None:
    """Here frames are seen: all are painted."""


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are told as one and the same, and nothing comes to be read: the text is the same tomorrow."""
    monkeypatch.setattr(when, "short", lambda at, now, zone=None: "12:00")
    monkeypatch.setattr(when, "full", lambda at, zone=None: "Mon 2 Nov 2026 12:00")
    monkeypatch.setattr(when, "ago", lambda at, now: "3 days ago")
    monkeypatch.setattr(when, "until", lambda at, now: "in 3 days")
    monkeypatch.setattr(when, "spent", lambda seconds: "0 seconds")
    # this evening is offered for a part of the day only
    monkeypatch.setattr(life, "LATER", tuple(each for each in life.LATER if each[0] != "18:00"))
    monkeypatch.setattr(limits, "READ_AFTER_SECONDS", 3600)
    monkeypatch.setattr(limits, "DRAFT_AFTER_SECONDS", 3600)


def without_login(text: str, login: str) -> str:
    """The text the same whoever runs the tests: login, the blanks after it and tokens are others."""
    text = re.sub(r"#(\d+)-([0-9a-z]{16,})", lambda found: f"#{found[1]}-" + "t" * len(found[2]), text)
    return re.sub(
        rf"(?<= ){re.escape(login)}(  +)", lambda found: "me" + " " * max(2, len(found[0]) - 2), text
    )


SIZES = pytest.mark.parametrize(
    "size",
    [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")],
)


@SIZES
async def test_every_screen_looks_as_it_did_when_it_was_found_good(
    desk: Desk, drive: Drive, snapshot: SnapshotAssertion, standing_clock: None, size: tuple[int, int]
) -> None:
    boris = furnished(desk)
    shown: dict[str, str] = {}
    async with drive(size) as console:
        async for name in visits(console, desk, boris):
            shown[name] = text_of(console)
    for name, text in shown.items():
        found = without_login(text, desk.actor.login).split("\n")
        assert found == snapshot(name=name, extension_class=OnEitherDatabase)


@SIZES
async def test_the_first_minutes_look_as_they_did_when_they_were_found_good(
    tmp_path: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = Console(home_of(tmp_path / "desk"), worker=False)
    shown: dict[str, str] = {}
    try:
        async with app.run_test(size=size) as pilot:
            console = Driven(app, pilot)
            await console.screen("Confirm")
            shown["welcome"] = await still(console)
            await console.press("c")
            await console.screen("Connect")
            await console.type("help@gmail.com")
            shown["connect"] = await still(console)
            await console.press("escape")
            await console.screen("MainScreen")
            app.push_screen(Sorry("The desk cannot be opened", "The file is damaged. Restore a backup."))
            shown["sorry"] = await still(console)
            assert app.link.actor is not None
            login = app.link.actor.login
    finally:
        app.ending.finish()
    for name, text in shown.items():
        assert without_login(text, login).split("\n") == snapshot(name=name)


def test_every_screen_there_is_is_compared() -> None:
    """The classes are named where their screens are opened: what is opened is waited for by its name."""
    opened = {
        node.value if isinstance(node, ast.Constant) else node.id
        for name in ("every_screen.py", "test_pictures_in_words.py")
        for node in ast.walk(ast.parse(Path(__file__).with_name(name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant | ast.Name)
    }
    assert {"Composer", "Overtaken", "Sorry"} <= screens()
    assert screens() - opened == set(), "screens whose text is not compared: every_screen.py"
