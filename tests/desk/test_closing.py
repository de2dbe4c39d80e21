"""Tickets that close by themselves: exactly when, what starts and stops the clock, who is told before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from deskterm import limits
from deskterm.desk import (
    closing,
    dispatch,
    messages,
    settings,
    snoozing,
    statuses,
    tickets,
    timers,
    triage,
    undo,
)
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk
from tests.desk.test_life import do, set_to, status, writes

WEEK = timedelta(days=7)
MOMENTS = {
    "clocks go back": datetime(2026, 10, 22, 11, 30, tzinfo=UTC),
    "clocks go forward": datetime(2027, 3, 25, 23, 45, tzinfo=UTC),
    "a year ends": datetime(2026, 12, 28, 22, 59, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 26, 12, 0, tzinfo=UTC),
}


def answer(desk: Desk, number: int, state: str = "sent", **more: Any) -> int:
    """An agent's answer that has left, or had another fate."""
    message_id: int = do(desk, messages.reply, number, "Use water.", undo_seconds=0, **more)
    settle(desk, state)
    return message_id


def settle(desk: Desk, state: str = "sent") -> None:
    with desk.store.work(write=True) as work:
        for one in dispatch.claim(work, 1, limit=1000):
            said: Any = SimpleNamespace(state="sent" if one.automatic else state, code=550, text="said so")
            dispatch.settle(work, one.outgoing_id, dict.fromkeys(one.recipients, said))


def closes(desk: Desk, number: int, **more: Any) -> bool:
    """Whether it is closed once the timers ran."""
    with desk.store.work(write=True) as work:
        timers.run(work, **more)
    return bool(desk.row(number).status_class == "closed")


def at(desk: Desk, clock: Clock, number: int, moment: datetime) -> None:
    """It is open a second before a moment and closed at it."""
    clock.now = moment - timedelta(seconds=1)
    assert not closes(desk, number)
    clock.now = moment
    assert closes(desk, number)


def test_seven_times_24_hours_whatever_the_clocks_on_the_wall_do(desk: Desk, clock: Clock) -> None:
    set_to(desk, time_zone="Europe/Berlin")
    with desk.store.work() as work:
        still_open = [row.key or "" for row in statuses.listed(work) if row.status_class != "closed"]
    # two at each moment: more moments than half the statuses, so that each has its turn
    assert len(still_open) <= 2 * len(MOMENTS)
    turns = cycle(still_open)
    for said_at in MOMENTS.values():
        clock.now = said_at
        keys = (next(turns), next(turns))
        there = {key: desk.ticket(Message_ID=f"<{said_at:%s}.{key}@customer.example>") for key in keys}
        for key, number in there.items():
            answer(desk, number)
            status(desk, number, key)
        *others, last = there.values()
        at(desk, clock, last, said_at + WEEK)
        for number in there.values():
            row = desk.row(number)
            assert (row.closed_at, row.outcome) == (said_at + WEEK, "")
        with desk.store.work() as work:
            c = t.event.c
            closed = work.rows(
                select(c.ticket_id, c.actor_kind).where(c.act == "ticket.closed_itself", c.at == clock.now)
            )
        assert {tuple(row) for row in closed} == {(number, "system") for number in (*others, last)}


