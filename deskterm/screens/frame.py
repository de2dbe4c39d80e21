"""The chrome around the lists: title lines one can drag, the line between, action bar and status line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens.kept_lines import KeptLines
from deskterm.screens.presenters.line import Line, clip, spread, width_of
from deskterm.screens.theme import Palette, palette

if TYPE_CHECKING:
    from deskterm.desk.tabs import TabView


class OneLine(KeptLines):
    """A widget of one drawn line."""

    DEFAULT_CSS = "OneLine { height: 1; }"
    ground: ClassVar[str] = "on bar"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette: Palette = palette("")
        self._left: Line = ()
        self._right: Line = ()

    def say(self, left: Line, right: Line = ()) -> None:
        """Show this; the same again costs nothing."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def use(self, styles: Palette) -> None:
        """Draw in these styles."""
        self._palette = styles
        self.refresh()

    def line(self, width: int) -> Line:
        """What stands on it."""
        return spread(self._left, self._right, width) if self._right else clip(self._left, width)

    def render_line(self, y: int) -> Strip:
        ground = self._palette[self.ground]
        segments = []
        for text, style in self.line(self.size.width):
            segments.append(Segment(text, ground + self._palette[style] if style else ground))
        return Strip(segments).adjust_cell_length(self.size.width, ground)


class TitleLine(OneLine):
    """The line above a pane; dragging it makes the panes above and below higher or lower."""

    class Dragged(Message):
        """The title was dragged to this row of the screen."""

        def __init__(self, title: TitleLine, row: int) -> None:
            super().__init__()
            self.title = title
            self.row = row

    class Pressed(Message):
        """The title was clicked at this cell."""

        def __init__(self, title: TitleLine, column: int) -> None:
            super().__init__()
            self.title = title
            self.column = column

        @property
        def control(self) -> TitleLine:
            return self.title

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.focused_pane = False
        self._dragging = False

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Pressed(self, event.x))

    def show_focus(self, focused: bool) -> None:
        """Say whether the pane below has the focus."""
        if focused != self.focused_pane:
            self.focused_pane = focused
            self.refresh()

    def render_line(self, y: int) -> Strip:
        ground = self._palette["on title focused" if self.focused_pane else "on title"]
        segments = [Segment(text, ground) for text, _style in self.line(self.size.width)]
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragging = True
        self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._dragging = False
        self.release_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging:
            self.post_message(self.Dragged(self, int(event.screen_y)))


