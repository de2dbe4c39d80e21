"""Which of many things are shown, and in which order: columns, acts on the bar; by keyboard or by mouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from deskterm.i18n import _
from deskterm.screens.dialogs import Dialog
from deskterm.screens.frame import ActionBar

SHOWN, HIDDEN = "[x]", "[ ]"


class Arrange(Dialog[list[str]]):
    """Comes back with the keys of what is wanted, in order; with none for the usual ones."""

    DEFAULT_CSS = "Arrange > Vertical { width: 78; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("space,x,ч", "show_or_hide"),
        ("shift+up,K,Л", "move(-1)"),
        ("shift+down,J,О", "move(1)"),
        ("u,г", "usual"),
        # before the list, to which it means something else
        Binding("enter", "take", priority=True),
        ("j,о", "step(1)"),
        ("k,л", "step(-1)"),
        ("q,й", "leave"),
    ]

    def __init__(self, title: str, names: Mapping[str, str], chosen: Sequence[str]) -> None:
        """`names` is what there is, by its key."""
        super().__init__(title)
        self._names = names
        self._order = [*(key for key in chosen if key in names), *(key for key in names if key not in chosen)]
        self._shown = {key for key in chosen if key in names}
        self._bar = ActionBar(id="arrange_actions")

    def compose(self) -> ComposeResult:
        with Vertical():
            yield OptionList(markup=False)
            yield self._bar

    def on_mount(self) -> None:
        super().on_mount()
        self._bar.use(self.app.palette)
        self._bar.show(
            (
                ("toggle", "Space", _("show, hide")),
                ("up", "Shift+↑", _("earlier")),
                ("down", "Shift+↓", _("later")),
                ("usual", "u", _("the usual ones")),
                ("take", "Enter", _("take")),
                ("leave", "Esc", _("leave")),
            )
        )
        self._list()
        self.query_one(OptionList).focus()

    def _list(self, at: int = 0) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        for key in self._order:
            shown = key in self._shown
            options.add_option(
                Option(
                    Text(f"{SHOWN if shown else HIDDEN} {self._names[key]}", "" if shown else "dim"), id=key
                )
            )
        options.highlighted = max(0, min(at, len(self._order) - 1))

    @property
    def _at(self) -> int:
        return self.query_one(OptionList).highlighted or 0

    def action_show_or_hide(self) -> None:
        self._shown ^= {self._order[self._at]}
        self._list(self._at)

    def action_move(self, lines: int) -> None:
        at = self._at
        to = max(0, min(at + lines, len(self._order) - 1))
        self._order.insert(to, self._order.pop(at))
        self._list(to)

    def action_step(self, lines: int) -> None:
        options = self.query_one(OptionList)
        options.highlighted = max(0, min(self._at + lines, len(self._order) - 1))

    def action_usual(self) -> None:
        self.dismiss([])

    def action_take(self) -> None:
        self.dismiss([key for key in self._order if key in self._shown])

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        """Only the mouse leads here: Enter takes what is chosen."""
        self.action_show_or_hide()

    @on(ActionBar.Pressed)
    def _pressed(self, message: ActionBar.Pressed) -> None:
        match message.act:
            case "toggle":
                self.action_show_or_hide()
            case "up":
                self.action_move(-1)
            case "down":
                self.action_move(1)
            case "usual":
                self.action_usual()
            case "take":
                self.action_take()
            case _other:
                self.action_leave()
