"""Thousands of letters from as many forged senders: the desk answers few of them and stays usable."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import Future
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from deskterm import limits
from deskterm.desk import dispatch, listing, messages, settings, tickets
from deskterm.store import tables as t
from deskterm.sync.duty import beside
from tests.desk.conftest import Clock, Desk
from tests.desk.conftest import desk as desk
from tests.desk.conftest import new_postgres as new_postgres
from tests.desk.conftest import new_sqlite as new_sqlite
from tests.trust.test_two_desks import Sent

MINUTES = 10
ACT_SECONDS = 5.0
"""What looking at the list and taking a ticket may take beside the flood: usually some hundredths."""


def _flood(desk: Desk, clock: Clock, count: int) -> None:
    """The letters come in and are treated as by the worker, a batch at a time, within ten minutes."""
    for first in range(0, count, limits.INTAKE_BATCH_LETTERS):
        numbers = range(first, min(first + limits.INTAKE_BATCH_LETTERS, count))
        desk.receive(
            *(
                desk.letter(
                    sender=f"Nobody {number} <nobody{number}@forged{number % 977}.example>",
                    subject=f"Offer {number}",
                    text=f"Dear friend {number}, buy our offer of {number * 37 % 1009}.",
                    Message_ID=f"<{number}@forged.example>",
                )
                for number in numbers
            )
        )
        clock.forward(seconds=MINUTES * 60 * len(numbers) / count)


def _use(desk: Desk, flood: Future[None]) -> list[float]:
    """Seconds that an agent needs for looking at the list and taking its first ticket, again and again."""
    taken = []
    while not flood.done():
        began = time.monotonic()
        with desk.store.work() as work:
            rows = listing.tickets(work, desk.colleague, "all_active").rows
        if rows:
            with desk.store.work(write=True) as work:
                tickets.assign(work, desk.colleague, [rows[0].id], desk.colleague.agent_id)
            taken.append(time.monotonic() - began)
    flood.result()
    return taken


@pytest.mark.parametrize(("count", "most"), [(300, 6), pytest.param(5_000, 100, marks=pytest.mark.full)])
def test_few_of_very_many_forged_senders_are_answered_and_agents_go_on_working(
    desk: Desk, count: int, most: int
) -> None:
    clock = Clock(datetime(2026, 11, 2, 12, 0, tzinfo=UTC))
    desk.store.clock = clock
    if most == limits.AUTOMATIC_PER_ACCOUNT_HOUR:
        assert count == 5_000, "the desk as it is"
    else:
        with desk.store.work(write=True) as work:
            settings.set(work, desk.boss, "automatic_per_account_hour", most)
    flood = beside("flood", _flood, desk, clock, count)
    taken = _use(desk, flood)
    assert len(taken) >= 3 and statistics.median(taken) <= ACT_SECONDS

    with desk.store.work(write=True) as work:
        newest = work.value(select(func.max(t.ticket.c.id)))
        messages.reply(work, desk.boss, newest, "No, thank you.", undo_seconds=0)
    sent: list[bool] = []
    while True:
        with desk.store.work(write=True) as work:
            claimed = dispatch.claim(work, 1)
            for one in claimed:
                dispatch.settle(work, one.outgoing_id, {address: Sent() for address in one.recipients})
        if not claimed:
            break
        sent += [one.automatic for one in claimed]
    assert sent.count(True) == most
    assert sent.count(False) == 1, "the limit is none for people"
    with desk.store.work() as work:
        made = set(work.values(select(t.ticket.c.id)))
        flagged = set(work.values(select(t.ticket.c.id).where(t.ticket.c.muted != "")))
        taken_over = set(work.values(select(t.ticket.c.id).where(t.ticket.c.responsible_id.is_not(None))))
        confirmed = set(
            work.values(select(t.outgoing.c.ticket_id).where(t.outgoing.c.kind == "confirmation"))
        )
    assert len(made) == count, "no letter is lost"
    assert len(confirmed) == most
    # a confirmed ticket an agent took has its author not told of that
    unanswered = made - (confirmed - taken_over)
    assert flagged == unanswered, "a ticket whose author was not told something says why"
