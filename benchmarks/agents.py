"""`python -m benchmarks.agents`: a team on one store, on SQLite and on PostgreSQL.

Acts per second and how long each takes with 1, 10, 50 agents; how long an act takes to the rows of the
others; what consoles cost that nobody touches. Agents and followers are processes that ask the desk by the
console's own link and follower; the last two lines are measured at real consoles in terminals.
PostgreSQL is the tests' own and does not wait for the disk; SQLite does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks import watched
from benchmarks.fill import fill
from deskterm import heap
from deskterm.config import Home
from deskterm.desk import accounts, actor, agents, listing, tickets
from deskterm.screens import pace
from deskterm.screens.desk_link import DeskLink, Trouble
from deskterm.screens.live import Follower, Stirred
from deskterm.store import tables as t
from deskterm.store.errors import TRY_AGAIN, StoreError
from deskterm.store.opening import open_store
from tests.world import postgres

DATABASES = ("sqlite", "postgresql")
DATABASE = "DESKTERM_DATABASE_URL"
SECTION = "all_active"
GAP_SECONDS = 1.0
"""Between two events whose way is measured."""
GO = "go"
"""The file agents wait for, so that all begin at once."""
LOOK_SECONDS = 0.05
SETTLE_SECONDS = 3.0
WARM_EVENTS = 8


def given(arguments: list[str] | None = None) -> argparse.Namespace:
    """What is measured, by the command line or as it is by itself."""
    parser = argparse.ArgumentParser(prog="benchmarks.agents", description=__doc__)
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--agents", nargs="+", type=int, default=(1, 10, 50))
    parser.add_argument("--tickets", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=10, help="agents act so long; 0: not at all")
    parser.add_argument("--events", type=int, default=30)
    parser.add_argument("--consoles", type=int, default=2, help="real ones among the followers; 0: none")
    parser.add_argument(
        "--idle", type=float, default=60, help="seconds ten untouched consoles are watched; 0: none"
    )
    return parser.parse_args(arguments)


def measure(given: argparse.Namespace) -> None:
    """Make a desk on each database, measure it and print the figures."""
    for database in given.databases:
        with desk_on(database, given.tickets, max(given.agents)) as home:
            load = " ".join(f"{value:.1f}" for value in os.getloadavg())
            print(f"{database}, {given.tickets:,} tickets, load {load}")
            number = max(given.agents)
            way = followed(home, number, given.events)
            print(
                f"  act to rows of {number:3}     {way['p95']:7.3f} s p95, median {way['median']:.3f};"
                f" of processor for each and act: rows {way['rows']:.1f} ms,"
                f" counts {way['counts']:.1f} ms, the server {way['server']:.1f} ms"
            )
            if given.consoles:
                seen = watched.seen(home, given.consoles, given.events)
                print(f"  act to the screens   {seen[0]:7.3f} s p95, median {seen[1]:.3f}")
            if given.idle:
                cost = watched.idle(home, 10, given.idle)
                print(f"  untouched console    {cost:7.2%} of a core, of ten over {given.idle:.0f} s")
            # last: what is acted on leaves the section the others look at
            for number in given.agents if given.seconds else ():
                told = acting(number, given.seconds)
                print(
                    f"  {number:3} agents            {told['rate']:7.0f} acts/s   opening a ticket"
                    f" {told['open']:6.1f} ms, an act {told['act']:6.1f} ms (p95, worst"
                    f" {told['worst']:.0f}); {told['cost']:.1f} ms of processor, {told['busy']:.0f} × busy"
                )


@contextmanager
def desk_on(database: str, number: int, people: int) -> Iterator[Home]:
    """A filled desk with so many agents, named by the environment too."""
    with tempfile.TemporaryDirectory(prefix="deskterm-bench-") as folder:
        os.environ["DESKTERM_HOME"] = folder
        os.environ.pop(DATABASE, None)
        if database == "sqlite":
            yield filled(number, people)
            return
        held = postgres.open_folder()
        try:
            with postgres.fresh_postgres() as url:
                os.environ[DATABASE] = url
                yield filled(number, people)
        finally:
            os.environ.pop(DATABASE, None)
            postgres.close_folder(held)


def filled(number: int, people: int) -> Home:
    home = Home.find()
    store = open_store(home)
    fill(store, home, number, 3)
    me = actor.settle(store, home)
    with store.work(write=True) as work:
        for one in range(10, people):
            agents.add(work, me, f"agent{one}", name=f"Agent {one}")
        account = accounts.AccountInput(
            address="out@bench.example", incoming="none", outgoing_host="127.0.0.1", outgoing_login=False
        )
        accounts.add(work, me, account)
        if store.dialect == "postgresql":
            # ids were given by hand
            for table in ("ticket", "message"):
                work.connection.exec_driver_sql(
                    f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"
                )
    store.close()
    return home


def forked(folder: Path, name: str, run: Callable[[], Any]) -> int:
    """Run it in a process of its own that writes its answer as JSON."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        (folder / name).write_text(json.dumps(run()))
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def all_ready(folder: Path, pids: list[int]) -> None:
    """Wait until each process has said so. SystemExit where one of them has ended instead."""
    while len(list(folder.glob("*.ready"))) < len(pids):
        for pid in pids:
            if os.waitpid(pid, os.WNOHANG)[0]:
                for other in set(pids) - {pid}:
                    os.kill(other, signal.SIGKILL)
                raise SystemExit("one of the agents ended before it began; what it said is above")
        time.sleep(LOOK_SECONDS)


