"""Small screens that ask one thing: choose, confirm, type, pick files, read."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker

from deskterm.clean import clean, clean_lines
from deskterm.i18n import _
from deskterm.screens.presenters.line import fit
from deskterm.screens.running import beside

if TYPE_CHECKING:
    from deskterm.desk.views import Choosable
    from deskterm.screens.app import Console

Answer = TypeVar("Answer")
LEAST_CELLS, MOST_CELLS = 64, 100
"""How wide the box of a list is."""
AROUND = 12
"""Cells of border, padding, indent, scrollbar, the blanks between name and detail, and the tick."""


class Dialog(ModalScreen[Answer], Generic[Answer]):
    """A box in the middle with a title; Esc leaves it unanswered."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog:ansi { background: transparent; }
    Dialog > Vertical {
        width: 64; max-width: 94%; height: auto; max-height: 90%;
        background: $panel; border: round $border; border-title-color: $foreground; padding: 0 1;
    }
    Dialog Input { border: none; height: 1; background: $boost; margin-bottom: 1; }
    Dialog Input:focus { border: none; }
    Dialog OptionList {
        border: none; background: $panel; height: auto; max-height: 16; padding: 0;
        scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Dialog VerticalScroll { scrollbar-size-vertical: 1; }
    Dialog OptionList:focus { border: none; }
    Dialog .told { margin-bottom: 1; }
    Dialog .keys {
        color: $foreground 80%;
        link-color: $foreground 80%; link-style: none; link-background: transparent;
        link-color-hover: $foreground; link-style-hover: underline; link-background-hover: transparent;
    }
    """
    app: Console
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = clean(title)

    def on_mount(self) -> None:
        self.query_one(Vertical).border_title = Text(self._title).plain.replace("[", r"\[")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        self.app.background_ended(event)

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_enter(self) -> None:
        """What the key Enter does, asked for by the mouse."""
        self.action_leave()


def keys_line(told: str, **acts: str) -> Static:
    """What keys do, `acts` by key; a click on it does the same: the mouse alone gets out of a dialog."""
    acts = {"Esc": "leave", "Enter": "enter"} | acts
    text = Text()
    for number, part in enumerate(told.split(" · ")):
        act = next((act for key, act in acts.items() if re.search(rf"(?<!\w){key}(?!\w)", part)), "")
        text.append(" · " if number else "")
        text.append(Text(part).on(click=f"screen.{act}") if act else part)
    return Static(text, classes="keys", markup=False)


class Choose(Dialog[int]):
    """Choose one of a list; typing narrows it. With `look_up` the list is asked for as one types."""

    takes_keys_ahead: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [("down", "step(1)"), ("up", "step(-1)")]

    def __init__(
        self,
        title: str,
        entries: Sequence[Choosable],
        *,
        current: int | None = None,
        look_up: Callable[[str], Coroutine[Any, Any, Sequence[Choosable]]] | None = None,
        keys: str = "",
        otherwise: int | None = None,
        placeholder: str = "",
    ) -> None:
        """`keys` says what Enter and Esc do where they do something else than take and leave.

        `otherwise` is the entry that asks for something not in the list: words that fit nothing answer it.
        """
        super().__init__(title)
        self._keys = keys
        self._otherwise = otherwise
        self._placeholder = placeholder
        self._entries = list(entries)
        self._current = current
        self._look_up = look_up
        self._shown_for = ""
        self._found: Sequence[Choosable] = ()
        self._cells = LEAST_CELLS

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Input(placeholder=self._placeholder or _("type to narrow the list"), compact=True)
            yield OptionList(markup=False)
            keys = self._keys or _("Enter takes it · Esc leaves everything as it is")
            yield keys_line(keys)

    def on_mount(self) -> None:
        super().on_mount()
        self._cells = self.box_cells(min(MOST_CELLS, self.app.size.width * 94 // 100))
        self.query_one(Vertical).styles.width = self._cells
        self.query_one(OptionList).styles.max_height = self.list_lines()
        self._show(self._entries, at=self._current)
        line = self.query_one(Input)
        line.focus()
        if given := self.app.take_given():
            with self.prevent(Input.Changed):
                line.value = given
            beside(self, self._answered(given), exclusive=True)

    async def _answered(self, words: str) -> None:
        """What was said beforehand: the one entry it means is taken, of several one is to be chosen."""
        if self._look_up is not None:
            await self._looked_up(words)
            meant = meant_by(words, self._found)
        else:
            self._show(self._fitting(words))
            meant = meant_by(words, self._entries)
        if meant is not None:
            self.dismiss(meant.id)
        elif self._otherwise is not None and not self._fitting(words):
            self._take()

    def box_cells(self, most: int) -> int:
        """How wide the box is, of at most so many cells."""
        return most if self._look_up is not None else max(LEAST_CELLS, min(_need(self._entries), most))

    def list_lines(self) -> int:
        """How many lines of the list are shown at most."""
        return max(4, self.app.size.height * 9 // 10 - 5)

    def searched(self, entry: Choosable) -> str:
        """What an entry is found by."""
        return _key(entry)

    def _fitting(self, words: str) -> list[Choosable]:
        parts = words.casefold().split()
        return [each for each in self._entries if all(part in self.searched(each) for part in parts)]

    def _show(self, entries: Sequence[Choosable], at: int | None = None) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        group = None
        names = _name_cells(entries, self._cells - AROUND)
        for entry in entries:
            if entry.group and entry.group != group:
                group = entry.group
                options.add_option(Option(Text(clean(_(group)), style="bold"), disabled=True))
            indent = "  " if entry.group else ""
            if entry.detail:
                text = Text(indent + fit(clean(entry.name), names))
                text.append(f"  {clean(entry.detail)}", style="dim")
            else:
                text = Text(indent + clean(entry.name))
            if entry.id == self._current:
                text.append("  ✓")
            options.add_option(Option(text, id=str(entry.id)))
        if not entries:
            other = next((each for each in self._entries if each.id == self._otherwise), None)
            if other is None:
                options.add_option(Option(Text(_("nothing fits"), style="dim"), disabled=True))
            else:
                options.add_option(Option(Text(clean(other.name)), id=str(other.id)))
        first = next((place for place, option in enumerate(options.options) if not option.disabled), None)
        options.highlighted = first
        if at is not None:
            for place, option in enumerate(options.options):
                if option.id == str(at):
                    options.highlighted = place

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        if self._look_up is not None:
            beside(self, self._looked_up(message.value.strip()), exclusive=True)
            return
        self._show(self._fitting(message.value))

    async def _looked_up(self, words: str) -> None:
        assert self._look_up is not None
        self._found = await self._look_up(words)
        self._show(self._found)
        self._shown_for = words

    @on(Input.Submitted)
    def _given(self) -> None:
        words = self.query_one(Input).value.strip()
        if self._look_up is not None and words != self._shown_for:
            # what is shown answers an earlier word: Enter is meant for what these words find
            beside(self, self._looked_up_and_taken(words), exclusive=True)
            return
        self._take()

    def action_enter(self) -> None:
        self._given()

    async def _looked_up_and_taken(self, words: str) -> None:
        await self._looked_up(words)
        self._take()

    def _take(self) -> None:
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            option = options.get_option_at_index(options.highlighted)
            if option.id is not None and not option.disabled:
                self._took(int(option.id))

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        if message.option.id is not None:
            self._took(int(message.option.id))

    def _took(self, id: int) -> None:
        words = self.query_one(Input).value.strip()
        if id == self._otherwise and not self._fitting(words):
            self.app.given = words
        self.dismiss(id)

    def action_step(self, lines: int) -> None:
        options = self.query_one(OptionList)
        if lines > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()


def _need(entries: Sequence[Choosable]) -> int:
    """Cells a box needs for these entries to stand in it whole."""
    names = max((cell_len(clean(each.name)) for each in entries), default=0)
    details = max((cell_len(clean(each.detail)) for each in entries), default=0)
    return names + details + AROUND


def _name_cells(entries: Sequence[Choosable], room: int) -> int:
    """Cells the names get that have something beside them: what that leaves, and never less than half."""
    detailed = [each for each in entries if each.detail]
    names = max((cell_len(clean(each.name)) for each in detailed), default=0)
    details = max((cell_len(clean(each.detail)) for each in detailed), default=0)
    return min(names, max(room - details, room // 2))


def meant_by(words: str, entries: Sequence[Choosable]) -> Choosable | None:
    """The one entry words mean: called just so, else the only one that begins so, else that holds them."""
    words = " ".join(words.casefold().split())
    for means in (_called, _begins, _holds):
        found = [each for each in entries if means(each, words)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _called(entry: Choosable, words: str) -> bool:
    name = entry.name.casefold()
    numbered = name.split(" ")[0].lstrip("#") if words.isdecimal() else ""
    return words in (name, entry.detail.casefold(), numbered) or (
        words.isdecimal() and name.endswith(f"({words})")
    )


def _begins(entry: Choosable, words: str) -> bool:
    return entry.name.casefold().startswith(words)


def _holds(entry: Choosable, words: str) -> bool:
    return all(part in _key(entry) for part in words.split())


def _key(entry: Choosable) -> str:
    return f"{entry.name} {entry.detail} {entry.group}".casefold()


class Confirm(Dialog[str]):
    """Choose one of a few answers by its letter."""

    def __init__(self, title: str, told: str, answers: Sequence[tuple[str, str, str]]) -> None:
        """`answers` are (what comes back, key, words)."""
        super().__init__(title)
        self._told = clean_lines(told)
        self._answers = answers

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._told, classes="told", markup=False)
            yield self.list_of_answers()

    def list_of_answers(self) -> OptionList:
        """The answers with their keys."""
        return OptionList(
            *(
                Option(Text.assemble((key, "bold"), f"  {words}"), id=answer)
                for answer, key, words in self._answers
            )
        )

    def key_pressed(self, key: str) -> str | None:
        """The answer a key gives, on either keyboard."""
        from deskterm.screens.acts import twin

        for answer, own, _words in self._answers:
            if key in (own, twin(own)):
                return answer
        return None

    def on_key(self, event: Any) -> None:
        answer = self.key_pressed(event.key)
        if answer is not None:
            event.stop()
            self.dismiss(answer)

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(message.option.id)


class AskAbout(Confirm):
    """A text to read, and what can be done with what it tells."""

    def __init__(self, title: str, text: Text, answers: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(title, "", answers)
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical():
            with VerticalScroll():
                yield Static(self._text, classes="told", markup=False)
            yield self.list_of_answers()

    def on_mount(self) -> None:
        super().on_mount()
        scroll = self.query_one(VerticalScroll)
        scroll.styles.height = "auto"
        scroll.styles.max_height = max(4, self.app.size.height - 12)
        self.query_one(OptionList).focus()


class Ask(Dialog[str]):
    """Type one line."""

    takes_keys_ahead: ClassVar[bool] = True

    def __init__(self, title: str, told: str, value: str = "", *, suggester: Any = None) -> None:
        super().__init__(title)
        self._told = clean(told)
        self._value = value
        self._suggester = suggester

    def compose(self) -> ComposeResult:
        with Vertical():
            if self._told:
                yield Static(self._told, classes="told", markup=False)
            yield Input(self._value, compact=True, suggester=self._suggester, select_on_focus=False)
            keys = _("Enter takes it · Esc leaves")
            if self._suggester is not None:
                keys = _("Enter takes it · → completes · Esc leaves")
            yield keys_line(keys)

    def on_mount(self) -> None:
        super().on_mount()
        if given := self.app.take_given():
            # not before the screen stands
            self.call_later(self._answered, given)

    def _answered(self, words: str) -> None:
        self.dismiss(words)

    @on(Input.Submitted)
    def action_enter(self) -> None:
        self.dismiss(self.query_one(Input).value)


class Sorry(Dialog[bool]):
    """Something that cannot be helped here; any of Enter, Esc, q goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [("enter,q,й,space", "leave")]

    def __init__(self, title: str, told: str) -> None:
        super().__init__(title)
        self._told = clean(told)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._told, classes="told", markup=False)
            yield keys_line(_("Enter goes on"))


class Read(Dialog[bool]):
    """A text to read: help, reasons."""

    BINDINGS: ClassVar[list[BindingType]] = [("q,й", "leave")]

    DEFAULT_CSS = "Read > Vertical { width: 100; }"

    def __init__(self, title: str, text: RenderableType) -> None:
        super().__init__(title)
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical():
            with VerticalScroll():
                yield Static(self._text, markup=False)
            yield keys_line(_("Esc goes back"))

    def on_mount(self) -> None:
        super().on_mount()
        scroll = self.query_one(VerticalScroll)
        scroll.styles.height = "auto"
        scroll.styles.max_height = max(5, self.app.size.height - 8)
        scroll.focus()
