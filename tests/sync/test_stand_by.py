"""One worker at a time: the next stands by, takes over from a dead or frozen one, and shuts that one out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from deskterm.store import tables as t
from tests.sync.stage import Stage, letter, open_stage
from tests.sync.test_worker import CUSTOMER, receiving, sending
from tests.world.processes import wait_until
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer

TAKE_OVER_SECONDS = 120
STOP_SECONDS = 30
START_SECONDS = 60
"""How long a process may take to begin on a machine that has other things to do."""

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        # Ten in life: what happens is the same, only sooner
        stage.limits |= {"LEASE_SECONDS": 3}
        yield stage


@pytest.fixture
def desk(
    stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, new_address: Callable[[str], str]
) -> str:
    """The address of a desk that sends and receives."""
    address = new_address("desk")
    password = pymap_server.add_user(address)
    stage.add_account(address, password, **receiving(pymap_server), **sending(smtp_server, address, password))
    return address


def epoch(stage: Stage) -> int:
    return int(stage.read(lambda work: work.value(select(t.lease.c.epoch))) or 0)


def on_duty(stage: Stage, number: int) -> None:
    wait_until(lambda: epoch(stage) == number, f"taking number {number} of the lease", START_SECONDS)


@both
def test_the_next_takes_over_from_one_that_was_killed(
    stage: Stage, pymap_server: PymapServer, desk: str
) -> None:
    first = stage.worker()
    on_duty(stage, 1)
    second = stage.worker()
    wait_until(lambda: "standing by" in second.said, "the second stands by", START_SECONDS)
    first.kill()
    began = time.monotonic()
    on_duty(stage, 2)
    assert time.monotonic() - began <= TAKE_OVER_SECONDS
    pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
    stage.wait_for_tickets(1)


@both
def test_one_that_was_frozen_writes_and_sends_nothing_when_it_wakes(
    stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, desk: str
) -> None:
    first = stage.worker()
    on_duty(stage, 1)
    wait_until(lambda: stage.incoming(1) == "idle", "the first waits for mail", START_SECONDS)
    first.freeze()
    second = stage.worker()
    on_duty(stage, 2)
    wait_until(lambda: stage.incoming(1) == "idle", "the second waits for mail", START_SECONDS)
    for number in range(5):
        pymap_server.deliver(desk, letter(number, f"customer{number}@customers.test", desk))
    first.thaw()
    wait_until(lambda: "another worker took over" in first.said, "the first sees that it is over")
    smtp_server.wait_for(5)
    wait_until(lambda: stage.outbox() == {"sent": 5}, "all are settled")
    assert stage.threads() == sorted((f"Letter number {number}.",) for number in range(5))
    assert len(smtp_server.sent) == 5
    assert set(stage.read(lambda work: work.values(select(t.outbox.c.claimed_by)))) == {2}
    assert first.process.poll() is None, "it stands by"
    second.kill()
    on_duty(stage, 3)


@both
def test_one_frozen_in_the_middle_of_a_change_keeps_nobody_from_taking_over(
    stage: Stage, pymap_server: PymapServer, desk: str
) -> None:
    first = stage.worker(crash_at="inside_process:1:stop")
    on_duty(stage, 1)
    second = stage.worker()
    pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
    on_duty(stage, 2)
    stage.wait_for_tickets(1)
    first.thaw()  # SQLite's lock could be had from a dead one only
    wait_until(
        lambda: first.process.poll() is not None or "another worker took over" in first.said,
        "the first is no longer on duty",
    )
    assert "is stopped and holds the store up" in second.said or first.process.poll() is None
    assert stage.threads() == [("Letter number 1.",)]


def test_asked_to_end_it_ends_at_once_and_lets_the_next_begin(stage: Stage, desk: str) -> None:
    first = stage.worker()
    wait_until(lambda: stage.incoming(1) == "idle", "the first waits for mail", START_SECONDS)
    second = stage.worker()
    wait_until(lambda: "standing by" in second.said, "the second stands by", START_SECONDS)
    began = time.monotonic()
    assert first.end() == 0
    assert time.monotonic() - began <= STOP_SECONDS
    on_duty(stage, 2)
    assert time.monotonic() - began <= STOP_SECONDS + 3
    assert second.end() == 0
    assert stage.incoming(1) == "unknown"
