"""A store moves whole between SQLite and PostgreSQL, or not at all."""

from __future__ import annotations

import os
import sqlite3
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from deskterm.config import Home
from deskterm.demo import seed
from deskterm.demo.history import threads
from deskterm.desk import actor
from deskterm.store import blobs, copying, fulltext
from deskterm.store import lease as leases
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.errors import StoreError
from deskterm.store.opening import open_store
from deskterm.store.tables.core import METADATA
from tests.world import postgres

TICKETS = 6

# the desk they copy is made once
pytestmark = pytest.mark.xdist_group("copying")


def quiet(table: str, done: int, total: int) -> None:
    """Nobody watches the progress."""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a desk with the demo's past, and a file of bytes no text encoding knows."""
    folder = tmp_path_factory.mktemp("past") / "deskterm"
    home = Home.find(str(folder), {})
    store = open_store(home)
    owner = actor.settle(store, home)
    seed.furnish(store, owner, seed.Ports(imap=9, smtp=9))
    seed.Past(store, owner, 3).play(threads(TICKETS, datetime(2026, 11, 20, tzinfo=UTC), 3), lambda *_: None)
    with store.work(write=True) as work:
        blobs.put(work, bytes(range(256)) * 4)
        # a number given out and taken back is never given out again
        gone = work.insert(t.event, at=work.now, act="test", actor_kind="system", via="test")
        work.execute(t.event.delete().where(t.event.c.id == gone))
    store.close()
    return folder


@pytest.fixture
def source(past: Path) -> Iterator[Store]:
    store = open_store(Home.find(str(past), {}))
    yield store
    store.close()


@pytest.fixture
def database(tmp_path: Path, new_postgres: str) -> Iterator[Home]:
    """The home of a PostgreSQL database nobody has used."""
    with postgres.fresh_postgres(new_postgres) as url:
        yield Home.find(str(tmp_path / "by-url"), {"DESKTERM_DATABASE_URL": url})


def next_event(store: Store) -> int:
    with store.work(write=True) as work:
        return work.insert(t.event, at=work.now, act="test", actor_kind="system", via="test")


def contents(store: Store) -> dict[str, tuple[int, str]]:
    """Rows and digest of each table, without what the copy itself holds of the source."""
    found = {}
    with store.engine.connect() as connection:
        for name, table in METADATA.tables.items():
            digest = copying.Digest()
            for rows in copying.pages(connection, table):
                for row in rows:
                    digest.add(row)
            found[name] = (digest.rows, digest.hex)
        forms = connection.execute(text("select form, lemma from word_form")).all()
    del found["lease"]
    found["word_form"] = (len(forms), str(sorted(map(tuple, forms))))
    return found


def hits(store: Store, *queries: fulltext.Asked) -> list[list[int]]:
    with store.work() as work:
        asked = [fulltext.matching(work, each) for each in queries]
        return [sorted(work.values(one)) for one in asked]


QUERIES = (
    *(fulltext.Words((word,)) for word in ("printer", "принтер", "the", "заказ", "nosuchword")),
    fulltext.Phrase(("good", "day")),
    fulltext.Words((), "prin", "subject"),
)


