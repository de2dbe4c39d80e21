"""Originals are compressed while the worker has nothing else to do."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from deskterm import limits
from deskterm.desk.intake import receive
from deskterm.desk.intake.receive import Arrived
from deskterm.secrets import SecretStore
from deskterm.store import blobs
from deskterm.store import lease as leases
from deskterm.store import tables as t
from deskterm.store.errors import LeaseLost
from deskterm.sync import compress, intake
from deskterm.sync.bell import Bell
from deskterm.sync.duty import Duty, Hand
from tests.sync.stage import Stage, letter, open_stage
from tests.world.processes import wait_until

DESK, CUSTOMER = "support@desk.test", "anna@customers.test"


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage


@pytest.fixture
def duty(stage: Stage) -> Duty:
    lease = leases.take(stage.store, "worker", "this test", 600)
    assert lease is not None
    return Duty(stage.home, stage.store, lease, SecretStore(stage.home), Bell())


def put(stage: Stage, count: int) -> dict[str, bytes]:
    """Some originals, as they came."""
    with stage.store.work(write=True) as work:
        return {blobs.put(work, raw): raw for raw in (b"line %d\r\n" % at * 500 for at in range(count))}


def arrive(stage: Stage, account_id: int) -> None:
    """A letter is stored, as its fetching would."""
    with stage.store.work(write=True) as work:
        arrived = Arrived("1", letter(1, CUSTOMER, DESK), work.now)
        receive.store(work, account_id, "INBOX", "1", [arrived])


def kept(stage: Stage) -> list[str]:
    return sorted(stage.read(lambda work: work.values(select(t.blob.c.encoding))))


def bytes_of(stage: Stage, keys: Any) -> dict[str, bytes]:
    return stage.read(lambda work: {key: blobs.get(work, key) for key in keys})


def test_originals_are_compressed_a_batch_at_a_time_and_come_back_as_they_came(
    stage: Stage, duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals = put(stage, 5)
    monkeypatch.setattr(limits, "COMPRESS_BATCH_BYTES", 2 * len(next(iter(originals.values()))))
    monkeypatch.setattr(limits, "COMPRESS_AT_ONCE_BLOBS", 4)
    compressing = compress.batches(duty)
    next(compressing)
    assert kept(stage) == ["raw"] * 3 + ["zlib"] * 2
    assert len(list(compressing)) == 2, "two more, the list of what is to be done made anew between them"
    assert kept(stage) == ["zlib"] * 5
    assert bytes_of(stage, originals) == originals
    assert list(compress.batches(duty)) == []


def test_a_worker_whose_lease_was_taken_over_compresses_nothing(stage: Stage, duty: Duty) -> None:
    put(stage, 1)
    leases.release(stage.store, duty.lease)
    assert leases.take(stage.store, "worker", "another", 600) is not None
    with pytest.raises(LeaseLost):
        next(compress.batches(duty))
    assert kept(stage) == ["raw"]


class TestOnlyWhenIdle:
    def follow(self, duty: Duty) -> Hand:
        hand = Hand("intake", duty, intake.follow, duty.stored)
        hand.start()
        return hand

    def test_an_idle_worker_compresses_and_still_takes_letters(
        self, stage: Stage, duty: Duty, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = stage.add_account(DESK, "", incoming="none")
        originals = put(stage, 3)
        monkeypatch.setattr(limits, "COMPRESS_AFTER_SECONDS", 0)
        hand = self.follow(duty)
        try:
            wait_until(lambda: kept(stage) == ["zlib"] * 3, "all are compressed")
            arrive(stage, account)
            hand.bell.ring()
            stage.wait_for_tickets(1)
            wait_until(lambda: "raw" not in kept(stage), "the new one is compressed too")
        finally:
            hand.dismiss()
            hand.join(20)
        assert not hand.is_alive()
        assert bytes_of(stage, originals) == originals

    def test_letters_that_wait_go_first(
        self, stage: Stage, duty: Duty, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = stage.add_account(DESK, "", incoming="none")
        monkeypatch.setattr(limits, "COMPRESS_AFTER_SECONDS", 0)
        monkeypatch.setattr(limits, "COMPRESS_BATCH_BYTES", 1)
        began, go_on = threading.Event(), threading.Event()
        seen: list[tuple[int, list[str]]] = []
        real = compress._compress

        def watched(duty: Duty, keys: list[str]) -> None:
            began.set()
            go_on.wait(20)
            seen.append((stage.count(t.ticket), keys))
            real(duty, keys)

        monkeypatch.setattr(compress, "_compress", watched)
        put(stage, 2)
        hand = self.follow(duty)
        try:
            assert began.wait(20)
            arrive(stage, account)
            go_on.set()
            wait_until(lambda: "raw" not in kept(stage), "all are compressed")
        finally:
            hand.dismiss()
            hand.join(20)
        assert [tickets for tickets, _keys in seen][:2] == [0, 1], "the letter came between two batches"

    def test_a_worker_that_was_busy_a_moment_ago_leaves_them_alone(self, stage: Stage, duty: Duty) -> None:
        account = stage.add_account(DESK, "", incoming="none")
        put(stage, 1)
        arrive(stage, account)
        began = time.monotonic()
        hand = self.follow(duty)
        try:
            stage.wait_for_tickets(1)
            for _ring in range(3):
                hand.bell.ring()
        finally:
            hand.dismiss()
            hand.join(20)
        assert time.monotonic() - began < limits.COMPRESS_AFTER_SECONDS
        assert kept(stage) == ["raw", "raw"]
