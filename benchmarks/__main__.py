"""`make bench`: the speed claims with the machine and its load."""

from __future__ import annotations

import argparse
import os
import platform
import time
from pathlib import Path

from benchmarks import agents, arrival, console, flat, mailbox, mailers, search, worker
from benchmarks.fill import THREADS, filled
from deskterm.desk import actor, listing, section_numbers
from deskterm.store.opening import open_store

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Fill a store once, then measure the console and the desk on it."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=ROOT / ".cache" / "bench")
    parser.add_argument("--letters", type=int, default=10_000, help="0 leaves mail out")
    parser.add_argument("--messages", type=int, default=1_000_000, help="to find in; 0 leaves finding out")
    parser.add_argument("--console-alone", action="store_true", help="nothing but the console and its likes")
    given = parser.parse_args()
    home = filled(given.folder, given.tickets, 1, THREADS)
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}")
    print(f"{given.tickets:,} tickets; the newest {THREADS:,} are long threads")
    console.measure(home)
    mailers.measure(home, given.folder)
    if given.console_alone:
        return
    desk(home)
    worker.measure()
    agents.measure(agents.given([]))
    if given.letters:
        arrival.measure(given.folder)
        flat.measure()
        mailbox.measure(given.letters, given.folder)
    if given.messages:
        search.measure(given.folder, given.messages)


def desk(home: object) -> None:
    """What the desk itself takes."""
    store = open_store(home)  # type: ignore[arg-type]
    boss = actor.settle(store, home)  # type: ignore[arg-type]
    jobs = {
        "section counts": lambda work: section_numbers.rows(work, boss, frozenset({"all_active", "rubrics"})),
        "page of Closed": lambda work: listing.tickets(work, boss, "closed"),
        "ids of Closed": lambda work: listing.ticket_ids(work, boss, "closed"),
        "search of two words": lambda work: listing.search(work, boss, "заявок printers"),
    }
    for title, job in jobs.items():
        taken = []
        for _time in range(5):
            with store.work() as work:
                before = time.perf_counter()
                job(work)
                taken.append((time.perf_counter() - before) * 1000)
        print(f"  {title:44} {sorted(taken)[2]:7.1f} ms")
    store.close()


if __name__ == "__main__":
    main()
