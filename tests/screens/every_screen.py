"""Every screen of the console: the keys that lead to each and back, and a walk through all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from deskterm.desk import actor as actors
from deskterm.desk import (
    agents,
    answer_templates,
    articles,
    clients,
    contacts,
    drafts,
    messages,
    statuses,
    tickets,
)
from deskterm.desk.actor import Actor
from deskterm.i18n import _
from deskterm.screens.acts import BY_ID, twin
from deskterm.screens.administration.account_test import AccountTest
from deskterm.screens.administration.screen import Administration
from deskterm.screens.cards import Card
from deskterm.screens.composer import Composer
from deskterm.screens.frame import StatusBar
from deskterm.store import tables as t
from docs.forms_shown import FORMS
from tests.screens.desk import Desk
from tests.screens.driven import Driven, strips_of
from tests.screens.test_letters import arrive, held
from tests.screens.waiting import until

STILL_SECONDS = 0.25
LOOK_AGAIN_SECONDS = STILL_SECONDS / 2
ASKING = ("acts", "choose", "close", "default", "files")
"""Groups of workers that wait for a dialog as long as it is open."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen: the keys that lead to it from the desk, and those that lead back."""

    name: str
    keys: tuple[str, ...]
    screen: str
    back: tuple[str, ...] = ("escape",)
    asks: str = ""
    """A dialog that comes first and is left by Esc."""
    through: tuple[str, str] = ("", "")
    """A key and the screen it leads to, on which the keys are pressed; Esc leaves it at the end."""
    typed: str = ""
    """What is typed there."""


ADDRESS = "anna@example.com"
WRITING = ("r", "Composer")
SHOTS = (
    Shot("answer", ("r",), "Composer"),
    Shot("note", ("i",), "Composer"),
    Shot("private", ("I",), "Choose"),
    Shot("template", ("f4",), "ChooseText", through=WRITING),
    Shot("article", ("f5",), "ChooseText", through=WRITING),
    Shot("status after", ("f2",), "Choose", through=WRITING),
    Shot("recipients", ("f6",), "Choose", through=WRITING),
    Shot("fields after", ("f7",), "Choose", through=WRITING),
    Shot("send later", ("f9",), "Ask", through=WRITING),
    Shot("add file", ("ctrl+t",), "Ask", through=WRITING),
    Shot("keys of writing", ("f1",), "Choose", through=WRITING),
    Shot("history", ("H",), "MainScreen", back=("H",)),
    Shot("status", ("s",), "Choose"),
    Shot("assign", ("A",), "Choose"),
    Shot("rubric", ("b",), "Choose"),
    Shot("did not help", ("Q",), "Choose"),
    Shot("tab", ("t",), "Choose"),
    Shot("snooze", ("B",), "Choose"),
    Shot("remind", ("!",), "Choose"),
    Shot("merge", ("M",), "Choose"),
    Shot("link", ("K",), "Choose"),
    Shot("move message", ("O",), "Choose"),
    Shot("split", ("X",), "Ask"),
    Shot("similar", ("'",), "Choose"),
    Shot("spam", ("J",), "Confirm"),
    Shot("why", ("W",), "Read"),
    Shot("files", ("w",), "Files"),
    Shot("text of a file", ("enter",), "FileText", through=("w", "Files")),
    Shot("find in text", ("f2",), "Ask"),
    Shot("original", ("%",), "Original"),
    Shot("headers", ("_",), "MainScreen", back=("_",)),
    Shot("links", ("f4",), "AskAbout"),
    Shot("undo", ("Y",), "Choose"),
    Shot("told", ("f7",), "Choose"),
    Shot("drafts", ("d",), "Choose"),
    Shot("finding", ("/",), "MainScreen", back=("escape", "escape"), typed="paper"),
    Shot("how to find", ("f12",), "Read"),
    Shot("filter", ("5",), "MainScreen"),
    Shot("zoom", ("Z",), "MainScreen", back=("Z",)),
    Shot("jump", ("ctrl+g",), "Jump"),
    Shot("card of whom", ("@",), "Choose"),
    Shot("message card", ('"',), "Choose"),
    Shot("menu", ("m",), "Choose"),
    Shot("help", ("?",), "Help"),
    Shot("command line", (":",), "CommandLine"),
    Shot("palette", ("ctrl+p",), "CommandPalette"),
    Shot("columns", ("#",), "Arrange"),
    Shot("order", ("S",), "Choose"),
    Shot("fields", ("e",), "Choose"),
    Shot("participants", ("E",), "Choose"),
    Shot("client", ("C",), "Card"),
    Shot("contact", ("V",), "Card"),
    Shot("new ticket", ("N",), "NewTicketForm", asks="Choose"),
    Shot("mail log", ("L",), "MailLog"),
    Shot("report", ("6",), "ReportScreen"),
    Shot("report told by", ("b",), "Choose", through=("6", "ReportScreen")),
    Shot("report of a period", ("p",), "Choose", through=("6", "ReportScreen")),
    Shot("administration", ("f8",), "Administration"),
    Shot("import", ("i",), "Ask", through=("f8", "Administration")),
    Shot("line of the log", ("enter",), "LineOfLog", through=("L", "MailLog")),
)


