"""The form of an entry: its fields one under the other, whatever area it is of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from rich.cells import cell_len
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from deskterm.clean import clean, clean_lines
from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens.administration.area import Entries, Field, function
from deskterm.screens.desk_link import DeskLink, Trouble
from deskterm.screens.dialogs import Choose, Confirm, Dialog, keys_line
from deskterm.screens.frame import ActionBar
from deskterm.screens.running import beside

TOGGLES: Final = frozenset({"enter", "space"})
LINES_AROUND: Final = 9
"""Lines of the form that are not fields, the most there can be."""
TITLE_CELLS: Final = 68
"""So long a title stands whole on the narrowest screen."""
TALL_FROM: Final = 4
"""A form of at most so many fields has room for high texts."""


class Held(Static, can_focus=True):
    """A value that is not typed: a switch, what was chosen of one list or more."""

    class Asked(Message):
        """Enter, space or a click on it."""

        def __init__(self, held: Held) -> None:
            super().__init__()
            self.held = held

    def __init__(self, field: Field, kind: str, value: Any, entries: Entries) -> None:
        super().__init__(markup=False)
        self.field = field
        self.kind = kind
        self.value = value
        self.entries = list(entries)

    def on_mount(self) -> None:
        self.show()

    def show(self) -> None:
        """Show the value in words."""
        self.update(Text(clean(self.words())))

    def words(self) -> str:
        """The value in words."""
        if self.kind == "switch":
            return "[x] " + _("yes") if self.value else "[ ] " + _("no")
        if self.kind == "several":
            return "▾ " + (", ".join(self.word_of(value) for value in self.value) or "–")
        return "▾ " + (self.word_of(self.value) if self.value else _(self.field.none) or "–")

    def word_of(self, value: str) -> str:
        """How people call a value."""
        return next((words for known, words in self.entries if known == value), value)

    def on_key(self, event: events.Key) -> None:
        if event.key in TOGGLES:
            event.stop()
            self.post_message(self.Asked(self))

    def on_click(self) -> None:
        self.focus()
        self.post_message(self.Asked(self))


class ChooseSeveral(Dialog[tuple[str, ...]]):
    """Choose any number of a list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", priority=True),
        Binding("enter,ctrl+s,ctrl+ы,f10", "take", priority=True),
    ]

    def __init__(self, title: str, entries: Entries, chosen: Sequence[str]) -> None:
        super().__init__(title)
        self._entries = entries
        self._chosen = set(chosen)
        self._gone = [value for value in chosen if value not in dict(entries)]

    def compose(self) -> ComposeResult:
        with Vertical():
            yield OptionList(*(Option(self._line(number)) for number in range(len(self._entries))))
            yield keys_line(
                _("Space chooses · Enter takes them · Esc leaves everything as it is"), Enter="take"
            )

    def on_mount(self) -> None:
        super().on_mount()
        options = self.query_one(OptionList)
        options.highlighted = 0 if self._entries else None
        options.focus()

    def _line(self, number: int) -> Text:
        value, words = self._entries[number]
        return Text(f"[{'x' if value in self._chosen else ' '}] {clean(words)}")

    def action_turn(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self._turn(place)

    @on(OptionList.OptionSelected)
    def _pressed(self, message: OptionList.OptionSelected) -> None:
        self._turn(message.option_index)

    def _turn(self, place: int) -> None:
        self._chosen ^= {self._entries[place][0]}
        self.query_one(OptionList).replace_option_prompt_at_index(place, self._line(place))

    def action_take(self) -> None:
        known = [value for value, _words in self._entries if value in self._chosen]
        self.dismiss((*known, *self._gone))


class Form(Dialog[bool]):
    """The fields of one entry. `take` does the act; what it raises is said here and nothing typed is lost."""

    CSS_PATH = "administration.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10,ctrl+enter,ctrl+ы", "take", priority=True),
        Binding("escape", "leave", priority=True),
        Binding("ctrl+t,ctrl+е", "try_typed", priority=True),
        Binding("down", "next"),
        Binding("up", "previous"),
    ]

    def __init__(
        self,
        title: str,
        link: DeskLink,
        fields: Sequence[Field],
        row: Any,
        entries: Mapping[str, Entries],
        take: Callable[[dict[str, Any]], Awaitable[bool | None]],
        told: str = "",
    ) -> None:
        """`entries` is what can be chosen, by field; `row` None makes a new entry, then all values are given.

        Of an entry that is there only what was changed is given to `take`; False keeps the form open.
        """
        if cell_len(title) > TITLE_CELLS:
            # what finds no room in the frame stands whole inside it
            title, _colon, name = title.partition(": ")
            told = f"{name}\n{told}".strip()
        super().__init__(title)
        self.desk = link
        self._fields = list(fields)
        self._row = row
        self._entries = entries
        self._take = take
        self._told = told
        self._at_first: dict[str, Any] = {}
        self._widgets: dict[str, Input | TextArea | Held] = {}
        self._taking = False
        self.try_typed: Callable[[dict[str, Any]], Awaitable[None]] | None = None
        """Shows what the values typed would do, before they are saved."""
        self.wrong = Static("", classes="wrong", markup=False)
        self.hint = Static("", classes="hint", markup=False)
        self.bar = ActionBar(id="form_actions")

    def compose(self) -> ComposeResult:
        tall = " tall" if len(self._fields) <= TALL_FROM else ""
        with Vertical():
            if self._told:
                yield Static(clean_lines(self._told), classes="told", markup=False)
            with VerticalScroll(classes="rows", can_focus=False):
                for field in self._fields:
                    with Horizontal(classes="row" + tall):
                        yield Static(_(field.title), classes="label", markup=False)
                        yield self._widget(field)
            yield self.hint
            yield self.wrong
            yield self.bar

    def _widget(self, field: Field) -> Input | TextArea | Held:
        kind = field.kind_for(self._row)
        value = field.value(self._row)
        made: Input | TextArea | Held
        if kind in ("lines", "items"):
            text = "\n".join(value) if kind == "items" else value
            made = TextArea(
                clean_lines(text),
                soft_wrap=True,
                show_line_numbers=False,
                tab_behavior="focus",
                highlight_cursor_line=False,
            )
        elif kind in ("switch", "choice", "several"):
            made = Held(field, kind, value, self._entries.get(field.name, ()))
        else:
            text = ", ".join(value) if kind == "words" else value
            made = Input(clean(text), compact=True, select_on_focus=False, password=kind == "secret")
        self._widgets[field.name] = made
        return made

    def on_mount(self) -> None:
        super().on_mount()
        self.bar.use(self.app.palette)
        tries = (("try_typed", "Ctrl+T", _("try it first")),) if self.try_typed is not None else ()
        self.bar.show((("take", "Ctrl+S", _("save")), *tries, ("leave", "Esc", _("leave"))))
        self.query_one(VerticalScroll).styles.max_height = max(3, self.app.size.height - LINES_AROUND)
        self._at_first = {field.name: self._given(field) for field in self._fields}
        if self._fields:
            self._widgets[self._fields[0].name].focus()

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(VerticalScroll).styles.max_height = max(3, self.app.size.height - LINES_AROUND)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        field = self._field_of(self.focused)
        self.hint.update(_(field.hint) if field is not None and field.hint else "")

    def _field_of(self, widget: object) -> Field | None:
        return next((field for field in self._fields if self._widgets[field.name] is widget), None)

    # -- values

    def _given(self, field: Field) -> Any:
        """What the form holds for a field, as the desk takes it; a number stays a text until it is taken."""
        widget = self._widgets[field.name]
        if isinstance(widget, Held):
            return widget.value
        kind = field.kind_for(self._row)
        if isinstance(widget, TextArea):
            if kind == "items":
                return [line.strip() for line in widget.text.splitlines() if line.strip()]
            return widget.text
        if kind == "words":
            return [word for part in widget.value.split(",") if (word := part.strip())]
        return widget.value if kind == "secret" else widget.value.strip()

    def _changed(self) -> dict[str, Any]:
        given = {field.name: self._given(field) for field in self._fields}
        return {name: value for name, value in given.items() if value != self._at_first.get(name)}

    def _values(self) -> dict[str, Any] | None:
        """What is given to the desk; None where something is no number, which is said."""
        values = self._changed()
        if self._row is None:
            values = {field.name: self._given(field) for field in self._fields}
        for field in self._fields:
            if field.name in values and field.kind_for(self._row) == "number":
                try:
                    values[field.name] = int(values[field.name] or 0)
                except ValueError:
                    self._widgets[field.name].focus()
                    self.complain(_("{field}: this is no whole number.").format(field=_(field.title)))
                    return None
        return values

    # -- doing

    def complain(self, sentence: str) -> None:
        """Say what is wrong; everything typed stays."""
        self.wrong.update(Text("✗ " + clean(sentence)))
        self.wrong.add_class("shown")

    def action_next(self) -> None:
        self.focus_next()

    def action_previous(self) -> None:
        self.focus_previous()

    def action_take(self) -> None:
        if self._taking:
            return
        values = self._values()
        if values is None:
            return
        if not values:
            self.dismiss(False)
            return
        self._taking = True
        beside(self, self._done(values))

    async def _done(self, values: dict[str, Any]) -> None:
        try:
            done = await self._take(values)
        except Trouble as trouble:
            self.complain(trouble.sentence)
        else:
            if done is not False:
                self.dismiss(True)
        finally:
            self._taking = False

    def action_try_typed(self) -> None:
        if self.try_typed is not None:
            typed = {field.name: self._given(field) for field in self._fields}
            beside(self, self._tried(typed), exclusive=True, group="try")

    async def _tried(self, typed: dict[str, Any]) -> None:
        assert self.try_typed is not None
        try:
            await self.try_typed(typed)
        except Trouble as trouble:
            self.complain(trouble.sentence)

    def action_leave(self) -> None:
        if self._changed():
            beside(self, self._asked(), exclusive=True, group="leave")
        else:
            self.dismiss(False)

    async def _asked(self) -> None:
        answer = await self.app.push_screen_wait(
            Confirm(
                _("Leave without saving?"),
                _("What was typed here is not saved yet."),
                (
                    ("save", "s", _("save it")),
                    ("leave", "l", _("leave, forget what was typed")),
                    ("stay", "g", _("go on with the form")),
                ),
            )
        )
        if answer == "save":
            self.action_take()
        elif answer == "leave":
            self.dismiss(False)

    @on(ActionBar.Pressed)
    def _bar_pressed(self, message: ActionBar.Pressed) -> None:
        message.stop()
        getattr(self, f"action_{message.act}")()

    @on(Input.Submitted)
    def _next(self, message: Input.Submitted) -> None:
        if message.input is self._widgets[self._fields[-1].name]:
            self.action_take()
        else:
            self.focus_next()

    @on(Held.Asked)
    def _choose(self, message: Held.Asked) -> None:
        held = message.held
        if held.kind == "switch":
            held.value = not held.value
            held.show()
        elif held.kind == "several":
            beside(self, self._several(held), exclusive=True, group="choose")
        else:
            beside(self, self._one(held), exclusive=True, group="choose")

    async def _several(self, held: Held) -> None:
        chosen = await self.app.push_screen_wait(
            ChooseSeveral(_(held.field.title), held.entries, tuple(held.value))
        )
        if chosen is not None:
            held.value = chosen
            held.show()

    async def _one(self, held: Held) -> None:
        known: list[tuple[str, str]] = []

        def choosable(entries: Entries) -> list[Choosable]:
            known[:] = [("", _(held.field.none))] if held.field.none else []
            known.extend(entries)
            return [Choosable(number, words) for number, (_value, words) in enumerate(known)]

        async def look_up(words: str) -> Sequence[Choosable]:
            return choosable(await self.desk.read(function(held.field.choices), words))

        title = _(held.field.title)
        if held.field.looked_up:
            dialog = Choose(title, await look_up(""), look_up=look_up)
        else:
            there = choosable(held.entries)
            current = next((n for n, (value, _words) in enumerate(known) if value == held.value), None)
            dialog = Choose(title, there, current=current)
        chosen = await self.app.push_screen_wait(dialog)
        if chosen is not None and chosen < len(known):
            held.value, words = known[chosen]
            if held.value and held.value not in dict(held.entries):
                held.entries.append((held.value, words))
            held.show()