def test_a_desk_goes_there_and_back_and_is_the_same(source: Store, database: Home, tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    before, found_before = contents(source), hits(source, *QUERIES)

    there = copying.copy_to(source, database, lambda *progress: said.append(progress))
    target = open_store(database)
    assert contents(target) == before
    assert hits(target, *QUERIES) == found_before and any(found_before)
    assert before["word_form"][0] > 50
    counted = sum(rows for name, (rows, _digest) in before.items() if name != "word_form")
    assert there.rows == counted + 1  # and the lease
    assert there.messages_indexed > TICKETS and there.searches_compared > 20
    assert {table for table, _done, _total in said} == {*METADATA.tables, "message_words"}

    back_home = Home.find(str(tmp_path / "back"), {})
    back = copying.copy_to(target, back_home, quiet)
    assert (Path(back_home.database).stat().st_mode & 0o777) == 0o600
    again = open_store(back_home)
    assert contents(again) == before
    assert hits(again, *QUERIES) == found_before
    assert [table.digest for table in back.tables if table.name != "lease"] == [
        table.digest for table in there.tables if table.name != "lease"
    ]
    # each goes on where the first one stopped, also past a number that was given out and taken back
    with source.work() as work:
        highest = work.value(select(func.max(t.event.c.id)))
    assert highest + 1 < next_event(target) == next_event(again)
    with target.work() as work, pytest.raises(Exception, match="foreign key"):
        work.execute(t.message.insert().values(**dangling(source)))
    target.close()
    again.close()


def dangling(store: Store) -> dict[str, object]:
    """A message of a ticket that is not there."""
    with store.work() as work:
        row = work.first(select(t.message).limit(1))
        assert row is not None
        return {**row._mapping, "id": 10**6, "ticket_id": 10**6}


def test_a_store_in_use_is_no_target_and_stays_as_it_was(source: Store, tmp_path: Path) -> None:
    home = Home.find(str(tmp_path / "theirs"), {})
    theirs = open_store(home)
    actor.settle(theirs, home)
    before = contents(theirs)
    with pytest.raises(StoreError, match="in use already") as refused:
        copying.copy_to(source, home, quiet)
    assert refused.value.exit_code == 73
    assert contents(theirs) == before
    theirs.close()


def test_nothing_is_copied_while_the_worker_runs_and_none_begins_meanwhile(
    source: Store, tmp_path: Path
) -> None:
    lease = leases.take(source, "worker", "somewhere:1", 60)
    assert lease is not None
    home = Home.find(str(tmp_path / "target"), {})
    with pytest.raises(StoreError, match="worker runs") as refused:
        copying.copy_to(source, home, quiet)
    assert refused.value.exit_code == 75
    assert not Path(home.database).exists()
    leases.release(source, lease)
    begun: list[object] = []

    def tell(table: str, done: int, total: int) -> None:
        if table == "ticket":
            begun.append(leases.take(source, "worker", "somewhere:1", 60))

    copying.copy_to(source, home, tell)
    assert begun and not any(begun)
    # afterwards the lease is free in both: a worker begins at once
    target = open_store(home)
    for store in (source, target):
        lease = leases.take(store, "worker", "somewhere:2", 1)
        assert lease is not None
        leases.release(store, lease)
    target.close()


def test_a_copy_that_is_not_equal_is_given_up_whole(
    source: Store, database: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = open_store(database)
    before = contents(target)
    added = copying.Digest.add
    seen = [0]

    def adds(self: copying.Digest, values: object) -> None:
        seen[0] += 1
        added(self, (seen[0],))

    monkeypatch.setattr(copying.Digest, "add", adds)
    with pytest.raises(StoreError, match="not equal") as refused:
        copying.copy_to(source, database, quiet)
    monkeypatch.undo()
    assert refused.value.exit_code == 65
    assert contents(target) == before
    target.close()
    copying.copy_to(source, database, quiet)


def test_what_the_other_cannot_hold_is_mended_and_counted(database: Home, tmp_path: Path) -> None:
    home = Home.find(str(tmp_path / "nul"), {})
    store = open_store(home)
    with store.work(write=True) as work:
        work.insert(t.setting, name="odd", value="a\x00b")
        work.insert(t.refusal, at=work.now, actor="a\x00b", act="x", right="y")
    copied = copying.copy_to(store, database, quiet)
    assert copied.texts_mended == 1
    store.close()
    target = open_store(database)
    with target.work() as work:
        assert work.value(select(t.refusal.c.actor)) == "a\ufffdb"
        assert work.value(select(t.setting.c.value).where(t.setting.c.name == "odd")) == "a\x00b"
    target.close()


def test_memory_does_not_grow_with_the_store(tmp_path: Path) -> None:
    home = Home.find(str(tmp_path / "large"), {})
    store = open_store(home)
    size, number = 1024 * 1024, 40
    with store.work(write=True) as work:
        for _each in range(number):
            blobs.put(work, os.urandom(size))
    tracemalloc.start()
    try:
        copying.copy_to(store, Home.find(str(tmp_path / "copy"), {}), quiet)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    store.close()
    assert peak < 4 * copying.PAGE_BYTES < size * number / 2
    with sqlite3.connect(tmp_path / "copy" / "desk.sqlite") as copied:
        assert copied.execute("select count(*) from blob").fetchone() == (number,)
    copied.close()


def test_pages_hold_every_row_once_whatever_the_key(source: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PAGE_ROWS", 3)
    with source.work() as work:
        for table in (t.read_mark, t.setting, t.ticket_count, t.message):
            whole = work.rows(select(table).order_by(*table.primary_key.columns))
            assert [row for page in copying.pages(work.connection, table) for row in page] == whole
