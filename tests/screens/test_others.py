"""Several agents at one ticket: each sees the others, and nobody answers or sets anything over another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from deskterm.desk import actor as actors
from deskterm.desk import agents, drafts, messages, own_settings, presence, tickets
from deskterm.desk.actor import Actor
from deskterm.screens import live
from deskterm.screens.composer import Composer
from deskterm.screens.meanwhile import Overtaken
from deskterm.store import tables as t
from deskterm.store.alive import SignOfLife
from deskterm.store.feed import Feed
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven


@pytest.fixture
def boris(desk: Desk) -> Actor:
    """A colleague who does what he does elsewhere."""
    with desk.store.work(write=True) as work:
        agents.add(work, desk.actor, "boris", name="Boris")
        found = actors.of_agent(work, "boris", "console")
    assert found is not None
    return found


@contextmanager
def console_of(desk: Desk, agent: Actor, ticket: int, mode: str) -> Iterator[None]:
    """Another console at a ticket; at the end it crashes."""
    life = SignOfLife(desk.store, f"console-of-{agent.login}")
    following = Feed(desk.store, life)
    try:
        with desk.store.work(write=True) as work:
            presence.look(work, agent, f"console-of-{agent.login}", ticket, mode)
        yield
    finally:
        following.close()
        life.end()


def warned(console: Driven) -> str:
    assert isinstance(console.app.screen, Composer)
    return str(console.app.screen.meanwhile.content)


async def test_who_looks_and_who_answers_is_seen_and_a_crash_too(
    desk: Desk, drive: Drive, boris: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.2)
    number = desk.ticket("Printer")
    async with drive((120, 40)) as console:
        await console.press("2")
        main = console.main

        def list_says(words: str) -> bool:
            return any(words in line for line in console.lines(main.tickets))

        with console_of(desk, boris, number, presence.VIEWING):
            await console.until(lambda: list_says("◦ Boris: Printer"), "who looks, in the list")
        await console.until(lambda: not list_says("Boris"), "that he has gone")
        with console_of(desk, boris, number, presence.ANSWERING):
            await console.until(lambda: list_says("✎ Boris: Printer"), "who answers, in the list")
            await console.until(
                lambda: "✎ Boris answers" in main.titles["messages"].render_line(0).text, "it in the head"
            )
            await console.press("r")
            await console.screen("Composer")
            await console.until(lambda: "Boris is answering" in warned(console), "the warning")
            await console.type("mine")
            assert isinstance(console.app.screen, Composer)
            assert console.app.screen.text == "mine", "nobody is kept from typing"
        await console.until(lambda: "Boris" not in warned(console), "no warning")
        await console.press("escape")
        await console.screen("MainScreen")


async def test_this_console_says_what_it_looks_at_and_that_it_answers(
    desk: Desk, drive: Drive, boris: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SETTLE_SECONDS", 0.05)
    number = desk.ticket("Printer")

    def seen() -> list[bool]:
        with desk.store.work() as work:
            there, _elsewhere, _living = presence.others(work, boris, "console-of-boris")
        return [one.answering for one in there if one.ticket_id == number]

    async with drive() as console:
        await console.press("2")
        await console.until(lambda: seen() == [False], "that it looks at the ticket")
        await console.press("r")
        await console.until(lambda: seen() == [True], "that it answers")
        await console.press("escape")
        await console.until(lambda: seen() == [False], "that it only looks again")
        await console.press("i")
        await console.screen("Composer")
        assert seen() == [False], "a note answers nobody"
        await console.press("escape")
    assert seen() == [], "it said good-bye"


async def test_an_answer_shows_each_newer_message_before_it_leaves(
    desk: Desk, drive: Drive, boris: Actor
) -> None:
    number = desk.ticket("Printer")
    with desk.store.work(write=True) as work:
        work.execute(t.setting.insert().values(name="undo_seconds", value=0))
    async with drive() as console:
        await console.press("2", "r")
        await console.screen("Composer")
        await console.type("try this")
        with desk.store.work(write=True) as work:
            messages.note(work, boris, number, "I know this one: the cable.")
        await console.until(lambda: "Boris wrote meanwhile" in warned(console), "the warning")
        await console.press("ctrl+s")
        await console.screen("Overtaken")
        dialog = console.app.screen
        assert isinstance(dialog, Overtaken) and "the cable" in str(dialog._shown)
        with desk.store.work(write=True) as work:
            desk.customer_writes(work, number, "It works again!")
        await console.press("s")
        await console.until(
            lambda: (
                isinstance(console.app.screen, Overtaken)
                and "It works again" in str(console.app.screen._shown)
            ),
            "the message that came while the other was read",
        )
        assert written(desk, number) == 0
        await console.press("e")
        await console.screen("Composer")
        await console.until(lambda: warned(console) == "", "nothing unseen")
        await console.press("ctrl+s")
        await console.screen("MainScreen")
        assert written(desk, number) == 1


def written(desk: Desk, number: int) -> int:
    with desk.store.work() as work:
        c = t.message.c
        return len(
            work.rows(
                select(c.id).where(
                    c.ticket_id == number,
                    c.author_agent_id == desk.actor.agent_id,
                    c.visibility == "public",
                )
            )
        )


async def test_a_draft_gone_on_with_later_has_not_seen_what_came_since(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    with desk.store.work(write=True) as work:
        drafts.save(
            work,
            desk.actor,
            key="k",
            ticket_id=number,
            visibility="public",
            body="from yesterday",
            seen_message_id=1,
        )
        desk.customer_writes(work, number, "Never mind.")
    desk.ticket("Another one, open on the screen", ago=timedelta(0))
    async with drive() as console:
        await console.press("d")
        await console.screen("Choose")
        await console.press("enter")
        await console.screen("Composer")
        await console.press("ctrl+s")
        await console.screen("Overtaken")
        await console.press("escape")
        await console.press("escape")
        await console.screen("MainScreen")


async def test_two_consoles_of_one_agent_never_write_over_each_other(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    async with drive() as console:
        await console.press("2", "r")
        await console.screen("Composer")
        await console.type("here")
        await console.until(lambda: kept(desk) == ["here"], "the draft")
        with desk.store.work(write=True) as work:
            key = drafts.all_mine(work, desk.actor)[0].key
            drafts.save(work, desk.actor, key=key, ticket_id=number, visibility="public", body="there")
        await console.type("!")
        await console.until(lambda: sorted(kept(desk)) == ["here!", "there"], "both texts")
        with desk.store.work(write=True) as work:
            mine = next(one for one in drafts.all_mine(work, desk.actor) if one.body == "here!")
            messages.reply(work, desk.actor, number, "sent there", draft_key=mine.key)
        await console.type("?")
        await console.until(lambda: "here!?" in kept(desk), "what was typed after it was sent")
        with desk.store.work(write=True) as work:
            mine = next(one for one in drafts.all_mine(work, desk.actor) if one.body == "here!?")
            messages.reply(work, desk.actor, number, "sent there too", draft_key=mine.key)
        await console.press("ctrl+s")
        await console.until(lambda: "here!?" in kept(desk), "it as a draft again")
        assert written(desk, number) == 2, "what was sent elsewhere is not sent here without a word"
        await console.press("escape")
        await console.screen("MainScreen")


async def test_what_a_colleague_set_is_asked_about_by_his_name(
    desk: Desk, drive: Drive, boris: Actor
) -> None:
    number = desk.ticket("Printer")

    def status(key: str) -> int:
        with desk.store.work() as work:
            return int(work.value(select(t.status.c.id).where(t.status.c.key == key)))

    def stands() -> int:
        with desk.store.work() as work:
            return int(work.value(select(t.ticket.c.status_id).where(t.ticket.c.id == number)))

    with desk.store.work() as work:
        rubric = work.value(select(t.choice.c.id).where(t.choice.c.list == "rubric"))
    async with drive() as console:
        await console.press("2", "r")
        await console.screen("Composer")
        await console.type("try this")
        with desk.store.work(write=True) as work:
            tickets.set_status(work, boris, [number], status("solving"))
            tickets.set_rubric(work, boris, [number], rubric)
        await console.until(lambda: "Boris set status to" in warned(console), "who set what")
        await console.press("ctrl+s")
        await console.screen("Confirm")
        await console.press("t")
        await console.screen("MainScreen")
        assert stands() == status("solving"), "his status stays"
        with desk.store.work() as work:
            assert work.value(select(t.ticket.c.rubric_id)) == rubric, "a field not set here is his"
        await console.until(
            lambda: (
                console.main.open.ticket is not None
                and console.main.open.ticket.status_id == status("solving")
            ),
            "the head",
        )
        await console.press("s")
        await console.screen("Choose")
        with desk.store.work(write=True) as work:
            tickets.set_status(work, boris, [number], status("consideration"))
        await console.type("closed")
        await console.press("enter")
        await console.screen("Confirm")
        await console.press("m")
        await console.until(lambda: stands() == status("closed"), "mine all the same")


async def test_rights_that_are_withdrawn_are_gone_at_the_next_act_and_on_screen(
    desk: Desk, drive: Drive
) -> None:
    numbers = [desk.ticket("Mine"), desk.ticket("Nobody's")]
    with desk.store.work(write=True) as work:
        agents.add(work, desk.actor, "second", name="Second", role="administrator")
        second = actors.of_agent(work, "second", "console")
        assert second is not None
        tickets.assign(work, second, numbers[:1], desk.actor.agent_id)
    async with drive() as console:
        await console.press("2")
        await console.until(lambda: len(console.main.tickets.ids) == 2, "both tickets")
        await console.press("r")
        await console.screen("Composer")
        await console.type("half an answer")
        with desk.store.work(write=True) as work:
            agents.edit(work, second, desk.actor.login, {"role": "agent_own"})
        await console.screen("MainScreen")
        await console.until(lambda: list(console.main.tickets.ids) == numbers[:1], "one's own alone")
        assert kept(desk) == ["half an answer"]
        with desk.store.work(write=True) as work:
            agents.edit(work, second, desk.actor.login, {"role": "viewer"})
        await console.until(lambda: len(console.main.tickets.ids) == 2, "a viewer sees all")
        bar = console.main.action_bar
        await console.until(lambda: " reply " not in bar.render_line(0).text, "a bar without what he may not")
        assert " find " in bar.render_line(0).text
        for key, told in (("r", "may not write to customers"), ("i", "writes no notes"), ("I", "no notes")):
            await console.press(key)
            await console.until(lambda told=told: told in said(console), "that he only looks")
        await console.screen("MainScreen")
        with desk.store.work(write=True) as work:
            agents.edit(work, second, desk.actor.login, {"active": False})
        await console.screen("Sorry")
        assert not console.main.tickets.ids and console.main.open.body is None
        await console.press("enter")
        await console.until(lambda: not console.app.is_running, "the end")
    assert console.app.exit_code == 77


def said(console: Driven) -> str:
    return console.main.status_bar.render_line(0).text


def kept(desk: Desk) -> list[str]:
    with desk.store.work() as work:
        return [draft.body for draft in drafts.all_mine(work, desk.actor)]


async def test_enter_opens_a_ticket_to_answer_it_where_one_chose_so_and_may(
    desk: Desk, drive: Drive, boris: Actor
) -> None:
    desk.ticket("Printer")
    with desk.store.work(write=True) as work:
        own_settings.put(work, desk.actor, "open_mode", "answer")
    async with drive() as console:
        await console.press("2", "enter")
        await console.screen("Composer")
        await console.press("escape")
        await console.screen("MainScreen")
