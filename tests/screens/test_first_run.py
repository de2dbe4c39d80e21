"""The first minutes with an empty desk, as somebody has them who only reads what is on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from deskterm.config import Home
from deskterm.screens import acts, child
from deskterm.screens.app import Console
from deskterm.screens.first_run import Connect, told
from deskterm.screens.providers import PROVIDERS, provider_of
from deskterm.secrets import KEYRING_SWITCH
from tests.screens.driven import Driven
from tests.screens.waiting import until
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import Sent, SmtpServer

LETTER = b"""\
From: Anna Petrova <anna@customer.example>
To: DESK
Subject: The first letter
Message-ID: <first@customer.example>
Date: Mon, 02 Nov 2026 12:00:00 +0000

Good day, please help.
"""


@pytest.mark.parametrize(
    ("address", "incoming"),
    [
        ("me@gmail.com", "ssl://imap.gmail.com"),
        ("я@Yandex.RU", "ssl://imap.yandex.ru"),
        ("me@bk.ru", "ssl://imap.mail.ru"),
        ("me@acme.example", "ssl://imap.acme.example"),
    ],
)
def test_servers_follow_from_the_address(address: str, incoming: str) -> None:
    assert provider_of(address).incoming == incoming


def test_no_domain_belongs_to_two_providers() -> None:
    domains = [domain for each in PROVIDERS for domain in each.domains]
    assert len(domains) == len(set(domains))


def test_what_the_test_saw_is_told_with_what_to_do() -> None:
    steps = [
        {"ok": True, "sentence": "found \x1b[31m", "remedy": ""},
        {"ok": False, "sentence": "no", "remedy": "do"},
    ]
    text = told(steps).plain
    assert "✓ found ␛[31m" in text and "✗ no\n  → do" in text and "tries again" in text
    assert "Going on" in told(steps[:1], ended=False).plain
    assert "All works" in told(steps[:1]).plain


@asynccontextmanager
async def connecting(home: Home) -> AsyncIterator[tuple[Driven, Connect]]:
    """A new desk whose owner has chosen to connect his mailbox."""
    app = Console(home, worker=False)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            console = Driven(app, pilot)
            await console.screen("Confirm")
            await console.press("c")
            await console.screen("Connect")
            screen = app.screen
            assert isinstance(screen, Connect)
            yield console, screen
        assert app.faults == []
    finally:
        app.ending.finish()


async def test_a_mailbox_that_works_is_connected_and_its_first_letter_becomes_a_ticket(
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    pymap_server: PymapServer,
    smtp_server: SmtpServer,
    new_address: Callable[[str], str],
) -> None:
    address = new_address("first")
    password = pymap_server.add_user(address)
    smtp_server.users[address] = password
    monkeypatch.setenv("SSL_CERT_FILE", str(pymap_server.ca_file))
    monkeypatch.setenv(KEYRING_SWITCH, "off")
    async with connecting(home) as (console, screen):
        await console.type(address)
        await console.press("enter")
        await console.type(password)
        for name, server in (
            ("incoming", f"tls://{pymap_server.host}:{pymap_server.imap_port}"),
            ("outgoing", f"tls://{smtp_server.host}:{smtp_server.submission_port}"),
        ):
            screen._field(name).value = server
        screen._field("outgoing").focus()
        await console.press("enter")
        carried: list[Sent] = []

        def tried() -> bool:
            """Bring what was sent to the mailbox, as the mail server would, till the steps are told."""
            for sent in smtp_server.sent[len(carried) :]:
                pymap_server.deliver(address, sent.letter)
                carried.append(sent)
            return "Going on" not in str(screen._told.render()) and "✓" in str(screen._told.render())

        await until(console.pilot, tried, "the steps", 120)
        assert carried
        assert screen.works and "✗" not in str(screen._told.render()), str(screen._told.render())
        await console.press("escape")
        await console.screen("MainScreen")
        pymap_server.deliver(address, LETTER.replace(b"DESK", address.encode()))
        ended = await child.run(console.app.home.folder, ["sync", "--once"])
        assert ended.code == 0, ended.errors
        await console.press("f5")
        await console.until(
            lambda: "The first letter" in " ".join(console.lines(console.app.main.tickets)), "it"
        )


async def test_a_mailbox_is_connected_and_tried_in_the_first_minute(home: Home) -> None:
    async with connecting(home) as (console, screen):
        await console.type("help@localhost.example")
        await console.until(
            lambda: screen._value("incoming") == "ssl://imap.localhost.example", "the servers"
        )
        for name, value in (
            ("incoming", "127.0.0.1:9"),
            ("outgoing", "127.0.0.1:9"),
            ("password", "geheim"),
        ):
            screen._field(name).value = value
        await console.press("ctrl+s")
        seen = screen._told
        await until(console.pilot, lambda: "tries again" in str(seen.render()), "what failed", 120)
        assert "→" in str(seen.render()) and "Ctrl+S" in str(seen.render())
        assert screen.added and not screen.works
        await console.press("escape")
        await console.screen("MainScreen")
        # what was typed is there again, and corrects the same account
        console.app.main.do(acts.BY_ID["connect_mailbox"])
        await console.screen("Connect")
        again = console.app.screen
        assert isinstance(again, Connect) and again._value("incoming") == "127.0.0.1:9"
        await console.until(lambda: again._is_there("help@localhost.example"), "the account is known")
        await console.press("ctrl+s")
        await until(console.pilot, lambda: "tries again" in str(again._told.render()), "it fails still", 120)
        await console.press("escape")
        await console.screen("MainScreen")
        await console.press("f5")
        await console.until(lambda: console.app.main.state and console.app.main.state.accounts, "the account")
