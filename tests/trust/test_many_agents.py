"""Many agents race on few tickets: nothing leaves past an unseen message, nothing is lost, nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.config import Home
from deskterm.desk import agents, counts, messages
from deskterm.store import tables as t
from deskterm.store.engine import Store
from tests.screens.desk import Desk, furnished
from tests.sync.stage import ROOT
from tests.trust.scripted_console import FIELDS

SEED = 20
BY_PEOPLE = ("email", "phone", "console", "portal")


@pytest.mark.parametrize(
    ("number", "acts", "tickets"),
    [
        (5, 20, 3),
        pytest.param(50, 40, 25, marks=pytest.mark.full),
        pytest.param(50, 200, 25, marks=pytest.mark.full),
    ],
)
def test_agents_race_on_few_tickets(
    store: Store, home: Home, tmp_path: Path, number: int, acts: int, tickets: int
) -> None:
    desk = furnished(store, home)
    with store.work(write=True) as work:
        for one in range(number):
            agents.add(work, desk.actor, f"agent{one}", name=f"Agent {one}")
    for one in range(tickets):
        desk.ticket(f"Race {one}")
    folder = tmp_path / "reports"
    folder.mkdir()
    race(folder, number, acts)
    reports = [json.loads((folder / f"agent{one}.json").read_text()) for one in range(number)]
    claims = json.loads((folder / "worker.json").read_text())["claims"]
    did = sum((Counter(report["done"]) for report in reports), Counter())
    answers = {answer["message"]: answer for report in reports for answer in report["answers"]}
    told = dict(did) | {"claims": len(claims), "answers": len(answers)}
    assert did["shown"] + did["asked"] and claims, told

    nothing_left_unseen(store, answers, claims)
    assert max(Counter((claim["outgoing"], claim["to"]) for claim in claims).values()) == 1
    each_draft_was_sent_once(store, reports)
    no_update_was_lost(store)
    with store.work() as work:
        assert counts.all_places(work) == counts.counted(work)
        assert not work.rows(select(t.outbox.c.id).where(t.outbox.c.state.not_in(("sent", "withdrawn"))))
    print(told)


def race(folder: Path, number: int, acts: int) -> None:
    """Let them race till the end, or none of them is left."""
    racing = [sys.executable, "-m", "tests.trust.racing_agents", str(folder), str(number), str(acts)]
    process = subprocess.Popen([*racing, str(SEED)], cwd=ROOT, start_new_session=True)
    try:
        code = process.wait(3600)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    wrong = [said[-2000:] for path in folder.glob("*.wrong") if (said := path.read_text())]
    assert code == 0, "\n".join(wrong[:3])


def nothing_left_unseen(store: Store, answers: dict[int, Any], claims: list[dict[str, Any]]) -> None:
    """Of every answer that left, its author was shown all that others wrote before it was claimed."""
    with store.work() as work:
        c = t.message.c
        written = work.rows(select(c.id, c.ticket_id, c.author_agent_id, c.type, c.visibility))
    authors = {row.id: row.author_agent_id for row in written}
    for claim in claims:
        if claim["message"] not in answers:
            continue  # told of something, answers nobody
        answer = answers[claim["message"]]
        unseen = [
            row.id
            for row in written
            if row.ticket_id == answer["ticket"]
            and answer["shown"] < row.id <= claim["newest"]
            and row.type in BY_PEOPLE
            and row.author_agent_id != authors[claim["message"]]
        ]
        assert unseen == [], (claim, answer)


def each_draft_was_sent_once(store: Store, reports: list[Any]) -> None:
    """A message for each answer, one letter each; what went back to its author is gone from the ticket."""
    keys = Counter(answer["key"] for report in reports for answer in report["answers"])
    assert set(keys.values()) <= {1}
    with store.work() as work:
        c = t.outgoing.c
        letters = Counter(work.values(select(c.draft_key).where(c.kind == "answer")))
    assert letters == keys


def no_update_was_lost(store: Store) -> None:
    """Each change of a field begins where the one before ended, and the last is what stands there."""
    with store.work() as work:
        events = work.rows(
            select(t.event.c.ticket_id, t.event.c.changes)
            .where(t.event.c.ticket_id.is_not(None), t.event.c.changes.is_not(None))
            .order_by(t.event.c.id)
        )
        stand = work.rows(select(t.ticket))
    now: dict[tuple[int, str], Any] = {}
    for event in events:
        for name, before, after in event.changes:
            if name in FIELDS:
                assert now.get((event.ticket_id, name)) == before, (event.ticket_id, name)
                now[event.ticket_id, name] = after
    assert {(row.id, name): row._mapping[name] for row in stand for name in FIELDS} == {
        (row.id, name): now.get((row.id, name)) for row in stand for name in FIELDS
    }


def test_the_proof_sees_an_answer_that_left_too_early(desk_with_an_answer: Desk) -> None:
    """The check above is itself checked: a newer message its author was not shown is found."""
    with desk_with_an_answer.store.work() as work:
        ids = work.values(select(t.message.c.id).order_by(t.message.c.id))
        ticket = work.value(select(t.ticket.c.id))
    answers = {ids[-1]: {"ticket": ticket, "shown": ids[0]}}
    claims = [{"message": ids[-1], "newest": ids[-1]}]
    nothing_left_unseen(desk_with_an_answer.store, answers, claims)
    with desk_with_an_answer.store.work(write=True) as work:
        late = desk_with_an_answer.customer_writes(work, ticket, "Wait!")
    claims[0]["newest"] = late
    with pytest.raises(AssertionError):
        nothing_left_unseen(desk_with_an_answer.store, answers, claims)


@pytest.fixture
def desk_with_an_answer(store: Store, home: Home) -> Desk:
    desk = furnished(store, home)
    number = desk.ticket("One")
    with store.work(write=True) as work:
        messages.reply(work, desk.actor, number, "An answer.")
    return desk
