"""What a test sees of a console it drives, and how it waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual._context import visible_screen_stack
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from deskterm.screens.app import Console
from deskterm.screens.lines import LineList
from deskterm.screens.main_screen import MainScreen
from tests.screens.waiting import until


def strips_of(screen: Screen[Any]) -> list[Strip]:
    """The lines of what is in front, and of what shows through from behind it.

    A screen that is made here for the first time keeps what it made: without the screens behind it nothing
    would stand there, then and later.
    """
    visible_screen_stack.set(screen.app._background_screens)
    return screen._compositor.render_strips()


@dataclass(slots=True)
class Driven:
    """A console and who presses its keys."""

    app: Console
    pilot: Pilot[Any]
    on_the_way: str = ""
    """Where the walk through all screens goes."""

    @property
    def main(self) -> MainScreen:
        return self.app.main

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, without a pause."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type without a pause between the signs, as pasted or by a very fast hand."""
        for sign in text:
            self.app.post_message(Key(_character_to_key(sign), sign))
        await self.pilot.pause()

    async def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until `holds()`; a failure says what stood on the screen instead."""
        try:
            await until(self.pilot, holds, what)
        except AssertionError as error:
            said = self.main.status_bar.render_line(0).text.strip()
            error.add_note(
                f"{self.on_the_way} on {self.app.screen!r}, focus {self.app.focused!r}, status line: {said}"
            )
            raise

    async def screen(self, name: str) -> None:
        """Wait for a screen of this class."""
        await self.until(lambda: type(self.app.screen).__name__ == name, f"the screen {name}")

    def lines(self, of: LineList) -> list[str]:
        """The lines of a list that are in view."""
        return [of.render_line(y).text.rstrip() for y in range(of.size.height)]
