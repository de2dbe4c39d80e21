"""Every screen in two sizes as the text it shows, compared with what was looked at and found good.

A change that was meant: look at the new text, then `pytest tests/screens/test_pictures_in_words.py
-m "full or not full" --snapshot-update`, which looks at both sizes; the larger one is of the full suite.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.amber import AmberSnapshotExtension

from deskterm import limits
from deskterm.desk import agents, answer_templates, clients
from deskterm.screens.acts import BY_ID
from deskterm.screens.administration.screen import Administration
from deskterm.screens.app import Console
from deskterm.screens.presenters import when
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk, home_of
from tests.screens.driven import Driven
from tests.screens.test_letters import held
from tests.screens.waiting import until

STILL_SECONDS = 0.25
LOOK_AGAIN_SECONDS = 0.06
ASKING = ("acts", "choose", "close", "default", "files")
"""Groups of workers that wait for a dialog as long as it is open."""


class OnEitherDatabase(AmberSnapshotExtension):
    """Pictures are the same ones whatever database is behind them."""

    @classmethod
    def get_snapshot_name(cls, **said: Any) -> str:
        return re.sub(r"\[(sqlite|postgresql)-", "[", super().get_snapshot_name(**said))


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen: the keys that lead to it from the desk, and those that lead back."""

    name: str
    keys: tuple[str, ...]
    screen: str
    back: tuple[str, ...] = ("escape",)
    asks: str = ""
    """A dialog that comes first and is left by Esc."""
    through: tuple[str, str] = ("", "")
    """A key and the screen it leads to, on which the keys are pressed; Esc leaves it at the end."""


WRITING = ("r", "Composer")
SHOTS = (
    Shot("answer", ("r",), "Composer"),
    Shot("note", ("i",), "Composer"),
    Shot("template", ("f4",), "Choose", through=WRITING),
    Shot("status after", ("f2",), "Choose", through=WRITING),
    Shot("recipients", ("f6",), "Choose", through=WRITING),
    Shot("fields after", ("f7",), "Choose", through=WRITING),
    Shot("send later", ("f9",), "Ask", through=WRITING),
    Shot("add file", ("ctrl+t",), "Ask", through=WRITING),
    Shot("keys of writing", ("f1",), "Read", through=WRITING),
    Shot("history", ("H",), "MainScreen", back=("H",)),
    Shot("status", ("s",), "Choose"),
    Shot("assign", ("A",), "Choose"),
    Shot("tab", ("t",), "Choose"),
    Shot("merge", ("M",), "Choose"),
    Shot("split", ("X",), "Ask"),
    Shot("undo", ("Y",), "Choose"),
    Shot("finding", ("slash", "p", "a", "p", "e", "r"), "MainScreen", back=("escape", "escape")),
    Shot("how to find", ("f12",), "Read"),
    Shot("filter", ("5",), "MainScreen"),
    Shot("zoom", ("Z",), "MainScreen", back=("Z",)),
    Shot("jump", ("ctrl+g",), "Jump"),
    Shot("card of whom", ("@",), "Choose"),
    Shot("message card", ('"',), "Choose"),
    Shot("menu", ("m",), "Choose"),
    Shot("help", ("?",), "Help"),
    Shot("command line", (":",), "CommandLine"),
    Shot("palette", ("ctrl+p",), "CommandPalette"),
    Shot("links", ("f4",), "AskAbout"),
    Shot("columns", ("#",), "Arrange"),
    Shot("order", ("S",), "Choose"),
    Shot("fields", ("e",), "Choose"),
    Shot("participants", ("E",), "Choose"),
    Shot("client", ("C",), "Card"),
    Shot("new ticket", ("N",), "NewTicketForm", asks="Choose"),
    Shot("mail log", ("L",), "MailLog"),
    Shot("administration", ("f8",), "Administration"),
    Shot("import", ("i",), "Ask", through=("f8", "Administration")),
)


