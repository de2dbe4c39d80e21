"""Reports: what they count, of what one may see, by what, in whose days, by how many statements."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from deskterm.desk import clients, messages, new_ticket, reports, roles, settings, tickets
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotAllowed
from deskterm.desk.report_views import GROUPINGS, Report, Scope, narrowed
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk
from tests.desk.test_life import do, status

MONTH = Scope(date(2026, 11, 1), date(2026, 11, 30))


def run(desk: Desk, by: str, scope: Scope = MONTH, name: str = "time", actor: Actor | None = None) -> Report:
    with desk.store.work() as work:
        return reports.run(work, actor or desk.boss, name, by, scope)


def told(report: Report) -> list[tuple[Any, ...]]:
    return [(row.title, *row.figures) for row in report.rows]


@pytest.fixture
def spent(desk: Desk, clock: Clock) -> tuple[int, int]:
    """Two tickets of which one is a client's, and an hour, a call and notes spent on them around midnight."""
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "time_zone", "Europe/Berlin")
        client = clients.add(work, desk.boss, "=Acme")
        clients.add_contact(work, desk.boss, client, "Ann Baker", ["ann@customer.example"])
    first = desk.ticket(subject="Printer")
    second = desk.ticket(subject="Screen", sender="eve@other.example")
    # half past ten in UTC is half past eleven in Berlin: an hour later the next day has begun there
    clock.now = datetime(2026, 11, 8, 22, 30, tzinfo=UTC)
    do(desk, messages.reply, first, "Use water.", anyway=True, seconds_spent=3600)
    clock.forward(hours=1)
    do(desk, messages.note, first, "Mine.", seconds_spent=600, actor=desk.colleague)
    private = {"visibility": "private", "addressee_id": desk.boss.agent_id}
    do(desk, messages.note, second, "Yours.", seconds_spent=60, actor=desk.colleague, **private)
    clock.now = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    do(desk, messages.note, second, "In December.", seconds_spent=5)
    return first, second


def test_the_time_spent_is_told_by_whatever_it_is_asked_by(desk: Desk, spent: tuple[int, int]) -> None:
    boss, cora = desk.boss.name or desk.boss.login, "Cora Colleague"
    first, second = spent
    expected = {
        "agent": [(boss, 3600, 1, 1), (cora, 660, 2, 2)],
        "client": [("=Acme", 4200, 2, 1), ("(no client)", 60, 1, 1)],
        "category": [("(no category)", 4260, 3, 2)],
        "ticket": [("Printer", 4200, 2, 1), ("Screen", 60, 1, 1)],
        "day": [("2026-11-08", 3600, 1, 1), ("2026-11-09", 660, 2, 2)],
        "week": [("2026-11-02 – 2026-11-08", 3600, 1, 1), ("2026-11-09 – 2026-11-15", 660, 2, 2)],
        "month": [("2026-11", 4260, 3, 2)],
    }
    assert set(expected) == set(GROUPINGS)
    for by, rows in expected.items():
        found = run(desk, by)
        assert told(found) == rows, by
        assert found.total == (4260, 3, 2), by
        # each line leads to the tickets it counts
        for row in found.rows:
            tickets_of = run(desk, "ticket", narrowed(found, row.key))
            if by != "ticket":
                assert tickets_of.total == row.figures and len(tickets_of.rows) == row.figures[2], (by, row)
    assert {row.key for row in run(desk, "ticket").rows} == {str(first), str(second)}
    assert run(desk, "month", Scope()).total == (4265, 4, 2)
    with pytest.raises(BadData):
        run(desk, "day", Scope(date(2026, 11, 2), date(2026, 11, 1)))


def test_a_report_counts_what_its_reader_may_see_and_nothing_else(
    desk: Desk, spent: tuple[int, int], make_agent: Callable[[str, str], Actor]
) -> None:
    first, second = spent
    with desk.store.work(write=True) as work:
        roles.add(work, desk.boss, "Reporter", ["see own", "see all", "report"])
        roles.add(work, desk.boss, "Narrow", ["see own", "report"])
    # others' private messages are neither time nor number
    assert run(desk, "agent", actor=make_agent("rita", "Reporter")).total == (4200, 2, 1)
    narrow = make_agent("nora", "Narrow")
    assert run(desk, "agent", actor=narrow).total == (0, 0, 0)
    do(desk, tickets.assign, [first], narrow.agent_id)
    assert told(run(desk, "ticket", actor=narrow)) == [("Printer", 4200, 2, 1)]
    with pytest.raises(NotAllowed):
        run(desk, "agent", actor=desk.colleague)


