"""What an agent sees beside the lists: notices as he wants them, his own bar, that something takes long."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from deskterm import i18n
from deskterm.cli.main import Opening, use_language_of
from deskterm.desk import own_settings, tickets
from deskterm.desk.errors import BadData
from deskterm.desk.views import Change
from deskterm.screens import desktop, notices
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.test_presenters import HOSTILE


@pytest.mark.parametrize("way", ["9", "777"])
def test_a_notification_of_the_desktop_holds_no_foreign_commands(way: str) -> None:
    sequence = desktop.notification(way, HOSTILE, HOSTILE + ";x", {})
    inside = sequence.removeprefix("\x1b]").removesuffix("\x1b\\")
    assert not any(sign in inside for sign in "\x1b\x07\x9b\n")
    if way == "777":
        assert inside.count(";") == 3
    through = desktop.notification(way, "a", "b", {"TMUX": "x"})
    assert through.startswith("\x1bPtmux;\x1b\x1b]") and through.endswith("\x1b\\")


async def test_an_agent_is_told_as_he_wants_to_be(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    async with drive() as console:
        said: list[str] = []
        console.app.to_terminal = said.append  # type: ignore[method-assign]
        await console.press("colon")
        await console.screen("CommandLine")
        await console.type("notifying")
        await console.press("enter")
        await console.screen("Choose")
        await console.press("enter")  # not on the screen
        await console.until(lambda: console.main.own["notify_screen"] is False, "the screen off")
        for name, times in (("bell", 1), ("desktop", 2)):
            for _time in range(times):
                before = console.main.own[f"notify_{name}"]
                await console.screen("Choose")
                await console.type(name)
                await console.press("enter")
                await console.until(
                    lambda name=name, before=before: console.main.own[f"notify_{name}"] != before, name
                )
        await console.screen("Choose")
        await console.press("escape")
        await console.screen("MainScreen")
        assert console.main.own["notify_desktop"] == "777"
        with desk.store.work(write=True) as work:
            desk.customer_writes(work, number, "Still broken.", at=datetime.now(UTC))
        await console.until(lambda: said, "the notification")
        assert said[0].startswith("\x1b]777;notify;") and "Printer" in said[0]
        assert not console.app._notifications
    with desk.store.work() as work:
        assert own_settings.everything(work, desk.actor)["notify_bell"] is True
    with desk.store.work(write=True) as work, pytest.raises(BadData):
        own_settings.put(work, desk.actor, "notify_desktop", "\x1b]")


async def test_an_agent_is_told_of_what_he_wants(desk: Desk, drive: Drive) -> None:
    mine = desk.ticket("Printer", responsible_id=desk.actor.agent_id)
    others = desk.ticket("Scanner")
    async with drive((80, 24)) as console:
        screen = console.main
        told = console.app._notifications

        def saying() -> str:
            return " ".join(str(each.message) for each in told)

        await console.press("colon")
        await console.screen("CommandLine")
        await console.type("notifying")
        await console.press("enter")
        for _time, value in (("once", "mine"), ("twice", "")):
            await console.screen("Choose")
            await console.type("new mail")
            await console.press("enter")
            await console.until(lambda value=value: screen.own["notify_mail"] == value, value)
            if value == "mine":
                with desk.store.work(write=True) as work:
                    desk.customer_writes(work, others, "And here?", at=datetime.now(UTC))
                    desk.customer_writes(work, mine, "Still broken.", at=datetime.now(UTC))
                await console.until(lambda: "Printer" in saying(), "that of one's own")
                assert "Scanner" not in saying()
        await console.screen("Choose")
        await console.type("message to me")
        await console.press("enter")
        await console.until(lambda: screen.own["notify_note"] is False, "notes off")
        before = len(told)
        notices.addressed(screen, 0, 1)
        await notices.tell(screen, [Change(0, notices.RECEIVED, others, None, "", mine=False, fields={})])
        assert len(told) == before


async def test_an_agent_chooses_the_language_of_his_console(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drive((80, 24)) as console:
        await console.press("colon")
        await console.screen("CommandLine")
        await console.type("language")
        await console.press("enter")
        await console.screen("Choose")
        await console.type("russian")
        await console.press("enter")
        await console.until(lambda: console.main.kept.language == "ru", "the language")
    monkeypatch.setattr(i18n, "use", (used := []).append)
    monkeypatch.delenv("DESKTERM_LANG", raising=False)
    use_language_of(Opening(None, None, None, bare=True), desk.home.own)
    assert used == ["ru"]
    use_language_of(Opening(None, None, "en", bare=True), desk.home.own)
    monkeypatch.setenv("DESKTERM_LANG", "en")
    use_language_of(Opening(None, None, None, bare=True), desk.home.own)
    assert used == ["ru"], "what was said for this start comes first"


async def test_an_agent_chooses_what_stands_on_the_action_bar(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    with desk.store.work(write=True) as work:
        own_settings.put_bar(work, desk.actor, ["snooze", "reply", "no such act"])
    async with drive((80, 24)) as console:

        def bar() -> str:
            line = console.main.action_bar.line(80)
            return "".join(text for text, _style in line)

        await console.press("2")
        await console.until(lambda: "B Snooze" in bar(), "the bar")
        assert bar().index("B Snooze") < bar().index("r reply") < bar().index("m menu")
        assert "take" not in bar()
        await console.press("colon")
        await console.screen("CommandLine")
        await console.type("bar")
        await console.press("enter")
        await console.screen("Arrange")
        await console.press("space", "enter")  # the first one goes
        await console.screen("MainScreen")
        await console.until(lambda: "Snooze" not in bar() and "r reply" in bar(), "the bar without it")


async def test_an_agent_changes_his_keys_and_they_act_at_once(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = desk.ticket("Printer")
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    file = desk.home.keymap

    def told() -> str:
        return "".join(text for text, _style in console.main.status_bar.line(200))

    async with drive((100, 30)) as console:
        await console.press("colon")
        await console.screen("CommandLine")
        await console.type("keys")
        await console.press("enter")
        await console.until(lambda: "Set $EDITOR" in told() and str(file) in told(), "where they are")
        assert '# reply = "r"' in file.read_text(encoding="utf-8")
        file.write_text('assign_me = "f6"\nnonsense = "x"\n', encoding="utf-8")
        await console.press("colon")
        await console.screen("CommandLine")
        await console.type("keys")
        await console.press("enter")
        await console.until(lambda: "line 2" in told(), "what is wrong")
        await console.press("f6")
        await console.until(lambda: "It is yours" in told(), "the new key")
        with desk.store.work() as work:
            assert tickets.find(work, desk.actor, number).responsible_id == desk.actor.agent_id


async def test_what_takes_long_says_so_and_is_waited_for_no_more(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive((80, 24)) as console:
        main = console.main
        go_on = threading.Event()

        def slow(*_anything: Any) -> None:
            go_on.wait(60)

        def status() -> str:
            return "".join(text for text, _style in main.status_bar.line(80))

        try:
            main.start(main.desk.read(slow), "slow")
            await console.until(lambda: "Working…" in status(), "that it works")
            assert "Esc" in status()
            await console.press("escape")
            await console.until(
                lambda: "Working…" not in status() and not main.desk.waiting, "that it waits no more"
            )
        finally:
            go_on.set()
