"""Who walks through a console in tmux: with keys, on a Russian keyboard, or with the mouse alone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acts import shown_key
from tests.screens import looking
from tests.screens.every_screen import as_typed
from tests.terminal.terminal import SECONDS
from tests.terminal.tmux_terminal import TmuxTerminal

STILL_SECONDS = 0.4
WHEEL_DOWN, WHEEL_TURNS = 65, 2
LOOK_AGAIN_SECONDS = 0.05
TMUX_NAMES = {
    "escape": "Escape",
    "enter": "Enter",
    "home": "Home",
    "left": "Left",
    "right": "Right",
    "down": "Down",
}
CONTROL_OF_CYRILLIC = {"ctrl+л": "ctrl+k"}
"""What terminals send for Ctrl with a Cyrillic letter: the control character of its key."""
COLOUR = re.compile(r"\x1b\[(?:[0-9;:]*[;:])?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m")


@dataclass
class Walker:
    """One console in one tmux, and what it tells of itself."""

    terminal: TmuxTerminal
    file: Path
    size: tuple[int, int]
    russian: bool = False
    by_mouse: bool = False
    on_the_way: str = ""

    # -- what there is to see

    @property
    def told(self) -> dict[str, Any]:
        """What the console believes to show."""
        return dict(json.loads(self.file.read_text())) if self.file.exists() else {"screen": "", "text": []}

    def until(self, holds: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """Wait until what is told is as `holds` says."""
        deadline = time.monotonic() + SECONDS
        while not holds(told := self.told):
            if time.monotonic() > deadline:
                shown = "\n".join(self.terminal.lines())
                raise AssertionError(f"{self.on_the_way}: never came: {what}, on {told['screen']}\n{shown}")
            time.sleep(LOOK_AGAIN_SECONDS)
        return told

    def screen(self, name: str) -> None:
        """Wait for a screen of this class."""
        self.until(lambda told: told["screen"] == name, name)

    def still(self) -> tuple[dict[str, Any], list[str]]:
        """What is told and what stands on the terminal, once both are the same and stay so."""
        deadline = time.monotonic() + SECONDS / 3
        before: tuple[Any, ...] = ()
        since = time.monotonic()
        while True:
            told, lines = self.told, self.terminal.lines()
            now = (told, lines)
            if now != before or told["reads"]:
                before, since = now, time.monotonic()
            same = [line.rstrip() for line in told["text"]] == lines
            stood = time.monotonic() - since
            # a difference that stays is found by who looks at it
            if stood > STILL_SECONDS and (same or time.monotonic() > deadline):
                return told, lines
            if time.monotonic() > deadline + SECONDS:
                raise AssertionError(f"{self.on_the_way}: never stands still")
            time.sleep(LOOK_AGAIN_SECONDS)

    def wrong(self, there: set[str]) -> list[str]:
        """What a pair of eyes finds wrong on the terminal."""
        told, lines = self.still()
        found = list(told["misplaced"])
        believed = [line.rstrip() for line in told["text"]]
        found += [
            f"the terminal shows {line!r}, and not {meant!r}"
            for line, meant in zip(lines, believed, strict=False)
            if line != meant
        ]
        width = self.size[0]
        box = Region(*told["box"]) if told["box"] else None
        lists = [Region(*each) for each in told["lists"]]
        strips = [Strip([Segment(line)]).adjust_cell_length(width) for line in lines]
        found += looking.cut_words(looking.part(list(strips), box, ()), there)
        return found + looking.cut_texts(looking.part(list(strips), box, lists), there)

    def colours(self) -> list[str]:
        """Colours that were sent to the terminal."""
        shown = self.terminal.tmux("capture-pane", "-p", "-e", "-t", "test")
        return [f"the colour {found[0]!r}" for found in COLOUR.finditer(shown)]

    # -- hands

    def press(self, *keys: str) -> None:
        """Press keys as they are on this keyboard."""
        for key in keys:
            key = as_typed(key) if self.russian else key
            key = CONTROL_OF_CYRILLIC.get(key, key)
            if key.startswith("ctrl+"):
                key = f"C-{key.removeprefix('ctrl+')}"
            elif re.fullmatch(r"f\d+", key):
                key = key.upper()
            elif key not in TMUX_NAMES:
                self.terminal.send(key)
                continue
            self.terminal.tmux("send-keys", "-t", "test", TMUX_NAMES.get(key, key))

    def click(self, x: int, y: int, button: int = 0) -> None:
        """Click on a cell, or turn the wheel over it (buttons 64 and 65)."""
        pressed = f"\x1b[<{button};{x + 1};{y + 1}M"
        sent = pressed if button >= 64 else pressed + pressed.replace("M", "m")
        self.terminal.tmux("send-keys", "-t", "test", "-H", *(f"{ord(sign):02x}" for sign in sent))

    def do(self, key: str) -> None:
        """Do what a key does on the screen in front."""
        if not self.by_mouse:
            self.press(key)
        elif key == "escape":
            self.leave()
        elif self.told["screen"] == "MainScreen":
            self.from_menu(key)
        else:
            self.from_screen(key)

    def leave(self) -> None:
        """The way out of the screen in front, by the mouse."""
        told = self.until(lambda told: told["way_out"], "a way out by the mouse")
        self.click(*told["way_out"])

    @cached_property
    def bar(self) -> int:
        return self.size[1] - 1

    def from_menu(self, key: str) -> None:
        """Open the menu by its word on the bar, for what all lists do the help; choose what the key does."""
        told = self.told
        there = acts.applying(frozenset(told["things"]), told["focus"], told["rights"])
        act = next(act for act in there if key in (*act.keys, act.id))
        keys, title = [re.escape(shown_key(each)) for each in act.keys], re.escape(_(act.title)[:12])
        if act.where == "list":
            word, opens, entry = _("help"), "Help", rf"\s*{'  '.join(keys)}\s+{title}"
        else:
            word, opens, entry = _("menu"), "Choose", rf".*\s{' '.join(keys)}\W*$" if keys else rf"\s*{title}"
        self.click_on(lambda line: line.rfind(word), self.bar)
        self.screen(opens)
        self.choose(entry)

    def from_screen(self, key: str) -> None:
        """Click on what the key is said to do: on the bar, in the box, else in the menu or list of keys."""
        shown = re.escape(shown_key(key))
        told, lines = self.still()
        at = re.search(rf"(?<!\w){shown}(?=[ ,:])", lines[self.bar])
        menu = lines[self.bar].rfind(_("menu"))
        if told["box"] is not None:
            self.choose(rf".*?(?<!\w)({shown})[ ,:]")
        elif at is not None:
            self.click(at.start(), self.bar)
        elif menu >= 0:
            self.click(menu, self.bar)
            self.screen("Choose")
            self.choose(rf".*\s{shown}\W*$")
        else:
            self.click_on(lambda line: line.find("F1 "), self.bar)
            self.screen("Choose")
            self.choose(rf"\s*{shown}\s")

    def click_on(self, find: Callable[[str], int], row: int) -> None:
        """Click where this is in a row of the screen."""
        place = self.until(
            lambda told: len(told["text"]) > row and find(told["text"][row]) >= 0, "a word on the bar"
        )
        self.click(find(place["text"][row]), row)

    def choose(self, entry: str) -> None:
        """Turn the wheel until an entry that begins so is in view, then click on it or on its group."""
        while True:
            told, _lines = self.still()
            box = Region(*told["box"])
            for y in range(box.y + 1, box.bottom - 1):
                line = Strip([Segment(told["text"][y])]).crop(box.x + 1, box.right - 1).text
                if found := re.match(entry, line):
                    at = found.start(1) if found.re.groups else len(line) - len(line.lstrip())
                    self.click(box.x + 1 + at, y)
                    self.another_than(told, "what was chosen")
                    return
            for _turn in range(WHEEL_TURNS):
                self.click(box.x + 6, box.y + box.height // 2, WHEEL_DOWN)
            self.another_than(told, f"more of the list, {entry!r} in it")

    def another_than(self, before: dict[str, Any], what: str) -> None:
        """Wait until something else is on the screen."""
        self.until(lambda told: told["text"] != before["text"], what)

    def row(self, id: object) -> None:
        """Click on a row of a list."""
        told = self.until(lambda told: str(id) in told["rows"], f"the row of {id}")
        self.click(*told["rows"][str(id)])
