"""One stays where one is: after a search, in a list read anew, from unread to unread, as time goes by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from deskterm.desk import reading, snoozing
from deskterm.screens import following
from deskterm.screens.presenters import signs, when
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk

MANY = 300


def many_tickets(desk: Desk) -> list[int]:
    """More tickets than a page of the list, the latest first; only the last three are unread."""
    for each in range(3):
        desk.ticket(f"Printer {each}", ago=timedelta(days=3))
    newest = desk.ticket("Newest", ago=timedelta(hours=1))
    with desk.store.work(write=True) as work:
        reading.read_tickets(work, desk.actor, [newest])
        one = work.rows(select(t.ticket).where(t.ticket.c.id == 1))[0]._mapping
        row = {key: value for key, value in one.items() if key != "id"}
        row |= {"last_message_at": one["last_message_at"] + timedelta(days=1), "last_message_id": 0}
        work.execute(t.ticket.insert(), [row | {"subject": f"Copy {each}"} for each in range(MANY)])
    with desk.store.work() as work:
        latest = (t.ticket.c.last_message_at.desc(), t.ticket.c.id.desc())
        return work.values(select(t.ticket.c.id).order_by(*latest))


async def test_back_from_a_search_one_stands_where_one_stood(desk: Desk, drive: Drive) -> None:
    ids = many_tickets(desk)
    async with drive() as console:
        main = console.main
        await console.until(lambda: len(main.tickets.ids) == len(ids), "all ids")
        main.tickets.move_to(250)
        main.tickets.move_to(245)
        height = main.tickets.below_top
        await console.press("2", "slash")
        await console.type("printer")
        await console.until(lambda: main.open.section == "search", "the search")
        await console.press("escape")
        await console.until(lambda: main.open.section == "mine_new", "the section")
        assert (main.tickets.cursor, main.tickets.below_top) == (ids[245], height)
        await console.until(lambda: main.tickets.current() is not None, "its row")

        # read anew, it keeps what is marked far from what is in view, too
        await console.press("x")
        main.tickets.move_to(10)
        await console.press("x", "f5")
        await console.until(lambda: main.coming == "" and len(main.tickets.ids) == len(ids), "the list anew")
        await console.pilot.pause()
        assert main.tickets.marks == {ids[245], ids[10]} and main.tickets.cursor == ids[11]

        # another section has a place of its own
        await console.press("1", "down")
        await console.until(lambda: main.open.section == "mine", "the next section")
        await console.press("up")
        await console.until(lambda: main.open.section == "mine_new", "the first section again")
        assert main.tickets.cursor == ids[11] and not main.tickets.marks


async def test_next_unread_goes_to_rows_nobody_looked_at_yet_and_round_the_end(
    desk: Desk, drive: Drive
) -> None:
    ids = many_tickets(desk)
    async with drive() as console:
        main = console.main
        await console.until(lambda: len(main.tickets.ids) == len(ids), "all ids")
        assert ids[-1] not in main.tickets.rows
        await console.press("2", "n")
        await console.until(lambda: main.tickets.cursor == ids[-3], "the first unread, far below")
        main.tickets.move_to(len(ids) - 1)
        await console.press("n")
        await console.until(lambda: main.tickets.cursor == ids[-3], "round the end")
        main.tickets.move_to(0)
        await console.press("p")
        await console.until(lambda: main.tickets.cursor == ids[-1], "the last, before the first")


async def test_what_time_alone_changes_is_seen_without_a_key(desk: Desk, drive: Drive) -> None:
    asleep, late = desk.ticket("Asleep"), desk.ticket("Late")
    with desk.store.work(write=True) as work:
        snoozing.snooze(work, desk.actor, [asleep], work.now + timedelta(seconds=3))
        work.update(t.ticket, late, due_at=work.now + timedelta(seconds=4))
    async with drive() as console:
        main = console.main
        assert list(main.tickets.ids) == [late] and signs.SOON in console.lines(main.tickets)[0]
        await console.until(lambda: asleep in main.tickets.ids, "the end of the snooze")
        assert main.section_rows["snoozed"].total == 0
        await console.until(
            lambda: any(signs.LATE in line for line in console.lines(main.tickets)), "the time it was due"
        )


async def test_how_long_ago_goes_on_by_itself(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ticket("Printer", ago=timedelta(hours=7, minutes=30))
    async with drive((120, 30)) as console:
        main = console.main
        await console.press("grave_accent")
        assert "7 h" in console.lines(main.tickets)[0]
        assert "7 hours ago" in " ".join(console.lines(main.text))
        later = when.now() + timedelta(hours=1)
        monkeypatch.setattr(when, "now", lambda: later)
        following.tick(main)
        assert "8 h" in console.lines(main.tickets)[0]
        assert "8 hours ago" in " ".join(console.lines(main.text))
