"""Who gets a new ticket: what names him, whose turn it is in a team, and who is passed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from deskterm.desk import agents, choices, clients, responsible, rules, schedules, settings
from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk

Make = Callable[[str, str], Actor]


def team(desk: Desk, name: str, *members: Actor) -> int:
    with desk.store.work(write=True) as work:
        id = work.insert(t.team, name=name)
        for member in members:
            assert member.agent_id is not None
            work.update(t.agent, member.agent_id, team_id=id)
    return id


def entry(desk: Desk, list: str, **values: Any) -> int:
    """An entry of a list that names somebody."""
    with desk.store.work(write=True) as work:
        return work.insert(t.choice, list=list, name=f"{list} with somebody", **values)


def default(desk: Desk, who: str) -> None:
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "default_responsible", who)


def choose(desk: Desk, **values: Any) -> responsible.Chosen:
    rule = {name: values.pop(name) for name in ("rule_agent_id", "rule_team_id") if name in values}
    with desk.store.work(write=True) as work:
        return responsible.choose(work, values, **rule)


def away(desk: Desk, actor: Actor, away: bool = True) -> None:
    assert actor.agent_id is not None
    with desk.store.work(write=True) as work:
        work.update(t.agent, actor.agent_id, day_off=away)


def test_nobody_is_named_where_nothing_names_anybody(desk: Desk) -> None:
    number = desk.ticket()
    row = desk.row(number)
    assert (row.responsible_id, row.team_id) == (None, None)


def test_rule_category_criticality_source_client_level_and_default_decide_in_this_order(
    desk: Desk, make_agent: Make
) -> None:
    people = {name: make_agent(name, "agent").agent_id for name in ("r", "cat", "crit", "src", "cli", "sla")}
    default(desk, "cora")
    with desk.store.work(write=True) as work:
        client = clients.add(work, desk.boss, "Acme")
        work.update(t.client, client, responsible_id=people["cli"])
    values: dict[str, Any] = {
        "rule_agent_id": people["r"],
        "category_id": entry(desk, "category", responsible_id=people["cat"]),
        "criticality_id": entry(desk, "criticality", responsible_id=people["crit"]),
        "source_id": entry(desk, "source", responsible_id=people["src"]),
        "client_id": client,
        "sla_id": entry(desk, "sla", responsible_id=people["sla"]),
    }
    for name, expected in zip(list(values), people.values(), strict=True):
        assert choose(desk, **values).agent_id == expected, name
        del values[name]
    found = choose(desk)
    assert (found.agent_id, found.why) == (desk.colleague.agent_id, "default of the desk")


def test_who_is_absent_or_gone_is_passed_over_and_named(desk: Desk, clock: Clock) -> None:
    category = entry(desk, "category", responsible_id=desk.colleague.agent_id)
    default(desk, desk.boss.login)
    away(desk, desk.colleague)
    found = choose(desk, category_id=category)
    assert found.agent_id == desk.boss.agent_id
    assert found.why == "default of the desk; not there: Cora Colleague"
    away(desk, desk.colleague, False)
    with desk.store.work(write=True) as work:
        work.insert(
            t.day_off, agent_id=desk.colleague.agent_id, first_day="2026-11-01", last_day="2026-11-02"
        )
    assert choose(desk, category_id=category).agent_id == desk.boss.agent_id
    clock.forward(days=1)
    assert choose(desk, category_id=category).agent_id == desk.colleague.agent_id
    with desk.store.work(write=True) as work:
        work.update(t.agent, desk.colleague.agent_id or 0, active=False)
    assert choose(desk, category_id=category).agent_id == desk.boss.agent_id


def test_a_team_takes_turns_and_passes_over_who_is_away_or_may_not_answer(
    desk: Desk, make_agent: Make
) -> None:
    one, two, three = (make_agent(name, "agent") for name in ("one", "two", "three"))
    looker = make_agent("looker", "viewer")
    group = team(desk, "printers", one, looker, two, three)
    category = entry(desk, "category", team_id=group)
    given = [choose(desk, category_id=category) for _turn in range(4)]
    assert [one.agent_id for one in given] == [one.agent_id, two.agent_id, three.agent_id, one.agent_id]
    assert {chosen.team_id for chosen in given} == {group}
    away(desk, two)
    assert choose(desk, category_id=category).agent_id == three.agent_id
    for member in (one, three):
        away(desk, member)
    default(desk, desk.boss.login)
    assert choose(desk, category_id=category)[:2] == (desk.boss.agent_id, None)
    default(desk, "")
    assert choose(desk, category_id=category)[:2] == (None, group), "the team has it until somebody is there"


def test_of_a_team_who_works_now_goes_before_who_comes_later_today(
    desk: Desk, make_agent: Make, clock: Clock
) -> None:
    early, late, far = (make_agent(name, "agent") for name in ("early", "late", "far"))
    category = entry(desk, "category", team_id=team(desk, "printers", early, late, far))
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "time_zone", "Europe/Berlin")
        for one, hours in ((early, "mon-sun 6-14"), (late, "mon-sun 14-22"), (far, "mon-sun 9-17")):
            schedules.set(work, desk.boss, one.agent_id or 0, schedules.read(hours))
        agents.edit(work, desk.boss, "far", {"time_zone": "America/New_York"})

    def chosen(hour: int, day: int = 3) -> int | None:
        clock.now = datetime(2026, 11, day, hour, 30, tzinfo=UTC)
        return choose(desk, category_id=category).agent_id

    assert chosen(8) == early.agent_id == chosen(9)  # 9:30 in Berlin, 3:30 in New York
    assert [chosen(15), chosen(16)] == [late.agent_id, far.agent_id]
    # at night all of them come later today: they take turns
    assert {chosen(23) for _turn in range(3)} == {early.agent_id, late.agent_id, far.agent_id}
    with desk.store.work(write=True) as work:
        schedules.day_off(work, desk.boss, far.agent_id or 0, "2026-11-05")
    # his day off begins when it begins where he is
    assert far.agent_id in {chosen(3, day=5) for _turn in range(3)}
    assert far.agent_id not in {chosen(16, day=5) for _turn in range(3)}


def test_the_default_may_be_a_team(desk: Desk) -> None:
    group = team(desk, "first line", desk.colleague)
    default(desk, "team: first line")
    row = desk.row(desk.ticket())
    assert (row.responsible_id, row.team_id) == (desk.colleague.agent_id, group)


def test_a_letters_ticket_gets_its_responsible_and_says_why(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        choices.add(work, desk.boss, "category", "Printers")
        category = choices.find(work, "category", "Printers").id
        work.update(t.choice, category, responsible_id=desk.colleague.agent_id)
        rules.add(
            work,
            desk.boss,
            "printers",
            [("subject", "contains", "printer")],
            {"category": "Printers"},
        )
    number = desk.ticket()
    assert desk.row(number).responsible_id == desk.colleague.agent_id
    with desk.store.work() as work:
        why = work.value(
            select(t.event.c.changes).where(
                t.event.c.ticket_id == number, t.event.c.act == "ticket.responsible"
            )
        )
        counted = work.value(
            select(t.ticket_count.c.number).where(
                t.ticket_count.c.responsible_id == desk.colleague.agent_id,
                t.ticket_count.c.status_class == "active",
            )
        )
    assert why == [["why", None, "category Printers"]] and counted == 1
    assert desk.row(desk.ticket(subject="the screen")).responsible_id is None


def test_the_level_of_contact_or_client_is_the_tickets(desk: Desk) -> None:
    gold, silver = entry(desk, "sla", key="gold"), 0
    with desk.store.work(write=True) as work:
        silver = work.insert(t.choice, list="sla", name="Silver")
        client = clients.add(work, desk.boss, "Acme")
        work.update(t.client, client, sla_id=silver)
        contact = work.insert(
            t.contact, client_id=client, name="Ann", key="ann", created_at=work.now, sla_id=gold
        )
        values: dict[str, Any] = {"client_id": client, "contact_id": contact}
        responsible.fill(work, values)
        assert values["sla_id"] == gold
        values = {"client_id": client}
        responsible.fill(work, values)
        assert values["sla_id"] == silver


def test_a_category_offers_whom_it_names_unless_he_is_away(desk: Desk) -> None:
    category = entry(desk, "category", responsible_id=desk.colleague.agent_id)
    with desk.store.work() as work:
        assert responsible.offered(work, "category_id", category) == desk.colleague.agent_id
        assert responsible.offered(work, "rubric_id", category) is None
    away(desk, desk.colleague)
    with desk.store.work() as work:
        assert responsible.offered(work, "category_id", category) is None


def test_a_default_that_went_away_names_nobody(desk: Desk) -> None:
    id = team(desk, "printers", desk.colleague)
    default(desk, "team:printers")
    assert choose(desk).agent_id == desk.colleague.agent_id
    with desk.store.work(write=True) as work:
        work.update(t.team, id, name="scanners")
    assert choose(desk)[:2] == (None, None)
