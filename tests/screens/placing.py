"""What a pair of eyes finds wrong with where things stand: overlaps, no room, cut titles, silent panes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from rich.cells import cell_len
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from deskterm.screens.lines import LineList
from deskterm.screens.lists import ColumnList
from deskterm.screens.presenters.columns import header
from tests.screens.driven import Driven, strips_of
from tests.screens.looking import box_of

EDGES = ("│╭╰", "│╮╯")
"""What stands at the left and the right edge of a dialog's box, line by line."""


def misplaced(console: Driven) -> list[str]:
    """All of it."""
    return [
        *without_room(console),
        *overlapping(console),
        *cut_titles(console),
        *cut_placeholders(console),
        *broken_boxes(console),
        *silent_panes(console),
    ]


def seen(console: Driven) -> Iterator[Widget]:
    """The widgets in view of the screen in front."""
    for widget in console.app.screen.walk_children(Widget):
        if widget.is_on_screen and widget.display and widget.region.area:
            yield widget


def without_room(console: Driven) -> list[str]:
    """Texts that are higher than the room they have, and what stands over the edge of the screen."""
    found = []
    screen = console.app.screen
    for widget in seen(console):
        holder = widget.parent
        if isinstance(widget, Static) and widget.size.width:
            need = widget.get_content_height(widget.container_size, screen.size, widget.size.width)
            if need > widget.size.height:
                found.append(f"{widget!r} needs {need} lines and has {widget.size.height}")
        scrolls = any(each.allow_vertical_scroll for each in widget.ancestors if isinstance(each, Widget))
        if isinstance(holder, Widget) and not scrolls and not screen.region.contains_region(widget.region):
            found.append(f"{widget!r} at {widget.region} is over the edge of the screen")
    return found


def overlapping(console: Driven) -> list[str]:
    """Widgets side by side of which one covers a part of the other."""
    found = []
    for holder in (console.app.screen, *seen(console)):
        there = [each for each in holder.displayed_children if each.is_on_screen]
        for one, other in combinations(there, 2):
            covered = one.region.intersection(other.region)
            if covered.area and one.layer == other.layer and not other.has_pseudo_class("overlay"):
                found.append(f"{one!r} and {other!r} overlap at {covered}")
    return found


def cut_titles(console: Driven) -> list[str]:
    """Columns whose title is not whole."""
    found = []
    for each in seen(console):
        if isinstance(each, ColumnList):
            titles = [text for text, _style in header(each.fitted()) if text.rstrip().endswith("…")]
            found += [f"{each!r} cuts the title {title!r}" for title in titles]
    return found


def cut_placeholders(console: Driven) -> list[str]:
    """What empty fields say of themselves and do not say whole."""
    return [
        f"{each!r} cuts {each.placeholder!r}"
        for each in seen(console)
        if isinstance(each, Input)
        and not each.value
        and cell_len(str(each.placeholder)) > each.content_size.width
    ]


def broken_boxes(console: Driven) -> list[str]:
    """Lines of a dialog that run into its border."""
    screen = console.app.screen
    box = box_of(screen)
    if box is None or screen.query(Vertical).first().styles.border_left[0] != "round":
        return []
    found = []
    for strip in strips_of(screen)[box.y : box.bottom]:
        line = strip.crop(box.x, box.right).text
        if not line or line[0] not in EDGES[0] or line[-1] not in EDGES[1]:
            found.append(f"the border is broken by {line!r}")
    return found


def silent_panes(console: Driven) -> list[str]:
    """Lists with nothing in them that do not say so; of the desk the list of tickets says it for all."""
    lists = [each for each in seen(console) if isinstance(each, LineList)]
    if console.app.screen is console.main and not console.main.tickets.ids:
        lists = [console.main.tickets]
    return [
        f"{each!r} is empty and says nothing"
        for each in lists
        if not any(each.render_line(y).text.strip() for y in range(each.size.height))
    ]
