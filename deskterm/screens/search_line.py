"""The line above the tickets in which one types what to find, and the one below it: what may follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens.frame import OneLine
from deskterm.screens.kept_lines import Row
from deskterm.screens.presenters.line import Line, width_of
from deskterm.screens.typed_line import TypedLine

if TYPE_CHECKING:
    from deskterm.desk.query.completion import Completion


class SearchLine(TypedLine):
    """Words or a number; results appear as one types. Esc closes it and brings back what was there."""

    DEFAULT_CSS = """
    SearchLine { display: none; width: 1fr; height: 1; border: none; padding: 0 1; background: $boost; }
    SearchLine:focus { border: none; }
    SearchLine.shown { display: block; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("down", "to_results"),
        ("escape", "close"),
        ("tab", "complete"),
    ]

    def __init__(
        self,
        complete: Callable[[], None] | None = None,
        *,
        id: str,
        results: str = "#tickets",
        placeholder: str = "",
    ) -> None:
        """`results` is the list that shows what is found."""
        told = placeholder or _("words or a ticket's number; Esc brings the section back")
        super().__init__(id=id, compact=True, placeholder=told)
        self._complete = complete
        """Goes on with the first of what may follow; None: nothing is offered here."""
        self._results = results
        self.leave = SearchLeave(self.action_close)

    def appear(self) -> None:
        """Show it."""
        self.add_class("shown")
        self.leave.add_class("shown")

    def open(self) -> None:
        """Show it and type."""
        self.appear()
        # at once: keys that follow belong to it already
        self.screen.set_focus(self)

    def close(self) -> None:
        """Forget the words and hide it."""
        self.value = ""
        self.remove_class("shown")
        self.leave.remove_class("shown")

    def action_to_results(self) -> None:
        self.screen.set_focus(self.screen.query_one(self._results))

    def action_complete(self) -> None:
        if self._complete is not None:
            self._complete()

    def action_close(self) -> None:
        self.close()
        self.action_to_results()


class SearchLeave(OneLine):
    """At the end of a search line: the way out of it, a click away also where the list has the focus."""

    DEFAULT_CSS = """
    SearchLeave { display: none; }
    SearchLeave.shown { display: block; }
    """

    def __init__(self, leave: Callable[[], None]) -> None:
        super().__init__()
        self._leave = leave

    def on_mount(self) -> None:
        back = _("back")
        told: Line = ((" Esc", "key"), (f" {back} ", ""))
        self.styles.width = width_of(told)
        self.say(told)

    def on_click(self, event: events.Click) -> None:
        self._leave()


class SearchRow(Row):
    """A search line and the way out of it; of no height while it is closed."""

    DEFAULT_CSS = "SearchRow { height: auto; }"

    def __init__(self, line: SearchLine) -> None:
        super().__init__()
        self._line = line

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._line.leave


class SearchHint(OneLine):
    """Below the line: how the last word may go on, each a click away; or what is wrong with the query."""

    DEFAULT_CSS = """
    SearchHint { display: none; }
    SearchHint.shown { display: block; }
    """

    def __init__(self, pick: Callable[[Completion], None], tell_how: Callable[[], None], *, id: str) -> None:
        super().__init__(id=id)
        self._pick = pick
        self._tell_how = tell_how
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
        right: Line = ((f" {self.count}" if self.count else "", "strong"), (self._how(), "faint"))
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

    def _how(self) -> str:
        return "  " + _("F12 how to ask") + " "

    def on_click(self, event: events.Click) -> None:
        if event.x >= self.size.width - cell_len(self._how()):
            self._tell_how()
            return
        at = cell_len(_("Tab")) + 2
        for one in self.offered:
            width = cell_len(f" {clean(one.word)}") + cell_len(f" {one.told} " if one.told else " ")
            if at <= event.x < at + width:
                self._pick(one)
                return
            at += width
