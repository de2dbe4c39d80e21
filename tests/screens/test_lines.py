"""The virtual list all panes stand on."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from deskterm.screens.lines import Id, LineList
from deskterm.screens.presenters.line import Line


class Numbers(LineList):
    """Lines that say their id; those above `known` are not here yet."""

    markable = True

    def __init__(self) -> None:
        super().__init__(id="numbers")
        self.known: Callable[[int], bool] = lambda id: True
        self.drawn: list[Id] = []
        self.said: dict[Id, str] = {}

    def draw(self, id: Id, width: int) -> Line | None:
        if not self.known(int(id)):
            return None
        self.drawn.append(id)
        return ((self.said.get(id, f"line {id}"), ""),)


class Stage(App[None]):
    """A screen with nothing but the list; remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = Numbers()
        self.told: list[tuple[str, Id | None]] = []
        self.wanted: list[Id] = []

    def compose(self) -> ComposeResult:
        yield self.lines

    def on_line_list_selected(self, message: LineList.Selected) -> None:
        self.told.append(("selected", message.id))

    def on_line_list_opened(self, message: LineList.Opened) -> None:
        self.told.append(("opened", message.id))

    def on_line_list_pressed(self, message: LineList.Pressed) -> None:
        self.told.append(("pressed", message.id))

    def on_line_list_menu_asked(self, message: LineList.MenuAsked) -> None:
        self.told.append(("menu", message.id))

    def on_line_list_wanted(self, message: LineList.Wanted) -> None:
        self.wanted += message.ids


def row(lines: LineList, y: int) -> str:
    strip: Strip = lines.render_line(y)
    return strip.text.rstrip()


@pytest.fixture(autouse=True)
def unseen_frames() -> None:
    """What is painted, and what not, is what is looked at here."""


async def painted(app: Stage, pilot: Pilot[None]) -> None:
    """Until what was changed is on the screen, and what painting asked for has been told."""
    done = asyncio.Event()
    app.lines.call_after_refresh(done.set)
    await done.wait()
    await pilot.pause()


async def test_a_million_lines_cost_what_twenty_do() -> None:
    app = Stage()
    async with app.run_test(size=(40, 20)) as pilot:
        began = time.perf_counter()
        app.lines.set_ids(array("q", range(1_000_000)))
        await pilot.pause()
        app.lines.action_last()
        await pilot.pause()
        assert time.perf_counter() - began < 2
        assert app.lines.cursor == 999_999
        assert row(app.lines, 19) == "line 999999"
        assert len(app.lines.drawn) < 100


async def test_a_page_draws_its_own_lines_and_paints_no_scrollbar_that_stays() -> None:
    app = Stage()
    async with app.run_test(size=(40, 20)) as pilot:
        app.lines.set_ids(array("q", range(1_000_000)))
        await painted(app, pilot)
        bar = app.lines.vertical_scrollbar
        repainted: list[object] = []
        refresh = bar.refresh
        bar.refresh = lambda *all, **named: (repainted.append(all), refresh(*all, **named))[1]  # type: ignore[method-assign]
        app.lines.drawn.clear()
        app.lines.action_page_down()
        app.lines.action_page_down()
        await painted(app, pilot)
        assert sorted(set(app.lines.drawn)) == list(range(20, 39))
        assert row(app.lines, 19) == "line 38" and bar.position == 19
        app.lines.action_page_up()
        app.lines.action_page_up()
        await painted(app, pilot)
        assert row(app.lines, 0) == "line 0" and len(app.lines.drawn) == 19, "what was drawn is kept"
        assert not repainted
        app.lines.action_last()
        await painted(app, pilot)
        assert repainted, "at the end the thumb is there too"
        made = app.lines.render_lines(app.lines.size.region)
        assert app.lines.render_lines(app.lines.size.region) is made, "nothing changed: nothing is made"
        app.lines.action_line_up()
        assert app.lines.render_lines(app.lines.size.region) is not made


async def test_moving_the_cursor_paints_two_lines() -> None:
    app = Stage()
    async with app.run_test(size=(40, 20)) as pilot:
        app.lines.set_ids(list(range(100)))
        await pilot.pause()
        asked: list[int] = []
        refresh = app.lines.refresh_line
        app.lines.refresh_line = lambda y: (asked.append(y), refresh(y))[1]  # type: ignore[method-assign]
        app.lines.action_line_down()
        assert asked == [0, 1]


async def test_the_cursor_stays_on_its_id_when_rows_come_and_go() -> None:
    app = Stage()
    async with app.run_test(size=(40, 20)) as pilot:
        app.lines.set_ids([1, 2, 3, 4])
        app.lines.go_to(3)
        await pilot.pause()
        app.told.clear()
        app.lines.set_ids([9, 8, 1, 2, 3, 4])
        await pilot.pause()
        assert app.lines.cursor == 3 and app.lines.place == 4
        assert app.told == []


