"""The command line: an act by its name and what it asks for, or a ticket; completed as one types."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acts import Act
from deskterm.screens.dialogs import Dialog, keys_line
from deskterm.screens.running import beside
from deskterm.screens.table_of_acts.words import WORDS, Words

NAME_CELLS = 22

Offered = Callable[[Words], Coroutine[Any, Any, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was asked for: an act and the words behind its name, or the number of a ticket."""

    act: str = ""
    words: str = ""
    ticket: str = ""


def matching(there: Sequence[Act], typed: str) -> list[Act]:
    """The acts meant by what is typed: names that begin with it, then those that hold it, then titles."""
    words = typed.strip().casefold().replace(" ", "_").replace("-", "_").lstrip(":")
    if not words:
        return list(there)

    def rank(act: Act) -> tuple[int, int]:
        if act.id.startswith(words):
            return 0, len(act.id)  # `assign` before `assign_me`, of which it is a part
        if words in act.id:
            return 1, 0
        title = _(act.title).casefold().replace(" ", "_")
        return (2 if words in title else 3), 0

    return [act for act in sorted(there, key=rank) if rank(act)[0] < 3]


def act_and_words(there: Sequence[Act], typed: str) -> tuple[Act, str] | None:
    """The act whose whole name is typed with a blank behind it, and the words after that."""
    name, blank, words = typed.lstrip(" :").partition(" ")
    name = name.casefold().replace("-", "_")
    act = next((act for act in there if act.id == name and act.id in WORDS), None)
    return (act, words.strip()) if act is not None and blank else None


class CommandLine(Dialog[Typed]):
    """Comes back with what to do."""

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

    def __init__(
        self,
        there: Sequence[Act],
        keymap: Mapping[str, tuple[str, ...]],
        earlier: Sequence[str] = (),
        offered: Offered | None = None,
    ) -> None:
        """`earlier` is what was typed before, the newest last; `offered` says what completes an act."""
        super().__init__("")
        self._there = there
        self._keymap = keymap
        self._earlier = earlier
        self._at = len(earlier)
        self._offered = offered
        self._offers: dict[str, Sequence[str]] = {}
        self._chose = False
        self.line = ""
        """The line as it is remembered, once it was given."""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield OptionList(markup=False)
            yield Input(
                placeholder=_(": name of an act, or number of a ticket"), compact=True, select_on_focus=False
            )
            yield keys_line(_("Tab completes · ↓ chooses · ↑ earlier lines · Enter does it · Esc leaves"))

    def on_mount(self) -> None:
        super().on_mount()
        self._show("")
        self.query_one(Input).focus()

    def _show(self, typed: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        self._chose = False
        meant = act_and_words(self._there, typed)
        if meant is not None:
            self._show_words(*meant)
            return
        for act in matching(self._there, typed):
            keys = " ".join(acts.shown_key(key) for key in acts.keys_of(act, self._keymap))
            line = Text(f"{act.id:<{NAME_CELLS}} ")
            line.append(_(act.title))
            if act.id in WORDS:
                line.append(f"  [{_(WORDS[act.id].told)}]", "dim")
            line.append(f"  {keys}", "dim")
            options.add_option(Option(line, id=act.id))
        options.highlighted = 0 if options.option_count else None

    def _show_words(self, act: Act, words: str) -> None:
        """What may stand behind the name of an act."""
        options = self.query_one(OptionList)
        told = Text(f"{act.id:<{NAME_CELLS}} ", style="bold")
        told.append(_(WORDS[act.id].told), "not bold")
        options.add_option(Option(told, disabled=True))
        if act.id not in self._offers:
            self._offers[act.id] = ()
            if self._offered is not None:
                beside(self, self._ask_offers(act))
        parts = words.casefold().split()
        said = words.casefold()
        fits = [
            (number, each)
            for number, each in enumerate(self._offers[act.id])
            if all(part in each.casefold() for part in parts)
        ]
        # what is called just so, then what begins so: Enter does the first
        fits.sort(key=lambda one: (one[1].casefold() != said, not one[1].casefold().startswith(said)))
        for number, each in fits:
            options.add_option(Option(Text(clean(each)), id=str(number)))
        options.highlighted = 1 if options.option_count > 1 else None

    async def _ask_offers(self, act: Act) -> None:
        assert self._offered is not None
        self._offers[act.id] = await self._offered(WORDS[act.id])
        self._show(self.query_one(Input).value)

    def _highlighted(self) -> str | None:
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return None
        return options.get_option_at_index(options.highlighted).id

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._show(message.value)

    @on(Input.Submitted)
    def action_enter(self) -> None:
        typed = self.query_one(Input).value
        meant = act_and_words(self._there, typed)
        number = typed.strip().lstrip("#")
        if meant is not None:
            act, words = meant
            chosen = self._highlighted()
            if chosen is not None and (words or self._chose):
                words = self._offers[act.id][int(chosen)]
            self._done(Typed(act.id, words), f"{act.id} {words}")
        elif number.isascii() and number.isdigit():
            self._done(Typed(ticket=number), typed)
        elif (name := self._highlighted()) is not None:
            self._done(Typed(name), name)

    def _done(self, typed: Typed, line: str) -> None:
        self.line = line.strip()
        self.dismiss(typed)

    @on(OptionList.OptionSelected)
    def _pressed(self, message: OptionList.OptionSelected) -> None:
        self._chose = True
        meant = act_and_words(self._there, self.query_one(Input).value)
        if meant is not None:
            self.action_enter()
        elif message.option.id is not None:
            self._done(Typed(message.option.id), message.option.id)

    def action_complete(self) -> None:
        line = self.query_one(Input)
        chosen = self._highlighted()
        if chosen is None:
            return
        meant = act_and_words(self._there, line.value)
        if meant is not None:
            self._put(f"{meant[0].id} {self._offers[meant[0].id][int(chosen)]}")
        else:
            self._put(f"{chosen} " if chosen in WORDS else chosen)

    def _put(self, typed: str) -> None:
        line = self.query_one(Input)
        line.value = typed
        line.cursor_position = len(typed)

    def action_step(self, lines: int) -> None:
        """Down the list and up again; beyond its top, and back, what was typed before."""
        options = self.query_one(OptionList)
        first = 1 if act_and_words(self._there, self.query_one(Input).value) is not None else 0
        earlier = self._at < len(self._earlier)
        if lines > 0 and earlier and not self._chose:
            self._at += 1
            self._put(self._earlier[self._at] if self._at < len(self._earlier) else "")
        elif lines > 0:
            self._chose = True
            if options.highlighted is None or options.highlighted < options.option_count - 1:
                options.action_cursor_down()
        elif options.highlighted is not None and options.highlighted > first:
            options.action_cursor_up()
            self._chose = True
        elif self._at > 0:
            self._at -= 1
            self._put(self._earlier[self._at])
