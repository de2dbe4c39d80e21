"""The commonest jobs of an agent, counted in key presses from the list: four at most, typing apart."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from textual.widgets import OptionList

from deskterm.desk import answer_templates, merging, showing, tickets
from deskterm.screens import acts
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven

MOST_KEYS = 4
WHOLE_ROUND = 6


class Hands:
    """An agent's hands: presses are counted, what is typed is not."""

    def __init__(self, console: Driven) -> None:
        self.console = console
        self.pressed = 0
        self.jobs: dict[str, int] = {}

    async def press(self, key: str, *, then: str = "") -> None:
        """Press one key and wait for the screen it leads to."""
        self.pressed += 1
        await self.console.press(key)
        if then:
            await self.console.screen(then)

    async def done(self, job: str) -> None:
        await self.console.screen("MainScreen")
        self.jobs[job] = self.pressed
        self.pressed = 0


def row(desk: Desk, number: int) -> Any:
    with desk.store.work() as work:
        return work.first(select(t.ticket).where(t.ticket.c.id == number))


def bodies(desk: Desk, number: int) -> list[str]:
    with desk.store.work() as work:
        return work.values(
            select(t.message.c.body).where(t.message.c.ticket_id == number).order_by(t.message.c.id)
        )


async def test_the_twelve_commonest_jobs_take_four_keys_at_most(desk: Desk, drive: Drive) -> None:
    with desk.store.work(write=True) as work:
        answer_templates.add(work, desk.actor, "First steps", "Please switch it off and on again.")
    numbers = [desk.ticket(f"Printer {name}") for name in "abcdefghijkl"]
    async with drive((120, 40)) as console:
        hands = Hands(console)
        main = console.main
        used = iter(numbers)

        async def to(number: int) -> int:
            main.find(str(number))
            await console.until(lambda: list(main.tickets.ids) == [number], f"ticket {number} alone")
            await console.until(
                lambda: main.open.ticket is not None and main.open.ticket.id == number, "it is open"
            )
            await console.until(lambda: main.open.message is not None, "its message")
            return number

        number = await to(next(used))
        await hands.press("a")
        await console.until(lambda: row(desk, number).responsible_id == desk.actor.agent_id, "taken")
        await hands.done("take")

        number = await to(next(used))
        await hands.press("A", then="Choose")
        await console.type("ольга")
        await hands.press("enter")
        await console.until(lambda: row(desk, number).responsible_id not in (None, 1), "assigned")
        await hands.done("assign")

        number = await to(next(used))
        await hands.press("T", then="ChooseText")
        await hands.press("enter", then="Composer")
        await console.until(lambda: "off and on" in console.app.screen.text, "the template's text")
        await hands.press("ctrl+s")
        await console.until(lambda: "off and on" in bodies(desk, number)[-1], "answered")
        await hands.done("answer from a template")

        number = await to(next(used))
        await hands.press("i", then="Composer")
        await console.type("Spare part ordered.")
        await hands.press("ctrl+s")
        await console.until(lambda: bodies(desk, number)[-1] == "Spare part ordered.", "noted")
        await hands.done("note")

        number = await to(next(used))
        await hands.press("I", then="Choose")
        await hands.press("enter", then="Composer")
        await console.type("Do you know this one?")
        await hands.press("ctrl+s")
        await console.until(lambda: bodies(desk, number)[-1] == "Do you know this one?", "asked")
        await hands.done("note to a colleague")

        number = await to(next(used))
        await hands.press("s", then="Choose")
        await console.type("being")
        await hands.press("enter")
        with desk.store.work() as work:
            solving = work.value(select(t.status.c.id).where(t.status.c.key == "solving"))
        await console.until(lambda: row(desk, number).status_id == solving, "the status")
        await hands.done("status")

        number = await to(next(used))
        await hands.press("R", then="Composer")
        await console.type("Mended.")
        await hands.press("ctrl+s")
        await console.until(lambda: row(desk, number).status_class == "closed", "answered and closed")
        assert bodies(desk, number)[-1] == "Mended."
        await hands.done("answer and close")

        number = await to(next(used))
        target = next(used)
        with desk.store.work(write=True) as work:
            second = desk.customer_writes(work, number, "This is about the other printer.")
        await console.until(lambda: second in main.messages.ids, "the second message")
        await console.press("3", "end")
        await console.until(
            lambda: main.open.message is not None and main.open.message.id == second, "it is open"
        )
        await hands.press("O", then="Choose")
        await console.type(str(target))
        await hands.press("enter")
        await console.until(lambda: bodies(desk, target)[-1].startswith("This is about"), "moved")
        await hands.done("move a message")

        number, target = await to(next(used)), next(used)
        await hands.press("M", then="Choose")
        await console.type(str(target))
        await hands.press("enter")
        await console.until(lambda: row(desk, number).merged_into == target, "merged")
        await hands.done("merge")

        number = await to(numbers[2])
        await hands.press("B", then="Choose")
        await hands.press("enter")
        await console.until(lambda: row(desk, number).snoozed_until is not None, "snoozed")
        await hands.done("snooze")

        await hands.press("slash")
        await console.type("printer l")
        await hands.press("enter")
        await console.until(lambda: main.open.section == "search", "the search")
        await hands.done("find")

        await console.press("escape")
        await console.until(lambda: main.open.section == "mine_new", "the section")
        await hands.press("n")
        await console.until(lambda: main.tickets.current() is not None, "a ticket")
        await hands.done("next unread")

        # one with a single message: of others the next unread is the next message
        def opened() -> bool:
            return main.open.ticket is not None and main.open.ticket.id == main.tickets.cursor

        await console.until(opened, "it is open")
        while len(main.messages.ids) > 1:
            await console.press("2", "down")
            await console.until(opened, "the one below")

        # read it, answer from a template, send, go to the next unread
        before = main.tickets.cursor
        await hands.press("T", then="ChooseText")
        await hands.press("enter", then="Composer")
        await console.until(lambda: "off and on" in console.app.screen.text, "the template's text")
        await hands.press("ctrl+s", then="MainScreen")
        await hands.press("n")
        await console.until(lambda: main.tickets.cursor != before, "the next one")
        await hands.done("the whole round")

    rounds = hands.jobs.pop("the whole round")
    assert rounds <= WHOLE_ROUND
    assert len(hands.jobs) == 12
    assert {job: keys for job, keys in hands.jobs.items() if keys > MOST_KEYS} == {}


