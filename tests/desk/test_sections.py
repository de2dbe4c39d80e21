"""Each section of the tree holds what its rule says, and its numbers are those of a plain recount."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from deskterm import limits
from deskterm.desk import (
    agents,
    bin,
    choices,
    listing,
    marks,
    merging,
    messages,
    ordering,
    reading,
    saved_views,
    schedules,
    section_numbers,
    sections,
    settings,
    snoozing,
    tickets,
)
from deskterm.desk.actor import Actor
from deskterm.desk.rights import has
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk

OPEN = ("active", "waiting")
UNFOLDED = frozenset({"all_active", "rubrics", "created", "participating"})


def shown(desk: Desk, who: Actor) -> dict[str, tuple[int, int]]:
    with desk.store.work() as work:
        rows = section_numbers.rows(work, who, UNFOLDED)
    return {row.key: (row.unread, row.total) for row in rows if row.shows == "tickets"}


def listed(desk: Desk, who: Actor, key: str) -> set[int]:
    with desk.store.work() as work:
        return set(listing.ticket_ids(work, who, key))


def by_the_rules(desk: Desk, who: Actor, clock: Clock) -> dict[str, set[int]]:
    """What each section holds, worked out row by row from the tables."""
    me, now = who.agent_id, clock()
    with desk.store.work() as work:
        everything = work.rows(select(t.ticket))
        watched = set(work.values(select(t.watch.c.ticket_id).where(t.watch.c.agent_id == me)))
        favorites = {
            row.ticket_id for row in work.rows(select(t.favorite)) if row.shared or row.agent_id == me
        }
        messages_of = work.rows(select(t.message).where(t.message.c.deleted_at.is_(None)))
        told = [row for row in work.rows(select(t.addressed)) if row.agent_id == me]
        agents_there = work.values(select(t.agent.c.id))
        rubrics_there = work.values(select(t.choice.c.id).where(t.choice.c.list == "rubric"))
    everything = [row for row in everything if row.merged_into is None]
    rows = [row for row in everything if row.deleted_at is None]
    if not has(who, "see all"):
        rows = [row for row in rows if row.responsible_id == me]
    asleep = {row.id for row in rows if row.snoozed_until is not None and row.snoozed_until > now}
    wrote = {row.ticket_id for row in messages_of if row.author_agent_id == me}
    alive = {row.id for row in messages_of}
    unread_notes = {one.ticket_id for one in told if one.read_at is None and one.message_id in alive}
    addressed = {
        one.ticket_id
        for one in told
        if one.message_id in alive
        and (one.ticket_id in unread_notes or one.read_at > now - timedelta(days=3))
    }

    def ids(rule: Any) -> set[int]:
        return {row.id for row in rows if rule(row)}

    def with_class(section: set[int], status_class: str) -> set[int]:
        return section & ids(lambda row: row.status_class == status_class)

    created = ids(lambda row: row.creator_id == me and row.status_class in OPEN)
    participating = ids(lambda row: row.status_class in OPEN and row.creator_id != me and row.id in wrote)
    active = ids(lambda row: row.status_class == "active")
    found = {
        "mine_new": ids(
            lambda row: (row.responsible_id == me and row.status_class in OPEN) or row.responsible_id is None
        )
        - asleep,
        "mine": ids(lambda row: row.responsible_id == me and row.status_class == "active") - asleep,
        "addressed": addressed & ids(lambda row: True),
        "watching": watched & ids(lambda row: True),
        "favorites": favorites & ids(lambda row: True),
        "created": created,
        "created_active": with_class(created, "active"),
        "created_waiting": with_class(created, "waiting"),
        "participating": participating,
        "participating_active": with_class(participating, "active"),
        "participating_waiting": with_class(participating, "waiting"),
        "all_active": active,
        "waiting": ids(lambda row: row.status_class == "waiting"),
        "closed": ids(lambda row: row.status_class == "closed"),
        "rubrics": active & ids(lambda row: row.rubric_id is not None),
        "snoozed": asleep,
        "bin": {row.id for row in everything if row.binned_at is not None},
        "agent:0": active & ids(lambda row: row.responsible_id is None),
    }
    for id in agents_there:
        found[f"agent:{id}"] = active & {row.id for row in rows if row.responsible_id == id}
    for id in rubrics_there:
        found[f"rubric:{id}"] = active & {row.id for row in rows if row.rubric_id == id}
    return found


def unread_ones(desk: Desk, who: Actor) -> set[int]:
    """The tickets of which one message that he may see is unread, worked out message by message."""
    with desk.store.work() as work:
        written = work.rows(select(t.message).where(t.message.c.deleted_at.is_(None)))
        me = work.rows(select(t.agent).where(t.agent.c.id == who.agent_id))[0]
        upto = {row.ticket_id: row.upto for row in work.rows(select(t.read_mark)) if row.agent_id == me.id}
        excepted = [row for row in work.rows(select(t.read_exception)) if row.agent_id == me.id]
    said = {row.message_id: row.unread for row in excepted}
    return {
        row.ticket_id
        for row in written
        if row.visibility != "private"
        or who.agent_id in (row.author_agent_id, row.addressee_id)
        or has(who, "see private")
        if said.get(row.id, row.id > upto.get(row.ticket_id, me.start_message_id))
    }


def unread_notes(desk: Desk, who: Actor) -> set[int]:
    """The tickets with a message addressed to him that he has not read, and that is not in the Bin."""
    with desk.store.work() as work:
        there = set(work.values(select(t.message.c.id).where(t.message.c.deleted_at.is_(None))))
        told = work.rows(select(t.addressed))
    return {
        one.ticket_id
        for one in told
        if one.agent_id == who.agent_id and one.read_at is None and one.message_id in there
    }


def compare(desk: Desk, who: Actor, clock: Clock) -> None:
    """Every list and both numbers of every section are those of the rules."""
    numbers_shown = shown(desk, who)
    with desk.store.work() as work:
        open_ones = set(work.values(select(t.ticket.c.id).where(t.ticket.c.status_class.in_(OPEN))))
    for key, wanted in by_the_rules(desk, who, clock).items():
        if key == "bin" and not has(who, "delete"):
            assert key not in numbers_shown, "who may not delete sees no Bin"
            continue
        assert listed(desk, who, key) == wanted, (who.login, key)
        counted = wanted & open_ones if key == "favorites" else wanted
        if key not in numbers_shown:
            assert key.startswith(("agent:", "rubric:")) and not wanted, (who.login, key)
            continue
        unread = counted & (unread_notes(desk, who) if key == "addressed" else unread_ones(desk, who))
        expected = (0 if key in ("closed", "bin") else len(unread), len(counted))
        assert numbers_shown[key] == expected, (who.login, key)


@pytest.mark.parametrize(
    ("seed", "acts"), [(5, 200), pytest.param(6, 4000, marks=pytest.mark.full, id="thousands")]
)
def test_after_many_random_acts_every_section_is_as_its_rule_says(
    desk: Desk, clock: Clock, make_agent: Callable[[str, str], Actor], seed: int, acts: int
) -> None:
    chance = random.Random(seed)
    agents_all = [desk.boss, desk.colleague, *(make_agent(f"agent{n}", "agent") for n in range(4))]
    own = make_agent("narrow", "agent_own")
    numbers = [desk.ticket(Message_ID=f"<first.{each}@customer.example>") for each in range(12)]
    letters_of = {number: f"<first.{each}@customer.example>" for each, number in enumerate(numbers)}
    with desk.store.work(write=True) as work:
        rubrics = [choices.add(work, desk.boss, "rubric", name) for name in ("Printing", "Network")]
        statuses = work.values(select(t.status.c.id).order_by(t.status.c.id))
    for act in range(acts):
        number = chance.choice(numbers)
        who, other = chance.choice(agents_all), chance.choice([*agents_all, own])
        if chance.random() < 0.1:
            desk.receive(desk.letter(subject=f"Re: [#{number}]", In_Reply_To=letters_of[number]))
            continue
        with desk.store.work(write=True) as work:
            gone = work.rows(select(t.ticket).where(t.ticket.c.id == number))[0]
            if gone.merged_into is not None:
                continue
            if gone.deleted_at is not None:
                bin.restore(work, desk.boss, [number])
                continue
            some = work.values(
                select(t.message.c.id).where(
                    t.message.c.ticket_id == number, t.message.c.deleted_at.is_(None)
                )
            )
            match chance.randrange(17):
                case 0 | 1:
                    tickets.assign(work, who, [number], chance.choice((other.agent_id, None)))
                case 2:
                    tickets.set_status(work, who, [number], chance.choice(statuses))
                case 3:
                    tickets.set_rubric(work, who, [number], chance.choice((*rubrics, None)))
                case 4:
                    marks.watch(work, who, [number], chance.random() < 0.7)
                case 5:
                    marks.favorite(work, who, [number], chance.random() < 0.7, chance.random() < 0.3)
                case 6:
                    hours = chance.randrange(1, 9)
                    if tickets.find(work, who, number).status_class != "closed":
                        snoozing.snooze(work, who, [number], clock() + timedelta(hours=hours))
                case 7:
                    messages.note(work, who, number, "Noted.")
                case 8:
                    messages.note(work, who, number, "Please look.", addressee_id=other.agent_id)
                case 9:
                    messages.note(
                        work, who, number, "Between us.", visibility="private", addressee_id=other.agent_id
                    )
                case 10:
                    reading.read_tickets(work, who, [number])
                case 11:
                    reading.unread_tickets(work, who, [number])
                case 12:
                    reading.read(work, who, [chance.choice(some)])
                case 13:
                    reading.unread(work, who, [chance.choice(some)])
                case 14:
                    bin.delete(work, desk.boss, [number])
                case 15 if len(some) > 1:
                    bin.delete_messages(work, desk.boss, [chance.choice(some)])
                case 16 if chance.random() < 0.1:
                    target = chance.choice([each for each in numbers if each != number])
                    there = work.rows(select(t.ticket).where(t.ticket.c.id == target))[0]
                    if there.merged_into is None and there.deleted_at is None:
                        merging.merge(work, who, [number], target)
        if chance.random() < 0.1:
            clock.forward(hours=chance.choice((1, 3, 20)))
        if act % 500 == 499:
            compare(desk, chance.choice(agents_all), clock)
    for who in (*agents_all, own):
        compare(desk, who, clock)


def test_a_blocked_agent_and_a_retired_rubric_keep_their_line_while_tickets_are_theirs(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        rubric = choices.add(work, desk.boss, "rubric", "Old")
        tickets.set_rubric(work, desk.boss, [number], rubric)
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)
        agents.edit(work, desk.boss, "cora", {"active": False})
        choices.remove(work, desk.boss, "rubric", "Old")
    numbers = shown(desk, desk.boss)
    assert numbers[f"rubric:{rubric}"][1] == 1
    with desk.store.work(write=True) as work:
        tickets.set_rubric(work, desk.boss, [number], None)
        left = work.value(select(t.ticket.c.responsible_id).where(t.ticket.c.id == number))
    assert (f"agent:{desk.colleague.agent_id}" in numbers) is (left is not None)
    assert f"rubric:{rubric}" not in shown(desk, desk.boss)


def test_an_agent_is_marked_as_away_from_midnight_of_the_desk_on(desk: Desk, clock: Clock) -> None:
    colleague = desk.colleague.agent_id
    assert colleague is not None

    def marks_shown() -> dict[str, str]:
        with desk.store.work() as work:
            rows = section_numbers.rows(work, desk.boss, frozenset({"all_active"}))
        return {row.key: row.mark for row in rows if row.key.startswith("agent:")}

    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "time_zone", "Europe/Moscow")
        schedules.day_off(work, desk.boss, colleague, "2026-11-03", "2026-11-03")
        due = section_numbers.next_change_at(work, desk.boss)
    assert marks_shown()[f"agent:{colleague}"] == ""
    assert due == datetime(2026, 11, 2, 21, 0, tzinfo=UTC), "midnight in Moscow"
    clock.now = due
    assert marks_shown()[f"agent:{colleague}"] == "day off"


def test_a_snoozed_ticket_comes_back_by_itself_and_the_tree_knows_when(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        snoozing.snooze(work, desk.boss, [number], clock() + timedelta(hours=2))
        assert section_numbers.next_change_at(work, desk.boss) == clock() + timedelta(hours=2)
    assert number not in listed(desk, desk.boss, "mine_new") and number in listed(desk, desk.boss, "snoozed")
    clock.forward(hours=2, seconds=1)
    assert number in listed(desk, desk.boss, "mine_new") and not listed(desk, desk.boss, "snoozed")


def test_a_saved_search_is_a_section_of_its_owner(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        view = saved_views.add(work, desk.boss, saved_views.SEARCH, "Fires", {"query": "printers"})
    assert shown(desk, desk.boss)[f"saved:{view}"] == (1, 1)
    assert listed(desk, desk.boss, f"saved:{view}") == {number}
    assert f"saved:{view}" not in shown(desk, desk.colleague)
    for most, told in ((1, True), (2, False)):
        monkeypatch.setattr(limits, "COUNTED_TICKETS", most)
        with desk.store.work() as work:
            assert section_numbers.rows(work, desk.boss)[-1].more is told


def test_pages_of_a_section_of_several_runs_are_its_list_and_each_reads_no_more_than_a_page(
    desk: Desk, clock: Clock
) -> None:
    numbers = [desk.ticket(text=f"{number}") for number in range(9)]
    with desk.store.work(write=True) as work:
        closed, waiting = (
            work.value(select(t.status.c.id).where(t.status.c["class"] == one))
            for one in ("closed", "waiting")
        )
        tickets.assign(work, desk.boss, numbers[:3], desk.boss.agent_id)
        tickets.set_status(work, desk.boss, numbers[1:5:2], waiting)
        tickets.set_status(work, desk.boss, numbers[2:7:2], closed)
        tickets.assign(work, desk.boss, numbers[8:], desk.colleague.agent_id)
        snoozing.snooze(work, desk.boss, numbers[:1], clock() + timedelta(hours=2))
    for descending in (True, False):
        with desk.store.work() as work:
            whole = list(listing.ticket_ids(work, desk.boss, "mine_new", descending=descending))
            assert len(whole) >= 5
            paged: list[int] = []
            after: Any = None
            while True:
                page = listing.tickets(
                    work, desk.boss, "mine_new", descending=descending, after=after, limit=2
                )
                paged += [row.id for row in page.rows]
                after = page.after
                if after is None:
                    break
        assert paged == whole
    with desk.store.work() as work:
        if work.dialect == "sqlite":
            arms = sections.arms(work, desk.boss, "mine_new")
            firsts = ordering._first_of_each(arms, True, None, 2)
            plan = firsts.compile(work.connection, compile_kwargs={"literal_binds": True})
            steps = [row[3] for row in work.connection.exec_driver_sql(f"explain query plan {plan}")]
            assert not any("TEMP B-TREE" in step for step in steps)
            assert sum("ticket_responsible" in step for step in steps) == len(arms)
