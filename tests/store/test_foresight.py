"""What a call asked is asked ahead the next time, and never said when it is not so any more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, select

from deskterm.config import Home
from deskterm.desk import showing, tickets
from deskterm.store import postgres
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.foresight import Foresight
from deskterm.store.prepared import Query
from tests.screens.desk import furnished

OF_TICKET = Query(select(t.ticket.c.subject).where(t.ticket.c.id == bindparam("id")))
STATUSES = Query(select(t.status.c.id))
NAMED = Query(select(t.setting.c.value).where(t.setting.c.name == bindparam("name")))


def test_what_has_the_calls_own_values_or_was_the_same_twice_is_known_the_next_time() -> None:
    foresight = Foresight()
    asked = [(OF_TICKET, {"id": 7}), (STATUSES, {}), (STATUSES, {}), (NAMED, {"name": "language"})]
    assert foresight.of("show", (3, [7])) == []
    foresight.learn("show", (3, [7]), asked)
    assert foresight.of("show", (3, [9])) == [(OF_TICKET, {"id": 9}), (STATUSES, {})]
    foresight.learn("show", (3, [9]), [(OF_TICKET, {"id": 9}), *asked[1:]])
    assert foresight.of("show", (3, [4]))[-1] == (NAMED, {"name": "language"})
    assert foresight.of("show", ()) == [(STATUSES, {}), (NAMED, {"name": "language"})]
    assert foresight.of("close", (3, [9])) == []
    # what the column may not take is never asked for
    for other in ("nine", None, True, 2**40, [8, 9], "\0"):
        assert OF_TICKET not in [query for query, _given in foresight.of("show", (3, other))]


def test_what_was_written_meanwhile_is_read_anew(store: Store, home: Home) -> None:
    desk = furnished(store, home)
    number = desk.ticket("Printer on fire")
    with store.work(write=True) as work:
        work.ahead([(OF_TICKET, {"id": number}), (STATUSES, {})])
        work.update(t.ticket, number, subject="Put out")
        assert work.value(OF_TICKET, {"id": number}) == "Put out"
        work.ahead([(OF_TICKET, {"id": number})])
        work.execute(t.ticket.update().values(subject="Smokes"))
        assert work.value(OF_TICKET, {"id": number}) == "Smokes"
        noted = work.note()
        work.execute(t.ticket.update().values(subject="Burns"))
        work.values(STATUSES)
        work.value(OF_TICKET, {"id": number})
    # of the ticket nothing may be known ahead of what writes to it
    assert noted == [(STATUSES, {})]


def test_a_call_goes_to_the_server_a_few_times_where_it_asked_many(
    store: Store, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = furnished(store, home)
    numbers = [desk.ticket(f"Ticket {one}", ["First", "Second"]) for one in range(3)]
    ways = 0
    for name in ("run", "together"):
        straight = getattr(postgres.Straight, name)

        def counted(*given: Any, straight: Any = straight) -> Any:
            nonlocal ways
            ways += 1
            return straight(*given)

        monkeypatch.setattr(postgres.Straight, name, counted)
    foresight = Foresight()

    def opened(number: int) -> tuple[Any, int]:
        nonlocal ways
        ways = 0
        with store.work() as work:
            foresight.ask(work, "showing.messages", (desk.actor.agent_id, number))
            return showing.messages(work, desk.actor, number), ways

    def assigned(number: int) -> int:
        nonlocal ways
        ways = 0
        with store.work(write=True) as work:
            foresight.ask(work, "tickets.assign", (desk.actor.agent_id, number))
            tickets.assign(work, desk.actor, [number], desk.actor.agent_id)
        return ways

    first, once = opened(numbers[0])
    second, then = opened(numbers[1])
    assert len(first) == len(second) == 2
    with store.work() as work:
        foresight.ask(work, "showing.messages", (desk.actor.agent_id, "no number"))
        assert work.values(STATUSES), "no guess fails, which would end the transaction"
    acted = [assigned(number) for number in numbers]
    if store.dialect == "postgresql":
        assert then < once and 2 * acted[-1] < acted[0], (once, then, acted)
    with store.work() as work:
        assert {tickets.row(work, number).responsible_id for number in numbers} == {desk.actor.agent_id}
