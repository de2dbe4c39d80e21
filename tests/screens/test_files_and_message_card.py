"""Files as a table, the card of a message, menus that name what toggles will do."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from textual.widgets import Input, Static

from deskterm.desk import actor as actors
from deskterm.desk import (
    agents,
    choices,
    clients,
    contacts,
    drafts,
    marks,
    messages,
    muting,
    notice_switches,
    outbox,
    reminders,
    settings,
    showing,
    tickets,
)
from deskterm.desk import bin as the_bin
from deskterm.screens.composer import Composer
from deskterm.screens.dialogs import Choose
from deskterm.screens.files import Files, FileText
from deskterm.screens.presenters import when
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven
from tests.screens.test_letters import arrive

SMALL = (80, 24)


def letter_with_files() -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Anna Petrova <anna@acme.example>", "support@desk.example"
    message["Subject"], message["Message-ID"] = "Printer smokes", "<smoke@acme.example>"
    message.set_content("See the files.")
    message.add_attachment("PC LOAD LETTER\nбумага\n", filename="log.txt")
    message.add_attachment(b"\x00\x01\x02", maintype="image", subtype="png", filename="smoke.png")
    message.add_attachment("a;b\n", filename="table.csv")
    return message.as_bytes()


async def on_ticket(console: Driven, number: int) -> None:
    console.main.find(str(number))
    await console.until(
        lambda: (
            console.main.open.ticket is not None
            and console.main.open.ticket.id == number
            and console.main.open.body is not None
        ),
        f"ticket {number}",
    )


async def choose(console: Driven, words: str) -> None:
    """Take the entry of a list these words find."""
    await console.screen("Choose")
    dialog = console.app.screen
    assert isinstance(dialog, Choose)
    dialog.query_one(Input).value = words
    await console.press("enter")
    await console.until(lambda: console.app.screen is not dialog, f"{words} taken")


def entries(console: Driven) -> list[str]:
    dialog = console.app.screen
    assert isinstance(dialog, Choose)
    return [f"{entry.name}  {entry.detail}" for entry in dialog._entries]


async def test_files_are_looked_at_marked_and_saved(desk: Desk, drive: Drive, tmp_path: Path) -> None:
    arrive(desk, letter_with_files())
    async with drive(SMALL) as console:
        await on_ticket(console, 1)
        await console.press("w")
        await console.screen("Files")
        files = console.app.screen
        assert isinstance(files, Files)
        await console.until(lambda: "log.txt" in "".join(console.lines(files.list)), "the table")
        line = console.lines(files.list)[0]
        assert "text/plain" in line and when.size(files.files[0].size) in line
        await console.press("enter")
        await console.screen("FileText")
        text = console.app.screen
        assert isinstance(text, FileText)
        await console.until(lambda: "бумага" in "\n".join(console.lines(text.lines)), "its text")
        await console.press("escape", "down", "enter")
        await console.until(lambda: "cannot be shown" in str(files.told.content), "what cannot be shown")
        await console.press("up", "x", "down", "x", "w")
        await console.screen("Ask")
        console.app.screen.query_one(Input).value = str(tmp_path / "two")
        await console.press("enter")
        await console.until(lambda: "2 files" in str(files.told.content), "both saved")
        assert {path.name for path in (tmp_path / "two").iterdir()} == {"log.txt", "table.csv"}
        await console.press("a")
        await console.screen("Ask")
        await console.press("enter")
        await console.until(lambda: "3 files" in str(files.told.content), "all saved beside them")
    assert len(list((tmp_path / "two").iterdir())) == 5


async def test_files_and_time_of_an_answer_being_written(desk: Desk, drive: Drive, tmp_path: Path) -> None:
    number = desk.ticket("Printer smokes")
    file = tmp_path / "manual.txt"
    file.write_text("Switch it off.", encoding="utf-8")
    async with drive(SMALL) as console:
        await on_ticket(console, number)
        await console.press("r")
        await console.screen("Composer")
        composer = console.app.screen
        assert isinstance(composer, Composer)
        await console.type("Off")
        await console.press("ctrl+t")
        await console.screen("Ask")
        console.app.screen.query_one(Input).value = str(file)
        await console.press("enter")
        await console.until(lambda: composer.files, "the file with it")
        await console.press("ctrl+o")
        await console.screen("Files")
        await console.press("enter")
        await console.screen("FileText")
        await console.press("escape", "delete")
        await console.screen("Composer")
        assert composer.files == []
        await console.press("f7")
        await choose(console, "time spent")
        await console.screen("Ask")
        await console.type("1:30")
        await console.press("enter")
        await console.until(lambda: composer.form.seconds >= 5400, "the time")
        await console.press("escape")
        await console.screen("MainScreen")
    with desk.store.work() as work:
        kept = drafts.of_ticket(work, desk.actor, number)[0]
        assert kept.attachments == () and kept.form["seconds"] >= 5400


def answered(desk: Desk, number: int) -> tuple[int, int]:
    """An answer the customer's server refused: (message, letter of ours)."""
    with desk.store.work(write=True) as work:
        message = messages.reply(work, desk.actor, number, "Switch it off.", seconds_spent=60)
        outgoing = int(work.value(select(t.outgoing.c.id).where(t.outgoing.c.message_id == message)))
        outbox.set_state(
            work, outgoing, ("waiting",), state="failed", reply="550 no such user", settled_at=work.now
        )
        outbox.sum_up(work, outgoing)
    return message, outgoing


