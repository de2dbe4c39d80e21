"""Every screen in two sizes as the text it shows, compared with what was looked at and found good.

A change that was meant: look at the new text, then `pytest tests/screens/test_pictures_in_words.py
-m "full or not full" --snapshot-update`, which looks at both sizes; the larger one is of the full suite.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from deskterm import limits
from deskterm.desk import agents, answer_templates, clients
from deskterm.screens.presenters import when
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven
from tests.screens.test_letters import held
from tests.screens.waiting import until

STILL_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen: the keys that lead to it from the desk, and those that lead back."""

    name: str
    keys: tuple[str, ...]
    screen: str
    back: tuple[str, ...] = ("escape",)
    asks: str = ""
    """A dialog that comes first and is left by Esc."""


SHOTS = (
    Shot("answer", ("r",), "Composer"),
    Shot("note", ("i",), "Composer"),
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
)


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
    shown, since = "", loop.time()

    def stands() -> bool:
        nonlocal shown, since
        console.main.status_bar.tell(None)  # what was done before goes by itself after some seconds
        text = text_of(console)
        if text != shown or any(worker.is_running for worker in reading(console)):
            shown, since = text, loop.time()
        return loop.time() - since > STILL_SECONDS

    await until(console.pilot, stands, "a screen that stands still")
    return shown


def reading(console: Driven) -> list[Any]:
    """What the desk is still asked for; an act may wait for a dialog as long as it is open."""
    return [worker for worker in console.app.workers if worker.group not in ("acts", "default")]


@pytest.mark.parametrize(
    "size",
    [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40", marks=pytest.mark.full)],
)
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
            await console.press(*shot.keys)
            if shot.asks:
                await console.screen(shot.asks)
                await console.press("escape")
            await console.screen(shot.screen)
            shown[shot.name] = await still(console)
            await console.press(*shot.back)
            await console.screen("MainScreen")
        main.sections.go_to("triage")
        await console.until(lambda: main.open.section == "triage" and main.open.body is not None, "Triage")
        shown["triage"] = await still(console)
    for name, text in shown.items():
        assert text.split("\n") == snapshot(name=name)
