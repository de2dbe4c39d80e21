"""Jumping: every line on screen gets a letter or two, and typing them goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from textual import events
from textual.screen import ModalScreen

from deskterm.screens.acts import TWINS
from deskterm.screens.lines import Id, LineList

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
"""Those under the fingers first."""

_LATIN: Final = {cyrillic: latin for latin, cyrillic in TWINS.items()}


@dataclass(frozen=True, slots=True)
class Target:
    """A line one can jump to."""

    lines: LineList
    id: Id


def labels(count: int) -> list[str]:
    """So many labels, all of one length, so that none begins another."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    return ["".join(pair) for pair in product(LETTERS, repeat=2)][:count]


def targets(lists: Sequence[LineList]) -> list[Target]:
    """Every line in view that something can be done with."""
    return [Target(lines, id) for lines in lists if lines.is_on_screen for id in lines.in_view()]


async def jump(screen: MainScreen) -> None:
    """Label what is on screen, and go to the line whose label is typed."""
    lists = (screen.tickets, screen.messages, screen.text, screen.sections)
    there = targets(lists)
    named = dict(zip(labels(len(there)), there, strict=False))
    for lines in lists:
        lines.show_labels({target.id: label for label, target in named.items() if target.lines is lines})
    try:
        label = await screen.app.push_screen_wait(Jump(frozenset(named)))
    finally:
        for lines in lists:
            lines.show_labels({})
    if label is not None:
        target = named[label]
        screen.set_focus(target.lines)
        target.lines.press(target.id)


class Jump(ModalScreen[str]):
    """Waits for a label; anything else ends it."""

    DEFAULT_CSS = "Jump { background: transparent; } Jump:ansi { background: transparent; }"

    def __init__(self, there: frozenset[str]) -> None:
        super().__init__()
        self._there = there
        self._typed = ""

    def on_key(self, event: events.Key) -> None:
        event.stop()
        letter = _LATIN.get(event.character or "", event.character or "").lower()
        self._typed += letter
        if self._typed in self._there:
            self.dismiss(self._typed)
        elif not letter or not any(label.startswith(self._typed) for label in self._there):
            self.dismiss(None)

    def on_click(self) -> None:
        self.dismiss(None)
