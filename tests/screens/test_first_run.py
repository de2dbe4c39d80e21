"""The first minutes with an empty desk, as somebody has them who only reads what is on the screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deskterm.config import Home
from deskterm.screens.app import Console
from deskterm.screens.first_run import Connect, told
from deskterm.screens.providers import PROVIDERS, provider_of
from tests.screens.desk import DATABASE
from tests.screens.driven import Driven
from tests.screens.waiting import until


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
    text = told({"ok": False, "steps": steps}).plain
    assert "✓ found ␛[31m" in text and "✗ no\n  → do" in text


async def test_a_mailbox_is_connected_and_tried_in_the_first_minute(tmp_path: Path) -> None:
    home = Home.find(
        str(tmp_path / "desk"), {name: value for name, value in os.environ.items() if name != DATABASE}
    )
    app = Console(home, worker=False)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            console = Driven(app, pilot)
            await console.screen("Confirm")
            await console.press("c")
            await console.screen("Connect")
            screen = app.screen
            assert isinstance(screen, Connect)
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
            await until(pilot, lambda: "✗" in str(seen.render()), "what failed", 120)
            assert "→" in str(seen.render()) and "Ctrl+S" in str(seen.render())
            assert screen.added and not screen.works
            await console.press("escape")
            await console.screen("MainScreen")
            await console.press("f5")
            await console.until(lambda: app.main.state and app.main.state.accounts, "the account")
        assert app.faults == []
    finally:
        app.ending.finish()
