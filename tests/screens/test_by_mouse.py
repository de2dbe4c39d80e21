"""A day's work by the mouse alone: the ways out and the shortcuts a hand without keys has."""

from __future__ import annotations

from textual.widgets import Static

from deskterm.desk import answer_templates
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven, strips_of


async def click(console: Driven, words: str) -> None:
    """Click on the first place where these words stand on the screen."""
    for row, strip in enumerate(strips_of(console.app.screen)):
        at = strip.text.find(words)
        if at >= 0:
            await console.pilot.click(offset=(at, row))
            return
    raise AssertionError(f"{words!r} stands nowhere")


def shows(console: Driven, words: str) -> bool:
    return any(words in strip.text for strip in strips_of(console.app.screen))


async def test_a_search_shows_its_way_out_also_from_its_results(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer", ["It smells."])
    desk.ticket("Invoice", ["Where is it?"])
    async with drive((80, 24)) as console:
        main = console.main
        await click(console, "find")
        await console.until(lambda: main.search.has_focus, "the line")
        await console.type("smel")
        await console.until(lambda: len(main.tickets.ids) == 1, "the printer alone")
        await click(console, "F12")
        await console.screen("Read")
        await click(console, "Esc goes back")
        await console.screen("MainScreen")
        main.set_focus(main.tickets)
        await console.until(lambda: not main.search_hint.has_class("shown"), "the list in front")
        await click(console, "Esc back")
        await console.until(lambda: len(main.tickets.ids) == 2, "the section again")
        assert not shows(console, "Esc back")


async def test_who_gets_an_answer_and_with_which_status_is_changed_by_a_click(
    desk: Desk, drive: Drive
) -> None:
    desk.ticket("Printer", address="olga@example.com")
    with desk.store.work(write=True) as work:
        answer_templates.add(work, desk.actor, "First steps", "Switch it off.")
    async with drive((80, 24)) as console:
        await click(console, "reply")
        await console.screen("Composer")
        for words in ("To 1 person", "status:"):
            await click(console, words)
            await console.screen("Choose")
            await click(console, "Esc")
            await console.screen("Composer")
        title = console.app.screen.query_one("#quoted_title", Static)
        assert "hides" in str(title.content)
        await click(console, "F3 hides")
        await console.until(lambda: "shows" in str(title.content), "the text without what it answers")


async def test_the_key_a_sentence_names_is_a_click_away(desk: Desk, drive: Drive) -> None:
    first = desk.ticket("Printer")
    desk.ticket("Invoice")
    async with drive((80, 24)) as console:
        main = console.main
        main.tickets.go_to(first)
        await console.until(lambda: main.open.ticket and main.open.ticket.id == first, "the printer")
        await console.press("2", "a", "c")
        await console.until(lambda: first not in main.tickets.ids, "that it is closed")
        await click(console, "undoes it")
        await console.until(lambda: first in main.tickets.ids, "that it is open again")


async def test_a_right_click_opens_the_menu_of_every_screen(desk: Desk, drive: Drive) -> None:
    async with drive((80, 24)) as console:
        for key, screen, list_of, entry in (
            ("f8", "Administration", "#adm_entries", "Add an entry"),
            ("L", "MailLog", "#log", "Only of an account"),
            ("6", "ReportScreen", "#report", "Another report"),
        ):
            await console.press(key)
            await console.screen(screen)
            await console.pilot.click(list_of, button=3)
            await console.screen("Choose")
            assert shows(console, entry) and not shows(console, "Menu of what")
            await click(console, "Esc leaves")
            await console.screen(screen)
            await click(console, "Esc back")
            await console.screen("MainScreen")
