"""The line above the tickets in which one types what to find."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import Input

from deskterm.i18n import _


class SearchLine(Input):
    """Words or a number; results appear as one types. Esc closes it and brings the section back."""

    DEFAULT_CSS = """
    SearchLine { display: none; height: 1; border: none; padding: 0 1; background: $boost; }
    SearchLine:focus { border: none; }
    SearchLine.shown { display: block; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("down", "to_results"), ("escape", "close")]

    def __init__(self, *, id: str) -> None:
        super().__init__(
            id=id, compact=True, placeholder=_("words or a ticket's number; Esc brings the section back")
        )

    def open(self) -> None:
        """Show it and type."""
        self.add_class("shown")
        # at once: keys that follow belong to it already
        self.screen.set_focus(self)

    def close(self) -> None:
        """Forget the words and hide it."""
        self.value = ""
        self.remove_class("shown")

    def action_to_results(self) -> None:
        self.screen.set_focus(self.screen.query_one("#tickets"))

    def action_close(self) -> None:
        self.close()
        self.screen.set_focus(self.screen.query_one("#tickets"))