JOBS = (
    "assign_me", "assign", "reply_template", "note", "private", "status", "reply_close", "move_message",
    "merge", "snooze", "search", "next_unread",
)  # fmt: skip


async def test_every_job_stands_in_menu_palette_and_help(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    # the menu names what a toggle will do: snooze it, wake it
    titles = ["Snooze" if job == "snooze" else acts.BY_ID[job].title for job in JOBS]
    async with drive() as console:

        def missing() -> list[str]:
            """The jobs that are on no line of the list that is open, wherever it is scrolled to."""
            options = console.app.screen.query_one(OptionList).options
            told = "\n".join(str(option.prompt) for option in options)
            return [title for title in titles if title not in told]

        for key, screen in (("m", "Choose"), ("?", "Help"), ("ctrl+p", "CommandPalette")):
            await console.press("2", key)
            await console.screen(screen)
            await console.until(lambda: missing() == [], f"all jobs in what {key} opens")
            await console.press("escape")
            await console.screen("MainScreen")


async def test_undo_is_one_key_and_says_what_was_undone(desk: Desk, drive: Drive) -> None:
    first, second = desk.ticket("Printer"), desk.ticket("Scanner")
    async with drive() as console:
        with desk.store.work(write=True) as work:
            merging.merge(work, desk.actor, [first], second)
            tickets.assign(work, desk.actor, [second], desk.actor.agent_id)
        await console.press("z")
        await console.until(lambda: row(desk, second).responsible_id is None, "the assignment undone")
        await console.press("z")
        await console.until(lambda: row(desk, first).merged_into is None, "the merge undone")
        with desk.store.work() as work:
            assert len(showing.messages(work, desk.actor, first)) == 1
