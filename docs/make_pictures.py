"""`make pictures`: the pictures of the guides, taken from the console on a demo desk."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from deskterm.config import Home
from deskterm.demo.run import prepared

FOLDER = Path(__file__).parent / "pictures"
SIZES = ((120, 40), (80, 24))
SECONDS = 60


async def take(home: Home, size: tuple[int, int], language: str) -> None:
    """The console and an answer being written, in one size."""
    from deskterm import i18n

    i18n.use(language)
    from deskterm.screens.app import Console

    suffix = f"{size[0]}x{size[1]}" + ("" if language == "en" else f"-{language}")
    app = Console(home, worker=False)
    async with app.run_test(size=size) as pilot:
        await until(pilot, app, lambda text: "192" in text or "19" in text and "(" in text)
        for key in ("2", "down", "down"):
            await pilot.press(key)
        await until(pilot, app, lambda text: "From" in text or "От " in text)
        save(app, f"console-{suffix}")
        await pilot.press("r")
        await until(pilot, app, lambda text: "PUBLIC" in text or "ПУБЛИЧН" in text or "Ctrl+S" in text)
        for sign in "Good day":
            await pilot.press("space" if sign == " " else sign)
        save(app, f"answer-{suffix}")
        await pilot.press("escape")
        await pilot.press("?")
        await until(pilot, app, lambda text: "Esc" in text)
        save(app, f"help-{suffix}")


async def until(pilot: object, app: object, seen: object) -> None:
    """Wait for a state of the screen."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        await pilot.pause()  # type: ignore[attr-defined]
        text = app.export_screenshot().replace("&#160;", " ")  # type: ignore[attr-defined]
        if seen(text):  # type: ignore[operator]
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("the screen never showed what was waited for")


def save(app: object, name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title="deskterm"))  # type: ignore[attr-defined]


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
