"""A hand that is faster than the screen: each key reaches what it was meant for, or nothing."""

from __future__ import annotations

import pytest
from textual import events
from textual.containers import Vertical
from textual.keys import _character_to_key
from textual.widgets import Input, TextArea

from deskterm.desk import settings
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven


def at_once(console: Driven, *keys: str) -> None:
    """Press keys of which none waits for what the one before it did."""
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 else key
        console.app.post_message(events.Key(name, key if len(key) == 1 else None))


@pytest.mark.parametrize("key", ["r", "к"])
async def test_what_is_typed_right_after_the_key_is_in_the_answer(key: str, desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        at_once(console, key, *"quick, isn't it? jjnq")
        await console.screen("Composer")
        text = console.app.screen.query_one(TextArea)
        await console.until(lambda: text.text.startswith("quick, isn't it? jjnq"), "every sign, in order")


async def test_a_list_is_narrowed_by_what_was_typed_before_it_was_there(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        at_once(console, "s", *"wait")
        await console.screen("Choose")
        narrowed = console.app.screen.query_one(Input)
        await console.until(lambda: narrowed.value == "wait", "every sign, in order")


async def test_a_line_typed_at_once_does_what_it_says(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        at_once(console, ":", *"snooze", "enter")
        await console.screen("Choose")
        assert console.app.screen.query_one(Vertical).border_title == "Put off till when?"


async def test_a_key_after_an_act_waits_for_what_it_leads_to(desk: Desk, drive: Drive) -> None:
    for name in "abc":
        desk.ticket(f"Printer {name}")
    async with drive() as console:
        tickets = console.main.tickets
        first, _second, third = tickets.ids
        assert tickets.cursor == first
        # the next unread one, and the next from there
        at_once(console, "n", "n")
        await console.until(lambda: tickets.cursor == third, "two tickets further")


async def test_no_question_is_answered_before_it_is_asked(desk: Desk, drive: Drive) -> None:
    with desk.store.work(write=True) as work:
        settings.set(work, desk.actor, "hidden_by_default", True)
    desk.ticket("Printer")
    async with drive() as console:
        at_once(console, "r", "p", "p")
        await console.screen("Confirm")
        await console.press("p")
        await console.screen("Composer")
        assert console.app.screen.query_one(TextArea).text == ""


@pytest.mark.parametrize(
    ("key", "screen"), [("colon", "CommandLine"), ("s", "Choose"), ("X", "Ask"), ("r", "Composer")]
)
async def test_keys_have_where_to_go_as_soon_as_they_wait_no_more(
    key: str, screen: str, desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs between the moment a screen stands and that in which its line had the focus were lost."""
    desk.ticket("Printer", ["It smells.", "Very much."])
    focused: dict[str, object] = {}
    async with drive() as console:
        look = console.app.ahead._too_early

        def noted() -> bool:
            early = look()
            if not early:
                focused.setdefault(type(console.app.screen).__name__, console.app.screen.focused)
            return early

        monkeypatch.setattr(console.app.ahead, "_too_early", noted)
        at_once(console, key, "w")
        await console.screen(screen)
        await console.until(lambda: screen in focused, "that keys wait no more")
        assert isinstance(focused[screen], Input | TextArea)


async def test_enter_on_an_empty_command_line_does_nothing(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        await console.press(":")
        await console.screen("CommandLine")
        await console.press("enter")
        await console.screen("MainScreen")
        await console.pilot.pause()
        assert console.app.screen is console.main
