"""The worker is killed at every step between network and store; every letter is one message all the same."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deskterm import crash
from deskterm.store import tables as t
from tests.sync.stage import ROOT, Stage, letter, open_stage
from tests.sync.test_worker import receiving, sending
from tests.world.processes import wait_until
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer

LONG = 60
"""Seconds a step may take on a machine that has other things to do."""

KILLS = int(os.environ.get("DESKTERM_TEST_KILLS", "100"))

SETTLED = {"sent", "unknown", "failed"}


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        # A killed worker's lease must run out before the next begins: 10 s in life
        stage.limits |= {"LEASE_SECONDS": 1}
        stage.set("automatic_per_account_hour", 100_000)
        yield stage


@pytest.fixture
def desk(
    stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, new_address: Callable[[str], str]
) -> str:
    """The address of a desk that sends, receives and deletes what it has received."""
    address = new_address("desk")
    password = pymap_server.add_user(address)
    servers = receiving(pymap_server) | sending(smtp_server, address, password)
    stage.add_account(address, password, after="delete", **servers)
    return address


class Correspondence:
    """Letters of many customers: each third one answers its writer's first."""

    def __init__(self, server: PymapServer, desk: str) -> None:
        self._server = server
        self._desk = desk
        self._number = 0
        self.threads: dict[str, list[str]] = {}

    def deliver(self, count: int) -> None:
        for _ in range(count):
            number = self._number
            self._number += 1
            answers = number - 2 if number % 3 == 2 else None
            sender = f"customer{number if answers is None else answers}@customers.test"
            self._server.deliver(self._desk, letter(number, sender, self._desk, answers=answers))
            self.threads.setdefault(sender, []).append(f"Letter number {number}.")

    @property
    def letters(self) -> int:
        return self._number

    @property
    def tickets(self) -> list[tuple[str, ...]]:
        """What an unbroken run makes of them."""
        return sorted(tuple(bodies) for bodies in self.threads.values())


def all_done(stage: Stage, letters: int) -> bool:
    """Whether everything fetched was processed and everything queued has its fate."""
    done = stage.count(t.delivery, t.delivery.c.state == "done", t.delivery.c.placed.is_(True))
    return (
        done >= letters
        and set(stage.outbox()) <= SETTLED
        and not stage.count(t.outgoing, t.outgoing.c.filed == "pending")
    )


def nothing_lost_nothing_twice(
    stage: Stage, correspondence: Correspondence, smtp_server: SmtpServer, kills: int
) -> None:
    """What must hold after any number of kills."""
    assert stage.count(t.message, t.message.c.type == "email") == correspondence.letters
    assert stage.threads() == correspondence.tickets
    assert stage.count(t.ticket) == len(correspondence.threads)
    assert stage.count(t.delivery) == correspondence.letters, "a letter is stored once per place"

    confirmed = Counter(address for sent in smtp_server.sent for address in sent.recipients)
    assert set(confirmed) <= set(correspondence.threads)
    assert set(confirmed.values()) <= {1}, "nobody is told twice"
    outbox = stage.outbox()
    assert sum(outbox.values()) == len(correspondence.threads), "everybody's confirmation is in the outbox"
    assert set(outbox) <= {"sent", "unknown"}
    unsent = set(correspondence.threads) - set(confirmed)
    assert len(unsent) <= kills
    assert outbox["unknown"] <= kills
    assert stage.count(t.outbox, t.outbox.c.state == "sent", t.outbox.c.key.in_(unsent)) == 0


def test_every_crash_point_of_the_code_has_its_name_in_the_list() -> None:
    called = {
        name
        for path in (ROOT / "deskterm").rglob("*.py")
        for name in re.findall(r'\bcrash\("([a-z_]+)"\)', path.read_text())
        if path != Path(crash.__file__)
    }
    assert called == set(crash.POINTS)


def test_without_being_asked_a_crash_point_does_nothing(stage: Stage) -> None:
    stage.limits["WORKER_LINGER_SECONDS"] = 0
    assert stage.worker("linger").wait() == 0


def test_a_point_can_be_named_with_the_pass_that_kills() -> None:
    passes = "from deskterm.crash import crash\nfor n in range(5): print(n, flush=True); crash('after_store')"
    process = subprocess.run(
        [sys.executable, "-c", passes],
        cwd=ROOT,
        env={**os.environ, "DESKTERM_CRASH_AT": "after_store:3"},
        capture_output=True,
        text=True,
    )
    assert (process.returncode, process.stdout.split()) == (-9, ["0", "1", "2"])


def test_killed_once_at_every_named_point(
    stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, desk: str
) -> None:
    correspondence = Correspondence(pymap_server, desk)
    for point in crash.POINTS:
        correspondence.deliver(3)
        worker = stage.worker(crash_at=point)
        wait_until(lambda: worker.process.poll() is not None, f"the worker passes {point}", LONG)  # noqa: B023
        assert worker.process.poll() == -9, worker.said
        stage.free_lease()
    stage.worker()
    wait_until(lambda: all_done(stage, correspondence.letters), "all is done", LONG)
    nothing_lost_nothing_twice(stage, correspondence, smtp_server, kills=len(crash.POINTS))
    assert pymap_server.letters(desk) == [], "all were deleted on the server once they were stored"


@pytest.mark.full
def test_killed_a_hundred_times_while_five_hundred_letters_come_in(
    stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, desk: str
) -> None:
    chance = random.Random(20261005)
    correspondence = Correspondence(pymap_server, desk)
    # Small batches, so that there is a long way to go and many moments to be killed at
    stage.limits |= {"FETCH_BLOCK_LETTERS": 3, "INTAKE_BATCH_LETTERS": 3}
    kills = 0
    for _kill in range(KILLS):
        correspondence.deliver(5)
        worker = stage.worker()
        wait_until(lambda: "on duty" in worker.said, "it is on duty", LONG)  # noqa: B023
        moment = time.monotonic() + chance.random()
        wait_until(lambda: worker.process.poll() is not None or time.monotonic() > moment, "its end")  # noqa: B023
        worker.kill()
        kills += 1
    stage.worker()
    wait_until(lambda: all_done(stage, correspondence.letters), "all is done", 3 * LONG)
    assert correspondence.letters == 5 * KILLS
    nothing_lost_nothing_twice(stage, correspondence, smtp_server, kills)
