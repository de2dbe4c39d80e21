"""The life of a ticket: what its customer's letters do to it, its statuses and fields, and when it sleeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import (
    agents,
    choices,
    clients,
    messages,
    notifications,
    reading,
    reminders,
    sections,
    settings,
    snoozing,
    statuses,
    tickets,
    timers,
    undo,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, Changed, NotAllowed, NotFound
from deskterm.store import tables as t
from deskterm.store.work import Work
from tests.desk.conftest import Clock, Desk

WHEN_A_CUSTOMER_WRITES = {
    "new": "new",
    "consideration": "consideration",
    "solving": "solving",
    "tester": "tester",
    "customer": "consideration",
    "checking": "tester",
    "closed": "tester",
}


def status_of(desk: Desk, number: int) -> str:
    with desk.store.work() as work:
        return statuses.known(work, desk.row(number).status_id).key or ""


def status(desk: Desk, number: int, key: str, actor: Actor | None = None) -> None:
    with desk.store.work(write=True) as work:
        tickets.set_status(work, actor or desk.boss, [number], statuses.find(work, key).id)


def writes(desk: Desk, number: int, **more: str) -> Any:
    """The customer writes into his ticket once more."""
    return desk.receive(desk.letter(subject=f"Re: [{desk.row(number).token}]", **more))[0]


def do(desk: Desk, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """One act of the administrator in a unit of work of its own."""
    with desk.store.work(write=True) as work:
        return act(work, kwargs.pop("actor", desk.boss), *args, **kwargs)


def set_to(desk: Desk, **values: Any) -> None:
    with desk.store.work(write=True) as work:
        for name, value in values.items():
            settings.set(work, desk.boss, name, value)


MOMENTS = {
    "an hour comes twice": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "an hour is left out": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    "a year ends": datetime(2026, 12, 31, 22, 30, tzinfo=UTC),
}
"""An hour later the clocks on a wall in Berlin say another hour than an hour more, or another year."""


def test_each_status_goes_where_the_desk_says_when_a_customer_writes(desk: Desk, clock: Clock) -> None:
    set_to(desk, time_zone="Europe/Berlin")
    number = desk.ticket()
    do(desk, tickets.assign, [number], desk.colleague.agent_id)
    with desk.store.work() as work:
        assert {row.key for row in statuses.listed(work)} == set(WHEN_A_CUSTOMER_WRITES)
    for name, moment in MOMENTS.items():
        for before, after in WHEN_A_CUSTOMER_WRITES.items():
            clock.now = moment
            status(desk, number, before)
            with desk.store.work(write=True) as work:
                work.update(t.ticket, number, turn="theirs")
            clock.forward(hours=1)
            assert writes(desk, number).verdict == "append"
            row = desk.row(number)
            assert (status_of(desk, number), row.turn) == (after, "ours"), (before, name)
            assert row.responsible_id == desk.colleague.agent_id and row.closed_at is None
            assert row.last_public_at == moment + timedelta(hours=1)
    # kept as data: another desk goes another way, and to a status of its own
    made = do(desk, statuses.add, "At the supplier", "waiting")
    do(desk, statuses.edit, "closed", {"when_customer_writes": "at the supplier"})
    do(desk, statuses.edit, str(made), {"when_customer_writes": None})
    status(desk, number, "closed")
    clock.forward(hours=1)
    writes(desk, number)
    assert desk.row(number).status_id == made
    clock.forward(hours=1)
    writes(desk, number)
    assert desk.row(number).status_id == made and desk.row(number).turn == "ours"


def test_a_letter_for_an_agent_who_has_gone_is_for_everybody(desk: Desk) -> None:
    number = desk.ticket()
    do(desk, tickets.assign, [number], desk.colleague.agent_id)
    status(desk, number, "closed")
    do(desk, agents.edit, "cora", {"active": False})
    writes(desk, number)
    assert desk.row(number).responsible_id is None
    with desk.store.work() as work:
        found = work.values(select(t.ticket.c.id).where(sections.where(work, desk.boss, "mine_new")))
    assert found == [number]


def test_a_closed_ticket_of_nobody_stays_in_mine_and_new_until_someone_is_named(desk: Desk) -> None:
    number = desk.ticket()
    status(desk, number, "closed")

    def listed() -> list[int]:
        with desk.store.work() as work:
            where = sections.where(work, desk.boss, "mine_new")
            return work.values(select(t.ticket.c.id).where(where))

    assert listed() == [number]
    do(desk, tickets.assign, [number], desk.colleague.agent_id)
    assert listed() == []


def test_a_closed_ticket_reopens_however_old_or_a_new_linked_one_is_made(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    do(desk, tickets.assign, [number], desk.colleague.agent_id)
    status(desk, number, "closed")
    clock.forward(days=3 * 365)
    assert writes(desk, number).ticket_id == number
    assert desk.row(number).status_class == "active"
    # the clocks of Berlin go forward meanwhile: 30 days are 30 × 24 hours
    set_to(desk, reopen_days=30, time_zone="Europe/Berlin")
    clock.now = datetime(2030, 3, 10, 12, 0, tzinfo=UTC)
    status(desk, number, "closed")
    clock.forward(days=29, hours=23)
    assert writes(desk, number).verdict == "append"
    status(desk, number, "closed")
    clock.forward(days=30)
    late = writes(desk, number)
    assert late.verdict == "new" and late.ticket_id != number
    assert desk.row(number).status_class == "closed"
    assert desk.row(late.ticket_id).responsible_id == desk.colleague.agent_id
    with desk.store.work() as work:
        [link] = work.rows(select(t.ticket_link))
    assert (link.ticket_id, link.other_id, link.kind) == (number, late.ticket_id, "late")
    # who goes on answering the old letter goes on in the new ticket
    clock.forward(hours=1)
    assert writes(desk, number).ticket_id == late.ticket_id


def test_solved_and_did_not_help(desk: Desk, clock: Clock) -> None:
    first, second = desk.ticket(), desk.ticket()
    do(desk, tickets.assign, [first], desk.boss.agent_id)
    do(desk, tickets.solved, [first, second])
    for number in (first, second):
        row = desk.row(number)
        assert (status_of(desk, number), row.outcome, row.closed_at) == ("closed", "solved", clock.now)
    do(desk, tickets.did_not_help, [first], desk.colleague.agent_id)
    do(desk, tickets.did_not_help, [second])
    row = desk.row(first)
    assert (row.status_class, row.outcome, row.turn) == ("active", "did not help", "ours")
    assert row.responsible_id == desk.colleague.agent_id and row.closed_at is None
    assert desk.row(second).responsible_id is None
    # a bulk act is undone as one; each act for itself, the newest first
    do(desk, undo.undo)
    do(desk, undo.undo)
    assert desk.row(first).outcome == "solved" and desk.row(first).closed_at == clock.now
    do(desk, undo.undo)
    assert {(desk.row(id).status_class, desk.row(id).outcome) for id in (first, second)} == {("active", "")}
    # solved, then written to again: nothing is solved any more
    do(desk, tickets.solved, [first])
    writes(desk, first)
    assert (desk.row(first).outcome, status_of(desk, first)) == ("", "tester")


def test_some_statuses_are_set_by_some_roles_only(
    desk: Desk, make_agent: Callable[[str, str], Actor]
) -> None:
    number = desk.ticket()
    with desk.store.work() as work:
        roles = statuses.by_role_names(work, ["Viewer", "agent_own"])
    do(desk, statuses.edit, "closed", {"role_ids": roles})
    do(desk, statuses.edit, "customer", {"role_ids": roles})
    with pytest.raises(NotAllowed, match="set status Closed"):
        status(desk, number, "closed", desk.colleague)
    with pytest.raises(NotAllowed):
        do(desk, tickets.solved, [number], actor=desk.colleague)
    with desk.store.work() as work:
        assert work.value(select(t.refusal.c.right).order_by(t.refusal.c.id)) == "set status Closed"
        assert {row.key for row in statuses.settable(work, desk.colleague)} == {
            row.key for row in statuses.listed(work)
        } - {"closed", "customer"}
    with desk.store.work(write=True) as work, pytest.raises(NotAllowed):
        messages.reply(
            work, desk.colleague, number, "Use water.", status_id=statuses.find(work, "customer").id
        )
    # what the desk itself sets after an answer needs no right, nor do what the system and the owner do
    do(desk, messages.reply, number, "Use water.", actor=desk.colleague)
    assert status_of(desk, number) == "customer"
    writes(desk, number)
    assert status_of(desk, number) == "consideration"
    own = make_agent("olga", "agent_own")
    do(desk, tickets.assign, [number], own.agent_id)
    status(desk, number, "closed", own)
    status(desk, number, "solving")
    do(desk, statuses.edit, "closed", {"role_ids": ()})
    status(desk, number, "closed", desk.colleague)


def test_statuses_are_data(desk: Desk) -> None:
    def rows() -> dict[str, statuses.StatusRow]:
        with desk.store.work() as work:
            return {row.name: row for row in statuses.listed(work, active_only=False)}

    untouched = rows()
    do(desk, statuses.add, "At the supplier", "waiting", None, "solving")
    assert rows()["At the supplier"].when_customer_writes == "solving"
    for name, why in (("Closed", "no status left"), ("Being solved", "At the supplier")):
        with pytest.raises(BadData, match=why):
            do(desk, statuses.remove, name)
    for wrong in ({"name": "new"}, {"name": " "}, {"when_customer_writes": "closed"}, {"role_ids": [99]}):
        with pytest.raises((BadData, NotFound)):
            do(desk, statuses.edit, "closed", wrong)
    do(desk, statuses.edit, "closed", {"name": "Done"})
    ids = [row.id for row in untouched.values()]
    do(desk, statuses.order, ids[3::-1])
    assert [row.key for row in rows().values()][:4] == ["tester", "solving", "consideration", "new"]
    with pytest.raises(NotAllowed):
        do(desk, statuses.add, "Mine", "active", actor=desk.colleague)
    number = desk.ticket()
    made = rows()["At the supplier"].id
    do(desk, tickets.set_status, [number], made)
    do(desk, statuses.remove, "At the supplier")
    assert desk.row(number).status_id == made
    with pytest.raises(BadData, match="retired"):
        do(desk, tickets.set_status, [number], made)
    for _act in range(3):
        do(desk, undo.undo)
    do(desk, undo.undo)
    do(desk, undo.undo)
    assert rows() == untouched


def fields_of(work: Work, desk: Desk) -> dict[str, tuple[Any, Any]]:
    """A value and another one for each field that can be set."""
    boss = desk.boss
    found: dict[str, tuple[Any, Any]] = {}
    for name in choices.OF_TICKETS:
        if name != "rubric":
            found[name] = tuple(choices.add(work, boss, name, f"{name} {number}") for number in (1, 2))
    for name, table in (("team", t.team), ("branch", t.branch)):
        found[name] = tuple(work.insert(table, name=f"{name} {number}") for number in (1, 2))
    found["auto_close_days"] = (14, 0)
    found["due_at"] = (work.now + timedelta(days=1), work.now - timedelta(days=1))
    return found


def test_every_field_is_set_compared_written_down_and_undone(
    desk: Desk, clock: Clock, make_agent: Callable[[str, str], Actor]
) -> None:
    first, second = desk.ticket(), desk.ticket()
    viewer = make_agent("vera", "viewer")
    with desk.store.work(write=True) as work:
        values = fields_of(work, desk)
    assert {*values, "client", "contact"} == set(tickets.FIELDS)
    for name, (one, other) in values.items():
        column = tickets.FIELDS[name].column
        before = desk.row(first)._mapping[column]
        do(desk, tickets.set_field, [first, second], name, one)
        assert [desk.row(id)._mapping[column] for id in (first, second)] == [one, one], name
        with desk.store.work() as work:
            events = work.rows(select(t.event).order_by(t.event.c.id.desc()).limit(2))
            assert {(event.act, event.group_id) for event in events} == {
                (tickets.FIELDS[name].act, events[0].group_id)
            }
            assert events[0].group_id and [change[0] for change in events[0].changes] == [column]
        with pytest.raises(Changed) as stopped:
            do(desk, tickets.set_field, [first], name, other, before, actor=desk.colleague)
        assert stopped.value.who == desk.boss.name
        do(desk, tickets.set_field, [first], name, other, one, actor=desk.colleague)
        with pytest.raises(Changed, match="Cora"):
            do(desk, undo.undo)
        do(desk, undo.undo, actor=desk.colleague)
        assert do(desk, undo.undo).tickets == (first, second)
        assert desk.row(first)._mapping[column] == before, name
        with pytest.raises(NotAllowed):
            do(desk, tickets.set_field, [first], name, one, actor=viewer)
        do(desk, tickets.set_field, [first], name, None)
    for name, wrong in (
        ("category", values["kind"][0]),
        ("team", 99),
        ("branch", 99),
        ("client", 99),
        ("contact", 99),
        ("auto_close_days", -1),
        ("due_at", "tomorrow"),
        ("colour", 1),
    ):
        with pytest.raises(BadData):
            do(desk, tickets.set_field, [first], name, wrong)


def test_client_and_contact_are_set_while_there_is_none_and_later_at_the_first_message(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        acme, other = (clients.add(work, desk.boss, name) for name in ("Acme", "Other"))
        ann, olaf = (
            work.insert(t.contact, client_id=client, name=name, key=name.casefold(), created_at=work.now)
            for client, name in ((acme, "Ann"), (other, "Olaf"))
        )
        first = work.value(select(t.message.c.id))
    do(desk, tickets.set_field, [number], "contact", ann)
    row = desk.row(number)
    assert (row.client_id, row.contact_id, row.customer) == (acme, ann, "Ann")
    with pytest.raises(BadData, match="has a client already"):
        do(desk, tickets.set_field, [number], "client", other)
    with pytest.raises(BadData, match="of another client"):
        do(desk, tickets.set_field, [number], "contact", olaf)
    note = do(desk, messages.note, number, "Is it Olaf?")
    with pytest.raises(BadData, match="first message"):
        do(desk, tickets.set_author, note, client_id=other)
    do(desk, tickets.set_author, first, contact_id=olaf)
    row = desk.row(number)
    assert (row.client_id, row.contact_id, row.customer) == (other, olaf, "Olaf")
    do(desk, undo.undo)
    assert desk.row(number).client_id == acme
    do(desk, tickets.set_author, first, client_id=other)
    assert (desk.row(number).client_id, desk.row(number).contact_id) == (other, None)


def test_a_new_ticket_has_what_the_lists_choose_by_themselves(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        network = choices.add(work, desk.boss, "category", "Network", {"is_default": True})
        choices.add(work, desk.boss, "category", "E-mail", {"is_default": True})
        mail = choices.find(work, "category", "E-mail").id
        normal = choices.find(work, "criticality", "normal").id
        assert not choices.find(work, "category", str(network)).is_default
    row = desk.row(desk.ticket())
    assert (row.category_id, row.criticality_id, row.difficulty_id) == (mail, normal, None)


def test_whose_turn_it_is(desk: Desk) -> None:
    number = desk.ticket()
    turns = []
    for act in (
        lambda: do(desk, messages.note, number, "Hm."),
        lambda: do(desk, messages.reply, number, "Soon.", keep_status=True),
        lambda: do(desk, messages.reply, number, "Use water."),
        lambda: do(
            desk, messages.note, number, "Hm.", visibility="private", addressee_id=desk.colleague.agent_id
        ),
        lambda: status(desk, number, "solving"),
        lambda: desk.receive(
            desk.letter(
                sender="Eve <eve@elsewhere.example>", subject=f"[{desk.row(number).token}]", text="Me too."
            )
        ),
        lambda: writes(desk, number),
    ):
        act()
        turns.append(desk.row(number).turn)
    assert turns == ["ours", "ours", "theirs", "theirs", "theirs", "theirs", "ours"]
    assert desk.row(number).answered_at is not None


def test_a_snoozed_ticket_is_back_at_its_time_or_when_its_customer_writes(desk: Desk, clock: Clock) -> None:
    number, other = desk.ticket(), desk.ticket(subject="Another")
    do(desk, tickets.assign, [number], desk.colleague.agent_id)
    for moment in (clock.now, clock.now + timedelta(days=4000)):
        with pytest.raises(BadData):
            do(desk, snoozing.snooze, [number], moment)
    until = clock.now + timedelta(days=2)
    do(desk, snoozing.snooze, [number, other], until)
    assert {desk.row(id).snoozed_until for id in (number, other)} == {until}
    do(desk, undo.undo)
    assert {desk.row(id).snoozed_until for id in (number, other)} == {None}
    do(desk, snoozing.snooze, [number], until)
    with desk.store.work(write=True) as work:
        reading.read_tickets(work, desk.colleague, [number])
        assert timers.run(work) is not None and timers.pending(work) == until
    clock.forward(days=2, seconds=-1)
    do_timers(desk)
    assert desk.row(number).snoozed_until == until
    clock.forward(seconds=1)
    do_timers(desk)
    assert (desk.row(number).snoozed_until, desk.row(number).snoozed_by) == (None, None)
    with desk.store.work() as work:
        for who in (desk.boss, desk.colleague):
            assert [one.kind for one in notifications.unseen(work, who) if one.kind == "ticket.wake"]
            assert reading.unread_messages(work, who, number)
    do_timers(desk)
    with desk.store.work() as work:
        woken = select(t.notification.c.id).where(t.notification.c.kind == "ticket.wake")
        assert len(work.values(woken)) == 2
    do(desk, snoozing.snooze, [number], clock.now + timedelta(days=1))
    writes(desk, number)
    assert desk.row(number).snoozed_until is None
    set_to(desk, wake_on_reply="off")
    until = clock.now + timedelta(days=1)
    do(desk, snoozing.snooze, [number], until)
    writes(desk, number, text="Still there?")
    assert desk.row(number).snoozed_until == until
    do(desk, snoozing.wake, [number])
    assert desk.row(number).snoozed_until is None
    do(desk, snoozing.snooze, [number], until)
    status(desk, number, "closed")
    assert desk.row(number).snoozed_until is None
    with pytest.raises(BadData, match="closed"):
        do(desk, snoozing.snooze, [number], until)


def do_timers(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        timers.run(work)


def test_a_reminder_comes_up_once_for_who_made_it(
    desk: Desk, clock: Clock, make_agent: Callable[[str, str], Actor]
) -> None:
    number = desk.ticket()
    at = clock.now + timedelta(hours=1)
    id = do(desk, reminders.add, number, at, "Call  him back")
    ticked = do(desk, reminders.add, number, at + timedelta(hours=1))
    with pytest.raises(BadData, match="to come"):
        do(desk, reminders.add, number, clock.now)
    with pytest.raises(NotFound):
        do(desk, reminders.done, [id], actor=desk.colleague)
    with pytest.raises(NotFound):
        do(desk, reminders.add, number, at, actor=make_agent("olga", "agent_own"))
    do(desk, reminders.done, [ticked])
    with desk.store.work() as work:
        [mine] = reminders.listed(work, desk.boss)
        assert (mine.ticket_id, mine.text, mine.at) == (number, "Call him back", at)
        assert reminders.listed(work, desk.colleague) == [] and timers.pending(work) == at
    clock.forward(hours=1)
    do_timers(desk)
    do_timers(desk)
    with desk.store.work() as work:
        [told] = work.rows(select(t.notification).where(t.notification.c.kind == "ticket.reminded"))
        assert (told.agent_id, told.ticket_id) == (desk.boss.agent_id, number)
        assert reminders.text_of(work, desk.boss, told.event_id) == "Call him back"
        assert reminders.text_of(work, desk.colleague, told.event_id) == ""
        assert reminders.listed(work, desk.boss) == []
        assert len(reminders.listed(work, desk.boss, number, all=True)) == 2
    id = do(desk, reminders.add, number, clock.now + timedelta(hours=1))
    do(desk, undo.undo)
    with desk.store.work() as work:
        assert work.value(select(t.reminder.c.id).where(t.reminder.c.id == id)) is None
