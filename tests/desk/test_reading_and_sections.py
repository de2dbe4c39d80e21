"""What is unread to whom, and what each section holds."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from deskterm.desk import bin as the_bin
from deskterm.desk import (
    choices,
    clients,
    counts,
    feed,
    listing,
    merging,
    messages,
    moving,
    reading,
    section_numbers,
    showing,
    tickets,
    undo,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import Changed, NotFound
from deskterm.store import tables as t
from deskterm.store.work import Work
from tests.desk.conftest import Clock, Desk

UNFOLDED = frozenset({"all_active", "rubrics"})


def numbers(desk: Desk, actor: Actor | None = None) -> dict[str, tuple[int, int]]:
    with desk.store.work() as work:
        rows = section_numbers.rows(work, actor or desk.boss, UNFOLDED)
        for row in rows:
            if row.shows == "tickets":
                assert len(listing.ticket_ids(work, actor or desk.boss, row.key)) == row.total, row.key
    return {row.key: (row.unread, row.total) for row in rows}


def status(desk: Desk, key: str) -> int:
    with desk.store.work() as work:
        found: int = work.value(select(t.status.c.id).where(t.status.c.key == key))
        return found


def test_a_new_ticket_is_everybodys_and_unread(desk: Desk) -> None:
    desk.ticket()
    for who in (desk.boss, desk.colleague):
        found = numbers(desk, who)
        assert found["mine_new"] == (1, 1) and found["all_active"] == (1, 1) and found["mine"] == (0, 0)


def test_taking_a_ticket_moves_it_from_new_to_mine(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.boss.agent_id)
    assert numbers(desk)["mine"] == (1, 1)
    assert numbers(desk)[f"agent:{desk.boss.agent_id}"] == (1, 1)
    assert numbers(desk, desk.colleague)["mine_new"] == (0, 0)


def test_a_closed_ticket_of_nobody_still_shows_until_someone_is_named(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        tickets.set_status(work, desk.boss, [number], status(desk, "closed"))
    assert numbers(desk)["mine_new"] == (1, 1) and numbers(desk)["closed"] == (0, 1)
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.boss.agent_id)
    assert numbers(desk)["mine_new"] == (0, 0)


def test_reading_one_message_after_the_other_in_any_order(desk: Desk) -> None:
    number = desk.ticket()
    token = desk.row(number).token
    for text in ("two", "three"):
        desk.receive(desk.letter(subject=f"[{token}]", text=text))
    with desk.store.work() as work:
        ids = [row.id for row in showing.messages(work, desk.boss, number)]
    for index in (2, 0, 1):
        assert numbers(desk)["mine_new"] == (1, 1)
        with desk.store.work(write=True) as work:
            reading.read(work, desk.boss, [ids[index]])
            unread = {row.id for row in showing.messages(work, desk.boss, number) if row.unread}
            assert unread == reading.unread_messages(work, desk.boss, number)
            assert ids[index] not in unread
    assert numbers(desk)["mine_new"] == (0, 1)
    assert numbers(desk, desk.colleague)["mine_new"] == (1, 1)
    with desk.store.work(write=True) as work:
        reading.unread(work, desk.boss, [ids[0]])
    assert numbers(desk)["mine_new"] == (1, 1)
    with desk.store.work(write=True) as work:
        reading.read_tickets(work, desk.boss, [number])
        assert work.rows(select(t.read_exception)) == []
    assert numbers(desk)["mine_new"] == (0, 1)
    desk.receive(desk.letter(subject=f"[{token}]", text="four"))
    assert numbers(desk)["mine_new"] == (1, 1)


def test_a_message_in_the_bin_is_unread_to_nobody_and_unread_again_when_it_comes_back(desk: Desk) -> None:
    number = desk.ticket()
    desk.receive(desk.letter(subject=f"[{desk.row(number).token}]", text="two"))
    with desk.store.work(write=True) as work:
        first, _second = [row.id for row in showing.messages(work, desk.colleague, number)]
        reading.read_tickets(work, desk.colleague, [number])
        reading.unread(work, desk.colleague, [first])
    acts: tuple[Callable[[Work], Any], ...] = (
        lambda work: the_bin.delete_messages(work, desk.boss, [first]),
        lambda work: the_bin.restore(work, desk.boss, (), [first]),
        lambda work: undo.undo(work, desk.boss),
        lambda work: undo.undo(work, desk.boss),
    )
    for act, unread in zip(acts, (0, 1, 0, 1), strict=True):
        with desk.store.work(write=True) as work:
            act(work)
        assert numbers(desk, desk.colleague)["mine_new"] == (unread, 1)
        with desk.store.work() as work:
            assert reading.unread_messages(work, desk.colleague, number) == ({first} if unread else set())


def test_what_was_there_before_an_agent_is_not_unread_to_him(desk: Desk, make_agent: Any) -> None:
    desk.ticket()
    late = make_agent("late", "agent")
    assert numbers(desk, late)["mine_new"] == (0, 1)
    desk.ticket(subject="another")
    assert numbers(desk, late)["mine_new"] == (1, 2)


def test_a_private_note_is_nothing_to_those_it_is_not_for(desk: Desk, make_agent: Any) -> None:
    number = desk.ticket()
    third = make_agent("third", "agent")
    for who in (desk.boss, desk.colleague, third):
        with desk.store.work(write=True) as work:
            reading.read_tickets(work, who, [number])
    before = numbers(desk, third)
    with desk.store.work(write=True) as work:
        message_id = messages.note(
            work,
            desk.boss,
            number,
            "the canary sings",
            visibility="private",
            addressee_id=desk.colleague.agent_id,
        )
    assert numbers(desk, third) == before
    with desk.store.work() as work:
        assert len(showing.messages(work, third, number)) == 1
        assert not listing.search(work, third, "canary").rows
        assert len(listing.search(work, desk.colleague, "canary").rows) == 1
        assert not [one for one in feed.changes(work, third, 0) if one.message_id == message_id]
        with pytest.raises(NotFound):
            showing.body(work, third, message_id)
    assert numbers(desk, desk.colleague)["addressed"] == (1, 1)
    assert numbers(desk, desk.colleague)["mine_new"][0] == 1


def test_ones_own_private_note_is_read_unless_one_marks_it_so_oneself(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        to = desk.colleague.agent_id
        note = messages.note(work, desk.boss, number, "hidden", visibility="private", addressee_id=to)
        reading.unread(work, desk.boss, [note])
        alone = moving.split(work, desk.boss, [note], "Alone")
        assert reading.unread_messages(work, desk.boss, alone) == {note}
        assert reading.unread_tickets_among(work, desk.boss, [alone]) == {alone}
        reading.read(work, desk.boss, [note])
        assert not reading.unread_tickets_among(work, desk.boss, [alone])


def test_what_is_said_of_a_message_in_the_bin_goes_along_with_it(desk: Desk) -> None:
    first, second = desk.ticket(), desk.ticket()
    with desk.store.work(write=True) as work:
        one = work.value(select(t.message.c.id).where(t.message.c.ticket_id == first))
        messages.note(work, desk.boss, first, "stays")
        reading.read_tickets(work, desk.boss, [first, second])
        reading.unread(work, desk.boss, [one])
        the_bin.delete_messages(work, desk.boss, [one])
        merging.merge(work, desk.boss, [first], second)
        assert not reading.unread_messages(work, desk.boss, second)
        the_bin.restore(work, desk.boss, (), [one])
        assert reading.unread_messages(work, desk.boss, second) == {one}


def test_addressed_tickets_stay_three_days_after_they_were_read(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        message_id = messages.note(
            work, desk.boss, number, "please look", addressee_id=desk.colleague.agent_id
        )
    clock.forward(days=10)
    assert numbers(desk, desk.colleague)["addressed"] == (1, 1)
    with desk.store.work(write=True) as work:
        reading.read(work, desk.colleague, [message_id])
        due = section_numbers.next_change_at(work, desk.colleague)
    assert numbers(desk, desk.colleague)["addressed"] == (0, 1)
    with desk.store.work() as work:
        assert due <= clock.now + timedelta(days=1), "each day is looked at for who is away"
    clock.forward(days=3, hours=-1)
    assert numbers(desk, desk.colleague)["addressed"] == (0, 1)
    with desk.store.work() as work:
        assert section_numbers.next_change_at(work, desk.colleague) == clock.now + timedelta(hours=1)
    clock.forward(hours=1)
    assert numbers(desk, desk.colleague)["addressed"] == (0, 0)


def test_an_addressed_message_is_bold_again_when_it_is_marked_unread_and_not_from_the_bin(
    desk: Desk, clock: Clock
) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        first, second = (
            messages.note(work, desk.boss, number, text, addressee_id=desk.colleague.agent_id)
            for text in ("please look", "and at this")
        )
        reading.read(work, desk.colleague, [first, second])
    assert numbers(desk, desk.colleague)["addressed"] == (0, 1)
    with desk.store.work(write=True) as work:
        reading.unread(work, desk.colleague, [second])
    assert numbers(desk, desk.colleague)["addressed"] == (1, 1)
    clock.forward(days=4)
    assert numbers(desk, desk.colleague)["addressed"] == (1, 1), "one is unread, so all stay"
    with desk.store.work(write=True) as work:
        the_bin.delete_messages(work, desk.boss, [second])
    assert numbers(desk, desk.colleague)["addressed"] == (0, 0), "what is in the Bin asks for nothing"


def test_the_tree_and_the_lists_know_when_a_ticket_will_soon_be_due_and_when_it_is_late(
    desk: Desk, clock: Clock
) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        work.update(t.ticket, number, due_at=clock.now + timedelta(minutes=90))
        assert section_numbers.next_change_at(work, desk.boss) == clock.now + timedelta(minutes=30)
    clock.forward(minutes=30)
    with desk.store.work() as work:
        assert section_numbers.next_change_at(work, desk.boss) == clock.now + timedelta(minutes=60)
        if work.dialect == "sqlite":
            query = section_numbers._next_moments(work.now, desk.boss)
            plan = query.compile(work.connection, compile_kwargs={"literal_binds": True})
            steps = [row[3] for row in work.connection.exec_driver_sql(f"explain query plan {plan}")]
            of_tickets = [step for step in steps if " ticket " in step]
            assert len(of_tickets) == 3, steps
            assert all("ticket_due" in step or "ticket_snoozed" in step for step in of_tickets), steps


def test_word_forms_numbers_and_phrases_find(desk: Desk) -> None:
    number = desk.ticket(subject="Заявка на картридж", text="Три дня нет писем от бухгалтерии")
    other = desk.ticket(subject="Invoices", text="the printers were delivered")
    with desk.store.work() as work:

        def found(query: str) -> list[int]:
            return [row.id for row in listing.search(work, desk.boss, query).rows]

        for query in ("заявок", "письмо", "день", "картридж писем", '"нет писем"', "карт"):
            assert found(query) == [number], query
        assert found("printer delivering") == [other]
        assert found('"писем нет"') == [] and found("слон") == []
        assert found(str(other)) == [other] and found(f"#{number}") == [number]
        assert found('"; drop table ticket') == []


def _walked(desk: Desk, sort: str, descending: bool) -> list[int]:
    """The ids of all pages, one after the other, beside those read in one go."""
    seen: list[int] = []
    after = None
    with desk.store.work() as work:
        while True:
            page = listing.tickets(
                work, desk.boss, "mine_new", sort=sort, descending=descending, after=after, limit=3
            )
            seen += [row.id for row in page.rows]
            after = page.after
            if after is None:
                break
        assert seen == list(listing.ticket_ids(work, desk.boss, "mine_new", sort, descending)), sort
    return seen


def test_pages_follow_each_other_without_gap(desk: Desk, clock: Clock) -> None:
    made = []
    for n in range(7):
        clock.forward(minutes=1)
        made.append(desk.ticket(subject=f"number {n}"))
    for sort in ("last_message", "changed", "created", "number"):
        assert _walked(desk, sort, True) == made[::-1], sort
        assert _walked(desk, sort, False) == made, sort


def test_tickets_are_listed_by_client_responsible_and_due_time(desk: Desk, clock: Clock) -> None:
    made = [desk.ticket(subject=f"number {n}") for n in range(8)]
    with desk.store.work(write=True) as work:
        who = [None, *(clients.add(work, desk.boss, name) for name in ("Яхта", "ёлка", "Ель", "acme"))]
        for place, number in enumerate(made):
            work.update(
                t.ticket,
                number,
                client_id=who[place % 5],
                due_at=clock.now + timedelta(hours=9 - place) if place % 2 else None,
                last_message_at=clock.now + timedelta(minutes=place),
                responsible_id=desk.boss.agent_id if place < 3 else None,
            )
    assert _walked(desk, "client", False) == [made[n] for n in (4, 7, 2, 3, 6, 1, 5, 0)]
    assert _walked(desk, "client", True) == [made[n] for n in (6, 1, 3, 7, 2, 4, 5, 0)]
    assert _walked(desk, "due", False) == [made[n] for n in (7, 5, 3, 1, 6, 4, 2, 0)]
    assert _walked(desk, "responsible", False)[:3] == [made[2], made[1], made[0]]


def test_of_many_clients_only_those_are_asked_that_have_tickets(desk: Desk) -> None:
    made = [desk.ticket(subject=f"number {n}") for n in range(2)]
    with desk.store.work(write=True) as work:
        ids = [clients.add(work, desk.boss, f"client {n:03}") for n in range(120)]
        work.update(t.ticket, made[0], client_id=ids[110])
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    with desk.store.work() as work:
        event.listen(work.connection.engine, "before_cursor_execute", note)
        try:
            page = listing.tickets(work, desk.boss, "mine_new", sort="client")
        finally:
            event.remove(work.connection.engine, "before_cursor_execute", note)
    assert [row.id for row in page.rows] == made
    assert len(statements) < 60


def test_the_same_field_asks_and_different_fields_both_succeed(desk: Desk) -> None:
    number = desk.ticket()
    new, solving = status(desk, "new"), status(desk, "solving")
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.colleague, [number], desk.colleague.agent_id, seen=None)
    with desk.store.work(write=True) as work:
        tickets.set_status(work, desk.boss, [number], solving, seen=new)
    with desk.store.work(write=True) as work, pytest.raises(Changed) as asked:
        tickets.assign(work, desk.boss, [number], desk.boss.agent_id, seen=None)
    assert asked.value.who == "Cora Colleague"
    row = desk.row(number)
    assert (row.responsible_id, row.status_id) == (desk.colleague.agent_id, solving)


def test_counters_equal_a_recount_after_random_acts(desk: Desk) -> None:
    chance = random.Random(7)
    made = [desk.ticket(subject=f"s{n}") for n in range(6)]
    with desk.store.work(write=True) as work:
        rubrics = [None, *(choices.add(work, desk.boss, "rubric", name) for name in ("Network", "Печать"))]
        statuses = work.values(select(t.status.c.id))
    for _ in range(60):
        number = chance.choice(made)
        with desk.store.work(write=True) as work:
            match chance.randrange(4):
                case 0:
                    who = chance.choice([None, desk.boss.agent_id, desk.colleague.agent_id])
                    tickets.assign(work, desk.boss, [number], who)
                case 1:
                    tickets.set_status(work, desk.boss, [number], chance.choice(statuses))
                case 2:
                    tickets.set_rubric(work, desk.boss, [number], chance.choice(rubrics))
                case 3:
                    messages.reply(work, chance.choice([desk.boss, desk.colleague]), number, "an answer")
    with desk.store.work() as work:
        assert counts.all_places(work) == counts.counted(work)
    numbers(desk)
    numbers(desk, desk.colleague)
