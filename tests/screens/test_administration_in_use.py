"""The administration in use: it offers what the commands do, and what two change at once is asked about."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from deskterm.desk import choices, clients, letters, rules, statuses
from deskterm.screens import child
from tests.screens.administering import entries, form, go_to, held, names, opened, save, status
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.test_letters import arrive, letter


async def test_what_two_administrators_change_at_once_is_asked_about(desk: Desk, drive: Drive) -> None:
    with desk.store.work(write=True) as work:
        id = clients.add(work, desk.actor, "Acme")
        rules.add(work, desk.actor, "Invoices", ["subject contains invoice"], {"rubric": "Hardware"})
        choices.add(work, desk.actor, "rubric", "Printers")
    async with drive((80, 24)) as console:
        screen = await opened(console, "clients")
        screen.lines.go_to(str(id))
        await console.press("enter")
        await form(console)
        await console.type(" Ltd")
        with desk.store.work(write=True) as work:
            clients.edit(work, desk.actor, id, {"name": "Acme Inc"})
        await console.press("ctrl+s")
        await console.screen("Confirm")
        asked = console.app.screen
        assert "meanwhile" in asked._told and "Acme Inc" in asked._told
        await console.press("g")
        opened_form = await form(console)
        assert held(opened_form, "name").value == "Acme Ltd" and "Acme Inc" in names(desk, "clients")
        await console.press("ctrl+s")
        await console.screen("Confirm")
        await console.press("s")
        await console.until(lambda: "Acme Ltd" in names(desk, "clients"), "mine all the same")

        # another field of the same entry is nobody's business
        await go_to(console, screen, "rules")
        await console.press("enter")
        opened_form = await form(console)
        held(opened_form, "name").value = "Bills"
        with desk.store.work(write=True) as work:
            rules.edit(work, desk.actor, 1, {"effects": {"rubric": "Printers"}})
        await save(console, screen)
        await console.until(lambda: names(desk, "rules") == ["Bills"], "the name")
        assert entries(desk, "rules")[0].effects == {"rubric": "Printers"}
        # and the same one is asked about, of areas whose acts compare nothing by themselves too
        await console.press("enter")
        opened_form = await form(console)
        held(opened_form, "name").value = "Mine"
        with desk.store.work(write=True) as work:
            rules.edit(work, desk.actor, 1, {"name": "Theirs"})
        await console.press("ctrl+s")
        await console.screen("Confirm")
        await console.press("s")
        await console.until(lambda: names(desk, "rules") == ["Mine"], "mine all the same")


async def test_an_entry_is_tried_before_it_is_added_and_a_letter_it_blocked_let_in(
    desk: Desk, drive: Drive
) -> None:
    arrive(desk, letter("you have won", "Ann <ann@spam.example>"))
    async with drive((80, 24)) as console:
        screen = await opened(console, "blacklist")
        await console.press("n")
        await form(console)
        await console.type("spam.example")
        await console.press("ctrl+t")
        await console.screen("Read")
        shown = str(console.app.screen._text)
        assert "1 letter would have been blocked" in shown and "you have won" in shown
        assert names(desk, "blacklist") == []
        await console.press("escape")
        await form(console)
        await save(console, screen)
        await console.until(lambda: names(desk, "blacklist") == ["spam.example"], "the entry")
        [stopped] = arrive(desk, letter("once more", "Ann <ann@spam.example>"))
        await console.press("f5")
        await console.until(lambda: screen.lines.current() and screen.lines.current().hits == 1, "the hit")
        await console.press("v")
        await console.screen("Choose")
        await console.press("enter")
        await console.screen("Confirm")
        await console.press("y")
        await console.screen("Choose")
        with desk.store.work() as work:
            assert letters.one(work, desk.actor, stopped).tickets
        await console.press("escape")
        await console.screen("Administration")
        await console.press("z")
        await console.until(lambda: "Undone" in status(screen), "that it is undone")
        with desk.store.work() as work:
            assert not letters.one(work, desk.actor, stopped).tickets


async def test_rules_are_tried_on_a_letter_of_the_store(desk: Desk, drive: Drive) -> None:
    arrive(desk, letter("An invoice", "Ann <ann@example.com>"), letter("A printer", "Ann <ann@example.com>"))
    with desk.store.work(write=True) as work:
        rules.add(work, desk.actor, "Invoices", ["subject contains invoice"], {"rubric": "Hardware"})
    async with drive() as console:
        await opened(console, "rules")
        await console.press("t")
        await console.screen("Choose")
        await console.type("invoice")
        await console.press("down", "enter")
        await console.screen("Read")
        assert "✓ 1 “Invoices”" in str(console.app.screen._text)


async def test_the_steps_of_a_mailbox_are_shown_as_they_are_tried(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = {"server": "incoming", "step": "dns", "ok": True, "sentence": "It is known.", "remedy": ""}
    second = {"server": "incoming", "step": "login", "ok": False, "sentence": "Refused.", "remedy": "Set it."}
    go_on = asyncio.Event()

    async def lines(folder: Any, arguments: list[str], ending: child.Ending, seconds: float = 0) -> Any:
        assert arguments == ["accounts", "test", "support@desk.example", "--json-steps"]
        yield json.dumps(first)
        await go_on.wait()
        yield json.dumps(second)
        ending.code = 77

    monkeypatch.setattr(child, "lines", lines)
    async with drive((80, 24)) as console:
        await opened(console, "accounts")
        await console.press("t")
        await console.screen("AccountTest")
        test = console.app.screen
        await console.until(lambda: "✓ It is known.\nTrying…" in str(test._told.render()), "the first step")
        go_on.set()
        await console.until(lambda: test.ended, "the end")
        assert "✗ Refused.\n  → Set it.\nCorrect it" in str(test._told.render())
        await console.press("escape")
        await console.screen("Administration")


async def test_an_account_takes_its_server_and_its_pace_as_people_write_them(
    desk: Desk, drive: Drive
) -> None:
    async with drive((80, 24)) as console:
        screen = await opened(console, "accounts")
        await console.press("enter")
        opened_form = await form(console)
        assert held(opened_form, "poll_seconds").value == "3m"
        held(opened_form, "poll_seconds").value = "often"
        held(opened_form, "incoming").value = "pop3"
        held(opened_form, "incoming_host").value = "ssl://pop.desk.example"
        await console.press("ctrl+s")
        await console.until(lambda: opened_form.wrong.has_class("shown"), "that it is no time")
        held(opened_form, "poll_seconds").value = "2h"
        await save(console, screen)
        await console.until(lambda: entries(desk, "accounts")[0].poll_seconds == 7200, "the pace")
        kept = entries(desk, "accounts")[0]
        assert (kept.incoming_host, kept.incoming_security, kept.incoming_port) == (
            "pop.desk.example",
            "tls",
            995,
        )


async def test_settings_are_chosen_of_what_there_is_and_say_how_they_come(desk: Desk, drive: Drive) -> None:
    with desk.store.work(write=True) as work:
        number = statuses.add(work, desk.actor, "Asked back", "waiting")
    async with drive((80, 24)) as console:
        screen = await opened(console, "settings")
        screen.lines.go_to("undo_seconds")
        await console.press("enter")
        opened_form = await form(console)
        assert "As it comes: 10. At most: 86400." in str(opened_form.query_one("Static.told").render())
        held(opened_form, "value").value = "86401"
        await console.press("ctrl+s")
        await console.until(lambda: opened_form.wrong.has_class("shown"), "that it is too much")
        await console.press("escape")
        await console.screen("Confirm")
        await console.press("l")
        await console.screen("Administration")
        screen.lines.go_to("status_after_answer")
        await console.press("enter")
        await form(console)
        await console.press("enter")
        await console.screen("Choose")
        await console.type("asked")
        await console.press("enter")
        await form(console)
        await save(console, screen)

        def chosen() -> Any:
            with desk.store.work() as work:
                return statuses.after_answer(work)

        await console.until(lambda: chosen() and chosen().id == number, "the status")
        await console.until(lambda: len(screen.steps) == 1, "the step")
        await console.press("z")
        await console.until(lambda: chosen() and chosen().key == "customer", "as it was")
