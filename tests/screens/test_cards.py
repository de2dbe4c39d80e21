"""Cards of clients, contacts and agents: what they say, their tickets, and what is done on them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from deskterm.desk import agents, cards, clients, contacts, departments, showing, tickets
from deskterm.desk.card_views import ClientCard, ContactCard
from deskterm.desk.views import TicketHead
from deskterm.screens import acts
from deskterm.screens.administration.form import Form
from deskterm.screens.cards import Card
from deskterm.screens.presenters import cards as presenter
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven

SMALL = (80, 24)
NOTE = "Pays late, always polite. Contract 2024-117; call before six, never send invoices by mail.\nEnd."


@dataclass(frozen=True, slots=True)
class Acme:
    """A client with a department, its contacts, and their tickets."""

    id: int
    sales: int
    anna: int
    vector: int
    printer: int
    paper: int


@pytest.fixture
def acme(desk: Desk) -> Acme:
    with desk.store.work(write=True) as work:
        me = desk.actor
        id = clients.add(work, me, "ACME", note=NOTE, domains=["acme.example"])
        vector = clients.add(work, me, "Вектор")
        sales = departments.add(work, me, id, "Sales")
        anna = contacts.add(
            work,
            me,
            id,
            "Anna Petrova",
            sales,
            [
                ("email", "anna@acme.example", True),
                ("email", "petrova@old.example", False),
                ("phone", "+7 495 123-45-67", True),
            ],
        )
        contacts.add(work, me, vector, "Анна П.", None, [("email", "anna@acme.example", True)])
    printer = desk.ticket("Printer smokes", ["PC LOAD LETTER"])
    paper = desk.ticket("Бумага", ["Замятие бумаги"], status="closed")
    desk.ticket("Somebody else's")
    with desk.store.work(write=True) as work:
        tickets.set_field(work, desk.actor, [printer, paper], "contact", anna)
    return Acme(id, sales, anna, vector, printer, paper)


def client_card(desk: Desk, id: int) -> ClientCard:
    with desk.store.work() as work:
        return cards.client(work, desk.actor, id)


def contact_card(desk: Desk, id: int) -> ContactCard:
    with desk.store.work() as work:
        return cards.contact(work, desk.actor, id)


async def card_of(console: Driven, key: str, *, kind: str) -> Card:
    """Open a card from the ticket and wait until it and its tickets are there."""
    await console.press("2", key)
    return await opened(console, kind)


async def opened(console: Driven, kind: str) -> Card:
    def there() -> bool:
        card = console.app.screen
        return isinstance(card, Card) and card.kind == kind and card.card is not None and bool(card.facts.ids)

    await console.until(there, f"the card of a {kind}")
    card = console.app.screen
    assert isinstance(card, Card)
    return card


def told(console: Driven, card: Card) -> str:
    return "\n".join(console.lines(card.facts))


async def cursor_on(console: Driven, card: Card, what: str) -> None:
    """Put the cursor on the first line about this."""
    place = next(number for number, fact in enumerate(card.facts.facts) if fact.what == what)
    for _step in range(place):
        await console.press("down")
    await console.until(lambda: card.facts.cursor == place, what)


def test_nothing_of_a_note_or_of_many_addresses_is_cut_on_the_narrowest_screen(
    desk: Desk, acme: Acme
) -> None:
    with desk.store.work(write=True) as work:
        points = [
            ("email", f"anna.petrova.{number}@branch.acme.example", number % 2 == 0) for number in range(5)
        ]
        contacts.set_points(work, desk.actor, acme.anna, points)
    for width in (79, 40):
        facts = presenter.client_facts(client_card(desk, acme.id), width)
        lines = ["".join(text for text, _style in fact.line) for fact in facts]
        assert all(len(line) <= width for line in lines)
        whole = "".join("".join(lines).split())
        assert "".join(NOTE.split()) in whole
        if width == 79:
            for kind, value, active in points:
                assert (value if active else f"{value}(notinuse)") in whole, kind


async def test_a_client_card_shows_its_people_and_finds_its_tickets(
    desk: Desk, acme: Acme, drive: Drive
) -> None:
    async with drive(SMALL) as console:
        console.main.find(str(acme.printer))
        await console.until(
            lambda: console.main.open.ticket is not None and console.main.open.ticket.id == acme.printer,
            "the ticket",
        )
        card = await card_of(console, "C", kind="client")
        await console.until(lambda: list(card.tickets.ids) == [acme.paper, acme.printer], "both tickets")
        shown = told(console, card)
        assert "ACME" in shown and "never send invoices" in shown and "acme.example" in shown
        await console.press("end")
        await console.until(lambda: "Anna Petrova" in told(console, card), "her contact")
        shown = told(console, card)
        assert "anna@acme.example" in shown and "+7 495 123-45-67" in shown
        assert "petrova@old.example (not in use)" in shown
        assert "2 tickets: 1 open, 1 closed" in card.tickets_title.render_line(0).text
        # words of a message, in another form, by the keys of a Russian keyboard
        await console.press(".")
        await console.until(lambda: card.search.has_focus, "the search")
        await console.type("замятия")
        await console.until(lambda: list(card.tickets.ids) == [acme.paper], "the closed one")
        await console.press("escape")
        await console.until(lambda: len(card.tickets.ids) == 2, "all again")
        await console.press("щ")
        await console.until(lambda: list(card.tickets.ids) == [acme.printer], "the open one")
        await console.press("щ")
        await console.until(lambda: len(card.tickets.ids) == 2, "all again")
        # to the contact, to his client, and to a ticket from there
        if not card.facts.has_focus:
            await console.press("tab")
        await cursor_on_contact(console, card)
        await console.press("enter")
        contact = await opened(console, "contact")
        assert "! the same address has Анна П. (Вектор)" in told(console, contact)
        await console.press("tab")
        await console.until(
            lambda: contact.tickets.has_focus and len(contact.tickets.ids) == 2, "his tickets"
        )
        await console.press("end", "enter")
        await console.screen("MainScreen")
        await console.until(lambda: console.main.search.value == str(acme.printer), "the ticket found")


async def cursor_on_contact(console: Driven, card: Card) -> None:
    await console.until(lambda: card.facts.has_focus, "the facts")
    await console.press("end")
    await console.until(
        lambda: card.facts.current is not None and card.facts.current.what == "contact", "a contact"
    )


async def test_everything_on_a_card_is_changed_and_undone(desk: Desk, acme: Acme, drive: Drive) -> None:
    async with drive(SMALL) as console:
        console.main.find(str(acme.printer))
        await console.until(
            lambda: console.main.open.ticket is not None and console.main.open.ticket.id == acme.printer,
            "the ticket",
        )
        card = await card_of(console, "V", kind="contact")
        # an address is added, taken out of use, corrected
        await console.press("a")
        await console.screen("Ask")
        await console.type("anna@home.example")
        await console.press("enter")
        await console.until(lambda: "anna@home.example" in told(console, card), "the new address")
        assert "`z`" in card.status_bar.render_line(0).text
        await cursor_on(console, card, "point")
        await console.press("ш")
        await console.until(lambda: "anna@acme.example (not in use)" in told(console, card), "out of use")
        assert contact_card(desk, acme.anna).contact.addresses == ("anna@home.example",)
        await console.press("z")
        await console.until(lambda: "anna@acme.example (not in use)" not in told(console, card), "undone")
        await console.press("enter")
        await console.screen("Ask")
        await console.press(*["backspace"] * len("anna@acme.example"), "enter")
        await console.until(lambda: "anna@acme.example" not in told(console, card), "taken away")
        # another name, a note of several lines
        await console.press("home", "enter")
        await console.screen("Ask")
        await console.type(" X")
        await console.press("enter")
        await console.until(
            lambda: contact_card(desk, acme.anna).contact.name == "Anna Petrova X", "the name"
        )
        await console.until(lambda: "Anna Petrova X" in told(console, card), "the name shown")
        await console.press("e")
        await console.screen("Choose")
        await console.type("note")
        await console.press("enter")
        await console.screen("SeveralLines")
        await console.type("deaf")
        await console.press("enter")
        await console.type("write")
        await console.press("ctrl+s")
        await console.until(lambda: contact_card(desk, acme.anna).contact.note == "deaf\nwrite", "the note")
        # to another client, into a department made on the way
        with desk.store.work(write=True) as work:
            departments.add(work, desk.actor, acme.vector, "Склад")
        await console.until(lambda: console.app.screen is card, "the card")
        await console.press("M")
        await console.screen("Choose")
        await console.type("век")
        await console.press("enter")
        await console.until(
            lambda: (
                type(console.app.screen).__name__ == "Choose" and "department" in console.app.screen._title
            ),
            "the departments",
        )
        await console.type("склад")
        await console.press("enter")
        await console.until(lambda: contact_card(desk, acme.anna).contact.client == "Вектор", "moved")
        assert contact_card(desk, acme.anna).contact.department == "Склад"
        await console.until(lambda: "Вектор" in told(console, card), "the client shown")
        # his client's card opens from his; a client is changed the same way
        await console.press("C")
        client = await opened(console, "client")
        await console.press("home", "enter")
        await console.screen("Ask")
        await console.type(" Плюс")
        await console.press("enter")
        await console.until(lambda: client_card(desk, acme.vector).client.name == "Вектор Плюс", "its name")
        await console.press("a")
        await console.screen("Choose")
        await console.press("down", "enter")
        await console.screen("Ask")
        await console.type("Счета")
        await console.press("enter")
        await console.until(lambda: "Счета" in told(console, client), "the department")
        await console.press("escape")
        await console.until(lambda: console.app.screen is card, "back")
        # what another console does appears by itself
        with desk.store.work(write=True) as work:
            contacts.edit(work, desk.actor, acme.anna, {"name": "Anna Ivanova"})
        await console.until(lambda: "Anna Ivanova" in told(console, card), "what another did")
        await console.press("m")
        await console.screen("Choose")
        await console.type("back")
        await console.press("enter")
        await console.screen("MainScreen")


async def test_whose_a_message_is_can_be_said_and_an_unknown_sender_made_a_contact(
    desk: Desk, acme: Acme, drive: Drive
) -> None:
    number = desk.ticket("From nowhere", customer="Boris", address="boris@acme.example")
    async with drive() as console:
        console.main.find(str(number))
        await console.until(
            lambda: console.main.open.message is not None and console.main.open.message.ticket_id == number,
            "the message",
        )
        await console.press("2", "C")
        await console.screen("Confirm")  # acme.example is ACME's domain
        await console.press("y")
        await console.until(lambda: head_of(desk, number).client == "ACME", "the suggested client")
        await console.screen("MainScreen")
        console.main.do(act("sender_card"))
        await console.screen("Confirm")
        await console.press("т")
        await console.screen("Choose")
        await console.type("acme")
        await console.press("enter")
        for _question in range(2):
            await console.screen("Ask")
            asked = console.app.screen
            await console.press("enter")
            await console.until(lambda asked=asked: console.app.screen is not asked, "the next")
        await console.until(lambda: head_of(desk, number).contact_id is not None, "the contact of the ticket")
        made = contact_card(desk, head_of(desk, number).contact_id).contact
        assert (made.name, made.addresses, made.client) == ("Boris", ("boris@acme.example",), "ACME")
        await console.screen("MainScreen")
        console.main.do(act("whose"))
        await console.screen("Confirm")
        await console.press("c")
        await console.screen("Choose")
        await console.type("анна")
        await console.press("enter")
        await console.until(lambda: head_of(desk, number).client == "Вектор", "another author")
        await console.screen("MainScreen")
        # and any card is found by words
        await console.press("@")
        await console.screen("Choose")
        await console.type("petrova")
        await console.press("enter")
        card = await opened(console, "contact")
        assert card.subject_id == acme.anna


async def test_an_agents_line_opens_his_card(desk: Desk, acme: Acme, drive: Drive) -> None:
    with desk.store.work(write=True) as work:
        olga = work.value(select(t.agent.c.id).where(t.agent.c.login == "olga"))
        tickets.assign(work, desk.actor, [acme.printer], olga)
    async with drive(SMALL) as console:
        main = console.main
        main.fold("all_active", False)
        await console.until(lambda: f"agent:{olga}" in main.section_rows, "the agents")
        main.set_focus(main.sections)
        await console.until(lambda: main.sections.go_to(f"agent:{olga}"), "her line")
        await console.press("С")
        card = await opened(console, "agent")
        assert "olga" in told(console, card)
        await console.until(lambda: list(card.tickets.ids) == [acme.printer], "what she is responsible for")
        await console.press("escape")
        await console.screen("MainScreen")
        place = list(main.sections.ids).index(f"agent:{olga}") - round(main.sections.scroll_y)
        await console.pilot.click("#tree", offset=(4, place), times=2)
        assert (await opened(console, "agent")).subject_id == olga


def head_of(desk: Desk, number: int) -> TicketHead:
    with desk.store.work() as work:
        return showing.head(work, desk.actor, number)


def act(id: str) -> acts.Act:
    return acts.BY_ID[id]


async def test_an_agent_is_changed_on_his_card_with_his_hours_and_days_off(desk: Desk, drive: Drive) -> None:
    with desk.store.work() as work:
        olga = agents.id_of(work, "olga")
    async with drive(SMALL) as console:
        console.app.push_screen(Card(console.main.desk, console.main.keymap, "agent", olga))
        card = await opened(console, "agent")
        await console.press("enter")
        await console.screen("Form")
        form = console.app.screen
        assert isinstance(form, Form)
        await console.until(lambda: form.focused is not None, "the form")
        form._widgets["extension"].value = "117"
        form._widgets["hours"].value = "mon-fri 9:00-18:00"
        form._widgets["days_off"].text = "2026-12-24..2026-12-31 Christmas"
        await console.press("ctrl+s")
        await console.screen("Card")
        await console.until(lambda: "Christmas" in told(console, card), "his days off")
        assert "117" in told(console, card)
        await console.press("z")
        await console.until(lambda: "Christmas" not in told(console, card), "all of it undone as one")
        assert "117" not in told(console, card)
