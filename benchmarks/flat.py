"""What storing and treating a letter costs while the store holds few letters, and while it holds very many.

`python -m benchmarks.flat`: one store grows by intake itself, so contacts, references, history, counts and
full text grow with it. Processor time, since the clock is the machine's as much as ours.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.letters import letters
from benchmarks.spent import machine
from deskterm.config import Home
from deskterm.desk import accounts, actor, agents, words
from deskterm.desk.accounts import AccountInput
from deskterm.desk.intake import receive
from deskterm.desk.intake.receive import Arrived, Prepared
from deskterm.mail.letter import Address, Letter
from deskterm.mail.parse import read_letter
from deskterm.store.engine import Store
from deskterm.store.opening import open_store

COUNTS = (1_000, 10_000, 50_000, 100_000)
PATTERNS = 500
"""Letters that are read; what is taken in are copies of them with names of their own."""
BATCH = 100
MEASURED = 10
"""Batches that are timed at each count; the median counts."""
CUSTOMERS = 20_000


def measure(counts: Sequence[int] = COUNTS) -> None:
    """Print processor time for a letter when so many are in the store."""
    with tempfile.TemporaryDirectory(prefix="bench-flat-") as scratch:
        home = Home.find(str(Path(scratch) / "home"), {})
        home.folder.mkdir(mode=0o700)
        store = open_store(home)
        account_id = _desk(store, home)
        there, first = 0, 0.0
        coming = _copies()
        for count in counts:
            while there < count:
                _take(store, account_id, coming)
                there += BATCH
            taken = statistics.median(_take(store, account_id, coming) for _time in range(MEASURED))
            there += MEASURED * BATCH
            first = first or taken
            times = f"   {taken / first:.2f} x" if taken != first else ""
            print(
                f"{count:9,} letters in the store, the next: {taken:5.2f} ms of CPU each{times}", flush=True
            )
        store.close()


def _desk(store: Store, home: Home) -> int:
    boss = actor.settle(store, home)
    with store.work(write=True) as work:
        for number in range(10):
            agents.add(work, boss, f"agent{number}", name=f"Agent {number}")
        account = AccountInput(address="support@bench.example", incoming="none", outgoing="none")
        return accounts.add(work, boss, account)


def _take(store: Store, account_id: int, coming: Iterator[tuple[bytes, Letter, str]]) -> float:
    """Store and treat a batch; milliseconds of processor time for a letter."""
    batch = [next(coming) for _letter in range(BATCH)]
    now = datetime.now(UTC)
    before = time.process_time()
    with store.work(write=True) as work:
        arrived = [Arrived(letter.message_id, raw, now) for raw, letter, _line in batch]
        ids = receive.store(work, account_id, "INBOX", "1", arrived)
    ready = [Prepared(id, letter, "", line) for id, (_raw, letter, line) in zip(ids, batch, strict=True)]
    with store.work(write=True) as work:
        receive.process(work, ready)
    return (time.process_time() - before) / BATCH * 1000


def _copies() -> Iterator[tuple[bytes, Letter, str]]:
    """Letters without end: bytes, what was understood, and the words they are found by.

    An answer names the copy of its parent that was made in the same round.
    """
    patterns = [read_letter(raw) for raw in letters(PATTERNS)]
    lines = [words.of_letter(letter) for letter in patterns]
    places = {letter.message_id: number for number, letter in enumerate(patterns)}
    senders: dict[int, Address] = {}
    number = 0
    while True:
        pattern, line = patterns[number % PATTERNS], lines[number % PATTERNS]
        start = number - number % PATTERNS
        parent = start + places[pattern.in_reply_to[0]] if pattern.in_reply_to else None
        if parent is None:
            customer = number * 7919 % CUSTOMERS
            sender = Address(f"Customer {customer}", f"c{customer}@firm{customer % 2_000}.example")
        else:
            sender = senders[parent % PATTERNS]
        senders[number % PATTERNS] = sender
        named = () if parent is None else (f"{parent}@copies.example",)
        raw = f"From: {sender.address}\r\nMessage-ID: <{number}@copies.example>\r\n\r\n".encode() * 40
        letter = replace(
            pattern,
            sha256=f"{number:064x}",
            size=len(raw),
            body_hash=f"{number:064x}",
            message_id=f"{number}@copies.example",
            sender=sender,
            in_reply_to=named,
            references=named,
        )
        yield raw, letter, line
        number += 1


def main() -> None:
    """Measure; up to 100,000 letters some five minutes of CPU."""
    parser = argparse.ArgumentParser(prog="benchmarks.flat", description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=COUNTS)
    given = parser.parse_args()
    print(machine(), file=sys.stderr)
    measure(given.counts)
    print(machine(), file=sys.stderr)


if __name__ == "__main__":
    main()
