"""The command line: an act by its name in the table, a ticket by its number; completed as one types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acts import Act
from deskterm.screens.dialogs import Dialog, keys_line

NAME_CELLS = 22


def matching(there: Sequence[Act], typed: str) -> list[Act]:
    """The acts meant by what is typed: names that begin with it, then those that hold it, then titles."""
    words = typed.strip().casefold().replace(" ", "_").lstrip(":")
    if not words:
        return list(there)

    def rank(act: Act) -> int:
        if act.id.startswith(words):
            return 0 if act.id != words else -1
        if words in act.id:
            return 1
        title = _(act.title).casefold().replace(" ", "_")
        return 2 if words in title else 3

    ranked = [(rank(act), place, act) for place, act in enumerate(there)]
    return [act for level, _place, act in sorted(ranked, key=lambda each: each[:2]) if level < 3]


class CommandLine(Dialog[str]):
    """Comes back with the name of an act, or with the number of a ticket."""

    takes_keys_ahead: ClassVar[bool] = True
    DEFAULT_CSS = """
    CommandLine { align: center bottom; background: transparent; }
    CommandLine > Vertical { width: 100%; max-width: 100%; border: none; border-top: solid $border; }
    CommandLine OptionList { max-height: 8; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", priority=True),
        ("down", "step(1)"),
        ("up", "step(-1)"),
    ]

    def __init__(self, there: Sequence[Act], keymap: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__("")
        self._there = there
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        with Vertical():
            yield OptionList(markup=False)
            yield Input(placeholder=_(": name of an act, or number of a ticket"), compact=True)
            yield keys_line(_("Tab completes · ↑ ↓ choose · Enter does it · Esc leaves"))

    def on_mount(self) -> None:
        super().on_mount()
        self._show("")
        self.query_one(Input).focus()

    def _show(self, typed: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        for act in matching(self._there, typed):
            keys = " ".join(acts.shown_key(key) for key in acts.keys_of(act, self._keymap))
            line = Text(f"{act.id:<{NAME_CELLS}} ")
            line.append(_(act.title))
            line.append(f"  {keys}", "dim")
            options.add_option(Option(line, id=act.id))
        options.highlighted = 0 if options.option_count else None

    def _chosen(self) -> str | None:
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return None
        return options.get_option_at_index(options.highlighted).id

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._show(message.value)

    @on(Input.Submitted)
    def action_enter(self) -> None:
        number = self.query_one(Input).value.strip().lstrip("#")
        chosen = number if number.isascii() and number.isdigit() else self._chosen()
        if chosen is not None:
            self.dismiss(chosen)

    @on(OptionList.OptionSelected)
    def _pressed(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(message.option.id)

    def action_complete(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            line = self.query_one(Input)
            line.value = chosen
            line.cursor_position = len(chosen)

    def action_step(self, lines: int) -> None:
        options = self.query_one(OptionList)
        if lines > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()
