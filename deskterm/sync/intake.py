"""The way of a stored letter: read in the limited child, then judged by the desk, a batch at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from deskterm import heap, limits
from deskterm.crash import crash
from deskterm.desk.intake import folders, receive
from deskterm.desk.intake.receive import Outcome, Prepared, Waiting
from deskterm.i18n import _
from deskterm.mail.limited import LimitedReader, ReaderFailed, Reading
from deskterm.store import blobs
from deskterm.sync import compress
from deskterm.sync.duty import Duty, Hand, beside
from deskterm.sync.log import LOG
from deskterm.sync.reader import PROGRAM

IDLE_SECONDS = 60.0
"""How long to sleep without a ring: whatever commits rings, this is for what was missed."""


def follow(hand: Hand) -> None:
    """Process what waits, then wait for more; compress originals while nothing comes for long."""
    with LimitedReader(program=PROGRAM) as reader:
        _warm(reader)
        last_letter = time.monotonic()
        compressing = compress.batches(hand.duty)
        while not hand.leave.is_set():
            if process_waiting(hand.duty, reader, hand.leave.is_set):
                last_letter = time.monotonic()
                compressing = compress.batches(hand.duty)
                continue
            wanted = limits.COMPRESS_AFTER_SECONDS - (time.monotonic() - last_letter)
            # a batch at a time: between two of them a letter that came is looked for
            if wanted <= 0 and next(compressing, None) is not None:
                continue
            hand.bell.wait(min(IDLE_SECONDS, wanted) if wanted > 0 else IDLE_SECONDS)


def process_all(duty: Duty, over: Callable[[], bool] = lambda: True) -> None:
    """Process everything that waits, and what comes until `over` says that nothing more comes."""
    with LimitedReader(program=PROGRAM) as reader:
        while True:
            # asked first: what was stored just before it was over is still looked for
            last = over()
            if process_waiting(duty, reader):
                continue
            if last:
                return
            duty.stored.wait(IDLE_SECONDS)


def process_waiting(duty: Duty, reader: LimitedReader, leave: Callable[[], bool] = lambda: False) -> bool:
    """Read waiting letters batch by batch and hand them to the desk; whether there was any.

    While the desk decides on a batch the next one is read: the child has a processor of its own.
    """
    prepared = _read_batch(duty, reader, 0, leave)
    found = bool(prepared)
    while prepared and not leave():
        ahead = beside("reading", _read_batch, duty, reader, prepared[-1].delivery_id, leave)
        try:
            _decide(duty, prepared)
        finally:
            # the child must not be asked by two
            ahead.exception()
        prepared = ahead.result()
    return found


def _decide(duty: Duty, prepared: Sequence[Prepared]) -> None:
    crash("before_process")
    with duty.write() as work:
        outcomes = receive.process(work, prepared)
        crash("inside_process")
    crash("after_process")
    _log(outcomes)
    duty.ring_queued()
    heap.give_back()


def _read_batch(duty: Duty, reader: LimitedReader, after: int, leave: Callable[[], bool]) -> list[Prepared]:
    """The next letters that wait, read; fewer where they are large, or the worker leaves."""
    with duty.store.work() as work:
        waiting = receive.waiting(work, limits.INTAKE_BATCH_LETTERS, after)
        own = receive.own_addresses(work) if waiting else frozenset()
        shortened = folders.shortened(work, [one.delivery_id for one in waiting])
    readings = reader.read_each(_originals(duty, waiting, leave), own)
    return [
        _prepared(one, reading, shortened.get(one.delivery_id))
        for one, reading in zip(waiting, readings, strict=False)
    ]


def _originals(duty: Duty, waiting: Sequence[Waiting], leave: Callable[[], bool]) -> Iterator[bytes]:
    """The bytes of letters, some taken at a time, until it is enough or the worker leaves."""
    given = 0
    at = 0
    while at < len(waiting):
        taken: list[bytes] = []
        octets = 0
        with duty.store.work() as work:
            while at < len(waiting) and (not taken or octets + waiting[at].size <= limits.INTAKE_TAKEN_BYTES):
                taken.append(blobs.get(work, waiting[at].sha256))
                octets += waiting[at].size
                at += 1
        for raw in taken:
            if leave() or given > limits.INTAKE_BATCH_BYTES:
                return
            yield raw
            given += len(raw)


def _prepared(one: Waiting, reading: Reading | ReaderFailed, whole_size: int | None) -> Prepared:
    """The letter of a delivery; one that cannot be read goes on with the reason, to be held."""
    if isinstance(reading, ReaderFailed):
        LOG.warning("delivery %d cannot be read: %s", one.delivery_id, reading)
        return Prepared(one.delivery_id, None, str(reading))
    letter = reading.letter
    if whole_size is not None:
        why = _("too large: of {size} only the beginning was fetched, the letter is still on the server")
        size = f"{whole_size / limits.MIB:.0f} MiB"
        letter = replace(letter, problems=(*letter.problems, why.format(size=size)))
    return Prepared(one.delivery_id, letter, "", reading.words)


def _warm(reader: LimitedReader) -> None:
    """Let the child begin now: its start would delay the first letter by a second."""
    try:
        reader.read(b"Subject: none\r\n\r\n")
    except ReaderFailed as failure:
        LOG.error("letters cannot be read: %s", failure)


def _log(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        LOG.info(
            "delivery %d: %s%s",
            outcome.delivery_id,
            outcome.verdict,
            f", ticket {outcome.ticket_id}" if outcome.ticket_id else "",
        )
