"""Reading in the console: links, header fields, the original, finding in the text, its width."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from deskterm.screens import browser
from deskterm.screens.desk_link import DeskLink
from deskterm.screens.dialogs import AskAbout
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.test_letters import arrive

RAW = b"""From: Ann Baker <ann@customer.example>
To: support@desk.example
Subject: Bill
Message-ID: <bill@customer.example>
X-Ticket-Of-Theirs: 4711
Content-Type: text/html; charset=utf-8

<p>Pay <a href="https://evil.example/pay">https://bank.example</a> now, please.</p>
<p>Or see https://ok.example/help and pay later.</p>
"""


async def test_a_letter_is_read_to_its_last_byte(desk: Desk, drive: Drive, tmp_path: Path) -> None:
    arrive(desk, RAW)
    async with drive((80, 24)) as console:
        main = console.main
        await console.until(lambda: len(main.text.links) == 2, "both links")

        await console.press("f4")
        await console.screen("Choose")
        await console.press("enter")
        await console.screen("AskAbout")
        assert isinstance(console.app.screen, AskAbout)
        told = console.app.screen._text.plain
        assert "evil.example" in told and "The text names bank.example" in told
        await console.press("c")
        await console.screen("MainScreen")
        assert console.app.clipboard == "https://evil.example/pay"

        await console.press("_")
        await console.until(lambda: main.text.reading.fields, "the header fields")
        assert "X-Ticket-Of-Theirs: 4711" in "\n".join(console.lines(main.text))
        await console.press("_")

        await console.press("%")
        await console.screen("Original")
        source = console.app.screen.query_one("#source")
        assert any("evil.example/pay" in line for line in console.lines(source))
        await console.press("w")
        await console.screen("Ask")
        await console.press("ctrl+u")
        await console.type(str(tmp_path / "kept"))
        await console.press("enter")
        await console.until(lambda: list((tmp_path / "kept").glob("*.eml")), "the saved letter")
        assert next((tmp_path / "kept").glob("*.eml")).read_bytes() == RAW


async def test_no_link_is_told_of_before_it_is_known_where_it_leads(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(desk, RAW)
    known = asyncio.Event()
    read = DeskLink.read

    async def slowly(link: DeskLink, path: str, *arguments: Any, **named: Any) -> Any:
        if path == "originals.links":
            await known.wait()
        return await read(link, path, *arguments, **named)

    monkeypatch.setattr(DeskLink, "read", slowly)
    async with drive((80, 24)) as console:
        main = console.main
        written = main.text.links[0]
        assert written.target == "https://bank.example", "the text alone lies"
        await console.press("f4")
        await console.pilot.pause()
        line = next(id for id in main.text.ids if main.text.line_at(id).kind == "link")
        main.text.press(line)
        await console.pilot.pause()
        assert main.app.screen is main, "nothing is said of it yet"
        known.set()
        await console.screen("Choose")
        await console.press("enter")
        await console.screen("AskAbout")
        assert "evil.example" in console.app.screen._text.plain


async def test_a_browser_gets_the_address_that_was_shown(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = tmp_path / "opened"
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.new && mv {opened}.new {opened}\n')
    script.chmod(0o700)
    monkeypatch.setattr(browser, "command", lambda: [str(script)])
    desk.ticket("Help", ["See https://ok.example/a?b=$(id) there."])
    async with drive() as console:
        await console.until(lambda: console.main.text.links, "the link")
        await console.press("f4")
        await console.screen("AskAbout")
        await console.press("o")
        await console.until(opened.exists, "the browser")
        assert opened.read_text() == "https://ok.example/a?b=$(id)"


async def test_words_are_found_in_the_text_and_its_width_is_kept(desk: Desk, drive: Drive) -> None:
    lines = [f"line {number}" + (" with the needle" if number in (3, 70) else "") for number in range(90)]
    desk.ticket("Long", ["\n".join(lines)])
    async with drive((80, 24)) as console:
        text = console.main.text
        await console.press("f3")
        await console.screen("Ask")
        await console.type("NEEDLE")
        await console.press("enter")
        await console.until(lambda: text.hit >= 0, "the first hit")
        first = text.hit
        assert any(line.startswith("▶line 3 with") for line in console.lines(text))
        await console.press("f3")
        assert text.hit > first
        assert any(line.startswith("▶line 70 with") for line in console.lines(text))
        await console.press("f3")
        assert text.hit == first, "behind the last comes the first"
        await console.press("shift+f3")
        assert text.hit > first
        await console.press("escape")
        assert not text.words and not text.hits()
        await console.press("backslash", "backslash")
        assert console.main.kept.text_width == 80
    async with drive((80, 24)) as console:
        await console.until(lambda: console.main.text.text_width == 80, "the width of before")