WITHOUT_KEYS = (
    ("notifying", "Choose"),
    ("bar", "Arrange"),
    ("open_mode", "Choose"),
    ("watchers", "Choose"),
    ("set_subject", "Ask"),
    ("set_criticality", "Choose"),
)
"""Acts of the menu alone, and the screen each opens."""


SECTIONS = ("outbox", "bin", "favorites", "triage")


CSV = "client,contact,e-mail\nACME,Olga Orlova,olga@example.com\nACME,Boris,boris@\n"
LETTER = """\
From: Anna Petrova <anna@example.com>
To: support@desk.example
Subject: The printer on the second floor is out of paper again
Message-ID: <printer@example.com>
Date: Mon, 02 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=cut

--cut
Content-Type: text/plain; charset=utf-8

Good day,

see https://acme.example/printers for the model.

Anna
--cut
Content-Type: text/plain; name=log.txt
Content-Disposition: attachment; filename=log.txt

paper out
--cut--
"""


def furnished(desk: Desk) -> Actor:
    """A desk whose agents have the same names on every machine, something in every list; the colleague."""
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.actor, desk.actor.login, {"name": "Robin Hale"})
        agents.add(work, desk.actor, "boris", name="Boris")
        boris = actors.of_agent(work, "boris", "console")
        answer_templates.add(work, desk.actor, "First steps", "Please switch it off and on again.")
        articles.add(work, desk.actor, "Paper of the printers", "The paper lies in the room beside it.")
        client = clients.add(work, desk.actor, "ACME")
        contacts.add(work, desk.actor, client, "Anna Petrova", points=(("email", ADDRESS, True),))
    assert boris is not None
    arrive(desk, LETTER.encode())
    with desk.store.work(write=True) as work:
        number = work.value(select(t.ticket.c.id).order_by(t.ticket.c.id.desc()).limit(1))
        work.update(t.ticket, number, due_at=work.now - timedelta(hours=1))
        desk.customer_writes(work, number, "And it smells.", at=work.now)
        messages.note(
            work,
            boris,
            number,
            "Look at the fan.",
            visibility="internal",
            addressee_id=desk.actor.agent_id,
            seconds_spent=600,
        )
    desk.ticket(
        "The printer smells of burnt paper",
        ["The fan of the printer on the second floor is loud."],
        customer="Olga Orlova",
        address="olga@example.com",
    )
    old = desk.ticket("Нет связи с базой данных", ["Добрый день, не открывается 1С."], customer="Пётр Ильин")
    with desk.store.work(write=True) as work:
        drafts.save(
            work, desk.actor, key="begun", ticket_id=old, visibility="public", body="Какая ошибка на экране?"
        )
    held(desk, "Out of office")
    return boris


