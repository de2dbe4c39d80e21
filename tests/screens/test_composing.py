"""What stands around a text being written: who gets it, how it is signed, the desk's texts put in."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import OptionList, Static

from deskterm.desk import accounts, answer_templates, clients, contacts
from deskterm.screens.composer import Composer
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven


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
