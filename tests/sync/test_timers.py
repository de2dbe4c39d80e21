"""The worker does what is due by time alone: the real process, on a store whose moments have passed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import accounts, messages, reminders, snoozing, tickets
from deskterm.desk import actor as actors
from deskterm.store import tables as t
from tests.sync.stage import Stage, letter, open_stage
from tests.world.processes import wait_until
from tests.world.pymap_server import PymapServer

CUSTOMER = "anna@customers.test"


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage


def test_the_worker_closes_wakes_and_reminds_once_it_hears_its_customers(
    stage: Stage, pymap_server: PymapServer, new_address: Callable[[str], str]
) -> None:
    desk = new_address("desk")
    password = pymap_server.add_user(desk)
    account = stage.add_account(
        desk, password, incoming_host="localhost", incoming_port=1, ca_file=str(pymap_server.ca_file)
    )
    stage.add_account(
        new_address("sender"), "unused", incoming="none", outgoing="smtp", outgoing_host="localhost"
    )
    store = stage.store
    agent = actors.settle(store, stage.home)
    with store.work(write=True) as work:
        now = work.now
    store.clock = lambda: now - timedelta(days=8)
    with store.work(write=True) as work:
        answered, sleeping = (
            tickets.make(work, agent, subject=subject, account_id=account) for subject in ("One", "Two")
        )
        messages.reply(work, agent, answered, "Use water.")
        reminders.add(work, agent, sleeping, work.now + timedelta(days=1), "Call him")
        snoozing.snooze(work, agent, [sleeping], work.now + timedelta(days=1))
    store.clock = None
    pymap_server.deliver(desk, letter(1, CUSTOMER, desk))

    def ticket(number: int) -> Any:
        return stage.read(lambda work: work.first(select(t.ticket).where(t.ticket.c.id == number)))

    stage.limits |= {"CLOSING_UNHEARD_SECONDS": 1, "TIMERS_SECONDS": 0.5}
    stage.worker()
    wait_until(lambda: ticket(sleeping).snoozed_until is None, "the snoozed ticket is awake")
    # the mailbox cannot be reached: the answer may lie there
    stage.wait_for_incoming(account, "failing")
    assert ticket(answered).status_class == "waiting"
    kinds = stage.read(lambda work: work.values(select(t.notification.c.kind)))
    assert {"ticket.wake", "ticket.reminded"} <= set(kinds)
    with store.work(write=True) as work:
        accounts.edit(work, agent, desk, {"incoming_port": pymap_server.imaps_port})
    wait_until(lambda: ticket(answered).status_class == "closed", "the answered ticket is closed")
    assert ticket(answered).status_class == "closed"
    assert stage.count(t.event, t.event.c.act == "ticket.closed_itself") == 1
    assert stage.count(t.ticket) == 3
