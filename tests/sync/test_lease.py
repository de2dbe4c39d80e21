"""Only one process is the worker, and one that lost its lease can write nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from deskterm.config import Home
from deskterm.store import lease as leases
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.errors import LeaseLost
from deskterm.store.opening import open_store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = open_store(Home.find())
    yield store
    store.close()


def later(store: Store, seconds: float) -> None:
    """Let the database's clock stand so much later from now on."""
    with store.work() as work:
        now = work.now
    store.clock = lambda: now + timedelta(seconds=seconds)


def test_a_lease_is_had_by_one_alone(store: Store) -> None:
    assert leases.take(store, "worker", "first", 10) is not None
    assert leases.take(store, "worker", "second", 10) is None
    with store.work() as work:
        assert leases.holder(work, "worker") == "first"


def test_it_is_taken_over_only_when_it_has_run_out(store: Store) -> None:
    first = leases.take(store, "worker", "first", 10)
    later(store, 9)
    assert leases.take(store, "worker", "second", 10) is None
    later(store, 2)
    second = leases.take(store, "worker", "second", 10)
    assert first is not None and second is not None
    assert second.epoch == first.epoch + 1


def test_a_renewed_lease_does_not_run_out(store: Store) -> None:
    first = leases.take(store, "worker", "first", 10)
    assert first is not None
    later(store, 8)
    assert leases.renew(store, first, 10)
    later(store, 8)
    assert leases.holds(store, first)
    assert leases.take(store, "worker", "second", 10) is None


def test_a_released_lease_is_free_at_once(store: Store) -> None:
    first = leases.take(store, "worker", "first", 10)
    assert first is not None
    leases.release(store, first)
    assert not leases.holds(store, first)
    assert leases.take(store, "worker", "second", 10) is not None


def test_who_lost_the_lease_can_neither_write_nor_renew_nor_release(store: Store) -> None:
    first = leases.take(store, "worker", "first", 10)
    assert first is not None
    later(store, 11)
    second = leases.take(store, "worker", "second", 10)
    assert second is not None

    with pytest.raises(LeaseLost), store.work(write=True, lease=first) as work:
        work.execute(t.setting.insert().values(name="desk_name", value="late"))
    assert not leases.renew(store, first, 10)
    leases.release(store, first)

    assert leases.holds(store, second)
    with store.work() as work:
        assert work.value(select(t.setting.c.value).where(t.setting.c.name == "desk_name")) is None


def test_the_same_holder_with_an_older_epoch_is_fenced_out_too(store: Store) -> None:
    first = leases.take(store, "worker", "same", 10)
    assert first is not None
    later(store, 11)
    assert leases.take(store, "worker", "same", 10) is not None
    with pytest.raises(LeaseLost), store.work(write=True, lease=first):
        pass


def test_of_many_that_want_it_at_once_one_gets_it(store: Store) -> None:
    taken: list[leases.Lease] = []
    ready = threading.Barrier(6)

    def want(name: str) -> None:
        ready.wait()
        lease = leases.take(store, "worker", name, 10)
        if lease is not None:
            taken.append(lease)

    threads = [threading.Thread(target=want, args=(f"process {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
