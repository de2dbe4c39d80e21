"""The command line: acts with what they ask for behind their names, completed, and typed again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from textual.widgets import Input

from deskterm.desk import tabs
from deskterm.desk.views import Choosable
from deskterm.screens import acts, theme
from deskterm.screens.command_line import act_and_words
from deskterm.screens.dialogs import meant_by
from deskterm.screens.table_of_acts.words import SECTIONS, WORDS
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven
from tests.screens.test_hands import row


def test_words_stand_behind_acts_of_the_table() -> None:
    assert set(WORDS) <= set(acts.BY_ID)
    for words in WORDS.values():
        assert (
            isinstance(words.offers, tuple)
            or words.offers == SECTIONS
            or callable(acts.resolve(f"deskterm.desk.{words.offers}"))
        )
    there = list(acts.ACTS)
    assert act_and_words(there, ":assign boris k") == (acts.BY_ID["assign"], "boris k")
    assert act_and_words(there, "set-category ") == (acts.BY_ID["set_category"], "")
    assert act_and_words(there, "assign") is None, "its name may go on: assign_me"
    assert act_and_words(there, "quit now") is None, "nothing is asked there"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("boris", 1),
        ("BORIS  marlow", 1),
        ("anna", None),
        ("anna k", 3),
        ("annabel", 4),
        ("bm", 1),
        ("zoe", None),
    ],
)
def test_words_mean_one_entry_or_none(words: str, meant: int | None) -> None:
    entries = [
        Choosable(1, "Boris Marlow", "bm"),
        Choosable(2, "Anna Boriskina", "ab"),
        Choosable(3, "Anna Kern", "ak"),
        Choosable(4, "Annabel", "bel"),
    ]
    found = meant_by(words, entries)
    assert (found.id if found is not None else None) == meant


async def given(console: Driven, line: str) -> None:
    await console.press("colon")
    await console.screen("CommandLine")
    await console.type(line)
    await console.press("enter")


async def test_an_act_is_done_with_what_stands_behind_its_name(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    with desk.store.work(write=True) as work:
        tabs.add(work, desk.actor, "Later")
        solving = work.value(select(t.status.c.id).where(t.status.c.key == "solving"))
    async with drive((80, 24)) as console:
        main = console.main
        await given(console, "status being")
        await console.until(lambda: row(desk, number).status_id == solving, "the status")
        await given(console, "set_subject The printer smokes")
        await console.until(lambda: row(desk, number).subject == "The printer smokes", "the subject")
        await given(console, "tab later")
        await console.until(lambda: main.tabs and main.tabs[0].total == 1, "in the tab")
        await given(console, "theme light")
        await console.until(lambda: console.app.theme == theme.LIGHT, "the theme")
        await given(console, "snooze 3h")
        await console.until(lambda: row(desk, number).snoozed_until is not None, "put off")
        with desk.store.work() as work:
            left = row(desk, number).snoozed_until - work.now
        assert timedelta(hours=2, minutes=58) < left <= timedelta(hours=3)
        await console.screen("MainScreen")
        await given(console, "section closed")
        await console.until(lambda: main.open.section == "closed", "the section")
        await given(console, "search smokes")
        await console.until(lambda: list(main.tickets.ids) == [number], "found")
        await console.until(lambda: main.open.ticket is not None, "it is open")
        await given(console, "assign ольга")
        await console.until(lambda: row(desk, number).responsible_id not in (None, 1), "assigned")
        assert console.app.given == ""


async def test_what_means_several_is_chosen_and_what_was_typed_comes_again(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    async with drive((80, 24)) as console:
        await given(console, "find_card xyz")
        await console.screen("Choose")
        assert console.app.screen.query_one(Input).value == "xyz"
        await console.press("escape")
        await console.screen("MainScreen")

        await console.press("colon")
        await console.screen("CommandLine")
        line = console.app.screen.query_one(Input)
        await console.press("up")
        assert line.value == "find_card xyz"
        await console.press("down")
        assert line.value == ""
        await console.type("assi")
        await console.press("tab")
        assert line.value == "assign ", "something stands behind it"
        await console.type("оль")
        await console.until(lambda: "Ольга" in str(_first(console)), "who is offered")
        await console.press("tab")
        assert line.value == "assign Ольга Смирнова"
        await console.press("enter")
        await console.until(lambda: row(desk, number).responsible_id not in (None, 1), "assigned")


def _first(console: Driven) -> object:
    from textual.widgets import OptionList

    options = console.app.screen.query_one(OptionList).options
    return options[1].prompt if len(options) > 1 else ""


async def test_a_time_typed_into_the_list_of_times_is_taken(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    async with drive((80, 24)) as console:
        await console.press("B")
        await console.screen("Choose")
        await console.type("2h")
        await console.press("enter")
        await console.until(lambda: row(desk, number).snoozed_until is not None, "put off")
