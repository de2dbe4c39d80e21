"""A small screen to write more than one line in."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from deskterm.clean import clean_lines
from deskterm.i18n import _
from deskterm.screens.dialogs import Dialog, keys_line


class SeveralLines(Dialog[str]):
    """A text of several lines, as a note about a client."""

    DEFAULT_CSS = """
    SeveralLines > Vertical { width: 78; }
    SeveralLines TextArea { height: 9; border: none; background: $boost; padding: 0 1; margin-bottom: 1; }
    SeveralLines TextArea:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10,ctrl+enter,ctrl+ы", "take", priority=True),
        Binding("escape", "leave", priority=True),
    ]

    def __init__(self, title: str, value: str) -> None:
        super().__init__(title)
        self._value = clean_lines(value)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield TextArea(
                self._value,
                soft_wrap=True,
                show_line_numbers=False,
                tab_behavior="focus",
                highlight_cursor_line=False,
            )
            yield keys_line(_("Ctrl+S takes it · Esc leaves it as it was"), S="take")

    def on_mount(self) -> None:
        super().on_mount()
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def action_take(self) -> None:
        self.dismiss(self.query_one(TextArea).text)
