"""Two consoles and the worker on one store: nobody waits in vain, nothing is overwritten, nothing missed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import actor as actors
from deskterm.desk import agents, counts, feed
from deskterm.store import tables as t
from tests.sync.stage import ROOT, Stage, letter, open_stage
from tests.sync.test_worker import receiving, sending
from tests.trust.scripted_console import FIELDS, LEAST_ACTS
from tests.world.processes import wait_until
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer

TICKETS = 12
LETTERS_A_SECOND = 4


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        stage.set("automatic_per_account_hour", 100_000)
        yield stage


@pytest.fixture
def desk(
    stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, new_address: Callable[[str], str]
) -> str:
    """A desk with two agents and some tickets, and the worker on duty."""
    owner = actors.settle(stage.store, stage.home)
    with stage.store.work(write=True) as work:
        agents.add(work, owner, "boris", name="Boris")
    address = new_address("desk")
    password = pymap_server.add_user(address)
    servers = receiving(pymap_server) | sending(smtp_server, address, password)
    stage.add_account(address, password, **servers)
    for number in range(TICKETS):
        pymap_server.deliver(address, letter(number, f"customer{number}@customers.test", address))
    stage.worker()
    stage.wait_for_tickets(TICKETS)
    return address


@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.full)])
def test_two_consoles_and_the_worker_at_once(
    stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, desk: str, seconds: int
) -> None:
    owner = actors.settle(stage.store, stage.home)
    logins = (owner.login, "boris")
    consoles = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.trust.scripted_console", login, str(seconds), str(seed)],
            cwd=ROOT,
            env=stage.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed, login in enumerate(logins)
    ]
    letters = mail_comes_in(pymap_server, desk, consoles)
    said = [console.communicate(timeout=120) for console in consoles]
    assert [console.returncode for console in consoles] == [0, 0], [error for _, error in said]
    reports = [json.loads(out) for out, _ in said]

    wait_until(lambda: stage.count(t.delivery, t.delivery.c.state == "done") == letters, "all mail is in", 60)
    wait_until(lambda: set(stage.outbox()) <= {"sent", "withdrawn"}, "the outbox is empty", 60)
    for login, report in zip(logins, reports, strict=True):
        assert len(report["events"]) > LEAST_ACTS / 2
        no_event_was_missed(stage, login, report)
    no_update_was_lost(stage)
    assert stage.read(counts.all_places) == stage.read(counts.counted)
    assert (
        stage.count(t.message, t.message.c.type == "email", t.message.c.author_agent_id.is_(None)) == letters
    )
    assert written(stage, "note") == sum(report["done"]["note"] for report in reports)
    assert "busy" not in stage.workers[0].said and "fell over" not in stage.workers[0].said


def mail_comes_in(server: PymapServer, desk: str, consoles: list[subprocess.Popen[str]]) -> int:
    """Customers write and write again as long as the consoles are at work; how many letters there are."""
    began = time.monotonic()
    for number in count(TICKETS):
        answers = number - TICKETS if number % 2 else None
        sender = f"customer{number if answers is None else answers}@customers.test"
        server.deliver(desk, letter(number, sender, desk, answers=answers))
        due = began + (number - TICKETS + 1) / LETTERS_A_SECOND
        wait_until(lambda: time.monotonic() >= due, "the next letter")  # noqa: B023
        if any(console.poll() is not None for console in consoles):
            return number + 1
    raise AssertionError("unreachable")


def no_event_was_missed(stage: Stage, login: str, report: dict[str, Any]) -> None:
    """It saw in order all that is there for it up to the last it saw.

    It may have seen more: of an answer that went back to its author the events go with the message.
    """
    found = stage.read(lambda work: actors.of_agent(work, login, "console"))
    assert found is not None
    everything = stage.read(lambda work: feed.changes(work, found, report["first"], most=1_000_000))
    last = report["events"][-1]
    assert report["events"] == sorted(set(report["events"]))
    there = {change.event_id for change in everything if change.event_id <= last}
    assert there - set(report["events"]) == set()
    assert len(there) > len(report["events"]) / 2


def no_update_was_lost(stage: Stage) -> None:
    """Each change of a field begins where the one before ended, and the last is what stands there."""
    events = stage.read(
        lambda work: work.rows(
            select(t.event.c.ticket_id, t.event.c.changes)
            .where(t.event.c.ticket_id.is_not(None), t.event.c.changes.is_not(None))
            .order_by(t.event.c.id)
        )
    )
    now: dict[tuple[int, str], Any] = {}
    for event in events:
        for name, before, after in event.changes:
            if name in FIELDS:
                assert now.get((event.ticket_id, name)) == before, (event.ticket_id, name)
                now[event.ticket_id, name] = after
    stand = stage.read(lambda work: work.rows(select(t.ticket)))
    assert {(row.id, name): row._mapping[name] for row in stand for name in FIELDS} == {
        (row.id, name): now.get((row.id, name)) for row in stand for name in FIELDS
    }


def written(stage: Stage, act: str) -> int:
    return stage.count(t.event, t.event.c.act == f"message.{act}")
