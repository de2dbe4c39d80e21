"""What a pair of eyes finds wrong on a screen: words cut off, texts that do not fit, no way out by mouse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from rich.cells import cell_len
from sqlalchemy import select
from textual.command import CommandPalette
from textual.containers import Vertical
from textual.geometry import Region
from textual.keys import _character_to_key
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import OptionList, Static

import deskterm
from deskterm.i18n import _
from deskterm.screens.acts import twin
from deskterm.screens.dialogs import Confirm
from deskterm.screens.frame import ActionBar
from deskterm.screens.jump import Jump
from deskterm.screens.lines import LineList
from deskterm.screens.lists import ColumnList
from deskterm.screens.presenters import signs
from deskterm.store.tables import core
from tests.screens.desk import Desk
from tests.screens.driven import Driven, strips_of
from tests.screens.waiting import until

SOURCE = Path(deskterm.__file__).parent
WORD = re.compile(r"[^\W\d_]+")
LEFT_SECONDS = 20
LEAST_TAIL = 9
"""So many signs before an ellipsis tell whose text it is."""


@cache
def own_texts() -> str:
    """Everything that is said by the program itself, in both languages."""
    files = [path for path in SOURCE.rglob("*.py") if "demo" not in path.parts]
    files += [path for path in (SOURCE / "locale").rglob("*.po")]
    # what goes on in the next line of a source file is one text
    return re.sub(r'"\s*\n\s*f?"', "", "\n".join(path.read_text(encoding="utf-8") for path in sorted(files)))


@cache
def own_words() -> frozenset[str]:
    """Its words, and those of dates and keys."""
    words = set(words_of(own_texts()))
    for language in ("en", "ru"):
        locale = Locale(language)
        for names in (locale.months, locale.days):
            for widths in names.values():
                for told in widths.values():
                    words |= {word for name in told.values() for word in words_of(name)}
    return frozenset(words | {"esc", "ctrl", "shift", "tab", "del", "pgup", "pgdn", "home", "end"})


def words_of(text: str) -> Iterator[str]:
    return (found[0].casefold() for found in WORD.finditer(text))


def words_in(desk: Desk) -> set[str]:
    """Every word the desk holds."""
    found = set(words_of(str(desk.home.folder)))
    with desk.store.work() as work:
        for table in core.METADATA.sorted_tables:
            for row in work.rows(select(table)):
                for value in row:
                    found |= set(words_of(str(value)))
    return found


def own_part(console: Driven, *, lists: bool = True) -> list[str]:
    """The lines of what is in front, of a dialog its box alone; without `lists` without their entries."""
    screen = console.app.screen
    return part(strips_of(screen), box_of(screen), () if lists else lists_of(screen))


def box_of(screen: Screen[Any]) -> Region | None:
    """Where the box of a dialog is."""
    if isinstance(screen, ModalScreen) and screen.query(Vertical):
        return screen.query(Vertical).first().region
    return None


def lists_of(screen: Screen[Any]) -> list[Region]:
    """Where lists of lines are, also behind what leaves them in view."""
    shown = screen.app.screen_stack if isinstance(screen, Jump) else [screen]
    return [each.region for one in shown for each in one.query(LineList)]


def part(strips: list[Strip], box: Region | None, lists: Iterable[Region]) -> list[str]:
    """The lines of a screen: of a dialog its box alone, and nothing of these lists."""
    for each in lists:
        for row in range(each.y, min(each.bottom, len(strips))):
            cells = strips[row]
            left, right = cells.crop(0, each.x), cells.crop(each.right)
            strips[row] = Strip.join([left, Strip.blank(each.width), right])
    if box is not None:
        return [strip.crop(box.x, box.right).text for strip in strips[box.y : box.bottom]]
    return [strip.text for strip in strips]


def cut_words(lines: list[str], there: set[str]) -> list[str]:
    """Words that are none: cut without an ellipsis, or covered by something."""
    found = []
    for line in lines:
        for word in WORD.finditer(line):
            after = line[word.end() : word.end() + 1]
            if after != "…" and word[0].casefold() not in own_words() and word[0].casefold() not in there:
                found.append(f"{word[0]!r} in {line.strip()!r}")
    return found


def cut_texts(lines: list[str], there: set[str]) -> list[str]:
    """Texts and words of the program's own, not of the desk's, that end in an ellipsis before their end."""
    found = []
    for line in lines:
        for mark in re.finditer("…", line):
            tail = re.split(r"\s{2,}|[│┃▏▎╭╰─]", line[: mark.start()])[-1].lstrip()[-20:]
            whole = own_texts()
            if len(tail) >= LEAST_TAIL and tail in whole and tail + "…" not in whole:
                found.append(line.strip())
            elif is_cut_own_word(line[: mark.start()], there):
                found.append(line.strip())
    return found


def is_cut_own_word(before: str, there: set[str]) -> bool:
    """Whether what stands before an ellipsis ends in the beginning of a word of the program's own."""
    begun = re.search(r"[^\W\d_]+$", before)
    if begun is None or begun[0] + "…" in own_texts():
        return False
    begins = begun[0].casefold()
    return (
        begins not in own_words()
        and any(word.startswith(begins) for word in own_words())
        and not any(word.startswith(begins) for word in there)
    )


HARMLESS = ("no", "back", "edit", "leave", "cancel", "stay")
"""Answers that leave everything as it is."""


