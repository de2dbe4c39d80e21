"""The test of a mailbox on the screen: each step as soon as it was tried, and what to do where one failed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens import child
from deskterm.screens.dialogs import Dialog, keys_line
from deskterm.screens.running import beside

LINES_AROUND = 8
"""Lines of the screen that are not steps, the most there can be."""


class AccountTest(Dialog[bool]):
    """Runs `deskterm accounts test` and shows what it sees; Esc ends it."""

    DEFAULT_CSS = "AccountTest > Vertical { width: 100; }"
    BINDINGS: ClassVar[list[BindingType]] = [("q,й", "leave")]

    def __init__(self, address: str) -> None:
        super().__init__(_("Test of {address}").format(address=address))
        self.address = address
        self.steps: list[dict[str, Any]] = []
        self.ended = False
        self._told = Static("", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical():
            with VerticalScroll():
                yield self._told
            yield keys_line(_("Esc goes back, and ends the test"))

    def on_mount(self) -> None:
        super().on_mount()
        scroll = self.query_one(VerticalScroll)
        scroll.styles.height = "auto"
        scroll.styles.max_height = max(5, self.app.size.height - LINES_AROUND)
        scroll.focus()
        self._show()
        beside(self, self._test(), group="testing", exclusive=True)

    def action_leave(self) -> None:
        """What still runs ends with the screen."""
        self.workers.cancel_group(self, "testing")
        self.dismiss(self.ended)

    async def _test(self) -> None:
        ending = child.Ending()
        arguments = ["accounts", "test", self.address, "--json-steps"]
        async with aclosing(child.lines(self.app.home.folder, arguments, ending)) as lines:
            async for line in lines:
                self.steps.append(json.loads(line))
                self._show()
        self.ended = True
        self._show(ending)

    def _show(self, ending: child.Ending | None = None) -> None:
        text = steps_told(self.steps)
        if ending is None:
            text.append(_("Trying…"), "dim")
        elif ending.code == 0:
            text.append(_("All works."), "bold")
        elif all(step["ok"] for step in self.steps):
            text.append(clean(ending.errors.strip()) or _("The test was broken off."), "bold")
        else:
            text.append(_("Correct it in the form, then try again."), "bold")
        self._told.update(text)
        self.query_one(VerticalScroll).scroll_end(animate=False)


def steps_told(steps: Sequence[Mapping[str, Any]]) -> Text:
    """A line a step: whether it works, what was seen; where something is to be done, what."""
    text = Text()
    for step in steps:
        works = bool(step["ok"])
        text.append("✓ " if works else "✗ ", "bold")
        text.append(f"{clean(str(step['sentence']))}\n", "" if works else "bold")
        if step["remedy"]:
            text.append(f"  → {clean(str(step['remedy']))}\n", "dim" if works else "")
    return text
