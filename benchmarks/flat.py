"""What storing and treating a letter costs while the store holds few letters, and while it holds very many.

`python -m benchmarks.flat`: a store grows by intake itself, so contacts, references, history, counts and full
text grow with it, and is copied at each count. Then batches go to the copies in turn, round by round, so that
whatever else the machine does meets all of them alike. Processor time, since the clock is the machine's as
much as ours.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
ROUNDS = 30
"""Batches that each store takes in turn with the others."""
CUSTOMERS = 20_000
ACCOUNT = 1


@dataclass(slots=True)
class Taker:
    """A store that holds so many letters, and what the batches it took have cost."""

    count: int
    store: Store
    coming: Iterator[tuple[bytes, Letter, str]]
    cost: list[float]


def measure(counts: Sequence[int] = COUNTS, folder: Path | None = None, rounds: int = ROUNDS) -> None:
    """Print processor time for a letter when so many are in the store; `folder` keeps the stores."""
    with tempfile.TemporaryDirectory(prefix="bench-flat-") as scratch:
        kept = folder or Path(scratch) / "grown"
        patterns = _read_patterns()
        _grow(sorted(counts), kept, patterns)
        takers = []
        for count in sorted(counts):
            # measured on copies: what is kept goes on holding as many as its name says
            copy = Path(scratch) / f"{count}"
            shutil.copytree(kept / f"{count}", copy)
            store = open_store(Home.find(str(copy), {}))
            takers.append(Taker(count, store, _copies(patterns, count), []))
        for taker in takers:
            _take(taker.store, taker.coming)
        for _round in range(rounds):
            for taker in takers:
                taker.cost.append(_take(taker.store, taker.coming))
        print(f"{rounds} batches of {BATCH} letters each, in turn; ms of CPU for a letter")
        print(f"{'letters there':>14} {'median':>8} {'mean':>8} {'lowest':>8}   median beside the first")
        for taker in takers:
            median, first = statistics.median(taker.cost), statistics.median(takers[0].cost)
            figures = f"{median:8.2f} {statistics.mean(taker.cost):8.2f} {min(taker.cost):8.2f}"
            print(f"{taker.count:14,} {figures}   {median / first:.2f} x", flush=True)
            taker.store.close()


def _grow(counts: Sequence[int], folder: Path, patterns: Patterns) -> None:
    """Stores of so many letters, each grown from the one before; those there are stay as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for count in counts:
        if (folder / f"{count}").is_dir():
            continue
        growing = folder / "growing"
        shutil.rmtree(growing, ignore_errors=True)
        smaller = [other for other in counts if other < count and (folder / f"{other}").is_dir()]
        before = max(smaller, default=0)
        if before:
            shutil.copytree(folder / f"{before}", growing)
        else:
            growing.mkdir(mode=0o700)
        home = Home.find(str(growing), {})
        store = open_store(home)
        if not before:
            _desk(store, home)
        coming = _copies(patterns, before)
        for _batch in range((count - before) // BATCH):
            _take(store, coming)
        store.close()
        growing.rename(folder / f"{count}")
        print(f"grown to {count:,} letters", file=sys.stderr, flush=True)


def _desk(store: Store, home: Home) -> None:
    boss = actor.settle(store, home)
    with store.work(write=True) as work:
        for number in range(10):
            agents.add(work, boss, f"agent{number}", name=f"Agent {number}")
        account = AccountInput(address="support@bench.example", incoming="none", outgoing="none")
        if accounts.add(work, boss, account) != ACCOUNT:
            raise RuntimeError("the desk had an account before")


def _take(store: Store, coming: Iterator[tuple[bytes, Letter, str]]) -> float:
    """Store and treat a batch; milliseconds of processor time for a letter."""
    batch = [next(coming) for _letter in range(BATCH)]
    now = datetime.now(UTC)
    before = time.process_time()
    with store.work(write=True) as work:
        arrived = [Arrived(letter.message_id, raw, now) for raw, letter, _line in batch]
        ids = receive.store(work, ACCOUNT, "INBOX", "1", arrived)
    ready = [Prepared(id, letter, "", line) for id, (_raw, letter, line) in zip(ids, batch, strict=True)]
    with store.work(write=True) as work:
        receive.process(work, ready)
    return (time.process_time() - before) / BATCH * 1000


Patterns = list[tuple[Letter, str]]


def _read_patterns() -> Patterns:
    """What is understood of each pattern, and the words it is found by."""
    read = [read_letter(raw) for raw in letters(PATTERNS)]
    return [(letter, words.of_letter(letter)) for letter in read]


def _copies(patterns: Patterns, number: int) -> Iterator[tuple[bytes, Letter, str]]:
    """Letters without end from that number on, a multiple of PATTERNS: bytes, letter, words.

    An answer names the copy of its parent that was made in the same round.
    """
    places = {letter.message_id: place for place, (letter, _line) in enumerate(patterns)}
    senders: dict[int, Address] = {}
    while True:
        pattern, line = patterns[number % PATTERNS]
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
    """Measure; growing to 100,000 letters takes some five minutes of CPU, measuring half a minute."""
    parser = argparse.ArgumentParser(prog="benchmarks.flat", description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=COUNTS)
    parser.add_argument("--folder", type=Path, help="where grown stores are kept and found again")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--grow", action="store_true", help="only make the stores")
    given = parser.parse_args()
    if any(count % PATTERNS for count in given.counts):
        parser.error(f"counts are multiples of {PATTERNS}")
    if given.grow:
        if given.folder is None:
            parser.error("--grow needs --folder")
        _grow(sorted(given.counts), given.folder, _read_patterns())
        return
    print(machine(), file=sys.stderr)
    measure(given.counts, given.folder, given.rounds)
    print(machine(), file=sys.stderr)


if __name__ == "__main__":
    main()
