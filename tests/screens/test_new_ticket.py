"""A ticket made by hand in the console: somebody telephones, an agent writes it down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select
from textual.widgets import Static

from deskterm.desk import answer_templates, choices, clients, contacts, drafts, showing, tickets
from deskterm.desk.views import TicketHead
from deskterm.screens.cards import Card
from deskterm.screens.dialogs import Choose
from deskterm.screens.new_ticket import NewTicketForm
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven

SMALL = (80, 24)


def make_acme(desk: Desk) -> tuple[int, int]:
    """A client and a contact of it."""
    with desk.store.work(write=True) as work:
        acme = clients.add(work, desk.actor, "ACME")
        points = [
            ("email", "anna@acme.example", True),
            ("email", "petrova@old.example", False),
            ("phone", "+7 495 123-45-67", True),
        ]
        return acme, contacts.add(work, desk.actor, acme, "Anna Petrova", None, points)


def head(desk: Desk, number: int) -> TicketHead:
    with desk.store.work() as work:
        return showing.head(work, desk.actor, number)


def mine(desk: Desk) -> list[Any]:
    with desk.store.work() as work:
        return drafts.of_new_tickets(work, desk.actor)


def newest(desk: Desk) -> tuple[int, Any]:
    """(number of tickets, the newest message)."""
    with desk.store.work() as work:
        numbers = work.values(select(t.ticket.c.id))
        message = work.first(select(t.message).order_by(t.message.c.id.desc()).limit(1))
        return len(numbers), message


def form_of(console: Driven) -> NewTicketForm:
    form = console.app.screen
    assert isinstance(form, NewTicketForm)
    return form


def told(form: NewTicketForm) -> str:
    return str(form.query_one("#new_who", Static).content)


async def chosen(console: Driven, words: str, *, title: str = "") -> None:
    """Choose by typing; the next screen is the caller's to wait for."""
    await console.until(
        lambda: isinstance(console.app.screen, Choose) and title in console.app.screen._title,
        f"the choice {title}",
    )
    dialog = console.app.screen
    await console.type(words)
    await console.press("enter")
    await console.until(lambda: console.app.screen is not dialog, "the choice made")


async def given(console: Driven, text: str) -> None:
    """Type one line."""
    await console.screen("Ask")
    dialog = console.app.screen
    await console.type(text)
    await console.press("enter")
    await console.until(lambda: console.app.screen is not dialog, "the line given")


async def made(console: Driven, key: str = "ctrl+s") -> int:
    """Make the ticket; the console goes there."""
    await console.press(key)
    await console.screen("MainScreen")
    await console.until(lambda: console.main.search.value.isdigit(), "its number searched for")
    number = int(console.main.search.value)
    assert str(number) in console.main.status_bar.render_line(0).text
    await console.until(
        lambda: console.main.open.ticket is not None and console.main.open.ticket.id == number, "the ticket"
    )
    return number


async def test_a_call_of_somebody_new_becomes_a_ticket(desk: Desk, drive: Drive, tmp_path: Path) -> None:
    with desk.store.work(write=True) as work:
        choices.add(work, desk.actor, "category", "Printing")
        answer_templates.add(work, desk.actor, "Call", "Called: {contact} of {client} about {subject}.\n")
    file = tmp_path / "log.txt"
    file.write_text("PC LOAD LETTER", encoding="utf-8")
    async with drive(SMALL) as console:
        # every key as a Russian keyboard gives it
        await console.press("Т")
        await console.screen("Choose")
        await chosen(console, "Ромашка", title="Who asks")  # nobody is called so: a new client
        await console.screen("Ask")
        await console.press("enter")  # the name typed before
        await console.until(
            lambda: type(console.app.screen).__name__ == "Ask" and console.app.screen._title == "New contact",
            "the contact's name",
        )
        await given(console, "Мария")
        await given(console, "maria@romashka.example, 8 (495) 111-22-33")
        await console.screen("NewTicketForm")
        form = form_of(console)
        await console.until(lambda: "Мария — Ромашка" in told(form), "who asks")
        assert "8 (495) 111-22-33" in told(form)
        assert "a confirmation goes to maria@romashka.example" in told(form)
        await console.press("ctrl+ы")
        await console.until(lambda: "needs a subject" in status(form), "what is missing")
        await console.type("Принтер дымит")
        await console.press("enter")
        await console.press("f4")
        await chosen(console, "call", title="template")
        await console.until(
            lambda: form.text.strip() == "Called: Мария of Ромашка about Принтер дымит.",
            "the template filled",
        )
        await console.press("f7")
        await chosen(console, "category")
        await chosen(console, "print", title="category")
        await console.until(lambda: "category: Printing" in told(form), "the category")
        await console.press("ctrl+е")
        await given(console, str(file))
        await console.until(lambda: form.files, "the file")
        number = await made(console, "ctrl+ы")
    ticket = head(desk, number)
    assert (ticket.subject, ticket.client, ticket.customer) == ("Принтер дымит", "Ромашка", "Мария")
    count, message = newest(desk)
    assert count == 1 and (message.type, message.visibility) == ("phone", "public")
    assert message.attachments == 1 and "Мария of Ромашка" in message.body
    with desk.store.work() as work:
        row = work.first(select(t.ticket).where(t.ticket.c.id == number))
        assert row.category_id == choices.find(work, "category", "Printing").id
        kinds = work.rows(select(t.outgoing.c.kind, t.outgoing.c.message_id))
        assert [(each.kind, each.message_id) for each in kinds] == [("confirmation", message.id)]
    assert mine(desk) == []


