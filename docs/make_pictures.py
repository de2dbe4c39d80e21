"""`make pictures`: the pictures of the guides, taken from the console on a demo desk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deskterm.config import Home
from deskterm.demo.run import prepared

FOLDER = Path(__file__).parent / "pictures"
SIZES = ((120, 40), (80, 24))
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: the keys that lead to its screen from the desk, and those that lead back."""

    name: str
    keys: tuple[str, ...]
    screen: str = "MainScreen"
    back: tuple[str, ...] = ("escape",)
    typed: str = ""
    asks: str = ""
    """A screen that asks something first and is left by Esc."""


SHOTS = (
    Shot("answer", ("r",), "Composer", typed="Good day"),
    Shot("history", ("H",), back=("H",)),
    Shot("fields", ("e",), "Choose"),
    Shot("participants", ("E",), "Choose"),
    Shot("snooze", ("B",), "Choose"),
    Shot("menu", ("m",), "Choose"),
    Shot("command-line", (":",), "CommandLine", typed="snooze"),
    Shot("palette", ("ctrl+p",), "CommandPalette"),
    Shot("columns", ("#",), "Arrange"),
    Shot("jump", ("ctrl+g",), "Jump"),
    Shot("message-card", ('"',), "Choose"),
    Shot("original", ("%",), "Original"),
    Shot("client", ("C",), "Card"),
    Shot("contact", ("V",), "Card"),
    Shot("new-ticket", ("N",), "NewTicketForm", asks="Choose"),
    Shot("mail-log", ("L",), "MailLog"),
    Shot("administration", ("f8",), "Administration"),
    Shot("help", ("?",), "Help"),
)


async def take(home: Home, size: tuple[int, int], language: str) -> None:
    """Every screen in one size."""
    from deskterm import i18n

    i18n.use(language)
    from deskterm.screens.app import Console

    suffix = f"{size[0]}x{size[1]}" + ("" if language == "en" else f"-{language}")
    app = Console(home, worker=False)
    async with app.run_test(size=size) as pilot:
        main = app.main
        await until(pilot, lambda: main.state is not None and main.open.body is not None)
        await pilot.press("2")
        for _line in range(12):  # a ticket of a client the desk knows shows more
            if main.open.ticket is not None and main.open.ticket.client:
                break
            before = main.open.ticket
            await pilot.press("down")
            await until(pilot, lambda before=before: main.open.ticket not in (None, before))
        await still(pilot, app)
        save(app, f"console-{suffix}")
        for shot in SHOTS:
            await pilot.press(*shot.keys)
            if shot.asks:
                await until(pilot, lambda shot=shot: type(app.screen).__name__ == shot.asks)
                await pilot.press("escape")
            await until(pilot, lambda shot=shot: type(app.screen).__name__ == shot.screen)
            await pilot.press(*("space" if sign == " " else sign for sign in shot.typed))
            await still(pilot, app)
            save(app, f"{shot.name}-{suffix}")
            await pilot.press(*shot.back)
            await until(pilot, lambda: type(app.screen).__name__ == "MainScreen")
        main.sections.go_to("triage")
        await until(pilot, lambda: main.open.section == "triage" and main.open.body is not None)
        await still(pilot, app)
        save(app, f"triage-{suffix}")


async def until(pilot: Any, seen: Callable[[], object]) -> None:
    """Wait for a state of the console."""
    deadline = time.monotonic() + SECONDS
    while not seen():
        if time.monotonic() > deadline:
            raise TimeoutError("the screen never showed what was waited for")
        await pilot.pause()
        await asyncio.sleep(0.05)


async def still(pilot: Any, app: Any) -> None:
    """Wait until nothing changes on the screen any more."""
    before = ""
    deadline = time.monotonic() + SECONDS
    while (now := app.export_screenshot()) != before and time.monotonic() < deadline:
        before = now
        await pilot.pause()
        await asyncio.sleep(0.4)


def save(app: Any, name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title="deskterm"))


def name_owner(home: Home) -> None:
    """The picture shows a person, not the login of whoever takes it."""
    from deskterm.desk import actor, agents
    from deskterm.store.opening import open_store

    store = open_store(home)
    owner = actor.settle(store, home)
    with store.work(write=True) as work:
        agents.edit(work, owner, owner.login, {"name": "Robin Hale"})
    store.close()


def main() -> None:
    """Take all pictures; a language is fixed per process, so the caller names it."""
    import sys

    language = sys.argv[1] if len(sys.argv) > 1 else "en"
    with prepared() as home:
        name_owner(home)
        for size in SIZES:
            asyncio.run(take(home, size, language))


if __name__ == "__main__":
    main()
