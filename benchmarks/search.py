"""Finding as one types, on a store of very many messages, on SQLite and on PostgreSQL.

Words come as they do in letters: few are everywhere, most are rare. Each query is typed sign by sign, and
each sign is answered with the first page of tickets, as the console asks for it.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from sqlalchemy import text

from benchmarks.fill import FORMAT, THREADS, fill, filled
from deskterm import limits
from deskterm.config import Home
from deskterm.desk import actor, listing
from deskterm.store.opening import open_store
from deskterm.store.work import Work
from tests.world import postgres

TYPED = (
    "заявка на принтер",
    "письмо клиенту",
    "не работает интернет",
    "счёт на оплату",
    "printer error",
    "картридж закончился",
    "забыл пароль",
    "server update",
    "договор поставки",
    "customer 4711",
)
ASKED = (
    "принтер картридж счёт",
    "status:open принтер",
    "from:customer4711 заявка",
    'is:open "новая заявка"',
    "принтер -картридж",
    "client:4711 письмо",
    "responsible:me договор",
    "before:2025-01-01 оплата",
    "заявка OR invoice",
    "4711",
)
HARD = (
    "принтер OR status:open",
    "printer OR is:snoozed",
    "has:attachment",
    "printer has:attachment",
    "has:note",
    "before:2024-03-01 printer",
    "before:2025-06-01 printer",
    "on:2024-08 принтер",
    "-принтер",
    "-принтер -printer status:open",
    "from:customer4711",
    "is:unread printer",
    "rubric:Network printer",
)
"""Much is looked at for these, or nothing is found."""


@dataclass(frozen=True)
class Times:
    """Milliseconds of each answer: by the clock; of the processors, which other load hardly changes."""

    taken: list[tuple[float, str]]
    worked: list[float]

    def line(self) -> str:
        slowest = max(self.taken)
        return (
            f"p50 {statistics.median(taken for taken, _query in self.taken):6.1f}  p95 {self.p95:6.1f}"
            f"  slowest {slowest[0]:6.1f} ms ({slowest[1]}); processor time"
            f" p50 {statistics.median(self.worked):.1f}, p95 {_of(self.worked, 0.95):.1f} ms"
        )

    @property
    def p95(self) -> float:
        return _of([taken for taken, _query in self.taken], 0.95)


def _of(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


def measure(folder: Path, messages: int = 1_000_000) -> None:
    """Fill a store on each database where it is not there yet, then type and ask."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}")
    home = filled(folder, messages, 1, THREADS)
    small = _measured("SQLite", home, messages, wanted=50)
    with _on_postgresql(folder, messages) as server:
        large = _measured("PostgreSQL", server, messages, wanted=250)
    print(f"PostgreSQL takes {large / small:.1f} times what SQLite takes, p95 of typing (wanted ≤ 5)")


@contextmanager
def _on_postgresql(folder: Path, messages: int) -> Iterator[Home]:
    """The same on PostgreSQL: kept between runs where a server is given, by DESKTERM_TEST_POSTGRES."""
    given = os.environ.get(postgres.URL_VARIABLE)
    if given:
        name = f"deskterm_bench_{messages}"
        home = _home_on(folder, urlunsplit(urlsplit(given)._replace(path=f"/{name}")))
        with psycopg.connect(given, autocommit=True) as server:
            if not _is_filled(server, name):
                server.execute(f'drop database if exists "{name}" with (force)'.encode())
                server.execute(f"create database \"{name}\" encoding 'UTF8' template template0".encode())
                _fill(home, messages)
                server.execute(f"comment on database \"{name}\" is '{FORMAT}'".encode())
        yield home
        return
    held = postgres.open_folder()
    try:
        with postgres.fresh_postgres() as url:
            home = _home_on(folder, url)
            _fill(home, messages)
            yield home
    finally:
        postgres.close_folder(held)


def _home_on(folder: Path, url: str) -> Home:
    return Home.find(str(folder / "search-postgresql"), {"DESKTERM_DATABASE_URL": url})


def _is_filled(server: psycopg.Connection[Any], name: str) -> bool:
    told = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"
    row = server.execute(told, (name,)).fetchone()
    return row is not None and row[0] == FORMAT


def _fill(home: Home, messages: int) -> None:
    store = open_store(home)
    fill(store, home, messages, 1, THREADS)
    store.close()


def _measured(name: str, home: Home, messages: int, wanted: int) -> float:
    store = open_store(home)
    boss = actor.settle(store, home)
    typed = [query[:end] for query in TYPED for end in range(1, len(query) + 1)]

    def first_page(query: str) -> tuple[float, float]:
        return asked(lambda work: listing.search(work, boss, query, limit=limits.PAGE_ROWS))

    def all_ids(query: str) -> tuple[float, float]:
        return asked(lambda work: listing.search_ids(work, boss, query))

    def asked(job: Callable[[Work], Any]) -> tuple[float, float]:
        """(milliseconds by the clock, of this thread and of the server's process)."""
        with store.work() as work:
            server = Path(f"/proc/{work.value(text('select pg_backend_pid()'))}/schedstat") if large else None
            before, worked = time.perf_counter(), _worked(server)
            job(work)
            return (time.perf_counter() - before) * 1000, (_worked(server) - worked) * 1000

    large = store.dialect == "postgresql"
    for query in TYPED:
        first_page(query)  # warm
    typing = _timed(typed, first_page)
    print(f"{name}, {messages:,} messages")
    print(f"  typing, first page    {typing.line()}   (wanted p95 ≤ {wanted} ms)")
    print(f"  a whole query         {_timed(ASKED, first_page).line()}")
    hard = _timed(HARD, first_page)
    print(f"  a hard one            {hard.line()}   (wanted ≤ 300 ms of processor time)")
    print(f"  its ids, up to {limits.FOUND_TICKETS:,}  {_timed(ASKED, all_ids).line()}", flush=True)
    store.close()
    return typing.p95


def _worked(server: Path | None) -> float:
    """Seconds this thread, and the server's process that answers it, have had a processor."""
    return time.thread_time() + (int(server.read_text().split()[0]) / 1e9 if server is not None else 0.0)


def _timed(queries: Iterable[str], ask: Callable[[str], tuple[float, float]]) -> Times:
    taken = [(query, *ask(query)) for query in queries]
    return Times([(clock, query) for query, clock, _worked in taken], [worked for *_rest, worked in taken])


if __name__ == "__main__":
    measure(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