def status(form: NewTicketForm) -> str:
    return form.query_one("#new_status").render_line(0).text


async def test_a_contact_taken_from_the_card_and_an_open_ticket_to_add_to(desk: Desk, drive: Drive) -> None:
    acme, anna = make_acme(desk)
    number = desk.ticket("Printer smokes")
    other = desk.ticket("Paper jam")
    with desk.store.work(write=True) as work:
        tickets.set_field(work, desk.actor, [number, other], "contact", anna)
        gone = contacts.add(work, desk.actor, acme, "Gone", None, [])
        contacts.remove(work, desk.actor, gone)
    async with drive(SMALL) as console:
        await console.press("N")
        await chosen(console, "acme", title="Who asks")  # the client stands before its contacts
        await console.until(
            lambda: isinstance(console.app.screen, Card) and console.app.screen.facts.ids, "its card"
        )
        card = console.app.screen
        assert isinstance(card, Card) and card.contact_here.name == "Anna Petrova"
        lines = "\n".join(console.lines(card.facts))
        assert "petrova@old.example (not in use)" in lines and "Gone (inactive)" in lines
        # one who is out of use is not taken
        await console.press("end", "enter")
        await console.until(lambda: "inactive" in card.status_bar.render_line(0).text, "why he is not taken")
        await console.press("up")
        await console.until(lambda: card.contact_here.id == anna, "her line")
        await console.press("enter")
        await console.screen("NewTicketForm")
        form = form_of(console)
        await console.until(lambda: "Anna Petrova — ACME" in told(form), "who asks")
        assert "petrova@old.example (not in use)" in told(form)
        await console.press("f6")
        await chosen(console, "smok", title="Into")
        await console.until(lambda: f"{number} — Printer smokes" in told(form), "the ticket it goes into")
        await console.press("f9", "tab")
        await console.type("It burns now.")
        assert await made(console) == number
    count, message = newest(desk)
    assert count == 2
    assert (message.ticket_id, message.type, message.body) == (number, "console", "It burns now.")


async def test_a_form_left_is_a_draft_and_goes_on_as_it_was(desk: Desk, drive: Drive) -> None:
    _acme, anna = make_acme(desk)
    with desk.store.work(write=True) as work:
        choices.add(work, desk.actor, "criticality", "High")
    async with drive(SMALL) as console:
        # left empty it leaves nothing behind
        await console.press("N")
        await console.screen("Choose")
        await console.press("escape")
        await console.screen("NewTicketForm")
        await console.press("escape")
        await console.screen("MainScreen")
        assert mine(desk) == []
        await console.press("N")
        await chosen(console, "1234567", title="Who asks")  # by her telephone
        await console.screen("NewTicketForm")
        form = form_of(console)
        await console.until(lambda: "Anna Petrova" in told(form), "who asks")
        await console.type("Broken screen")
        await console.press("f7")
        await chosen(console, "criticality")
        await chosen(console, "high", title="criticality")
        await console.until(lambda: "High" in told(form), "the criticality")
        await console.press("f7")
        await chosen(console, "no letter")
        await console.until(lambda: "none, as chosen" in told(form), "no letter")
        await console.press("escape")
        await console.screen("MainScreen")
        (draft,) = mine(desk)
        assert draft.subject == "Broken screen" and draft.form["contact"] == anna
        await console.press("d")
        await chosen(console, "broken")
        await console.screen("NewTicketForm")
        form = form_of(console)
        await console.until(lambda: "Anna Petrova" in told(form), "who asks, again")
        assert form.subject_line.value == "Broken screen"
        assert "High" in told(form) and "none, as chosen" in told(form)
        await console.press("tab")
        await console.type("Fell down.")
        number = await made(console)
        assert head(desk, number).contact_id == anna
        with desk.store.work() as work:
            assert work.values(select(t.outgoing.c.id)) == []
        # undone as any other act
        await console.press("z")
        await console.until(lambda: "Undone" in console.main.status_bar.render_line(0).text, "undone")


async def test_a_ticket_is_made_from_a_card_with_the_contact_set(desk: Desk, drive: Drive) -> None:
    _acme, anna = make_acme(desk)
    async with drive((120, 40)) as console:
        await console.press("@")
        await chosen(console, "petrova", title="card")
        await console.until(
            lambda: isinstance(console.app.screen, Card) and console.app.screen.facts.ids, "her card"
        )
        await console.press("N")
        await console.screen("NewTicketForm")
        form = form_of(console)
        await console.until(lambda: "Anna Petrova — ACME" in told(form), "who asks")
        await console.type("Two calls")
        await console.press("enter")
        await console.type("About both.")
        number = await made(console, "f10")
    assert head(desk, number).contact_id == anna