async def visits(console: Driven, desk: Desk, boris: Actor, *, russian: bool = False) -> AsyncIterator[str]:
    """Each screen in turn: it is open and stands still while its name is given.

    On a Russian keyboard (`russian`) the letters are what it gives where an English one gives these. Who is
    walked with leaves each screen as he found it, or goes back to the desk.
    """

    async def press(*keys: str) -> None:
        await console.press(*((as_typed(key) for key in keys) if russian else keys))

    main = console.main
    await press("2", "home")
    await console.until(lambda: main.text.links, "the text with its link")
    await still(console)
    yield "desk"
    for shot in SHOTS:
        console.on_the_way = shot.name
        key, through = shot.through
        if key:
            await press(key)
            await console.screen(through)
        await press(*shot.keys)
        if shot.asks:
            await console.screen(shot.asks)
            await press("escape")
        await console.screen(shot.screen)
        await console.press(*shot.typed)
        await still(console)
        yield shot.name
        if console.app.screen is not main or shot.screen == "MainScreen":
            await press(*shot.back)
        if key:
            await console.until(partial(_is_one_of, console, (through, "MainScreen")), through)
            if console.app.screen is not main:
                await press("escape")
        await console.screen("MainScreen")
    for name, opened in WITHOUT_KEYS:
        console.on_the_way = name
        main.do(BY_ID[name])
        await console.screen(opened)
        await still(console)
        yield name
        await back(console, "MainScreen")
    async for name in administration(console):
        yield name
    async for name in deeper(console, desk):
        yield name
    for section in SECTIONS:
        console.on_the_way = section
        main.sections.go_to(section)
        await console.until(lambda section=section: main.open.section == section, section)
        await still(console)
        yield section
    main.sections.go_to("mine_new")
    await console.until(lambda: main.open.section == "mine_new" and main.open.ticket, "the tickets")
    async for name in collisions(console, desk, boris):
        yield name


async def administration(console: Driven) -> AsyncIterator[str]:
    """The areas of the administration whose form of an entry, else of a new one, is one of its own."""
    await console.press("f8")
    await console.screen("Administration")
    screen = console.app.screen
    assert isinstance(screen, Administration)
    for key, opens in FORMS:
        console.on_the_way = key
        screen.areas.go_to(key)
        await console.until(lambda key=key: screen.area is not None and screen.area.key == key, key)
        await still(console)
        yield f"administration: {key}"
        await console.press("right", opens if screen.lines.ids else "n")
        await console.screen("Form")
        await still(console)
        yield f"administration: a form of {key}"
        await back(console, "Administration")
        await console.press("left")
    screen.areas.go_to("accounts")
    await console.until(lambda: screen.area is not None and screen.area.key == "accounts", "the accounts")
    await still(console)
    await console.press("right", "t")
    await console.screen("AccountTest")
    test = console.app.screen
    assert isinstance(test, AccountTest)
    await console.until(lambda: test.ended, "the end of the test")
    await still(console)
    yield "test of an account"
    await back(console, "Administration")
    await console.press("left")
    await back(console, "MainScreen")


async def deeper(console: Driven, desk: Desk) -> AsyncIterator[str]:
    """What is several steps away: the note of a client, the rights of a role, a file to import."""
    console.on_the_way = "deeper"
    await console.press("2", "home", "C")
    await console.screen("Card")
    card = console.app.screen
    assert isinstance(card, Card)
    await console.until(lambda: card.card, "what is known of the client")
    await console.press("e")
    await console.screen("Choose")
    await console.type(_("note"))
    await console.press("enter")
    await console.screen("SeveralLines")
    await still(console)
    yield "note of a client"
    await back(console, "Card")
    await back(console, "MainScreen")
    await console.press("f8")
    await console.screen("Administration")
    administration = console.app.screen
    assert isinstance(administration, Administration)
    administration.areas.go_to("roles")
    await console.until(lambda: administration.area and administration.area.key == "roles", "the roles")
    await still(console)
    await console.press("right", "enter")
    await console.screen("Form")
    await console.press("tab", "enter")
    await console.screen("ChooseSeveral")
    await still(console)
    yield "rights of a role"
    await back(console, "Form")
    await back(console, "Administration")
    file = desk.home.folder / "clients.csv"
    file.write_text(CSV)
    await console.press("i")
    await console.screen("Ask")
    await console.type(str(file))
    await console.press("enter")
    await console.screen("WouldImport")
    await still(console)
    yield "what an import would do"
    await back(console, "Administration")
    await console.press("left")
    await back(console, "MainScreen")


