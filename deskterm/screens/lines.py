"""The one virtual list of lines that all four panes stand on.

It holds ids and draws only what is seen, so a million rows cost what twenty do. The cursor stands on an
id, not on a place: rows may come and go around it. Moving it repaints two lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from itertools import groupby
from operator import itemgetter
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive, var
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from deskterm.screens.grounds import grounded, marked, on_ground
from deskterm.screens.kept_lines import KeptLines
from deskterm.screens.presenters.line import Line
from deskterm.screens.theme import Palette, palette

Id = int | str

PLACEHOLDER: Line = ((" · ", "ghost"),)
KEPT_SCREENS = 6
"""How much of what was painted is kept, in heights of the list: a line of it takes 5 kB."""
WHEEL_LINES = 3
LOOKED_FOR = 20_000
"""In a longer list what stood next is not looked for when the cursor's line is gone."""


class LineList(KeptLines, ScrollView, can_focus=True, inherit_bindings=False):
    """A list of lines with a cursor and marks. Subclasses say how an id looks: `draw()`."""

    DEFAULT_CSS = """
    LineList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        background: $background;
    }
    """

    cursor: var[Id | None] = var(None, init=False)
    # Its scrollbar is always there: how many lines it has moves nothing else on the screen
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    cursor_shown: ClassVar[bool] = True
    """False: a text to read; keys scroll instead of moving a cursor."""
    markable: ClassVar[bool] = False

    class Told(Message):
        """Something happened on a line."""

        def __init__(self, lines: LineList, id: Id | None) -> None:
            super().__init__()
            self.lines = lines
            self.id = id

        @property
        def control(self) -> LineList:
            return self.lines

    class Selected(Told):
        """The cursor moved to this line."""

    class Opened(Told):
        """Enter or a double click on this line."""

        def __init__(self, lines: LineList, id: Id | None, *, by_mouse: bool = False) -> None:
            super().__init__(lines, id)
            self.by_mouse = by_mouse

    class Pressed(Told):
        """A single click on this line."""

    class MenuAsked(Told):
        """A right click on this line."""

    class Marked(Message):
        """Lines were marked, or no more."""

    class Wanted(Message):
        """These ids are in view and not here yet."""

        def __init__(self, lines: LineList, ids: list[Id]) -> None:
            super().__init__()
            self.lines = lines
            self.ids = ids

        @property
        def control(self) -> LineList:
            return self.lines

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.ids: MutableSequence[Id] | Sequence[Id] = []
        self.marks: set[Id] = set()
        self.empty: tuple[Line, ...] = ()
        """What an empty list says."""
        self._place = 0
        self._strips: dict[Id, Strip] = {}
        self._palette: Palette = palette("")
        self._looks: Palette = on_ground(self._palette)
        """The same on the ground of the list."""
        self._missing: set[Id] = set()
        self._to_ask: list[Id] = []
        self._labels: Mapping[Id, str] = {}

    # -- what subclasses say

    def draw(self, id: Id, width: int) -> Line | None:
        """The line of an id in at most `width` cells, None while it is not here."""
        raise NotImplementedError

    # -- ids

    def set_ids(
        self, ids: Sequence[Id], *, cursor: Id | None = None, keep: bool = True, below_top: int | None = None
    ) -> None:
        """Show these ids. The cursor goes to `cursor`, else stays on its id, else goes to what stood next.

        Its line stands `below_top` lines below the top of the list, else as high as it stood.
        """
        old_cursor, old_place, old_ids = self.cursor, self._place, self.ids
        offset = self.below_top if below_top is None else below_top
        self.ids = ids
        self._strips.clear()
        self._missing.clear()
        self.marks &= set(ids) if self.marks else set()
        self.virtual_size = Size(0, len(ids))
        if not ids:
            self._place = 0
            self.set_reactive(LineList.cursor, None)
            self.scroll_to(y=0, animate=False)
            self.refresh()
            if old_cursor is not None:
                self.post_message(self.Selected(self, None))
            return
        wanted = cursor if cursor is not None else (old_cursor if keep else None)
        place = self.place_of(wanted) if wanted is not None else None
        if place is None:
            place = _place_beside(old_ids, old_place, ids) if keep and old_cursor is not None else 0
        self._place = place
        self.set_reactive(LineList.cursor, ids[place])
        if self.cursor_shown:
            if below_top is not None or (keep and cursor is None):
                self.scroll_to(y=max(0, place - max(offset, 0)), animate=False)
            self._show_place(place)
        elif not keep:
            self.scroll_to(y=0, animate=False)
        self.refresh()
        if self.cursor != old_cursor:
            self.post_message(self.Selected(self, self.cursor))

    def watch_virtual_size(self, size: Size) -> None:
        """The scrollbar follows; what is scrolled beyond the last line comes back."""
        self.vertical_scrollbar.window_virtual_size = size.height
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The scrollbar is painted only where its thumb moves: in a long list a page moves it by nothing."""
        if round(old_value) == round(new_value):
            return
        bar = self.vertical_scrollbar
        if self._thumb(old_value) == self._thumb(new_value):
            bar.set_reactive(ScrollBar.position, bar.validate_position(new_value))
        else:
            bar.position = new_value
        self.refresh(self.size.region)

    def _thumb(self, top: float) -> int:
        """Where the scrollbar's thumb begins, in eighths of a cell, as Textual draws it."""
        height, lines = self.size.height, len(self.ids)
        if lines <= height:
            return 0
        return int((height - max(1, height * height / lines)) * 8 * top / (lines - height))

    def place_of(self, id: Id) -> int | None:
        """Where an id stands; linear, so asked only when the list changes."""
        if self._place < len(self.ids) and self.ids[self._place] == id:
            return self._place
        try:
            return self.ids.index(id)
        except ValueError:
            return None

    def patch(self, ids: Iterable[Id]) -> None:
        """Draw these ids anew, where they are in view."""
        changed = set(ids)
        for id in changed:
            self._strips.pop(id, None)
            self._missing.discard(id)
        top = self.scroll_offset.y
        for place in range(top, min(top + self.size.height, len(self.ids))):
            if self.ids[place] in changed:
                self.refresh_line(place)

    def tick(self) -> None:
        """Draw anew what is in view and looks otherwise now that some time went by."""
        top, width = self.scroll_offset.y, self.line_width
        kept, self._strips = self._strips, {}
        for place in range(top, min(top + self.size.height, len(self.ids))):
            id = self.ids[place]
            line = self.draw(id, width) if id in kept else None
            if line is not None:
                self._strips[id] = self.strip(line, width)
                if self._strips[id] != kept[id]:
                    self.refresh_line(place)

    def redraw(self) -> None:
        """Draw everything anew, as after a change of theme or width."""
        self._strips.clear()
        self._missing.clear()
        self.refresh()

    def use(self, styles: Palette) -> None:
        """Draw in these styles."""
        self._palette = styles
        self._looks = on_ground(styles)
        self.redraw()

    # -- the cursor

    @property
    def place(self) -> int:
        """Where the cursor stands."""
        return self._place

    @property
    def below_top(self) -> int:
        """How far below the top of the list the cursor's line stands."""
        return self._place - self.scroll_offset.y

    def move_to(self, place: int) -> None:
        """Put the cursor on a place and bring it into view."""
        if not self.ids:
            return
        place = max(0, min(place, len(self.ids) - 1))
        if place == self._place and self.cursor == self.ids[place]:
            self._show_place(place)
            return
        old = self._place
        self._place = place
        self.set_reactive(LineList.cursor, self.ids[place])
        self.refresh_line(old)
        self.refresh_line(place)
        self._show_place(place)
        self.post_message(self.Selected(self, self.cursor))

    def go_to(self, id: Id) -> bool:
        """Put the cursor on an id, if it is here."""
        place = self.place_of(id)
        if place is None:
            return False
        self.move_to(place)
        return True

    def _show_place(self, place: int) -> None:
        height = self.size.height
        if height <= 0:
            return
        top = round(self.scroll_y)
        if place < top:
            self.scroll_to(y=place, animate=False)
        elif place >= top + height:
            self.scroll_to(y=place - height + 1, animate=False)

    def _step(self, lines: int) -> None:
        if self.cursor_shown:
            self.move_to(self._place + lines)
        else:
            self.scroll_to(y=round(self.scroll_y) + lines, animate=False)

    def action_line_down(self) -> None:
        self._step(1)

    def action_line_up(self) -> None:
        self._step(-1)

    def action_page_down(self) -> None:
        self._step(max(1, self.size.height - 1))

    def action_page_up(self) -> None:
        self._step(-max(1, self.size.height - 1))

    def action_half_page_down(self) -> None:
        self._step(max(1, self.size.height // 2))

    def action_half_page_up(self) -> None:
        self._step(-max(1, self.size.height // 2))

    def action_first(self) -> None:
        self._step(-len(self.ids))

    def action_last(self) -> None:
        self._step(len(self.ids))

    def action_open(self) -> None:
        self.post_message(self.Opened(self, self.cursor))

    def action_mark(self) -> None:
        """Mark or unmark the line under the cursor and go on to the next."""
        if not self.markable or self.cursor is None:
            return
        self.marks ^= {self.cursor}
        self.post_message(self.Marked())
        self.patch([self.cursor])
        self._step(1)

    def action_mark_all(self) -> None:
        """Mark every line of the list; where all are marked, none."""
        if not self.markable:
            return
        every = set(self.ids)
        self.marks = set() if self.marks == every else every
        self.post_message(self.Marked())
        self.redraw()

    def clear_marks(self) -> None:
        """Unmark every line."""
        marked, self.marks = self.marks, set()
        self.post_message(self.Marked())
        self.patch(marked)

    # -- jumping

    def in_view(self) -> list[Id]:
        """The ids in view that a click does something with."""
        top = round(self.scroll_y)
        return list(self.ids[top : top + self.size.height])

    def show_labels(self, labels: Mapping[Id, str]) -> None:
        """Write a label over the beginning of these lines; none: take them away."""
        if labels or self._labels:
            self._labels = labels
            self.refresh()

    def press(self, id: Id) -> None:
        """Do what a click on its line does."""
        if self.cursor_shown:
            self.go_to(id)
        self.post_message(self.Pressed(self, id))

    # -- mouse

    def _place_at(self, y: int) -> int | None:
        place = round(self.scroll_y) + y
        return place if 0 <= place < len(self.ids) else None

    def on_click(self, event: events.Click) -> None:
        place = self._place_at(event.y)
        if place is None:
            return
        event.stop()
        if self.cursor_shown:
            self.move_to(place)
        id = self.ids[place]
        if event.button == 3:
            self.post_message(self.MenuAsked(self, id))
        elif event.chain >= 2:
            self.post_message(self.Opened(self, id, by_mouse=True))
        else:
            self.post_message(self.Pressed(self, id))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_to(y=round(self.scroll_y) + WHEEL_LINES, animate=False)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        self.scroll_to(y=max(0, round(self.scroll_y) - WHEEL_LINES), animate=False)

    # -- drawing

    @property
    def line_width(self) -> int:
        """Cells a line has."""
        return max(0, self.scrollable_content_region.width)

    def on_resize(self, event: events.Resize) -> None:
        # what was painted before this was told are lines of the old width
        self.redraw()
        if self.cursor_shown and self.ids:
            self._show_place(self._place)

    def on_focus(self) -> None:
        self._touch_cursor()

    def on_blur(self) -> None:
        self._touch_cursor()

    def _touch_cursor(self) -> None:
        if self.ids and self.cursor_shown:
            self.refresh_line(self._place)

    def made_lines(self, crop: Region) -> list[Strip]:
        """The lines in view, each row kept as it was painted.

        Textual's own makes a new strip of every line it paints, for what its styles may lay around and over
        them; here is none of that. A row that is painted again is only looked up.
        """
        filters, (_around, background) = self.get_line_filters(), self.background_colors
        painted = []
        for y in crop.line_range:
            strip = self.render_line(y)
            for each in filters:
                strip = strip.apply_filter(each, background)
            painted.append(strip.crop(crop.x, crop.right))
        return painted

    def render_line(self, y: int) -> Strip:
        width = self.line_width
        place = round(self.scroll_y) + y
        if place >= len(self.ids):
            return self._empty_strip(y, width)
        id = self.ids[place]
        strip = self._strips.get(id)
        if strip is None:
            strip = self._strip_of(id, width)
        if id in self.marks:
            strip = marked(strip, width)
        if id in self._labels:
            label = self._labels[id]
            over = Segment(label, self._palette[""] + self._palette["found"])
            strip = Strip([over, *strip.crop(len(label), width)], width)
        if self.cursor_shown and place == self._place:
            ground = "on cursor" if self.has_focus else "on cursor blurred"
            return grounded(strip, self._palette[ground])
        if id in self.marks:
            return grounded(strip, self._palette["on marked"])
        return strip

    def _strip_of(self, id: Id, width: int) -> Strip:
        line = self.draw(id, width)
        if line is None:
            if id not in self._missing:
                self._missing.add(id)
                self._to_ask.append(id)
                if len(self._to_ask) == 1:
                    self.call_later(self._ask)
            return self.strip(PLACEHOLDER, width)
        strip = self.strip(line, width)
        if len(self._strips) >= KEPT_SCREENS * self.size.height:
            self._strips.clear()
        self._strips[id] = strip
        return strip

    def strip(self, line: Line, width: int) -> Strip:
        """A line as Textual wants it, exactly `width` cells."""
        looks = self._looks
        # neighbours of one look are one piece: half as many to be filtered and painted
        segments = [
            Segment("".join(text for text, _style in pieces), looks[style])
            for style, pieces in groupby(line, itemgetter(1))
        ]
        return Strip(segments).adjust_cell_length(width, looks[""])

    def _empty_strip(self, y: int, width: int) -> Strip:
        if not self.ids and y < len(self.empty):
            return self.strip(self.empty[y], width)
        return Strip.blank(width, self._palette[""])

    def _ask(self) -> None:
        if self._to_ask:
            self.post_message(self.Wanted(self, self._to_ask))
            self._to_ask = []


def _place_beside(before: Sequence[Id], place: int, ids: Sequence[Id]) -> int:
    """Where the line stands that came next after a place, of those that are still there; else before it."""
    if len(ids) <= LOOKED_FOR:
        places = {id: number for number, id in enumerate(ids)}
        for id in (*before[place + 1 :], *reversed(before[:place])):
            if id in places:
                return places[id]
    return min(place, len(ids) - 1)
