"""A follower of the store notices every commit, and only costs a glance."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from deskterm.config import Home
from deskterm.desk import history
from deskterm.desk.actor import SYSTEM
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.feed import Feed
from deskterm.store.opening import open_store

# SQLite has one writer at a time, and a file has no connection to cut
postgresql_alone = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = open_store(Home.find())
    yield store
    store.close()


@pytest.fixture
def feed(store: Store) -> Iterator[Feed]:
    feed = Feed(store)
    yield feed
    feed.close()


def test_a_commit_of_another_process_is_noticed_once(feed: Feed, database_url: str) -> None:
    other = open_store(Home.find())
    feed.poll()
    with other.work(write=True) as work:
        history.record(work, SYSTEM, "ticket.new")
    other.close()
    assert feed.poll()


def test_what_makes_no_event_is_noticed_too(feed: Feed, store: Store) -> None:
    feed.poll()
    with store.work(write=True) as work:
        work.execute(t.setting.insert().values(name="desk_name", value="The desk"))
    assert feed.poll()


def test_a_quiet_store_stays_quiet(feed: Feed, store: Store) -> None:
    feed.poll()
    if store.dialect == "sqlite":
        assert not feed.poll()
    else:
        # Another database of the same server may ring for nothing, but not for ever
        assert not all(feed.poll() for _ in range(200))


@postgresql_alone
def test_a_change_committed_while_an_older_one_is_still_open_is_not_the_last(
    feed: Feed, store: Store
) -> None:
    """The older one commits last; on PostgreSQL a follower of the highest transaction would miss it."""
    with store.engine.connect() as older, older.begin():
        older.execute(t.setting.insert().values(name="desk_name", value="older"))
        with store.engine.begin() as newer:
            newer.execute(t.setting.insert().values(name="reopen_days", value=3))
        feed.poll()
        feed.poll()
    assert feed.poll()


def test_it_begins_at_the_newest_event(store: Store) -> None:
    with store.work(write=True) as work:
        newest = history.record(work, SYSTEM, "ticket.new")
    feed = Feed(store)
    assert feed.last == newest
    feed.close()


@postgresql_alone
def test_it_goes_on_after_its_connection_was_cut(feed: Feed, store: Store) -> None:
    feed.poll()
    with store.work() as work:
        work.connection.exec_driver_sql(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    assert feed.poll(), "a lost connection must ring: nobody knows what was missed"
    with store.work(write=True) as work:
        history.record(work, SYSTEM, "ticket.new")
    assert feed.poll()


def test_who_waits_is_rung_by_a_commit_and_woken_by_hand(feed: Feed, database_url: str) -> None:
    other = open_store(Home.find())
    while feed.wait(0):
        pass
    began = time.monotonic()
    feed.wake()
    assert not feed.wait(600), "woken, not rung"
    waiter = ThreadPoolExecutor(1)
    waited = waiter.submit(feed.wait, 600)
    with other.work(write=True) as work:
        history.record(work, SYSTEM, "ticket.new")
    assert waited.result(timeout=60)
    assert time.monotonic() - began < 60
    waiter.shutdown()
    other.close()


@postgresql_alone
def test_a_ring_that_comes_with_an_answer_is_not_lost(
    feed: Feed, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskterm.store.feed.SURE_SECONDS", 600)
    while feed.wait(0.5):
        pass
    with store.work(write=True) as work:
        history.record(work, SYSTEM, "ticket.new")
    before, read, asked = feed._mark, feed._read, count()

    def read_a_moment_too_early() -> str | None:
        """The notification comes in together with an answer that does not know of the commit yet."""
        mark = read()
        return before if next(asked) == 0 else mark

    monkeypatch.setattr(feed, "_read", read_a_moment_too_early)
    assert not feed.poll()
    began = time.monotonic()
    assert feed.wait(60)
    assert time.monotonic() - began < 30, "it was found at the end of the wait only"