async def collisions(console: Driven, desk: Desk, boris: Actor) -> AsyncIterator[str]:
    """What is asked before a text leaves, and where two do something at the same ticket."""
    main = console.main
    console.on_the_way = "collisions"
    await console.press("2", "home")
    await console.until(lambda: main.open.ticket and main.open.ticket.id == main.tickets.cursor, "a ticket")
    assert main.open.ticket is not None
    number = main.open.ticket.id
    await console.press("r")
    await console.screen("Composer")
    composer = console.app.screen
    assert isinstance(composer, Composer)
    await console.type("It is attached, {contcat}.")
    await console.press("ctrl+s")
    await console.screen("Confirm")
    await still(console)
    yield "doubts about a text"
    await back(console, "Composer")
    await console.press("f8")
    await console.screen("Confirm")
    await still(console)
    yield "throw it away"
    await console.press("n")
    await console.screen("Composer")
    await console.press("ctrl+u")
    await console.type("Restart it.")
    await console.press("f2")
    await console.screen("Choose")
    await console.press("enter")
    await console.screen("Composer")
    with desk.store.work(write=True) as work:
        messages.note(work, boris, number, "I know this one: the cable.")
    await console.until(lambda: "Boris" in str(composer.meanwhile.content), "that Boris wrote")
    await still(console)
    yield "somebody wrote meanwhile"
    await console.press("ctrl+s")
    await console.screen("Overtaken")
    await still(console)
    yield "send guard"
    await console.press("e")
    await console.screen("Composer")
    with desk.store.work(write=True) as work:
        found = statuses.find(work, "solving")
        tickets.set_status(work, boris, [number], found.id)
    await console.press("ctrl+s")
    await console.screen("Confirm")
    await still(console)
    yield "the same field"
    await back(console, "Composer")
    await console.press("f8")
    await console.screen("Confirm")
    await console.press("y")
    await console.screen("MainScreen")


def _is_one_of(console: Driven, screens: tuple[str, ...]) -> bool:
    return type(console.app.screen).__name__ in screens


async def back(console: Driven, screen: str) -> None:
    """To this screen, where it is not open already."""
    if type(console.app.screen).__name__ != screen:
        await console.press("escape")
        await console.screen(screen)


def as_typed(key: str) -> str:
    """What is pressed on a Russian keyboard: the same key where it gives a sign, else another of the act."""
    return ON_A_RUSSIAN_KEYBOARD.get(key) or ((twin(key) or key) if len(key) == 1 else key)


ON_A_RUSSIAN_KEYBOARD = {"#": "№", "@": "ctrl+л"}


def text_of(console: Driven) -> str:
    """What stands on the screen, line by line."""
    strips = strips_of(console.app.screen)
    return "\n".join(strip.text.rstrip() for strip in strips)


async def still(console: Driven) -> str:
    """The text once it has not changed for a while and nothing is waited for."""
    loop = asyncio.get_running_loop()
    shown, since, looked = "", loop.time(), 0.0

    def stands() -> bool:
        nonlocal shown, since, looked
        if loop.time() - looked < LOOK_AGAIN_SECONDS:
            return False
        looked = loop.time()
        for bar in (console.main.status_bar, *console.app.screen.query(StatusBar)):
            bar.tell(None)  # what was done before goes by itself after some seconds
        text = text_of(console)
        if text != shown or any(worker.is_running for worker in reading(console)):
            shown, since = text, loop.time()
        return loop.time() - since > STILL_SECONDS

    await until(console.pilot, stands, "a screen that stands still")
    return shown


def reading(console: Driven) -> list[Any]:
    """What the desk is still asked for."""
    return [worker for worker in console.app.workers if worker.group not in ASKING]
