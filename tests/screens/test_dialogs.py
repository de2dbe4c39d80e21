"""Dialogs as one meets them with the mouse alone, without colours, with a slip of the pen."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console as RichConsole
from textual.widgets import Input, OptionList, Static

from deskterm.desk.views import Choosable
from deskterm.screens import dialogs
from deskterm.screens.composer import Composer
from deskterm.screens.empty import empty_lines
from deskterm.screens.presenters.line import width_of
from deskterm.screens.presenters.pairs import pairs
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven


async def click(console: Driven, words: str) -> None:
    """Click on words of the last line of a dialog."""
    line = console.app.screen.query_one(".keys", Static)
    at = str(line.render()).index(words)
    await console.pilot.click(line, offset=(at + 1, 0))


async def test_a_dialog_is_taken_and_left_by_the_mouse_alone(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    async with drive((80, 24)) as console:
        await console.press("2", "s")
        await console.screen("Choose")
        await click(console, "Esc")
        await console.screen("MainScreen")
        await console.press("s")
        await console.screen("Choose")
        await console.type("solved")
        await click(console, "Enter")
        await console.screen("MainScreen")
        await console.until(lambda: console.main.tickets.rows[number].status == "Being solved", "the status")


async def test_without_colours_the_chosen_line_is_underlined(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    desk.ticket("Printer")
    async with drive((80, 24)) as console:
        await console.press("2", "A")
        await console.screen("Choose")
        options = console.app.screen.query_one(OptionList)
        await console.until(lambda: options.highlighted is not None, "a chosen line")
        underlined = [
            y
            for y in range(options.option_count)
            if any(piece.style is not None and piece.style.underline for piece in options.render_line(y))
        ]
        assert underlined == [options.highlighted]


async def test_a_path_with_a_slip_is_asked_for_again_and_an_empty_answer_is_left_without_a_word(
    desk: Desk, drive: Drive, tmp_path: Path
) -> None:
    desk.ticket("Printer")
    there = tmp_path / "steps.txt"
    there.write_text("1. Off. 2. On.")
    async with drive((80, 24)) as console:
        await console.press("2", "r")
        await console.screen("Composer")
        await console.press("escape")
        await console.screen("MainScreen")
        assert "Thrown away" not in console.main.status_bar.render_line(0).text
        await console.press("r")
        await console.screen("Composer")
        writing = console.app.screen
        assert isinstance(writing, Composer)
        await console.press("ctrl+t")
        await console.screen("Ask")
        first = console.app.screen
        first.query_one(Input).value = str(tmp_path / "step.txt")
        await console.press("enter")
        await console.until(
            lambda: isinstance(console.app.screen, dialogs.Ask) and console.app.screen is not first,
            "it again",
        )
        field = console.app.screen.query_one(Input)
        assert field.value.endswith("step.txt")
        field.value = str(there)
        await console.press("enter")
        await console.until(lambda: [each.name for each in writing.files] == ["steps.txt"], "the file")


def test_what_stands_beside_names_is_whole_and_in_line() -> None:
    entries = [
        Choosable(1, "A very long subject of a ticket " * 3, "12:00"),
        Choosable(2, "Short", "Mon 2 Nov"),
    ]
    room = 50
    cells = dialogs._name_cells(entries, room)
    assert cells == room - len("Mon 2 Nov")
    assert dialogs._name_cells([Choosable(1, "Short", "x" * 90)], room) == len("Short")
    assert dialogs._name_cells([Choosable(1, "n" * 90, "x" * 90)], room) == room // 2


def test_a_long_sentence_goes_on_under_itself() -> None:
    page = RichConsole(width=30)
    with page.capture() as printed:
        page.print(pairs([("F2", "the status the ticket gets with this answer")]))
    first, second, *_more = printed.get().splitlines()
    assert first.startswith("F2  the status") and second.startswith("    ")


@pytest.mark.parametrize("width", [30, 54, 120])
def test_an_empty_pane_says_its_whole_sentence(width: int) -> None:
    lines = empty_lines("outbox", width)
    assert all(width_of(line) <= width for line in lines)
    told = " ".join("".join(text for text, _style in line).strip() for line in lines)
    assert told.strip() == "Everything has left. Answers wait here until they have left; `t` takes one back."
