"""What stands around a text being written: who gets it, how it is signed, the desk's texts put in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.text import Text
from textual.widgets import OptionList, Static

from deskterm.desk import accounts, answer_templates, clients, contacts
from deskterm.screens.composer import Composer
from deskterm.screens.doing.composing import next_place
from deskterm.screens.frame import StatusBar
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven
from tests.screens.test_hands import bodies


async def composing(console: Driven) -> Composer:
    await console.press("r")
    await console.screen("Composer")
    composer = console.app.screen
    assert isinstance(composer, Composer)
    return composer


def shown(composer: Composer, id: str) -> str:
    content = composer.query_one(id, Static).content
    return content.plain if isinstance(content, Text) else str(content)


def listed(console: Driven) -> list[str]:
    return [str(option.prompt) for option in console.app.screen.query_one(OptionList).options]


async def test_recipients_are_seen_left_out_and_added_as_one_types(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    with desk.store.work(write=True) as work:
        client = clients.add(work, desk.actor, "Acme")
        contacts.add(work, desk.actor, client, "Boris Marlow", points=[("email", "boris@acme.example", True)])
    async with drive((80, 24)) as console:
        composer = await composing(console)
        assert "To 1 person: Anna Petrova <anna@example.com>" in shown(composer, "#who")
        await console.press("f6")
        await console.screen("Choose")
        await console.type("marl")
        await console.until(lambda: any("Boris Marlow" in each for each in listed(console)), "the contact")
        await console.press("enter")
        await console.until(lambda: "2 people" in shown(composer, "#who"), "both")
        await console.screen("Choose")
        await console.type("Chief <chief@acme.example>")
        await console.until(
            lambda: any("Chief <chief@acme.example>" in each for each in listed(console)), "the address"
        )
        await console.press("enter")
        await console.until(lambda: "3 people" in shown(composer, "#who"), "all three")
        await console.screen("Choose")
        await console.type("anna")
        await console.until(lambda: listed(console)[0].startswith("[x] Anna"), "her line")
        await console.press("enter")
        await console.until(lambda: "without Anna Petrova" in shown(composer, "#who"), "her name, left out")
        await console.screen("Choose")
        await console.press("escape")
        await console.screen("Composer")
        assert "2 people" in shown(composer, "#who")
        assert composer.form.left_out == {"anna@example.com"}


async def test_a_click_on_who_gets_it_and_on_the_status_changes_them(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive((80, 24)) as console:
        await composing(console)
        for line, title in ((1, "Who gets this answer?"), (2, "Status with this answer")):
            await console.pilot.click("#who", offset=(4, line))
            await console.screen("Choose")
            assert console.app.screen._title == title
            await console.press("escape")
            await console.screen("Composer")


async def test_how_an_answer_is_signed_is_seen_before_it_leaves(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive((80, 24)) as console:
        composer = await composing(console)
        assert shown(composer, "#signature") == "Sent from support@desk.example, without a signature."
        await console.press("escape")
        await console.screen("MainScreen")
        with desk.store.work(write=True) as work:
            accounts.edit(
                work, desk.actor, "support@desk.example", {"signature": "-- \nKind regards,\nSupport"}
            )
        composer = await composing(console)
        told = shown(composer, "#signature")
        assert told == "Sent from support@desk.example, signed: Kind regards, Support"
        assert composer.query_one("#signature").region.height == 1
        await console.press("escape")
        await console.screen("MainScreen")
        await console.press("i")
        await console.screen("Composer")
        assert not console.app.screen.query_one("#signature").display, "a note leaves nowhere"


async def test_a_template_is_found_by_its_text_and_read_before_it_is_put_in(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    with desk.store.work(write=True) as work:
        answer_templates.add(work, desk.actor, "First steps", "Off and on again.")
        long = "\n".join(f"Line {line} of {{number}}." for line in range(60)) + "\nTurn the toner drum."
        answer_templates.add(work, desk.actor, "Second steps", long)
    async with drive((80, 24)) as console:
        composer = await composing(console)
        await console.press("f4")
        await console.screen("ChooseText")

        def read() -> str:
            return str(console.app.screen.query_one("#text_shown", Static).content)

        await console.until(lambda: "Off and on" in read(), "the first one")
        await console.type("toner drum")
        await console.until(lambda: f"Line 59 of {number}." in read(), "the other, filled")
        before = console.app.screen.query_one("VerticalScroll").scroll_y
        await console.press("pagedown")
        await console.until(
            lambda: console.app.screen.query_one("VerticalScroll").scroll_y > before, "its next page"
        )
        await console.press("enter")
        await console.screen("Composer")
        await console.until(lambda: composer.text.endswith("Turn the toner drum."), "put in")


@pytest.mark.parametrize(
    ("words", "after", "found"),
    [
        ("toner", (0, 0), (0, 4)),
        ("TONER", (0, 9), (2, 0)),
        ("toner", (2, 5), (0, 4)),
        ("тонер", (0, 0), (1, 0)),
        ("paper", (0, 0), None),
    ],
)
def test_words_are_found_in_what_one_writes(
    words: str, after: tuple[int, int], found: tuple[int, int] | None
) -> None:
    assert next_place(["The toner", "Тонер", "toner"], words, after) == found


async def test_keys_of_writing_are_the_agents_own_and_find_goes_through_the_text(
    desk: Desk, drive: Drive
) -> None:
    desk.ticket("Printer")
    desk.home.keymap.parent.mkdir(parents=True, exist_ok=True)
    desk.home.keymap.write_text('write_find = "ctrl+l"\nwrite_send = "q"\n', encoding="utf-8")
    async with drive((100, 30)) as console:
        assert "line 2" in " ".join(str(each.message) for each in console.app._notifications)
        composer = await composing(console)
        await console.type("A quick toner, a second toner.")
        assert composer.text == "A quick toner, a second toner.", "q is a letter here"
        for column in (8, 24):
            await console.press("ctrl+l")
            await console.screen("Ask")
            if column == 8:
                await console.type("toner")
            await console.press("enter")
            await console.until(
                lambda column=column: composer.area.selection == ((0, column), (0, column + 5)), "the place"
            )
        await console.press("alt+a")
        await console.until(lambda: composer.area.selected_text == composer.text, "all of it")
        await console.press("f1")
        await console.screen("Choose")
        assert any("Ctrl+L" in each and "find words" in each for each in listed(console))


async def test_a_file_that_was_forgotten_is_added_from_the_question(
    desk: Desk, drive: Drive, tmp_path: Path
) -> None:
    number = desk.ticket("Printer")
    (tmp_path / "act.txt").write_text("Done.", encoding="utf-8")
    async with drive((80, 24)) as console:
        composer = await composing(console)
        await console.type("The act is attached.")
        await console.press("ctrl+s")
        await console.screen("Confirm")
        await console.press("ф")
        await console.screen("Ask")
        await console.type(str(tmp_path / "act.txt"))
        await console.press("enter")
        await console.until(lambda: composer.files, "the file")
        await console.press("ctrl+s")
        await console.until(lambda: "attached" in bodies(desk, number)[-1], "sent without a question")


@pytest.mark.parametrize(
    ("editor", "told"),
    [("no-such-editor", "no-such-editor cannot be used: No such file"), ("false", "ended with 1")],
)
async def test_an_editor_that_is_not_there_or_fails_gives_the_terminal_back(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch, editor: str, told: str
) -> None:
    desk.ticket("Printer")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    came_back = []

    @contextmanager
    def suspend() -> Iterator[None]:
        """As Textual's: what is raised within it leaves the terminal to nobody."""
        yield
        came_back.append(True)

    async with drive((80, 24)) as console:
        monkeypatch.setattr(console.app, "suspend", suspend)
        composer = await composing(console)
        await console.type("Kept.")
        await console.press("f12")

        def said() -> str:
            return "".join(text for text, _style in composer.query_one(StatusBar).line(200))

        await console.until(lambda: told in said(), "what went wrong")
        assert came_back == [True] and composer.text == "Kept."
        await console.press("ctrl+home")
        await console.until(lambda: composer.area.cursor_location == (0, 0), "the beginning")