WITHOUT_KEYS = (("notifying", "Choose"), ("bar", "Arrange"), ("open_mode", "Choose"))
FORMS = ("rules", "answers", "roles", "clients", "statuses", "notices", "settings")
"""Areas of the administration whose form of an entry, else of a new one, is looked at over its list."""


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are told as one and the same, and nothing comes to be read: the text is the same tomorrow."""
    monkeypatch.setattr(when, "short", lambda at, now, zone=None: "12:00")
    monkeypatch.setattr(when, "full", lambda at, zone=None: "Mon 2 Nov 2026 12:00")
    monkeypatch.setattr(when, "ago", lambda at, now: "3 days ago")
    monkeypatch.setattr(when, "until", lambda at, now: "in 3 days")
    monkeypatch.setattr(limits, "READ_AFTER_SECONDS", 3600)


def furnished(desk: Desk) -> None:
    """A desk whose agents have the same names on every machine."""
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.actor, desk.actor.login, {"name": "Robin Hale"})
        answer_templates.add(work, desk.actor, "First steps", "Please switch it off and on again.")
        client = clients.add(work, desk.actor, "ACME")
    number = desk.ticket(
        "The printer on the second floor is out of paper again",
        ["Good day,\n\nsee https://acme.example/printers for the model.\n\nAnna", "And it smells."],
        ago=timedelta(days=2),
    )
    desk.ticket("Нет связи с базой данных", ["Добрый день, не открывается 1С."], customer="Пётр Ильин")
    with desk.store.work(write=True) as work:
        work.update(t.ticket, number, client_id=client, due_at=work.now - timedelta(hours=1))
    held(desk, "Out of office")


def text_of(console: Driven) -> str:
    """What stands on the screen, line by line."""
    strips = console.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def still(console: Driven) -> str:
    """The text once it has not changed for a while and nothing is waited for."""
    loop = asyncio.get_running_loop()
    shown, since, looked = "", loop.time(), 0.0

    def stands() -> bool:
        nonlocal shown, since, looked
        if loop.time() - looked < LOOK_AGAIN_SECONDS:
            return False
        looked = loop.time()
        console.main.status_bar.tell(None)  # what was done before goes by itself after some seconds
        text = text_of(console)
        if text != shown or any(worker.is_running for worker in reading(console)):
            shown, since = text, loop.time()
        return loop.time() - since > STILL_SECONDS

    await until(console.pilot, stands, "a screen that stands still")
    return shown


async def forms(console: Driven) -> dict[str, str]:
    """What the areas of the administration and their forms show."""
    shown = {}
    await console.press("f8")
    await console.screen("Administration")
    administration = console.app.screen
    assert isinstance(administration, Administration)
    for key in FORMS:
        administration.areas.go_to(key)
        await console.until(
            lambda key=key: administration.area is not None and administration.area.key == key, key
        )
        await still(console)
        await console.press("right", "enter" if administration.lines.ids else "n")
        await console.screen("Form")
        shown[f"administration: {key}"] = await still(console)
        await console.press("escape")
        await console.screen("Administration")
        await console.press("left")
    await console.press("escape")
    await console.screen("MainScreen")
    return shown


def without_login(text: str, login: str) -> str:
    """The text the same whoever runs the tests: his login and the blanks after it are others."""
    return re.sub(
        rf"(?<= ){re.escape(login)}(  +)", lambda found: "me" + " " * max(2, len(found[0]) - 2), text
    )


def reading(console: Driven) -> list[Any]:
    """What the desk is still asked for."""
    return [worker for worker in console.app.workers if worker.group not in ASKING]


SIZES = pytest.mark.parametrize(
    "size",
    [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")],
)


@SIZES
async def test_every_screen_looks_as_it_did_when_it_was_found_good(
    desk: Desk, drive: Drive, snapshot: SnapshotAssertion, standing_clock: None, size: tuple[int, int]
) -> None:
    furnished(desk)
    shown: dict[str, str] = {}
    async with drive(size) as console:
        main = console.main
        await console.press("2", "home")
        await console.until(lambda: main.text.links, "the text with its link")
        shown["desk"] = await still(console)
        for shot in SHOTS:
            key, through = shot.through
            if key:
                await console.press(key)
                await console.screen(through)
            await console.press(*shot.keys)
            if shot.asks:
                await console.screen(shot.asks)
                await console.press("escape")
            await console.screen(shot.screen)
            shown[shot.name] = await still(console)
            await console.press(*shot.back)
            if key:
                await console.screen(through)
                await console.press("escape")
            await console.screen("MainScreen")
        for name, opened in WITHOUT_KEYS:
            main.do(BY_ID[name])
            await console.screen(opened)
            shown[name] = await still(console)
            await console.press("escape")
            await console.screen("MainScreen")
        shown |= await forms(console)
        for section in ("outbox", "bin", "favorites"):
            main.sections.go_to(section)
            await console.until(lambda section=section: main.open.section == section, section)
            shown[f"empty {section}"] = await still(console)
        main.sections.go_to("triage")
        await console.until(lambda: main.open.section == "triage" and main.open.body is not None, "Triage")
        shown["triage"] = await still(console)
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
            assert app.link.actor is not None
            login = app.link.actor.login
    finally:
        app.ending.finish()
    for name, text in shown.items():
        assert without_login(text, login).split("\n") == snapshot(name=name)
