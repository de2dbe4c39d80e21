"""Help: every act, those that apply now first, the others dimmed; typing narrows the list.

Enter does the chosen one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acts import ACTS, WHERES, Act
from deskterm.screens.dialogs import Dialog, keys_line

if TYPE_CHECKING:
    from deskterm.screens.acting import ActingScreen

KEY_CELLS = 16


class Help(Dialog[str]):
    """The acts with their keys; comes back with the name of the one to do."""

    DEFAULT_CSS = """
    Help > Vertical { width: 78; height: 90%; }
    Help OptionList { height: 1fr; max-height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("down", "step(1)"),
        ("up", "step(-1)"),
        ("pagedown", "step(10)"),
        ("pageup", "step(-10)"),
    ]

    def __init__(
        self,
        things: frozenset[str],
        focus: str,
        keymap: Mapping[str, tuple[str, ...]],
        rights: Collection[str],
    ) -> None:
        super().__init__(_("Help"))
        self._things = things
        self._rights = rights
        self._focus = focus
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Input(placeholder=_("type what you look for"), compact=True)
            yield OptionList(markup=False)
            yield keys_line(_("Enter does it · Esc goes back · keys act on a Russian keyboard too"))

    def on_mount(self) -> None:
        super().on_mount()
        self._show("")
        self.query_one(Input).focus()

    def _ordered(self) -> list[tuple[str, list[Act]]]:
        wheres = sorted(WHERES, key=lambda where: (where not in self._things, where != self._focus))
        return [(where, [act for act in ACTS if act.where == where]) for where in wheres]

    def _show(self, words: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        parts = words.casefold().split()
        for where, members in self._ordered():
            shown = [act for act in members if all(part in self._key(act) for part in parts)]
            if not shown:
                continue
            heading = Text(_(WHERES[where]), style="bold")
            if where not in self._things:
                heading.append("  " + _("(not here now)"), style="dim not bold")
            options.add_option(Option(heading, disabled=True))
            for act in shown:
                there = where in self._things and acts.allowed(act, self._rights)
                keys = "  ".join(acts.shown_key(key) for key in acts.keys_of(act, self._keymap))
                options.add_option(
                    Option(
                        Text.assemble(
                            f"  {keys:<{KEY_CELLS}}",
                            (_(act.title), "" if there else "dim"),
                        ),
                        id=act.id,
                        disabled=not there,
                    )
                )
        options.highlighted = next(
            (place for place, option in enumerate(options.options) if not option.disabled), None
        )
        options.scroll_home(animate=False)

    def _key(self, act: Act) -> str:
        return f"{_(act.title)} {' '.join(act.keys)} {act.id}".casefold()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._show(message.value)

    @on(Input.Submitted)
    def action_enter(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(message.option.id)

    def action_step(self, lines: int) -> None:
        options = self.query_one(OptionList)
        if abs(lines) > 1:
            # what cannot be done here is read too
            options.scroll_relative(y=lines, animate=False)
        elif lines > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()


def show_help(
    screen: ActingScreen[Any],
    things: frozenset[str],
    focus: str,
    keymap: Mapping[str, tuple[str, ...]],
) -> None:
    """Help on a screen, the acts of the thing in focus first; what is chosen is done there."""

    def do(name: str | None) -> None:
        if name is not None:
            screen.do(acts.BY_ID[name])

    screen.app.push_screen(Help(things, focus, keymap, screen.desk.rights), do)
