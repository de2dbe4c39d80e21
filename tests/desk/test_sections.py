"""Each section of the tree holds what its rule says, and its numbers are those of a plain recount."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from deskterm.desk import (
    bin,
    choices,
    listing,
    marks,
    messages,
    reading,
    saved_views,
    section_numbers,
    snoozing,
    tickets,
)
from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk

OPEN = ("active", "waiting")


def shown(desk: Desk, who: Actor) -> dict[str, tuple[int, int]]:
    with desk.store.work() as work:
        rows = section_numbers.rows(work, who, frozenset({"all_active", "rubrics"}))
    return {row.key: (row.unread, row.total) for row in rows if row.shows == "tickets"}


def listed(desk: Desk, who: Actor, key: str) -> set[int]:
    with desk.store.work() as work:
        return set(listing.ticket_ids(work, who, key))


def by_the_rules(desk: Desk, who: Actor, clock: Clock) -> dict[str, set[int]]:
    """What each section holds, worked out row by row from the tables."""
    with desk.store.work() as work:
        rows = [row for row in work.rows(select(t.ticket)) if row.deleted_at is None]
        watched = set(work.values(select(t.watch.c.ticket_id).where(t.watch.c.agent_id == who.agent_id)))
        favorites = {
            row.ticket_id
            for row in work.rows(select(t.favorite))
            if row.shared or row.agent_id == who.agent_id
        }
        wrote = set(
            work.values(
                select(t.message.c.ticket_id).where(
                    t.message.c.author_agent_id == who.agent_id, t.message.c.deleted_at.is_(None)
                )
            )
        )
        binned = {row.id for row in work.rows(select(t.ticket)) if row.binned_at is not None}
    now = clock()
    asleep = {row.id for row in rows if row.snoozed_until is not None and row.snoozed_until > now}
    me = who.agent_id

    def ids(rule: Any) -> set[int]:
        return {row.id for row in rows if rule(row)}

    return {
        "mine_new": ids(
            lambda row: (row.responsible_id == me and row.status_class in OPEN) or row.responsible_id is None
        )
        - asleep,
        "mine": ids(lambda row: row.responsible_id == me and row.status_class == "active") - asleep,
        "watching": watched & ids(lambda row: True),
        "favorites": favorites & ids(lambda row: True),
        "created": ids(lambda row: row.creator_id == me and row.status_class in OPEN),
        "participating": ids(
            lambda row: row.status_class in OPEN and row.creator_id != me and row.id in wrote
        ),
        "all_active": ids(lambda row: row.status_class == "active"),
        "waiting": ids(lambda row: row.status_class == "waiting"),
        "closed": ids(lambda row: row.status_class == "closed"),
        "rubrics": ids(lambda row: row.rubric_id is not None and row.status_class == "active"),
        "snoozed": asleep,
        "bin": binned,
    }


def test_after_many_random_acts_every_section_is_as_its_rule_says(desk: Desk, clock: Clock) -> None:
    chance = random.Random(5)
    numbers = [desk.ticket() for _ticket in range(12)]
    with desk.store.work(write=True) as work:
        rubric = choices.add(work, desk.boss, "rubric", "Printing")
        statuses = work.values(select(t.status.c.id).order_by(t.status.c.id))
    for _round in range(40):
        number = chance.choice(numbers)
        with desk.store.work(write=True) as work:
            if work.value(select(t.ticket.c.deleted_at).where(t.ticket.c.id == number)) is not None:
                bin.restore(work, desk.boss, [number])
                continue
            who = chance.choice((desk.boss, desk.colleague))
            match chance.randrange(9):
                case 0:
                    tickets.assign(work, who, [number], chance.choice((who.agent_id, None)))
                case 1:
                    tickets.set_status(work, who, [number], chance.choice(statuses))
                case 2:
                    tickets.set_rubric(work, who, [number], chance.choice((rubric, None)))
                case 3:
                    marks.watch(work, who, [number], chance.random() < 0.7)
                case 4:
                    marks.favorite(work, who, [number], chance.random() < 0.7, chance.random() < 0.3)
                case 5:
                    hours = chance.randrange(1, 9)
                    if tickets.find(work, who, number).status_class != "closed":
                        snoozing.snooze(work, who, [number], clock() + timedelta(hours=hours))
                case 6:
                    messages.note(work, who, number, "Noted.")
                case 7:
                    reading.read_tickets(work, who, [number])
                case 8:
                    bin.delete(work, desk.boss, [number])
        if chance.random() < 0.1:
            clock.forward(hours=3)
    for who in (desk.boss, desk.colleague):
        numbers_shown = shown(desk, who)
        for key, wanted in by_the_rules(desk, who, clock).items():
            if key == "bin" and who is desk.colleague:
                assert key not in numbers_shown, "who may not delete sees no Bin"
                continue
            assert listed(desk, who, key) == wanted, key
            total = len(wanted)
            if key == "favorites":
                with desk.store.work() as work:
                    total = len(
                        work.values(
                            select(t.ticket.c.id).where(
                                t.ticket.c.id.in_(wanted), t.ticket.c.status_class.in_(OPEN)
                            )
                        )
                    )
            assert numbers_shown[key][1] == total, key
            with desk.store.work() as work:
                unread = reading.unread_tickets_among(work, who, wanted)
                if key == "favorites":
                    unread &= set(work.values(select(t.ticket.c.id).where(t.ticket.c.status_class.in_(OPEN))))
            assert numbers_shown[key][0] == (0 if key in ("closed", "bin") else len(unread)), key


def test_a_snoozed_ticket_comes_back_by_itself_and_the_tree_knows_when(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        snoozing.snooze(work, desk.boss, [number], clock() + timedelta(hours=2))
        assert section_numbers.next_change_at(work, desk.boss) == clock() + timedelta(hours=2)
    assert number not in listed(desk, desk.boss, "mine_new") and number in listed(desk, desk.boss, "snoozed")
    clock.forward(hours=2, seconds=1)
    assert number in listed(desk, desk.boss, "mine_new") and not listed(desk, desk.boss, "snoozed")


def test_a_saved_search_is_a_section_of_its_owner(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        view = saved_views.add(work, desk.boss, saved_views.SEARCH, "Fires", {"query": "printers"})
    assert shown(desk, desk.boss)[f"saved:{view}"] == (1, 1)
    assert listed(desk, desk.boss, f"saved:{view}") == {number}
    assert f"saved:{view}" not in shown(desk, desk.colleague)