async def left_by_mouse(console: Driven) -> bool:
    """Click on what the screen in front names as the way out; whether it was left."""
    screen = console.app.screen
    if screen is console.main:
        # the desk itself: whatever is shown there, its menu is a click away
        row = console.main.action_bar.region.y
        column = console.main.action_bar.render_line(0).text.index(_("menu"))
        await console.pilot.click(offset=(column, row))
        await console.screen("Choose")
        return await left_by_mouse(console)
    place = way_out(console)
    if place is None:
        return False
    await console.pilot.click(offset=place)
    try:
        await until(console.pilot, lambda: console.app.screen is not screen, "that it is left", LEFT_SECONDS)
    except AssertionError:
        return False
    return True


def way_out(console: Driven) -> tuple[int, int] | None:
    screen = console.app.screen
    if isinstance(screen, Confirm):
        options = screen.query_one(OptionList)
        place = next(at for at, each in enumerate(options.options) if each.id in HARMLESS)
        return options.content_region.x + 1, options.content_region.y + place
    if isinstance(screen, Jump | CommandPalette):
        return 0, screen.size.height - 1
    for row, strip in enumerate(strips_of(screen)):
        before, found, _after = strip.text.partition("Esc")
        if found:
            return cell_len(before), row
    return None


Look = list[list[tuple[str, bool, bool, bool, bool]]]
"""Lines of texts, each with whether it is bold, underlined, reversed, dim."""


def look(console: Driven) -> Look:
    """What is seen where no colours are."""
    return [seen(strip) for strip in strips_of(console.app.screen)]


def seen(strip: Strip) -> list[tuple[str, bool, bool, bool, bool]]:
    """What is seen of a line where no colours are; of blanks, whether they are reversed or underlined."""
    return [
        (part.text, *(bool(part.style and getattr(part.style, name)) for name in ATTRIBUTES))
        for part in strip
        if part.text.strip() or (part.style and (part.style.reverse or part.style.underline))
    ]


async def seen_to_move(console: Driven, key: str) -> bool:
    """Whether it is seen, without colours, that a key chooses another line; then the first one is again."""
    before = look(console)
    await console.press(key)
    await console.pilot.pause()
    moved = look(console) != before
    if moved:
        await console.press("up" if key == "down" else "down")
    return moved


ATTRIBUTES = ("bold", "underline", "reverse", "dim")


async def focus_unseen(console: Driven) -> list[str]:
    """Panes and fields that look the same, without colours, whether they have the focus or not.

    What tells it stands in the field, on the line above it, or in the frame around it.
    """
    screen = console.app.screen
    first = screen.focused
    chain = [each for each in screen.focus_chain if each.is_on_screen]
    if len(chain) < 2:
        return []
    # what has the focus already may stand between two blinks of its cursor
    screen.set_focus(chain[-1])
    await console.pilot.pause()
    unseen = []
    before: Widget | None = None
    with_focus: Look = []
    for each in (*chain, chain[0]):
        screen.set_focus(each)
        await console.pilot.pause()
        if before is not None and around(before) == with_focus:
            unseen.append(f"the focus on {before!r} cannot be seen")
        before, with_focus = each, around(each)
    screen.set_focus(first)
    await console.pilot.pause()
    return unseen


def around(widget: Widget) -> Look:
    """What is seen, without colours, of a widget and the line above it."""
    place = widget.region
    strips = strips_of(widget.screen)[max(0, place.y - 1) : place.bottom]
    return [seen(strip.crop(place.x, place.right)) for strip in strips]


def unread_untold(console: Driven) -> list[str]:
    """Rows in view that are unread and have no sign of it."""
    found = []
    for each in console.app.screen.query(ColumnList):
        top = each.scroll_offset.y
        for y, id in enumerate(list(each.ids)[top : top + each.size.height]):
            row = each.rows.get(id)
            told = {signs.UNREAD, signs.TROUBLE} & set(each.render_line(y).text)
            if each.is_on_screen and getattr(row, "unread", False) and not told:
                found.append(f"unread without a sign: {each.render_line(y).text!r}")
    return found


def colours(console: Driven) -> set[str]:
    """Colours on the screen."""
    return {
        str(colour)
        for strip in strips_of(console.app.screen)
        for part in strip
        for colour in (part.style.color if part.style else None, part.style.bgcolor if part.style else None)
        if colour is not None and not colour.is_default
    }


def chosen_line_of(console: Driven) -> OptionList | LineList | None:
    """The list in front that has a chosen line and another one it could go to."""
    found: OptionList | LineList | None = None
    for each in console.app.screen.query("OptionList, LineList"):
        if not each.is_on_screen:
            continue
        if isinstance(each, OptionList) and sum(not option.disabled for option in each.options) > 1:
            found = each
        elif isinstance(each, LineList) and each.has_focus and each.cursor_shown and len(each.ids) > 1:
            return each
    return found


def keys_without_twins(console: Driven) -> list[str]:
    """Letters the screen names as keys that do nothing on a Russian keyboard."""
    screen = console.app.screen
    named = {key for bar in screen.query(ActionBar) for _act, key, _word in bar._hints}
    for line in screen.query(".keys").results(Static):
        named |= {part.split()[0] for part in str(line.content).split(" · ") if part.split()}
    wrong = []
    for key in named:
        if len(key) != 1 or not key.isascii() or not key.isalpha():
            continue
        other = _character_to_key(twin(key) or key)
        if isinstance(screen, Confirm):
            same = screen.key_pressed(key) == screen.key_pressed(twin(key) or key)
        else:
            bound = screen._bindings.key_to_bindings
            same = {each.action for each in bound.get(key, ())} & {
                each.action for each in bound.get(other, ())
            }
        if not same:
            wrong.append(key)
    return wrong