def ended(pids: list[int]) -> None:
    for pid in pids:
        os.waitpid(pid, 0)


def link_of(login: str) -> DeskLink:
    link = DeskLink(Home.find(), login)
    asyncio.run(link.open())
    return link


def acting(number: int, seconds: float) -> dict[str, float]:
    """So many agents open tickets and do something to them, as fast as they can."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pids = [
            forked(folder, f"{one}.told", lambda one=one: one_agent(folder, one, seconds))
            for one in range(number)
        ]
        all_ready(folder, pids)
        (folder / GO).touch()
        ended(pids)
        told = [json.loads(path.read_text()) for path in folder.glob("*.told")]
    opened = [each for one in told for each in one["open"]]
    acts = [each for one in told for each in one["act"]]
    return {
        "rate": len(acts) / max(one["seconds"] for one in told),
        "open": slow(opened) * 1000,
        "act": slow(acts) * 1000,
        "worst": max(acts) * 1000,
        "cost": sum(one["cost"] for one in told) / len(acts) * 1000,
        "busy": sum(one["busy"] for one in told),
    }


def one_agent(folder: Path, number: int, seconds: float) -> dict[str, Any]:
    link = link_of(f"agent{number}")
    chance = random.Random(number)
    assert link.store is not None and link.actor is not None
    with link.store.work() as work:
        ids = list(listing.ticket_ids(work, link.actor, SECTION))[:500]
        statuses = [each.id for each in listing.statuses(work) if each.group != "closed"]
    me = link.actor.agent_id
    acts: tuple[Callable[[int], tuple[str, tuple[Any, ...]]], ...] = (
        lambda ticket: ("tickets.assign", ([ticket], me)),
        lambda ticket: ("tickets.set_status", ([ticket], chance.choice(statuses))),
        lambda ticket: ("messages.note", (ticket, "Looked at.")),
        lambda ticket: ("messages.reply", (ticket, "Try it once more.")),
    )
    told: dict[str, Any] = {"open": [], "act": [], "busy": 0}

    def once(act: Callable[[int], tuple[str, tuple[Any, ...]]]) -> None:
        ticket = chance.choice(ids)
        before = time.perf_counter()
        link.run("showing.head", (ticket,), {}, write=False)
        link.run("showing.messages", (ticket,), {}, write=False)
        between = time.perf_counter()
        path, arguments = act(ticket)
        try:
            link.run(path, arguments, {}, write=True)
        except Trouble as trouble:
            if trouble.exit_code != TRY_AGAIN:
                raise
            told["busy"] += isinstance(trouble.cause, StoreError)
        told["open"].append(between - before)
        told["act"].append(time.perf_counter() - between)

    # a console has been at work for a while when it is measured: it has asked everything once
    for act in acts:
        once(act)
    told |= {"open": [], "act": []}
    (folder / f"{number}.ready").touch()
    while not (folder / GO).exists():
        time.sleep(LOOK_SECONDS)
    began, spent = time.monotonic(), time.process_time()
    while time.monotonic() < began + seconds:
        once(chance.choice(acts))
    told |= {"cost": time.process_time() - spent, "seconds": time.monotonic() - began}
    link.close(20)
    return told


def followed(home: Home, number: int, events: int) -> dict[str, float]:
    """From the commit of an act to its rows read again by each follower, in seconds; ms of processor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pids = [forked(folder, str(one), lambda one=one: one_follower(folder, one)) for one in range(number)]
        all_ready(folder, pids)
        # a console has been at work for a while: the server's plans are made
        stir(home, WARM_EVENTS, "Warmed")
        time.sleep(SETTLE_SECONDS)
        (folder / GO).touch()
        served = by_server()
        done = stir(home, events)
        served = by_server() - served
        time.sleep(SETTLE_SECONDS)
        (folder / "stop").touch()
        ended(pids)
        told = [json.loads((folder / str(one)).read_text()) for one in range(number)]
    missing = sum(str(event) not in one["seen"] for one in told for event in done)
    assert not missing, f"{missing} events never came"
    took = [one["seen"][str(event)] - at for one in told for event, at in done.items()]
    each = number * events / 1000
    return {
        "p95": slow(took),
        "median": statistics.median(took),
        "rows": sum(one["rows"] for one in told) / each,
        "counts": sum(one["counts"] for one in told) / each,
        "server": served / each,
    }


