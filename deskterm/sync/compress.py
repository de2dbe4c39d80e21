"""Originals compressed while the worker has nothing else to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from deskterm import limits
from deskterm.store import blobs
from deskterm.sync.duty import Duty


def batches(duty: Duty) -> Iterator[int]:
    """Compress all that stands as it came, a batch each time the next is asked for; bytes looked at.

    What is to be done is asked once, for that goes through every stored original. The work itself is done
    outside the transaction that writes: nobody waits for it.
    """
    while True:
        with duty.store.work() as work:
            todo = blobs.uncompressed(work, limits.COMPRESS_AT_ONCE_BLOBS)
        if not todo:
            return
        while todo:
            batch = [todo.pop()]
            total = batch[0][1]
            while todo and total + todo[-1][1] <= limits.COMPRESS_BATCH_BYTES:
                batch.append(todo.pop())
                total += batch[-1][1]
            _compress(duty, [sha256 for sha256, _size in batch])
            yield total


def _compress(duty: Duty, keys: list[str]) -> None:
    found = []
    with duty.store.work() as work:
        for sha256 in keys:
            with suppress(KeyError):  # pruned since the list was made
                found.append((sha256, *blobs.packed(work, sha256)))
    with duty.write() as work:
        for sha256, encoding, data in found:
            blobs.repack(work, sha256, encoding, data)
