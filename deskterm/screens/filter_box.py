"""The filter under the tree: client, words, number; applied to all tickets, reset to the section."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens import pace
from deskterm.screens.desk_link import DeskLink
from deskterm.screens.frame import OneLine
from deskterm.screens.presenters.line import cut
from deskterm.screens.typed_line import TypedLine


class _Clients(Suggester):
    """Suggests the first client whose name begins with what was typed, offers all that hold it."""

    def __init__(self, link: DeskLink, offer: Callable[[str, list[str]], None]) -> None:
        super().__init__(use_cache=False, case_sensitive=False)
        self._link = link
        self._offer = offer

    async def get_suggestion(self, value: str) -> str | None:
        if not value.strip():
            return None
        # the key itself is painted first
        await asyncio.sleep(pace.AT_ONCE)
        names: list[str] = await self._link.read("query.completion.clients", value)
        self._offer(value, names)
        begun = [name for name in names if name.casefold().startswith(value.casefold())]
        return begun[0] if begun else None


class FilterLine(OneLine):
    """A line of the filter that can be clicked: its title, or its two buttons."""

    class Pressed(Message):
        """A word of the line was clicked, counted from the left."""

        def __init__(self, line: FilterLine, number: int) -> None:
            super().__init__()
            self.line = line
            self.number = number

        @property
        def control(self) -> FilterLine:
            return self.line

    def on_click(self, event: events.Click) -> None:
        at = 0
        for number, (text, _style) in enumerate(self._left):
            at += cell_len(text)
            if event.x < at:
                self.post_message(self.Pressed(self, number))
                return
        self.post_message(self.Pressed(self, 0))


class FilterBox(Vertical):
    """One line until it is opened; then three fields and what Enter and Esc do."""

    DEFAULT_CSS = """
    FilterBox { height: 1; }
    FilterBox Input { display: none; height: 1; border: none; padding: 0 1; background: $boost; }
    FilterBox Input:focus { border: none; }
    FilterBox #filter_buttons { display: none; }
    FilterBox.open { height: 5; }
    FilterBox.open Input { display: block; }
    FilterBox.open #filter_buttons { display: block; }
    FilterBox #filter_offer { display: none; }
    FilterBox.open.offering { height: 6; }
    FilterBox.open.offering #filter_offer { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("tab", "complete"),
        ("down", "step(1)"),
        ("shift+tab", "step(-1)"),
        ("up", "step(-1)"),
        ("escape", "reset"),
    ]

    def __init__(self, ask: Callable[[str], None], link: DeskLink, *, id: str) -> None:
        super().__init__(id=id)
        self._ask = ask
        """Shows what a query finds; an empty one brings the section back."""
        self._title = FilterLine(id="filter_title")
        self.client = TypedLine(id="filter_client", compact=True, suggester=_Clients(link, self._offer))
        self._offered: list[str] = []
        self._offer_line = FilterLine(id="filter_offer")
        self.words = TypedLine(id="filter_words", compact=True)
        self.number = TypedLine(id="filter_number", compact=True, restrict=r"[0-9#№]*")
        self._buttons = FilterLine(id="filter_buttons")
        self.applied = False

    def compose(self) -> ComposeResult:
        client, *others = self._fields()
        yield self._title
        yield client
        yield self._offer_line
        yield from others
        yield self._buttons

    def on_mount(self) -> None:
        self.client.placeholder = _("client")
        self.words.placeholder = _("words, or a “phrase”")
        self.number.placeholder = _("ticket number")
        self._buttons.say(((" " + _("⏎ apply") + " ", "key"), (" " + _("Esc reset") + " ", "key")))
        self._show()

    def _fields(self) -> tuple[Input, Input, Input]:
        return self.client, self.words, self.number

    def _show(self) -> None:
        sign = "▾" if self.has_class("open") else "▸"
        told = "  " + _("on") if self.applied else ""
        self._title.say(
            ((f" {sign} " + _("Filter"), "strong" if self.applied else ""), (told, "warning")),
            (("5 ", "faint"),),
        )

    def open(self) -> None:
        """Show the fields and type."""
        self.add_class("open")
        self._show()
        self.screen.set_focus(self.client)

    def _offer(self, asked: str, names: list[str]) -> None:
        """Show which client Tab takes; none where what was asked for is not what stands there any more."""
        typed = self.client.value.casefold()
        if asked.casefold() != typed:
            return
        typed = typed.strip()
        self._offered = [name for name in names if name.casefold() != typed] if typed else []
        if self._offered:
            room = max(4, self.size.width - cell_len(_("Tab")) - 3)
            name = cut(clean(self._offered[0]), room)
            self._offer_line.say(((" " + _("Tab") + " ", "faint"), (name, "key")))
        self.set_class(bool(self._offered), "offering")

    def _take_offered(self) -> bool:
        """Take the client that is offered; whether one was."""
        if not (self._offered and self.client.has_focus):
            return False
        self.client.value = self._offered[0]
        self._offer(self.client.value, [])
        return True

    def clear(self) -> None:
        """Empty the fields; one line again."""
        self.applied = False
        for field in self._fields():
            field.value = ""
        self.remove_class("open")
        self._show()

    def asked(self) -> str:
        """The fields as a query: a number finds its ticket, whatever else is filled in."""
        number = self.number.value.strip("#№ ")
        if number:
            return number
        client = self.client.value.strip().replace('"', " ")
        # a blank behind: what was typed here is whole
        words = self.words.value.strip()
        return " ".join(part for part in (f'client:"{client}"' if client else "", words) if part)

    @on(Input.Submitted)
    def _apply(self, message: Input.Submitted) -> None:
        message.stop()
        self.apply()

    def apply(self) -> None:
        """Ask for what is filled in; nothing is a reset."""
        query = self.asked()
        if not query:
            self.action_reset()
            return
        self.applied = True
        self._show()
        self._ask(query)

    @on(FilterLine.Pressed, "#filter_title")
    def _title_pressed(self, message: FilterLine.Pressed) -> None:
        message.stop()
        if self.has_class("open"):
            self.remove_class("open")
            self._show()
        else:
            self.open()

    @on(FilterLine.Pressed, "#filter_buttons")
    def _button_pressed(self, message: FilterLine.Pressed) -> None:
        message.stop()
        if message.number == 0:
            self.apply()
        else:
            self.action_reset()

    @on(FilterLine.Pressed, "#filter_offer")
    def _offer_pressed(self, message: FilterLine.Pressed) -> None:
        message.stop()
        self.screen.set_focus(self.client)
        if self._take_offered():
            self.screen.set_focus(self.words)

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        if not self.client.value.strip():
            self._offer(self.client.value, [])

    def action_complete(self) -> None:
        """Take the client that is offered, and go on to the next field."""
        self._take_offered()
        self.action_step(1)

    def action_step(self, lines: int) -> None:
        fields = self._fields()
        at = next((number for number, field in enumerate(fields) if field.has_focus), 0)
        self.screen.set_focus(fields[(at + lines) % len(fields)])

    def action_reset(self) -> None:
        self.clear()
        self._ask("")
