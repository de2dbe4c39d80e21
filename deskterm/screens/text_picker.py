"""Choosing one of the desk's texts, a template or an article: found by any of its words, read beforehand."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, OptionList, Static

from deskterm.clean import clean_lines
from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens.desk_link import Trouble
from deskterm.screens.dialogs import Choose, keys_line
from deskterm.screens.running import beside

AROUND_LINES = 8
"""Lines of the screen that are neither the list nor the text: border, line to type in, keys."""


class ChooseText(Choose):
    """A list of texts above the one the cursor is on, as it would be put in."""

    DEFAULT_CSS = """
    ChooseText > Vertical { height: 90%; }
    ChooseText VerticalScroll { height: 1fr; border-top: solid $border; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("pagedown", "turn(1)"), ("pageup", "turn(-1)")]

    def __init__(
        self,
        title: str,
        entries: Sequence[Choosable],
        read: Callable[[int], Coroutine[Any, Any, str]],
        *,
        words: Mapping[int, str] | None = None,
        look_up: Callable[[str], Coroutine[Any, Any, Sequence[Choosable]]] | None = None,
    ) -> None:
        """`read` gives a text by its number; `words` is what each is found by besides its entry."""
        keys = _("Enter puts it in · PgDn PgUp page through it · Esc leaves")
        super().__init__(title, entries, look_up=look_up, keys=keys)
        self._read = read
        self._words = words or {}

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Input(placeholder=_("type words of its name or its text"), compact=True)
            yield OptionList(markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(markup=False, id="text_shown")
            yield keys_line(self._keys)

    def list_lines(self) -> int:
        return max(3, (self.app.size.height * 9 // 10 - AROUND_LINES) // 3)

    def box_cells(self, most: int) -> int:
        return most

    def searched(self, entry: Choosable) -> str:
        return f"{super().searched(entry)} {self._words.get(entry.id, '')}".casefold()

    @on(OptionList.OptionHighlighted)
    def _reached(self, message: OptionList.OptionHighlighted) -> None:
        id = message.option.id
        if id is not None:
            beside(self, self._show_text(int(id)), group="text", exclusive=True)

    async def _show_text(self, id: int) -> None:
        try:
            text = await self._read(id)
        except Trouble as trouble:
            text = trouble.sentence
        self.query_one("#text_shown", Static).update(Text(clean_lines(text)))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_turn(self, pages: int) -> None:
        """Page through the text."""
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_relative(y=pages * max(1, scroll.size.height - 1), animate=False)
