"""Units of work: together or not at all, ids in commit order, no lost updates."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from deskterm.config import Home
from deskterm.desk import history
from deskterm.desk.actor import SYSTEM
from deskterm.store import blobs, fulltext
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.errors import StoreError
from deskterm.store.opening import open_store
from deskterm.store.prepared import Query, among_few, few
from deskterm.store.sqlite import _on_connect

WORDS = ("printer", "scanner", "modem")


def in_threads(*works: Callable[[], None]) -> None:
    """Run them side by side and raise what any of them raised."""
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001  # handed to the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]


def test_what_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.work(write=True) as work:
        history.record(work, SYSTEM, "test.done")
        raise RuntimeError
    with store.work() as work:
        assert work.rows(select(t.event)) == []


def test_a_savepoint_undoes_only_itself(store: Store) -> None:
    with store.work(write=True) as work:
        history.record(work, SYSTEM, "test.kept")
        with pytest.raises(ValueError), work.savepoint():
            history.record(work, SYSTEM, "test.undone")
            raise ValueError
    with store.work() as work:
        assert work.values(select(t.event.c.act)) == ["test.kept"]


def test_words_kept_back_outlive_a_savepoint_that_wrote_them_out(store: Store) -> None:
    with store.work(write=True) as work:
        fulltext.index_many(work, [(7, "printer\n\n\nbroken")])
        with pytest.raises(ValueError), work.savepoint():
            fulltext.index_many(work, [(8, "scanner\n\n\nbroken")])
            fulltext.write_out(work)
            raise ValueError
        fulltext.index_many(work, [(8, "modem\n\n\nbroken")])
    with store.work() as work:
        found = {word: work.values(fulltext.matching(work, fulltext.Words((word,)))) for word in WORDS}
    assert found == {"printer": [7], "scanner": [], "modem": [8]}


def test_a_nul_in_a_text_stops_nobody(store: Store) -> None:
    with store.work(write=True) as work:
        history.record(work, SYSTEM, "test.\0done")
    with store.work() as work:
        assert [act.replace("\0", "") for act in work.values(select(t.event.c.act))] == ["test.done"]


def test_moments_come_back_aware_and_in_utc(store: Store) -> None:
    moment = datetime(2026, 3, 29, 3, 30, tzinfo=UTC)
    store.clock = lambda: moment.astimezone()
    with store.work(write=True) as work:
        history.record(work, SYSTEM, "test.done")
        found = work.value(select(t.event.c.at))
    assert found == moment and found.utcoffset() == timedelta(0)


def test_ids_are_in_commit_order(store: Store) -> None:
    """One writer holds his transaction open while another wants to commit: the follower loses nothing."""
    first_has_written, first_may_end = threading.Event(), threading.Event()

    def first() -> None:
        with store.work(write=True) as work:
            history.record(work, SYSTEM, "test.first")
            first_has_written.set()
            assert first_may_end.wait(30)

    def second() -> None:
        assert first_has_written.wait(30)
        threading.Timer(0.3, first_may_end.set).start()
        with store.work(write=True) as work:
            history.record(work, SYSTEM, "test.second")

    seen: list[int] = []
    done = threading.Event()

    def follower() -> None:
        last = 0
        while True:
            ending = done.is_set()
            with store.work() as work:
                for id in work.values(select(t.event.c.id).where(t.event.c.id > last).order_by(t.event.c.id)):
                    seen.append(id)
                    last = id
            if ending:
                return

    following = threading.Thread(target=follower)
    following.start()
    try:
        in_threads(first, second)
    finally:
        done.set()
        following.join(30)
    with store.work() as work:
        assert work.rows(select(t.event.c.id, t.event.c.act).order_by(t.event.c.id))[0].act == "test.first"
        assert seen == work.values(select(t.event.c.id).order_by(t.event.c.id))


def test_many_writers_lose_no_update(store: Store) -> None:
    with store.work(write=True) as work:
        work.execute(t.setting.insert().values(name="count", value=0))

    def count() -> None:
        for _time in range(20):
            with store.work(write=True) as work:
                value = work.value(select(t.setting.c.value).where(t.setting.c.name == "count"))
                work.execute(t.setting.update().where(t.setting.c.name == "count").values(value=value + 1))

    in_threads(*[count] * 5)
    with store.work() as work:
        assert work.value(select(t.setting.c.value).where(t.setting.c.name == "count")) == 100


def test_bytes_come_back_as_they_went_compressed_or_not(store: Store) -> None:
    plain, dense = b"line of a letter\r\n" * 200, bytes(range(256))
    with store.work(write=True) as work:
        keys = [blobs.put(work, data) for data in (plain, dense, plain)]
        assert keys[0] == keys[2]
        assert dict(blobs.uncompressed(work, 10)) == {keys[0]: len(plain), keys[1]: len(dense)}
        for key in keys:
            blobs.repack(work, key, *blobs.packed(work, key))
        assert blobs.uncompressed(work, 10) == []
        assert sorted(work.values(select(t.blob.c.encoding))) == ["stored", "zlib"]
        assert [blobs.get(work, key) for key in keys] == [plain, dense, plain]


def test_a_full_disk_is_one_sentence_and_changes_nothing(tmp_path: Path) -> None:
    """SQLite alone: the disk of a PostgreSQL server is its own business."""
    store = open_store(Home.find(str(tmp_path / "small"), {}))
    with store.work(write=True) as work:
        pages = work.connection.exec_driver_sql("pragma page_count").scalar_one()
    store.engine.dispose()

    def small(connection: object, record: object) -> None:
        _on_connect(connection, record)
        connection.execute(f"pragma max_page_count={pages + 4}")  # type: ignore[attr-defined]

    event.listen(store.engine, "connect", small)
    with pytest.raises(StoreError, match="full") as full, store.work(write=True) as work:
        blobs.put(work, bytes(range(256)) * 4000)
    assert full.value.exit_code == 73
    with store.work() as work:
        assert work.rows(select(t.blob.c.sha256)) == []
    store.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_setting_for_one_read_is_gone_with_it(store: Store) -> None:
    asked = text("select current_setting('enable_seqscan')")
    with store.work() as work:
        usual = work.value(asked)
        work.begin()
        work.execute(text("set local enable_seqscan = off"))
        assert (usual, work.value(asked)) == ("on", "off")
    for _time in range(2):
        with store.work() as work:
            assert work.value(asked) == "on"


def test_rows_of_few_ids_are_found_by_their_key_and_not_by_looking_at_all(store: Store) -> None:
    asked = Query(select(t.client.c.name).where(among_few(t.client.c.id), t.client.c.name != ""))
    with store.work(write=True) as work:
        names = ("few 0", "few 1", "few 2")
        ids = [work.insert(t.client, name=name, key=name, created_at=work.now) for name in names]
    with store.work() as work:
        assert work.values(asked, few(ids[:2])) == ["few 0", "few 1"]
        if work.dialect == "sqlite":
            form = asked.form(work._driver)
            plan = work._driver.run(f"explain query plan {form.text}", form.bound(few(ids[:2]))).fetchall()
            assert [row[3] for row in plan] == ["SEARCH client USING INTEGER PRIMARY KEY (rowid=?)"]