def by_server() -> float:
    """Seconds of processor time the PostgreSQL named by the environment took so far; 0 for SQLite."""
    if DATABASE not in os.environ:
        return 0.0
    name = os.environ[DATABASE].rpartition("/")[2]
    used = 0.0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if name in (process / "cmdline").read_text():
                used += watched.used(int(process.name))
    return used


def stir(home: Home, events: int, word: str = "Stirred") -> dict[int, float]:
    """Do acts with a pause between; when each was committed, by its event."""
    store = open_store(home)
    me = actor.settle(store, home)
    done: dict[int, float] = {}
    with store.work() as work:
        ids = list(listing.ticket_ids(work, me, SECTION))[:events]
    for number, ticket in enumerate(ids):
        with store.work(write=True) as work:
            tickets.set_subject(work, me, ticket, f"{word} {number}")
            event = work.value(select(t.event.c.id).order_by(t.event.c.id.desc()).limit(1))
        done[event] = time.monotonic()
        time.sleep(GAP_SECONDS)
    store.close()
    assert len(done) == len(ids), "an act made no event"
    return done


def one_follower(folder: Path, number: int) -> dict[str, Any]:
    """A console without a screen: reads touched rows again, then the counts, as one does.

    When it saw each event, and what of processor time its rows and its counts took.
    """
    link = link_of(f"agent{number}")
    asyncio.run(link.follow())
    told: dict[str, Any] = {"seen": {}, "rows": 0.0, "counts": 0.0}
    recount = threading.Event()
    spent = 0.0

    def tell(message: Any) -> None:
        nonlocal spent
        if isinstance(message, Stirred) and message.changes:
            ids = sorted({change.ticket_id for change in message.changes if change.ticket_id is not None})
            link.run("listing.touched", (SECTION, ids), {}, write=False)
            now = time.monotonic()
            told["seen"].update({change.event_id: now for change in message.changes})
            recount.set()
        before, spent = spent, time.thread_time()
        if (folder / GO).exists():
            told["rows"] += spent - before

    follower = Follower(link, tell)
    follower.start()
    with link.store.work() as work:  # type: ignore[union-attr]
        ids = listing.ticket_ids(work, link.actor, SECTION)  # type: ignore[arg-type]
    follower.looks_at(ids[number], "viewing")
    heap.settle()
    (folder / f"{number}.ready").touch()
    while not (folder / "stop").exists():
        if recount.wait(0.5):
            time.sleep(pace.AFTER_ROWS + random.random() * pace.SPREAD)
            recount.clear()
            before = time.thread_time()
            link.run("state.overview", (frozenset(),), {}, write=False)
            told["counts"] += time.thread_time() - before
    follower.stop()
    follower.join()
    link.close(20)
    return told


def slow(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


if __name__ == "__main__":
    measure(given())
