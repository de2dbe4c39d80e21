"""How the panes share the screen, kept from one day to the next in `console.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from deskterm.screens.orders import TITLES
from deskterm.screens.theme import DARK

FILE = "console.json"
LEAST_TREE = 16
LEAST_ROWS = 2
"""Lines a pane keeps, its title apart."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Width of the sections in cells (0: by the screen), heights in thousandths of the screen."""

    tree: int = 0
    tickets: int = 330
    messages: int = 200
    theme: str = DARK
    section: str = "mine_new"
    sort: str = "last_message"
    unfolded: tuple[str, ...] = ()
    turned: bool = False
    """Whether the list stands against the natural direction of its order."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys of the columns chosen, by what the list shows."""
    relative: bool = False
    """Whether times are told as how long it is since."""
    language: str = ""
    """The language chosen for the console; '': as the locale says."""
    text_width: int = 0
    """Cells a line of the text has at most; 0: as many as there are; -1: lines are not broken."""

    def tree_width(self, width: int) -> int:
        """Cells of the sections on a screen of `width`."""
        wanted = self.tree or (26 if width < 100 else min(34, width // 5 + 8))
        return max(LEAST_TREE, min(wanted, width - 40))

    def heights(self, height: int) -> tuple[int, int, int]:
        """Lines of tickets, messages and text, their titles included, in `height` lines."""
        least = LEAST_ROWS + 1
        tickets = max(least, height * self.tickets // 1000)
        messages = max(least, height * self.messages // 1000)
        body = height - tickets - messages
        while body < least and (tickets > least or messages > least):
            if tickets >= messages and tickets > least:
                tickets -= 1
            else:
                messages -= 1
            body += 1
        return tickets, messages, body

    def with_tree(self, cells: int, width: int) -> Layout:
        """The sections `cells` wide."""
        return replace(self, tree=max(LEAST_TREE, min(cells, width - 40)))

    def with_tickets(self, lines: int, height: int) -> Layout:
        """The tickets `lines` high; what they gain the others lose."""
        most = height - 2 * (LEAST_ROWS + 1)
        lines = max(LEAST_ROWS + 1, min(lines, most))
        return replace(self, tickets=-(-lines * 1000 // height))

    def with_messages(self, lines: int, height: int) -> Layout:
        """The messages `lines` high; what they gain the text loses."""
        most = height - self.heights(height)[0] - (LEAST_ROWS + 1)
        lines = max(LEAST_ROWS + 1, min(lines, most))
        return replace(self, messages=-(-lines * 1000 // height))


def read(folder: Path) -> Layout:
    """The layout kept in a folder, else the first one; what does not fit is passed over."""
    try:
        kept: Any = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Layout()
    if not isinstance(kept, dict):
        return Layout()
    first = asdict(Layout())
    known = {each.name for each in fields(Layout)}
    values = {
        name: value for name, value in kept.items() if name in known and type(value) is type(first[name])
    }
    if isinstance(kept.get("unfolded"), list):
        values["unfolded"] = tuple(str(each) for each in kept["unfolded"])
    if isinstance(kept.get("columns"), dict):
        values["columns"] = {
            str(shows): tuple(str(key) for key in keys)
            for shows, keys in kept["columns"].items()
            if isinstance(keys, list)
        }
    if values.get("sort") not in TITLES:
        values.pop("sort", None)
    return Layout(**values)


def write(folder: Path, layout: Layout) -> None:
    """Keep the layout; the whole file or the old one. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f"{FILE}.{os.getpid()}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(layout), file, indent=1)
    os.replace(fresh, folder / FILE)