def test_the_worker_is_told_when_to_look_again(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    answer(desk, number)
    clock.forward(days=7, seconds=-90)
    with desk.store.work(write=True) as work:
        assert timers.run(work) == clock.now + timedelta(seconds=90)
    clock.forward(days=-3)
    with desk.store.work(write=True) as work:
        assert timers.run(work) == clock.now + timedelta(seconds=limits.CLOSING_LOOK_SECONDS)


def test_a_ticket_whose_last_word_is_the_customers_never_closes(desk: Desk, clock: Clock) -> None:
    unanswered, went_on, phoned = desk.ticket(), desk.ticket(subject="Two"), desk.ticket(subject="Three")
    answer(desk, went_on)
    clock.forward(days=6)
    writes(desk, went_on)
    status(desk, went_on, "customer")
    with desk.store.work(write=True) as work:
        # typed in by an agent, and yet the customer's word
        work.execute(
            t.message.update()
            .where(t.message.c.ticket_id == phoned)
            .values(type="phone", author_agent_id=desk.boss.agent_id)
        )
    for _months in range(12):
        clock.forward(days=31)
        assert not any(closes(desk, number) for number in (unanswered, went_on, phoned))


def test_what_neither_starts_nor_stops_the_clock(desk: Desk, clock: Clock) -> None:
    number, silent = desk.ticket(), desk.ticket(subject="Never answered")
    answer(desk, number)
    ours = message_from_bytes(desk.last_letter())["Message-ID"]
    said_at = clock.now
    bounce = (
        "From: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\nReturn-Path: <>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn1@mx.example>\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; ann@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours}\r\n\r\n--b--\r\n"
    ).encode()
    away = desk.letter(subject="Out of office", In_Reply_To=ours, Auto_Submitted="auto-replied")
    clock.forward(days=3)
    assert [one.verdict for one in desk.receive(bounce, away)] == ["bounce note", "append"]
    for one in (number, silent):
        do(desk, messages.note, one, "Hm.")
        do(desk, messages.note, one, "Psst.", visibility="private", addressee_id=desk.colleague.agent_id)
    at(desk, clock, number, said_at + WEEK)
    clock.forward(days=30)
    assert not closes(desk, silent)


def test_an_unverified_message_counts_as_the_customers_until_it_is_detached(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    answer(desk, number)
    said_at = clock.now
    clock.forward(days=1)
    stranger = desk.letter(
        sender="Eve <eve@elsewhere.example>", subject=f"[{desk.row(number).token}]", text="Me too."
    )
    assert desk.receive(stranger)[0].verdict == "append unverified"
    clock.now = said_at + WEEK
    assert not closes(desk, number)
    with desk.store.work() as work:
        unverified = work.value(select(t.message.c.id).where(t.message.c.unverified == "waiting"))
    do(desk, triage.detach, unverified)
    assert closes(desk, number)


def test_days_of_the_desk_and_of_the_ticket(desk: Desk, clock: Clock) -> None:
    usual, short, never = desk.ticket(), desk.ticket(subject="Two"), desk.ticket(subject="Three")
    do(desk, tickets.set_field, [short], "auto_close_days", 2)
    do(desk, tickets.set_field, [never], "auto_close_days", 0)
    for number in (usual, short, never):
        answer(desk, number)
    said_at = clock.now
    at(desk, clock, short, said_at + timedelta(days=2))
    set_to(desk, auto_close_days=0)
    clock.now = said_at + timedelta(days=100)
    assert not closes(desk, usual) and not closes(desk, never)
    set_to(desk, auto_close_days=101)
    at(desk, clock, usual, said_at + timedelta(days=101))
    assert not closes(desk, never)


def test_what_an_agent_opens_wakes_or_puts_off_does_not_close_under_his_hands(
    desk: Desk, clock: Clock
) -> None:
    number = desk.ticket()
    answer(desk, number)
    clock.forward(days=7)
    assert closes(desk, number)
    clock.forward(days=20)
    status(desk, number, "solving")
    at(desk, clock, number, clock.now + WEEK)
    status(desk, number, "customer")
    do(desk, snoozing.snooze, [number], clock.now + timedelta(days=30))
    clock.forward(days=30, seconds=-1)
    assert not closes(desk, number)
    clock.forward(seconds=1)
    assert not closes(desk, number)
    at(desk, clock, number, clock.now + WEEK)
    do(desk, tickets.did_not_help, [number])
    clock.forward(days=300)
    assert not closes(desk, number)
    answer(desk, number)
    at(desk, clock, number, clock.now + WEEK)
    status(desk, number, "customer")
    status(desk, number, "closed")
    clock.forward(days=30)
    do(desk, undo.undo)
    assert not closes(desk, number)
    at(desk, clock, number, clock.now + WEEK)


def test_an_answer_that_has_not_left_does_not_close(desk: Desk, clock: Clock) -> None:
    number, failed = desk.ticket(), desk.ticket(subject="Two")
    leaves_at = clock.now + timedelta(days=5)
    do(desk, messages.reply, number, "Later.", send_at=leaves_at)
    answer(desk, failed, "failed")
    clock.now = leaves_at + WEEK
    assert not closes(desk, number)
    settle(desk)
    clock.now = leaves_at + WEEK - timedelta(seconds=1)
    assert not closes(desk, number)
    clock.now = leaves_at + WEEK
    assert closes(desk, number)
    clock.forward(days=30)
    assert not closes(desk, failed)


def test_nothing_closes_while_we_may_not_have_heard_of_an_answer(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    answer(desk, number)
    clock.forward(days=8)
    with desk.store.work(write=True) as work:
        assert closing.unreached(work) == {desk.account_id} and closing.unread(work) == frozenset()
    assert not closes(desk, number, unheard={desk.account_id})
    set_to(desk, mail_on="off")
    assert not closes(desk, number)
    set_to(desk, mail_on="on")
    assert closes(desk, number, unheard={desk.account_id + 1})


def warnings(desk: Desk) -> list[Any]:
    return [
        message_from_bytes(raw, policy=policy.default)
        for row, raw in desk.sent()
        if "closes by itself" in raw.decode("utf-8", "replace").replace("=\n", "").replace("\n", " ")
    ]


def test_the_customer_is_told_beforehand_once_and_in_time(desk: Desk, clock: Clock) -> None:
    set_to(desk, close_warning_days=2, time_zone="Europe/Berlin")
    clock.now = datetime(2026, 12, 25, 23, 30, tzinfo=UTC)
    number = desk.ticket()
    answer(desk, number)
    said_at = clock.now
    clock.now = said_at + timedelta(days=5, seconds=-1)
    assert not closes(desk, number) and not warnings(desk)
    clock.now = said_at + timedelta(days=5)
    assert not closes(desk, number)
    [letter] = warnings(desk)
    assert letter["Auto-Submitted"] == "auto-replied" and "ann@customer.example" in letter["To"]
    assert desk.row(number).token in letter["Subject"]
    assert "January 2, 2027" in letter.get_body(("plain",)).get_content()
    settle(desk)
    # the warning itself restarts nothing
    at(desk, clock, number, said_at + WEEK)
    assert len(warnings(desk)) == 1


def test_a_warning_is_for_its_answer_only_and_gives_its_whole_time(desk: Desk, clock: Clock) -> None:
    set_to(desk, close_warning_days=2)
    number = desk.ticket()
    answer(desk, number)
    clock.forward(days=5)
    assert not closes(desk, number)
    writes(desk, number)
    clock.forward(days=60)
    assert not closes(desk, number) and len(warnings(desk)) == 1
    answer(desk, number)
    # nobody was at work for a month: he is told late, and has his two days
    clock.forward(days=30)
    assert not closes(desk, number) and len(warnings(desk)) == 2
    at(desk, clock, number, clock.now + timedelta(days=2))


def test_who_may_not_be_told_is_not_and_the_history_says_why(desk: Desk, clock: Clock) -> None:
    set_to(desk, close_warning_days=2)
    number = desk.ticket()
    answer(desk, number)
    with desk.store.work(write=True) as work:
        work.update(t.ticket, number, silent=True)
    clock.forward(days=5)
    assert not closes(desk, number) and not warnings(desk)
    with desk.store.work() as work:
        [changes] = work.values(select(t.event.c.changes).where(t.event.c.act == "ticket.close_unwarned"))
        assert changes[0][0] == "why" and "never answered" in changes[0][2]
    at(desk, clock, number, clock.now + timedelta(days=2))


def test_many_close_in_several_units_of_work(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CLOSING_AT_ONCE_TICKETS", 2)
    numbers = [desk.ticket(subject=f"Printer {number}") for number in range(3)]
    for number in numbers:
        answer(desk, number)
    clock.forward(days=7)
    with desk.store.work(write=True) as work:
        assert timers.run(work) == clock.now
    assert [desk.row(number).status_class for number in numbers].count("closed") == 2
    with desk.store.work(write=True) as work:
        assert (timers.run(work) or clock.now) > clock.now
        assert {row.status_id for row in work.rows(select(t.ticket.c.status_id))} == {
            statuses.closing(work).id
        }
        assert settings.get(work, "auto_close_days") == 7