class Splitter(KeptLines):
    """The line between the sections and the rest; dragging it makes the sections wider or narrower."""

    DEFAULT_CSS = "Splitter { width: 1; height: 1fr; }"

    class Dragged(Message):
        """The line was dragged to this column of the screen."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette: Palette = palette("")
        self._dragging = False

    def use(self, styles: Palette) -> None:
        """Draw in these styles."""
        self._palette = styles
        self.refresh()

    def render_line(self, y: int) -> Strip:
        style = self._palette["on title"] if y == 0 else self._palette[""] + self._palette["ghost"]
        return Strip([Segment(" " if y == 0 else "│", style)])

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragging = True
        self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._dragging = False
        self.release_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging:
            self.post_message(self.Dragged(int(event.screen_x)))


class ActionBar(OneLine):
    """Keys and what they do to what has the focus; a click does it."""

    class Pressed(Message):
        """An act on the bar was clicked."""

        def __init__(self, act: str) -> None:
            super().__init__()
            self.act = act

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hints: Sequence[tuple[str, str, str]] = ()
        self._kept = 2

    def show(self, hints: Sequence[tuple[str, str, str]], kept: int = 2) -> None:
        """Show these (act, key, word); what does not fit is left out whole, the `kept` last ones never."""
        if (tuple(hints), kept) != (tuple(self._hints), self._kept):
            self._hints, self._kept = tuple(hints), kept
            self.refresh()

    def _laid_out(self, width: int) -> list[tuple[int, int, str, str, str]]:
        found = []
        at = 1
        kept = self._hints[-self._kept :]
        need = sum(cell_len(key) + cell_len(word) + 3 for _act, key, word in kept)
        for number, (act, key, word) in enumerate(self._hints):
            size = cell_len(key) + cell_len(word) + 3
            last = number >= len(self._hints) - len(kept)
            if not last and at + size + need > width:
                continue
            if at + size - 2 > width:
                break
            found.append((at, size, act, key, word))
            at += size
        return found

    def line(self, width: int) -> Line:
        pieces: Line = ((" ", ""),)
        for _at, _size, _act, key, word in self._laid_out(width):
            pieces += ((key, "key"), (f" {word}  ", ""))
        return clip(pieces, width)

    def on_click(self, event: events.Click) -> None:
        for at, size, act, _key, _word in self._laid_out(self.size.width):
            if at <= event.x < at + size - 2:
                self.post_message(self.Pressed(act))
                return


class TabLine(OneLine):
    """The agent's tabs above the list of tickets; a click opens one. Not there where there are none."""

    class Pressed(Message):
        """A tab was clicked; None is All."""

        def __init__(self, tab: int | None) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tabs: tuple[tuple[int | None, str], ...] = ()
        self._open: int | None = None
        self.display = False

    def show(self, tabs: Sequence[TabView], opened: int | None) -> None:
        """Show All and these tabs, the open one in brackets."""
        self.show_names([(tab.id, f"{tab.name} {tab.total}") for tab in tabs], opened)

    def show_names(self, names: Sequence[tuple[int, str]], opened: int | None) -> None:
        """Show All and what else can be opened, by number and name."""
        fresh = ((None, _("All")), *((id, clean(name)) for id, name in names))
        if (fresh, opened) != (self._tabs, self._open):
            self._tabs, self._open = fresh, opened
            self.refresh()
        self.display = bool(names)

    def _laid_out(self) -> list[tuple[int, str, int | None]]:
        found = []
        at = 0
        for id, name in self._tabs:
            told = f"[{name}]" if id == self._open else f" {name} "
            found.append((at, told, id))
            at += cell_len(told) + 1
        return found

    def line(self, width: int) -> Line:
        pieces: Line = ()
        for _at, told, id in self._laid_out():
            pieces += ((told, "key" if id == self._open else ""), (" ", ""))
        return clip(pieces, width)

    def on_click(self, event: events.Click) -> None:
        for at, told, id in self._laid_out():
            if at <= event.x < at + cell_len(told):
                self.post_message(self.Pressed(id))
                return


NAMED_KEY = re.compile(r"`([^`]+)`|\b(Ctrl\+\w)")
"""A key as sentences name it."""


class StatusBar(OneLine):
    """The desk's state in one line; for some seconds, what was just done, whose keys are a click away."""

    class Pressed(Message):
        """What is said was clicked; `key` is the one it names."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: Line | None = None
        self._waits: Line = ()
        self._make: Callable[[int], Line] | None = None

    def show(self, make: Callable[[int], Line]) -> None:
        """Show the state, made for a width."""
        self._make = make
        self.refresh()

    def wait(self, told: Line) -> None:
        """Say in front of the state that something takes long; nothing: it is done."""
        if told != self._waits:
            self._waits = told
            self.refresh()

    def tell(self, said: Line | None) -> None:
        """Show this in front of the state until told None."""
        if said != self._said:
            self._said = said
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        told = "".join(text for text, _style in self._said or ())
        keys = [found[1] or found[2] for found in NAMED_KEY.finditer(told)]
        if len(keys) == 1:
            self.post_message(self.Pressed(keys[0]))

    def line(self, width: int) -> Line:
        width -= 1
        if self._said is not None:
            return ((" ", ""), *clip((*self._waits, *self._said), width))
        left = max(0, width - width_of(self._waits))
        return ((" ", ""), *clip(self._waits, width), *(self._make(left) if self._make is not None else ()))
