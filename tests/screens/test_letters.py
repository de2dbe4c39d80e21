"""Triage, Refused, Blocked and the mail log in the console, each act by its key on a real store."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import (
    accounts,
    actor,
    blacklist,
    clients,
    letters,
    maillog,
    saved_views,
    section_numbers,
    showing,
    triage,
)
from deskterm.desk.intake import receive
from deskterm.desk.intake.receive import Arrived
from deskterm.mail.parse import read_letter
from deskterm.screens.composer import Composer
from deskterm.screens.mail_log import MailLog
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven

SMALL = (80, 24)


def letter(
    subject: str, sender: str = "Robot <robot@acme.example>", file: bytes = b"", **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "support@desk.example", subject
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
    message["Message-ID"] = f"<{subject.encode().hex()}@acme.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"About {subject}.")
    if file:
        message.add_attachment(file, maintype="text", subtype="plain", filename="log.txt")
    return message.as_bytes()


def arrive(desk: Desk, *raws: bytes) -> list[int]:
    """Letters arrive and are treated, as the worker does it; their numbers."""
    with desk.store.work(write=True) as work:
        count = work.value(select(t.delivery.c.id).order_by(t.delivery.c.id.desc()).limit(1)) or 0
        arrived = [Arrived(f"u{count + place}", raw, work.now) for place, raw in enumerate(raws)]
        ids = receive.store(work, 1, "INBOX", "1", arrived)
    prepared = [receive.prepare(id, read_letter(raw)) for id, raw in zip(ids, raws, strict=True)]
    with desk.store.work(write=True) as work:
        return [outcome.letter_id or 0 for outcome in receive.process(work, prepared)]


def held(desk: Desk, *subjects: str, **headers: str) -> list[int]:
    """Letters of a machine, which wait in Triage."""
    return arrive(desk, *(letter(each, Auto_Submitted="auto-replied", **headers) for each in subjects))


def blocked(desk: Desk, subject: str = "buy now") -> int:
    with desk.store.work(write=True) as work:
        blacklist.add(work, desk.actor, "acme.example")
    return arrive(desk, letter(subject))[0]


def refused(desk: Desk, subject: str = "let me in") -> int:
    with desk.store.work(write=True) as work:
        accounts.edit(work, desk.actor, "support@desk.example", {"who_may_write": "registered"})
    return arrive(desk, letter(subject, "Ann <ann@customer.example>"))[0]


def row(desk: Desk, number: int) -> Any:
    with desk.store.work() as work:
        return letters.one(work, desk.actor, number)


def totals(desk: Desk) -> dict[str, tuple[int, int]]:
    with desk.store.work() as work:
        found = {each.key: (each.unread, each.total) for each in section_numbers.rows(work, desk.actor)}
        for key in ("triage", "refused", "blocked"):
            assert len(letters.held(work, desk.actor, section=key).rows) == found[key][1]
        return found


def colleague(desk: Desk) -> Any:
    with desk.store.work() as work:
        return actor.of_agent(work, "olga", "console")


async def to_section(console: Driven, key: str) -> None:
    await console.until(lambda: key in console.main.sections.ids, "the section")
    console.main.sections.go_to(key)
    await console.until(lambda: console.main.open.section == key, f"the section {key}")
    await console.until(lambda: console.main.open.body is not None, "its first letter")
    await console.press("2")


async def test_a_blocked_letter_is_let_in_from_its_section(desk: Desk, drive: Drive) -> None:
    number = blocked(desk)
    assert totals(desk)["blocked"] == (0, 1)
    async with drive(size=SMALL) as console:
        await to_section(console, "blocked")
        assert not console.main.section_rows["blocked"].bold
        await console.press("y")
        await console.until(lambda: row(desk, number).tickets, "its ticket")
        await console.until(lambda: not console.main.tickets.ids, "an empty section")
    assert totals(desk)["blocked"] == (0, 0)


async def test_the_sender_of_a_refused_letter_is_registered_and_the_letter_processed(
    desk: Desk, drive: Drive
) -> None:
    number = refused(desk)
    async with drive() as console:
        await to_section(console, "refused")
        await console.press("a")
        await console.until(lambda: row(desk, number).tickets, "its ticket")
    again = arrive(desk, letter("once more", "Ann <ann@customer.example>"))[0]
    assert row(desk, again).tickets and totals(desk)["refused"] == (0, 0)


@pytest.mark.parametrize(("key", "state"), [("v", "reviewed"), ("J", "done")])
async def test_refused_letters_are_looked_at_or_called_spam(
    desk: Desk, drive: Drive, key: str, state: str
) -> None:
    number = refused(desk)
    async with drive() as console:
        await to_section(console, "refused")
        await console.press(key)
        await console.until(lambda: row(desk, number).state == state, state)
        await console.until(lambda: not console.main.tickets.ids, "an empty section")


async def test_blocking_moves_the_letter_to_blocked(desk: Desk, drive: Drive) -> None:
    [number] = held(desk, "out of office")
    async with drive(size=SMALL) as console:
        await to_section(console, "triage")
        await console.press("4", "B")
        await console.screen("Confirm")
        await console.press("y")
        await console.until(lambda: row(desk, number).state == "blocked", "it blocked")
    assert totals(desk)["triage"] == (0, 0) and totals(desk)["blocked"] == (0, 1)


async def test_marked_letters_are_looked_at_in_one_go(desk: Desk, drive: Drive) -> None:
    numbers = held(desk, "one", "two", "three")
    async with drive() as console:
        await to_section(console, "triage")
        await console.press("x", "x", "v")
        await console.until(lambda: len(console.main.tickets.ids) == 1, "one left")
    assert [row(desk, each).state for each in numbers] == ["waiting", "reviewed", "reviewed"]


async def test_an_answer_to_a_letter_makes_its_ticket_first(desk: Desk, drive: Drive) -> None:
    [number] = held(desk, "out of office")
    async with drive(size=SMALL) as console:
        await to_section(console, "triage")
        await console.press("r")
        await console.screen("Composer")
        await console.type("thanks")
        await console.press("ctrl+s")
        await console.screen("MainScreen")
    [ticket] = row(desk, number).tickets
    with desk.store.work() as work:
        assert [each.preview for each in showing.messages(work, desk.actor, ticket)][-1] == "thanks"


async def test_one_of_several_tickets_is_chosen_and_one_is_opened_at_once(desk: Desk, drive: Drive) -> None:
    one, several = held(desk, "of one", "of several")
    with desk.store.work(write=True) as work:
        for each in (one, several, several):
            triage.make_ticket(work, desk.actor, each)
        work.execute(t.letter.update().values(triage="waiting"))
    first, last = row(desk, several).tickets
    async with drive(size=(120, 40)) as console:
        await to_section(console, "triage")
        lines = console.lines(console.main.tickets)
        assert " 2 " in lines[0] and f"#{first}" in lines[0] and "  1 " in lines[1]
        assert f"#{last} of several" in "\n".join(console.lines(console.main.messages))
        await console.press("f")
        await console.screen("Choose")
        await console.type(f"#{last}")
        await console.press("enter")
        await console.until(
            lambda: console.main.open.ticket is not None and console.main.open.ticket.id == last,
            "the one chosen",
        )
        await console.press("escape")
        await console.until(
            lambda: console.main.open.section == "triage" and len(console.main.tickets.ids) == 2,
            "the letters again",
        )
        await console.press("2", "end")
        await console.until(lambda: console.main.tickets.current().id == one, "the letter of one")
        await console.press("f")
        await console.until(
            lambda: (
                console.main.open.ticket is not None
                and [console.main.open.ticket.id] == list(row(desk, one).tickets)
            ),
            "its ticket",
        )


async def test_review_and_close_closes_the_tickets_of_the_letter_too(desk: Desk, drive: Drive) -> None:
    [number] = held(desk, "out of office")
    with desk.store.work(write=True) as work:
        ticket = triage.make_ticket(work, desk.actor, number)
        work.execute(t.letter.update().values(triage="waiting"))
    async with drive() as console:
        await to_section(console, "triage")
        await console.press("c")
        await console.screen("Confirm")
        await console.press("y")
        await console.until(lambda: row(desk, number).state == "reviewed", "it reviewed")
    with desk.store.work() as work:
        assert showing.head(work, desk.actor, ticket).status_class == "closed"


async def test_the_files_of_a_held_letter_are_saved(desk: Desk, drive: Drive, tmp_path: Path) -> None:
    arrive(desk, letter("a log", file=b"paper jam", Auto_Submitted="auto-replied"))
    async with drive() as console:
        await to_section(console, "triage")
        await console.press("w")
        await console.screen("Files")
        await console.press("enter")
        await console.screen("FileText")
        await console.press("escape", "w")
        await console.screen("Ask")
        console.app.screen.query_one("Input").value = str(tmp_path / "saved")
        await console.press("enter")
        await console.until(lambda: list((tmp_path / "saved").glob("*.txt")), "the file on disk")
        await console.screen("Files")
    assert (tmp_path / "saved" / "log.txt").read_bytes() == b"paper jam"


@pytest.mark.parametrize(("answer", "tickets"), [("r", 0), ("g", 1)])
async def test_what_another_did_meanwhile_is_said_before_an_act(
    desk: Desk, drive: Drive, answer: str, tickets: int
) -> None:
    older, number = held(desk, "older", "out of office")
    async with drive(size=SMALL) as console:
        await to_section(console, "triage")
        with desk.store.work(write=True) as work:
            triage.reviewed(work, colleague(desk), number)
        await console.until(lambda: console.main.tickets.current().changed_by, "the letter still there")
        assert console.main.tickets.current().id == number
        assert "changed it since you opened it" in "\n".join(console.lines(console.main.messages))
        await console.press("t")
        await console.screen("Confirm")
        await console.press(answer)
        await console.until(lambda: list(console.main.tickets.ids) == [older], "the other letter alone")
        await console.until(lambda: console.main.open.body.letter_id == older, "the other one open")
    assert len(row(desk, number).tickets) == tickets


async def test_triage_shows_all_letters_of_a_client_or_those_without_tickets(
    desk: Desk, drive: Drive
) -> None:
    with desk.store.work(write=True) as work:
        clients.add(work, desk.actor, "ACME")
        clients.add_contact(work, desk.actor, "ACME", "Robot", ["robot@acme.example"])
    waits, looked_at, made = held(desk, "one", "two", "three")
    [other] = arrive(desk, letter("four", "x@else.example", Auto_Submitted="auto-replied"))
    with desk.store.work(write=True) as work:
        triage.reviewed(work, desk.actor, looked_at)
        triage.make_ticket(work, desk.actor, made)
    async with drive(size=SMALL) as console:
        await to_section(console, "triage")
        assert list(console.main.tickets.ids) == [other, waits]
        await console.press("V")
        await console.screen("Choose")
        await console.press("down", "enter")
        await console.until(lambda: "which client" in str(console.app.screen._title), "the clients")
        await console.press("enter")
        await console.until(
            lambda: list(console.main.tickets.ids) == [made, looked_at, waits], "all of the client"
        )
        await console.press("S")
        await console.until(lambda: console.main.open.view.sort == "tickets", "the order")
        await console.press("V")
        await console.screen("Choose")
        await console.press("down", "down", "enter")
        await console.until(lambda: "which client" in str(console.app.screen._title), "the clients")
        await console.press("enter")
        await console.until(lambda: list(console.main.tickets.ids) == [looked_at, waits], "without tickets")
        assert "ACME" in console.main.titles["messages"].render_line(0).text


async def test_ones_own_views_are_kept_turned_renamed_and_removed(desk: Desk, drive: Drive) -> None:
    waits, made = held(desk, "one", "two")
    with desk.store.work(write=True) as work:
        triage.make_ticket(work, desk.actor, made)
    async with drive(size=SMALL) as console:
        await to_section(console, "triage")
        assert list(console.main.tickets.ids) == [waits]

        async def view(words: str, title: str = "") -> None:
            await console.press("V")
            await console.until(
                lambda: "Which letters" in getattr(console.app.screen, "_title", ""), "the views"
            )
            console.app.screen.query_one("Input").value = words
            await console.press("enter")
            if title:
                await console.until(lambda: title in getattr(console.app.screen, "_title", ""), title)

        await view("looked at too")
        await console.until(lambda: list(console.main.tickets.ids) == [made, waits], "both")
        await view("by tickets", "how many tickets")
        await console.press("down", "down", "enter")
        await console.until(lambda: list(console.main.tickets.ids) == [made], "the one with a ticket")
        await console.press("K")
        await console.screen("Ask")
        await console.type("Dealt with")
        await console.press("enter")
        await console.until(lambda: console.main.open.view.saved is not None, "the view kept")
        assert "[Dealt with]" in console.main.tab_line.render_line(0).text
        await console.press("]")
        await console.until(lambda: list(console.main.tickets.ids) == [waits], "all that wait")
        await console.press("[")
        await console.until(lambda: list(console.main.tickets.ids) == [made], "the view by one key")
        await view("rename", "This view")
        console.app.screen.query_one("Input").value = "Done"
        await console.press("enter")
        await console.until(lambda: [each.name for each in views(desk)] == ["Done"], "its other name")
        await view("rename", "This view")
        console.app.screen.query_one("Input").value = ""
        await console.press("enter")
        await console.until(lambda: list(console.main.tickets.ids) == [waits], "the whole section again")
        assert views(desk) == []
        await console.press("z")
        await console.until(
            lambda: [each.name for each in console.main.open.views] == ["Done"], "it back by undo"
        )


def views(desk: Desk) -> list[Any]:
    with desk.store.work() as work:
        return saved_views.listed(work, desk.actor, "triage")


async def test_why_names_the_rule(desk: Desk, drive: Drive) -> None:
    from deskterm.desk import rules

    with desk.store.work(write=True) as work:
        rules.add(work, desk.actor, "Robots", ["sender contains acme"], {"silent": "yes"})
    arrive(desk, letter("disk full"))
    async with drive() as console:
        await console.until(lambda: console.main.open.body is not None, "the letter")
        await console.press("4", "W")
        await console.screen("Read")
        assert "Robots" in console.app.screen._text.plain


async def log_of(console: Driven) -> MailLog:
    await console.press("L")
    await console.screen("MailLog")
    screen = console.app.screen
    assert isinstance(screen, MailLog)
    await console.until(lambda: screen.lines.ids, "its lines")
    return screen


async def test_the_mail_log_is_filtered_and_leads_to_ticket_and_letter(desk: Desk, drive: Drive) -> None:
    [waits] = held(desk, "out of office")
    [ordinary] = arrive(desk, letter("printer", "Ann <ann@customer.example>"))
    [ticket] = row(desk, ordinary).tickets
    async with drive(size=SMALL) as console:
        log = await log_of(console)
        assert len(log.lines.ids) == 2
        await console.press("slash")
        await console.screen("Ask")
        await console.type("@customer.example")
        await console.press("enter")
        await console.until(lambda: len(log.lines.ids) == 1, "the one of the domain")
        await console.press("enter")
        await console.screen("LineOfLog")
        await console.press("t")
        await console.until(
            lambda: console.main.open.ticket is not None and console.main.open.ticket.id == ticket,
            "the ticket",
        )
        log = await log_of(console)
        await console.press("e")
        await console.screen("Choose")
        await console.type("held")
        await console.press("enter")
        await console.until(lambda: len(log.lines.ids) == 1, "the one held")
        await console.press("enter")
        await console.screen("LineOfLog")
        await console.press("l")
        await console.until(
            lambda: console.main.open.body is not None and console.main.open.body.letter_id == waits,
            "the letter",
        )
        await console.screen("MainScreen")
        await console.press("t")
        await console.until(lambda: row(desk, waits).tickets, "a ticket of it")
        await console.press("escape")
        await console.until(lambda: console.main.open.section == "mine_new", "the section again")


async def test_what_happens_meanwhile_does_not_bring_back_the_section_one_leaves(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(desk, "out of office")
    async with drive() as console:
        await to_section(console, "triage")
        console.main.to_section("mine_new")
        console.main.read_again()
        await console.until(lambda: console.main.open.section == "mine_new", "the section gone to")
        assert not console.main.coming
        # one that is waited for no more is not gone to either
        console.main.coming = "triage"
        monkeypatch.setattr(console.main.desk, "give_up", lambda: True)
        await console.press("escape")
        console.main.read_again()
        await console.pilot.pause()
        await console.until(lambda: not console.main.coming, "the section that is open, again")
        assert console.main.open.section == "mine_new"


async def test_the_mail_log_is_filtered_by_account_rule_and_period(desk: Desk, drive: Drive) -> None:
    held(desk, "out of office")
    async with drive() as console:
        log = await log_of(console)
        for key, words in (("a", "support"), ("p", "7 days")):
            await console.press(key)
            await console.screen("Choose")
            await console.type(words)
            await console.press("enter")
            await console.screen("MailLog")
        assert log.filters.account == 1 and log.filters.since is not None
        await console.until(lambda: len(log.lines.ids) == 1, "its line")
        await console.press("p")
        await console.screen("Choose")
        await console.type("another")
        await console.press("enter")
        await console.screen("Ask")
        await console.type("2001-01-01 2001-01-31")
        await console.press("enter")
        await console.until(lambda: not log.lines.ids, "nothing so old")
        await console.press("escape")
        await console.until(lambda: len(log.lines.ids) == 1, "everything again")
        await console.press("escape")
        await console.screen("MainScreen")


async def test_an_administrator_clears_the_mail_log_after_a_question(desk: Desk, drive: Drive) -> None:
    held(desk, "out of office")
    async with drive() as console:
        log = await log_of(console)
        await console.press("X")
        await console.screen("Confirm")
        await console.press("a")
        await console.until(lambda: not log.lines.ids, "an empty log")
        with desk.store.work() as work:
            assert not maillog.listed(work, desk.actor).rows
            assert letters.held(work, desk.actor).rows


async def test_a_long_mail_log_is_read_as_one_goes(desk: Desk, drive: Drive) -> None:
    with desk.store.work(write=True) as work:
        for number in range(450):
            maillog.note(work, "sent", account_id=1, address=f"{number}@acme.example", subject="s")
    async with drive() as console:
        log = await log_of(console)
        seen = 0
        while len(log.lines.rows) < 450:
            seen = len(log.lines.rows)
            await console.press("end")
            # a list asks for what is looked at
            await console.until(
                lambda seen=seen: console.lines(log.lines) and len(log.lines.rows) > seen, "more of it"
            )
        await console.press("end")
        await console.until(
            lambda: log.lines.current() is not None and log.lines.current().address == "0@acme.example",
            "the oldest",
        )


async def test_the_one_answering_is_not_shown_a_letter_he_changed_himself(desk: Desk, drive: Drive) -> None:
    older, _newer = held(desk, "older", "newer")
    async with drive() as console:
        await to_section(console, "triage")
        await console.press("t")
        await console.until(lambda: list(console.main.tickets.ids) == [older], "the other letter alone")
        assert not isinstance(console.app.screen, Composer)