def test_a_call_is_the_time_of_who_wrote_it_down(desk: Desk, clock: Clock) -> None:
    call = new_ticket.NewTicket("Call", "It rings.", name="Ann", seconds_spent=120)
    do(desk, new_ticket.make, call, actor=desk.colleague)
    assert told(run(desk, "agent")) == [("Cora Colleague", 120, 1, 1)]
    with desk.store.work(write=True) as work:
        message = work.value(select(t.message.c.id))
        messages.set_time_spent(work, desk.colleague, message, 60)
    assert run(desk, "agent").total == (60, 1, 1)


def test_tickets_are_told_with_how_soon_they_were_answered_and_closed(desk: Desk, clock: Clock) -> None:
    first, second, third = (desk.ticket(subject=f"No {number}") for number in range(3))
    for number, hours in ((first, 1), (second, 3)):
        clock.forward(hours=hours)
        do(desk, messages.note, number, "Not for the customer.")
        do(desk, messages.reply, number, "Use water.", anyway=True, actor=desk.colleague)
    clock.forward(hours=20)
    status(desk, first, "closed")
    hour = 3600
    assert told(run(desk, "agent", name="tickets")) == [
        ("Cora Colleague", 2, 2, 1, hour, 24 * hour),
        ("(nobody)", 1, 0, 0, None, None),
    ]
    assert run(desk, "month", name="tickets").total == (3, 2, 1, hour, 24 * hour)
    assert [row.key for row in run(desk, "day", name="tickets").rows] == ["2026-11-02", "2026-11-03"]
    assert third


def test_as_csv_a_name_is_no_formula_and_the_last_line_is_the_total(
    desk: Desk, spent: tuple[int, int], tmp_path: Path
) -> None:
    report = run(desk, "client")
    with desk.store.work() as work:
        paths = [reports.save(work, desk.boss, report, tmp_path) for _again in range(2)]
    assert [path.name for path in paths] == [
        "time-by-client-2026-11-01-2026-11-30.csv",
        "time-by-client-2026-11-01-2026-11-30 (1).csv",
    ]
    with paths[1].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["key", "client", "seconds", "messages", "tickets"]
    assert [row[1:] for row in rows[1:]] == [
        ["'=Acme", "4200", "2", "1"],
        ["(no client)", "60", "1", "1"],
        ["", "4260", "3", "2"],
    ]


def test_a_thousand_tickets_take_as_many_statements_as_two_and_an_index(
    desk: Desk, spent: tuple[int, int]
) -> None:
    few = {(name, by): _statements(desk, name, by) for name in ("time", "tickets") for by in GROUPINGS}
    with desk.store.work(write=True) as work:
        ticket = work.rows(t.ticket.select().where(t.ticket.c.id == spent[0]))[0]._mapping
        message = work.rows(t.message.select().where(t.message.c.seconds_spent == 3600))[0]._mapping
        ids = range(10_000, 11_000)
        work.insert_many(t.ticket, [{**ticket, "id": id, "token": f"t{id}"} for id in ids])
        copies = [{**message, "id": id, "ticket_id": id, "message_key": ""} for id in ids]
        work.insert_many(t.message, copies)
    assert run(desk, "ticket").total == (4260 + 1000 * 3600, 1003, 1002)
    assert {key: _statements(desk, *key) for key in few} == few
    assert max(few.values()) <= 6
    if desk.store.engine.dialect.name == "sqlite":
        with desk.store.work() as work:
            asked = "explain query plan select id from message where seconds_spent > 0 and at >= ? and at < ?"
            plan = str(work.connection.exec_driver_sql(asked, ("2026-11-01", "2026-12-01")).all())
        assert "message_spent" in plan


def _statements(desk: Desk, name: str, by: str) -> int:
    counted: list[Any] = []
    listen = (desk.store.engine, "before_cursor_execute", lambda *said: counted.append(said[2]))
    event.listen(*listen)
    try:
        assert run(desk, by, MONTH, name).rows
    finally:
        event.remove(*listen)
    return len(counted)
