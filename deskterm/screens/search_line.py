"""The line above the tickets in which one types what to find, and the one below it: what may follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens.frame import OneLine
from deskterm.screens.presenters.line import Line
from deskterm.screens.typed_line import TypedLine

if TYPE_CHECKING:
    from deskterm.desk.query.completion import Completion


class SearchLine(TypedLine):
    """Words or a number; results appear as one types. Esc closes it and brings the section back."""

    DEFAULT_CSS = """
    SearchLine { display: none; height: 1; border: none; padding: 0 1; background: $boost; }
    SearchLine:focus { border: none; }
    SearchLine.shown { display: block; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("down", "to_results"),
        ("escape", "close"),
        ("tab", "complete"),
    ]

    def __init__(self, complete: Callable[[], None] | None = None, *, id: str) -> None:
        super().__init__(
            id=id, compact=True, placeholder=_("words or a ticket's number; Esc brings the section back")
        )
        self._complete = complete
        """Goes on with the first of what may follow; None: nothing is offered here."""

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

    def action_complete(self) -> None:
        if self._complete is not None:
            self._complete()

    def action_close(self) -> None:
        self.close()
        self.screen.set_focus(self.screen.query_one("#tickets"))


class SearchHint(OneLine):
    """Below the line: how the last word may go on, each a click away; or what is wrong with the query."""

    DEFAULT_CSS = """
    SearchHint { display: none; }
    SearchHint.shown { display: block; }
    """

    def __init__(self, pick: Callable[[Completion], None], *, id: str) -> None:
        super().__init__(id=id)
        self._pick = pick
        self.offered: tuple[Completion, ...] = ()
        self.wrong = ""
        self.count = ""

    def on_mount(self) -> None:
        self.watch(self.screen.query_one("#search"), "has_focus", self._follow)

    def _follow(self, typing: bool) -> None:
        self.set_class(typing, "shown")

    def offer(self, completions: Sequence[Completion]) -> None:
        """Show how the last word may go on."""
        self.offered = tuple(completions)
        self._show()

    def tell(self, *, wrong: str = "", count: str = "") -> None:
        """Say what is wrong with the query, or how much it found."""
        self.wrong, self.count = wrong, count
        self._show()

    def _show(self) -> None:
        right: Line = (
            (f" {self.count}" if self.count else "", "strong"),
            ("  " + _("F12 how to ask") + " ", "faint"),
        )
        if self.offered:
            pieces: list[tuple[str, str]] = [(" " + _("Tab") + " ", "faint")]
            for one in self.offered:
                pieces.append((f" {clean(one.word)}", "key"))
                pieces.append((f" {one.told} " if one.told else " ", "faint"))
            self.say(tuple(pieces), right)
        elif self.wrong:
            self.say(((f" {clean(self.wrong)}", "warning"),), right)
        else:
            self.say((), right)

    def on_click(self, event: events.Click) -> None:
        at = cell_len(_("Tab")) + 2
        for one in self.offered:
            width = cell_len(f" {clean(one.word)}") + cell_len(f" {one.told} " if one.told else " ")
            if at <= event.x < at + width:
                self._pick(one)
                return
            at += width