def states(desk: Desk, outgoing: int) -> set[str]:
    with desk.store.work() as work:
        c = t.outbox.c
        return {row.state for row in work.rows(select(c.state).where(c.outgoing_id == outgoing))}


async def test_the_card_of_an_answer_corrects_its_time_and_sends_it_again(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer smokes")
    message, outgoing = answered(desk, number)
    async with drive(SMALL) as console:
        await on_ticket(console, number)
        await console.press("3", "end")
        await console.until(
            lambda: console.main.open.body is not None and console.main.open.body.id == message, "the answer"
        )
        await console.press('"')
        await console.screen("Choose")
        told = "\n".join(entries(console))
        assert "anna@example.com  ✗ failed  550 no such user" in told and "1 minute" in told
        await choose(console, "time spent")
        await console.screen("Ask")
        assert console.app.screen.query_one(Input).value == "0:01"
        console.app.screen.query_one(Input).value = "2:05"
        await console.press("enter")
        await console.until(lambda: seconds(desk, message) == 7500, "the time")
        await console.press('"')
        await choose(console, "anna@example")
        await console.screen("Confirm")
        await console.press("e")
        await console.screen("Composer")
        composer = console.app.screen
        assert isinstance(composer, Composer) and composer.text == "Switch it off."
        await console.press("escape")
        await console.screen("MainScreen")
        assert states(desk, outgoing) == {"failed"}
        await console.press('"')
        await choose(console, "send it again as it is")
        await console.until(lambda: states(desk, outgoing) == {"queued"}, "it queued again")
        console.main.search.close()
        console.main.sections.go_to("outbox")
        await console.until(lambda: console.main.open.section == "outbox", "the Outbox")
        await console.until(lambda: console.main.open.body is not None, "the letter")
        await console.press("2", "e")
        await console.until(lambda: "needs no other try" in said(console), "that it is on its way")
        await console.press("f")
        await console.until(lambda: console.main.open.words == str(number), "its ticket")


def said(console: Driven) -> str:
    return console.main.status_bar.render_line(0).text


def seconds(desk: Desk, message: int) -> Any:
    with desk.store.work() as work:
        return work.value(select(t.message.c.seconds_spent).where(t.message.c.id == message))


async def test_the_menu_names_what_toggles_do_and_sets_what_only_a_menu_sets(
    desk: Desk, drive: Drive
) -> None:
    number = desk.ticket("Printer smokes", address="anna@acme.example")
    with desk.store.work(write=True) as work:
        acme = clients.add(work, desk.actor, "ACME", domains=["acme.example"])
        choices.add(work, desk.actor, "category", "Printing")
        olga = agents.id_of(work, "olga")
        choices.edit(work, desk.actor, "category", "Printing", {"responsible_id": olga})
        marks.watch(work, desk.actor, [number])
    async with drive(SMALL) as console:
        await on_ticket(console, number)
        await console.press("m")
        await console.screen("Choose")
        told = "\n".join(entries(console))
        for words in ("Watch it no more", "Add it to my favorites", "Show the history", "Set its client…"):
            assert words in told, words
        await choose(console, "set its client")
        await console.screen("Confirm")
        await console.press("y")
        await console.until(
            lambda: console.main.open.ticket is not None and console.main.open.ticket.client_id == acme,
            "the client",
        )
        await console.press("m")
        await console.screen("Choose")
        assert "Set its client…" not in "\n".join(entries(console))
        await choose(console, "set the category")
        await choose(console, "printing")
        await console.screen("Confirm")
        await console.press("y")
        await console.until(lambda: head(desk, number).responsible == "Ольга Смирнова", "its responsible")
        await console.press("m")
        await choose(console, "who watches")
        await choose(console, "colleague")
        await choose(console, "ольга")
        await console.until(lambda: len(watchers(desk, number)) == 2, "both watching")
        await console.press("m")
        await choose(console, "who watches")
        await choose(console, "ольга")
        await console.until(lambda: len(watchers(desk, number)) == 1, "one watching")
        # where fields are set, all that is known of the ticket is shown
        await console.press("e")
        await console.screen("Choose")
        told = [" ".join(line.split()) for line in entries(console)]
        assert {"category Printing", "criticality Normal", "client ACME", "status New"} <= set(told)
        await choose(console, "till it closes")
        await console.screen("Ask")
        with desk.store.work(write=True) as work:
            olga_herself = actors.of_agent(work, "olga", "console")
            assert olga_herself is not None
            tickets.set_field(work, olga_herself, [number], "auto_close_days", 3)
        await console.type("5")
        await console.press("enter")
        await console.screen("Confirm")
        await console.press("m")
        await console.until(lambda: head(desk, number).auto_close_days == 5, "asked, and set all the same")


def head(desk: Desk, number: int) -> Any:
    with desk.store.work() as work:
        return showing.head(work, desk.actor, number)


def watchers(desk: Desk, number: int) -> list[Any]:
    with desk.store.work() as work:
        return marks.watchers(work, desk.actor, number)


def test_lengths_of_work_are_read_as_they_are_typed() -> None:
    assert [when.read_spent(text) for text in ("12", "1:30", "0,5", "45s", "0")] == [720, 5400, 30, 45, 0]
    assert [when.read_spent(text) for text in ("", "soon", "1:75", "-3", "1e9", "nan")] == [None] * 6
    assert (when.spent(45), when.spent(720), when.spent(3600)) == ("45 seconds", "12 minutes", "1 hour")
    assert when.spent(7500) == "2 hours 5 minutes"


async def test_a_contact_card_makes_duplicates_one_and_erases_after_asking_twice(
    desk: Desk, drive: Drive
) -> None:
    number = desk.ticket("Printer smokes", ["My telephone is 123"])
    with desk.store.work(write=True) as work:
        acme = clients.add(work, desk.actor, "ACME")
        anna = contacts.add(
            work, desk.actor, acme, "Anna Petrova", None, [("email", "anna@example.com", True)]
        )
        double = contacts.add(work, desk.actor, acme, "A. Petrova", None, [("phone", "+7 495 1", True)])
        tickets.set_field(work, desk.actor, [number], "contact", anna)
    async with drive(SMALL) as console:
        await on_ticket(console, number)
        await console.press("V")
        await console.screen("Card")
        await console.until(lambda: console.app.screen.card is not None, "the contact")
        await console.press("K")
        await choose(console, "A. Petrova")
        await console.screen("Confirm")
        await console.press("y")
        await console.until(lambda: not person(desk, double).active, "one contact")
        assert person(desk, anna).phones == ("+7 495 1",)
        for answer in ("n", "e"):
            await console.screen("Card")
            await console.press("m")
            await choose(console, "erase")
            await console.until(lambda: "Erase Anna" in str(console.app.screen._title), "the first question")
            assert "backups" in console.app.screen._told
            await console.press("y")
            await console.until(lambda: "sure" in str(console.app.screen._title), "the second question")
            assert person(desk, anna).erased_at is None
            await console.press(answer)
        await console.until(lambda: person(desk, anna).erased_at is not None, "her erased")
    with desk.store.work() as work:
        row = showing.messages(work, desk.actor, number)[0]
        assert "123" not in showing.body(work, desk.actor, row.id).text


def person(desk: Desk, number: int) -> Any:
    with desk.store.work() as work:
        return contacts.find(work, number)


@pytest.mark.full
async def test_an_answer_on_a_desk_that_hides_gets_one_more_recipient_and_a_reminder_is_ticked_off(
    desk: Desk, drive: Drive
) -> None:
    number = desk.ticket("Printer smokes")
    with desk.store.work(write=True) as work:
        settings.set(work, desk.actor, "hidden_by_default", "yes")
        reminders.add(work, desk.actor, number, work.now + timedelta(days=2), "call her")
    async with drive(SMALL) as console:
        await on_ticket(console, number)
        await console.press("!")
        await console.screen("Choose")
        assert "call her" in "\n".join(entries(console))
        await choose(console, "call her")
        await console.until(lambda: not to_come(desk), "it ticked off")
        await console.press("r")
        await console.screen("Confirm")
        await console.press("p")
        await console.screen("Composer")
        composer = console.app.screen
        assert isinstance(composer, Composer) and composer.visibility == "public"
        await console.press("f6")
        await choose(console, "Boss <boss@acme.example>")
        await console.until(lambda: len(composer.recipients) == 2, "both recipients")
        assert "boss@acme.example" in "\n".join(composer.recipients)
        await console.screen("Choose")
        await console.press("escape")
        await console.until(lambda: "2 people" in str(composer.query_one("#who", Static).content), "it told")


def to_come(desk: Desk) -> list[Any]:
    with desk.store.work() as work:
        return reminders.listed(work, desk.actor)


@pytest.mark.full
async def test_what_only_menus_do_is_done_by_them(desk: Desk, drive: Drive) -> None:
    number, other = desk.ticket("Printer smokes", ["First.", "Second."]), 2
    arrive(desk, letter_with_files())
    with desk.store.work(write=True) as work:
        second = showing.messages(work, desk.actor, number)[1].id
        the_bin.delete_messages(work, desk.actor, [second])
        muting.mute(work, "anna@example.com", "a flood", number)
    async with drive(SMALL) as console:

        async def menu(words: str) -> None:
            await console.press("m")
            await choose(console, words)

        await on_ticket(console, number)
        await menu("bring back a deleted")
        await choose(console, str(number))
        await console.until(lambda: len(messages_of(desk, number)) == 2, "the message again")
        await menu("automatic letters go")
        await choose(console, "anna@example.com")
        await console.until(lambda: not head(desk, number).muted, "letters go again")
        await on_ticket(console, number)
        await console.press("r")
        await console.screen("Composer")
        await console.type("Later")
        await console.press("f11")
        await console.screen("MainScreen")
        await console.until(lambda: deferred(desk) == ["Later"], "the answer put off")
        await console.press("O")
        await console.screen("Choose")
        assert f"Printer smokes ({other})" in "\n".join(entries(console))
        await console.press("escape")
        await on_ticket(console, other)
        await menu("files of all its messages")
        await console.screen("Files")
        assert len(console.app.screen.files) == 3
        await console.press("escape")
        await menu("its letter, with its ticket")
        await console.screen("Confirm")
        await console.press("y")
        await console.until(lambda: binned(desk) == [other], "it in the Bin")
        console.main.search.close()
        console.main.sections.go_to("bin")
        await console.until(lambda: list(console.main.tickets.ids) == [other], "the Bin")
        await console.press("2")
        await menu("for good")
        await console.screen("Confirm")
        await console.press("p")
        await console.until(lambda: binned(desk) == [], "nothing in the Bin")


def messages_of(desk: Desk, number: int) -> list[Any]:
    with desk.store.work() as work:
        return showing.messages(work, desk.actor, number)


def binned(desk: Desk) -> list[int]:
    with desk.store.work() as work:
        return [each.ticket_id for each in the_bin.listed(work, desk.actor)]


def deferred(desk: Desk) -> list[str]:
    with desk.store.work() as work:
        return [each.body for each in drafts.deferred(work, desk.actor)]


@pytest.mark.full
async def test_an_agent_chooses_what_he_is_told_of_and_a_contact_is_handed_over(
    desk: Desk, drive: Drive
) -> None:
    with desk.store.work(write=True) as work:
        olga = agents.id_of(work, "olga")
        acme = clients.add(work, desk.actor, "ACME")
        anna = contacts.add(
            work, desk.actor, acme, "Anna Petrova", None, [("email", "anna@example.com", True)]
        )
    async with drive(SMALL) as console:
        await console.press("@")
        await choose(console, "olga")
        await console.screen("Card")
        card = console.app.screen
        await console.until(lambda: card.card is not None, "her card")
        await console.press("m")
        await choose(console, "told of")
        await console.screen("Form")
        form = console.app.screen
        await console.until(lambda: form.focused is not None, "the form")
        form._widgets["mail"].value = ("status",)
        await console.press("ctrl+s")
        await console.until(lambda: by_mail(desk, olga) == {"status"}, "her choice")
        await console.screen("Card")
        await console.press("z")
        await console.until(lambda: len(by_mail(desk, olga)) > 1, "all of it undone as one")
        await console.press("escape", "@")
        await choose(console, "anna petrova")
        await console.screen("Card")
        await console.until(lambda: console.app.screen.card is not None, "Anna's card")
        await console.press("m")
        await choose(console, "hand over")
        await console.screen("Ask")
        await console.type("Boris")
        await console.press("enter")
        await console.until(lambda: not person(desk, anna).active, "the first out of use")
    with desk.store.work() as work:
        there = {each.name: each.addresses for each in contacts.listed(work, desk.actor, acme)}
        assert there["Boris"] == ("anna@example.com",)


def by_mail(desk: Desk, agent: int) -> set[str]:
    with desk.store.work() as work:
        return {each.kind for each in notice_switches.own(work, desk.actor, agent) if each.mail}