async def test_where_its_row_is_gone_the_cursor_goes_to_the_one_in_its_place() -> None:
    app = Stage()
    async with app.run_test(size=(40, 20)) as pilot:
        app.lines.set_ids([1, 2, 3, 4])
        app.lines.go_to(3)
        app.lines.set_ids([1, 2, 4])
        await pilot.pause()
        assert app.lines.cursor == 4
        app.lines.set_ids([])
        await pilot.pause()
        assert app.lines.cursor is None and app.told[-1] == ("selected", None)


async def test_where_many_rows_go_the_cursor_goes_to_the_next_that_is_left() -> None:
    app = Stage()
    async with app.run_test(size=(40, 20)) as pilot:
        app.lines.set_ids([1, 2, 3, 4, 5, 6])
        app.lines.go_to(4)
        app.lines.set_ids([3, 6])
        await pilot.pause()
        assert app.lines.cursor == 6, "1, 2, 4 and 5 were dealt with: after 4 comes 6"
        app.lines.set_ids([3])
        assert app.lines.cursor == 3


async def test_as_time_goes_by_only_what_looks_otherwise_is_drawn_anew() -> None:
    app = Stage()
    async with app.run_test(size=(40, 20)) as pilot:
        app.lines.set_ids(range(100))
        await painted(app, pilot)
        app.lines.known = lambda id: id != 2
        refreshed: list[int] = []
        app.lines.refresh_line = refreshed.append  # type: ignore[method-assign]
        app.lines.tick()
        assert refreshed == []
        app.lines.said[3] = "line 3, a minute later"
        app.lines.tick()
        assert refreshed == [3]


async def test_a_row_keeps_its_place_on_screen_when_rows_come_above_it() -> None:
    app = Stage()
    async with app.run_test(size=(40, 10)) as pilot:
        app.lines.set_ids(list(range(100)))
        app.lines.move_to(50)
        await pilot.pause()
        y = app.lines.place - app.lines.scroll_offset.y
        app.lines.set_ids([*range(1000, 1005), *range(100)])
        await pilot.pause()
        assert app.lines.place - app.lines.scroll_offset.y == y
        assert row(app.lines, y) == "line 50"


async def test_rows_not_here_are_asked_for_once_and_shown_as_dots() -> None:
    app = Stage()
    async with app.run_test(size=(40, 10)) as pilot:
        app.lines.known = lambda id: id < 3
        app.lines.set_ids(list(range(10)))
        await painted(app, pilot)
        assert row(app.lines, 2) == "line 2" and row(app.lines, 3) == " ·"
        assert sorted(app.wanted) == [3, 4, 5, 6, 7, 8, 9]
        app.lines.known = lambda id: True
        app.lines.patch([4])
        await painted(app, pilot)
        assert row(app.lines, 4) == "line 4"


async def test_a_patch_draws_only_its_rows_anew() -> None:
    app = Stage()
    async with app.run_test(size=(40, 10)) as pilot:
        app.lines.set_ids(list(range(10)))
        await painted(app, pilot)
        app.lines.drawn.clear()
        app.lines.patch([4, 5, 7000])
        await painted(app, pilot)
        assert sorted(set(app.lines.drawn)) == [4, 5]


async def test_the_mouse_selects_opens_and_asks_for_the_menu() -> None:
    app = Stage()
    async with app.run_test(size=(40, 10)) as pilot:
        app.lines.set_ids(list(range(50)))
        await pilot.pause()
        await pilot.click(app.lines, offset=(3, 4))
        assert app.lines.cursor == 4 and ("pressed", 4) in app.told
        await pilot.click(app.lines, offset=(3, 5), times=2)
        assert ("opened", 5) in app.told
        await pilot.click(app.lines, offset=(3, 6), button=3)
        assert ("menu", 6) in app.told
        app.told.clear()
        await pilot.click(app.lines, offset=(3, 9))
        assert app.lines.cursor == 9


async def test_marks_are_kept_by_id_and_go_with_their_rows() -> None:
    app = Stage()
    async with app.run_test(size=(40, 10)) as pilot:
        app.lines.set_ids([1, 2, 3])
        await pilot.pause()
        app.lines.action_mark()
        app.lines.action_mark()
        assert app.lines.marks == {1, 2} and app.lines.cursor == 3
        app.lines.set_ids([3, 2])
        assert app.lines.marks == {2}
        app.lines.clear_marks()
        assert app.lines.marks == set()


async def test_an_empty_list_says_why() -> None:
    app = Stage()
    async with app.run_test(size=(40, 10)) as pilot:
        app.lines.empty = ((("Nothing waits for you.", ""),),)
        app.lines.set_ids([])
        await pilot.pause()
        assert row(app.lines, 0) == "Nothing waits for you." and row(app.lines, 1) == ""
