"""What a letter costs while the store holds few letters, and while it holds very many."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.fill import filled
from benchmarks.letters import letters
from deskterm.config import Home
from deskterm.desk.intake import receive
from deskterm.desk.intake.receive import Arrived
from deskterm.mail.parse import read_letter
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store

MEASURED = 500
BATCH = 100
MESSAGES = 3
"""Of each ticket in a filled store."""


def measure(folder: Path, counts: tuple[int, ...] = (1_000, 100_000)) -> None:
    """Print processor time for storing and treating a letter with so many letters in the store."""
    raws = list(letters(MEASURED))
    read = [read_letter(raw) for raw in raws]
    for count in counts:
        home = filled(folder, count // MESSAGES, MESSAGES)
        with tempfile.TemporaryDirectory(prefix="bench-flat-") as scratch:
            copy = Path(scratch) / "home"
            shutil.copytree(home.folder, copy)
            store = open_store(Home.find(str(copy), {}))
            _letters_of_messages(store)
            before = time.process_time()
            _take(store, raws, read)
            taken = (time.process_time() - before) / MEASURED * 1000
            store.close()
        print(f"{count:9,} letters in the store, the next one: {taken:5.2f} ms of processor time")


def _take(store: Store, raws: list[bytes], read: list[object]) -> None:
    with store.work() as work:
        account_id = work.value(select(t.account.c.id).order_by(t.account.c.id))
    now = datetime.now(UTC)
    for first in range(0, MEASURED, BATCH):
        numbers = range(first, min(first + BATCH, MEASURED))
        with store.work(write=True) as work:
            arrived = [Arrived(str(number), raws[number], now) for number in numbers]
            ids = receive.store(work, account_id, "INBOX", "1", arrived)
        ready = [receive.prepare(id, read[number]) for id, number in zip(ids, numbers, strict=True)]  # type: ignore[arg-type]
        with store.work(write=True) as work:
            receive.process(work, ready)


def _letters_of_messages(store: Store) -> None:
    """A letter with its bytes and its references for every message of a filled store."""
    with store.work(write=True) as work:
        newest = work.value(select(func.max(t.message.c.id))) or 0
        account_id = work.value(select(t.account.c.id).order_by(t.account.c.id))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for first in range(1, newest + 1, 5_000):
        blobs, rows, refs = [], [], []
        for id in range(first, min(first + 5_000, newest + 1)):
            ticket_id = (id - 1) // MESSAGES + 1
            sha256 = hashlib.sha256(str(id).encode()).hexdigest()
            key = f"{id}.old@bench.example"
            blobs.append({"sha256": sha256, "size": 6, "encoding": "raw", "data": b"letter"})
            rows.append(
                {
                    "account_id": account_id,
                    "blob_sha256": sha256,
                    "message_key": key,
                    "body_hash": sha256,
                    "verdict": "append",
                    "from_key": f"customer{id % 900}@customers{id % 40}.example",
                    "ticket_id": ticket_id,
                    "arrived_at": at,
                }
            )
            refs.append({"ref": key, "ticket_id": ticket_id, "message_id": id, "kind": "seen"})
        with store.work(write=True) as work:
            work.insert_many(t.blob, blobs)
            work.insert_many(t.letter, rows)
            work.insert_many(t.message_ref, refs)
