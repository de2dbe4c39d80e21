"""Finding as one types, on a store of very many messages, on SQLite and on PostgreSQL.

Words come as they do in letters: few are everywhere, most are rare. Each query is typed sign by sign, and
each sign is answered with the first page of tickets, as the console asks for it.
"""

from __future__ import annotations

import itertools
import os
import platform
import pydoc_data.topics
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.fill import add_people, read_by_all
from deskterm import limits
from deskterm.config import Home
from deskterm.desk import actor, listing
from deskterm.mail.message_ids import new_token
from deskterm.store import fulltext, tokens
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store
from deskterm.store.work import Work
from tests.store.word_forms import desk_words
from tests.world import postgres

MESSAGES_OF_A_TICKET = 3
WORDS_OF_A_MESSAGE = 25
BATCH = 10_000
BEGINNINGS = "пр по за об от вы на не ра со ст ко ка ма ме до де тр вз ин пл кр су фо тел сер бух дог".split()
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
    home = Home.find(str(folder / f"search-{messages}"), {})
    if not (home.folder / "filled").exists():
        home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in home.folder.glob("desk.sqlite*"):
            left.unlink()
        _filled(home, messages)
        (home.folder / "filled").touch()
    small = _measured("SQLite", home, messages, wanted=50)
    held = postgres.open_folder()
    try:
        with postgres.fresh_postgres() as url:
            server = Home.find(str(folder / "search-postgresql"), {"DESKTERM_DATABASE_URL": url})
            _filled(server, messages)
            large = _measured("PostgreSQL", server, messages, wanted=250)
    finally:
        postgres.close_folder(held)
    print(f"PostgreSQL takes {large / small:.1f} times what SQLite takes, p95 of typing (wanted ≤ 5)")


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
    print(f"  its ids, up to {limits.FOUND_TICKETS:,}  {_timed(ASKED, all_ids).line()}", flush=True)
    store.close()
    return typing.p95


def _worked(server: Path | None) -> float:
    """Seconds this thread, and the server's process that answers it, have had a processor."""
    return time.thread_time() + (int(server.read_text().split()[0]) / 1e9 if server is not None else 0.0)


def _timed(queries: Iterable[str], ask: Callable[[str], tuple[float, float]]) -> Times:
    taken = [(query, *ask(query)) for query in queries]
    return Times([(clock, query) for query, clock, _worked in taken], [worked for *_rest, worked in taken])


def _vocabulary() -> list[str]:
    """Words from the commonest to the rarest: of a help desk, English, of a dictionary, numbers."""
    import pymorphy3

    chance = random.Random(3)
    desk = [form for word in desk_words() if word.kind != "INFN" for form in word.forms]
    desk += [form for word in desk_words() if word.kind == "INFN" for form in word.forms[:12]]
    english = sorted(set(re.findall(r"[a-z]{3,}", " ".join(pydoc_data.topics.topics.values()).lower())))
    chance.shuffle(desk)
    chance.shuffle(english)
    common = [word for pair in itertools.zip_longest(desk, english) for word in pair if word]
    dictionary = pymorphy3.MorphAnalyzer(lang="ru")
    rare = [
        word
        for begin in BEGINNINGS
        for word in {one.word for one in itertools.islice(dictionary.iter_known_word_parses(begin), 8_000)}
    ]
    rare = sorted(rare)
    chance.shuffle(rare)
    first = (
        "не на и в заявка принтер письмо счет договор оплата работает printer error server customer".split()
    )
    return list(dict.fromkeys([*first, *common, *rare, *(str(number) for number in range(1000, 9000))]))[
        :60_000
    ]


def _filled(home: Home, messages: int) -> None:
    started = time.perf_counter()
    store = open_store(home)
    number_of_tickets = messages // MESSAGES_OF_A_TICKET
    with store.engine.connect() as connection:
        if store.dialect == "postgresql":
            # made at once at the end: ten times as fast
            connection.execute(text("drop index message_words_words"))
            connection.commit()
        else:
            connection.exec_driver_sql(
                "insert into message_words(message_words, rank) values('automerge', 0)"
            )
            connection.commit()
    _tickets(store, home, number_of_tickets)
    with store.engine.connect() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("set maintenance_work_mem = '512MB'"))
            connection.execute(text("create index message_words_words on message_words using gin (words)"))
            connection.commit()
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))
        else:
            for statement in ("('automerge', 4)", "('merge', 500000)"):
                connection.exec_driver_sql(
                    f"insert into message_words(message_words, rank) values{statement}"
                )
            connection.commit()
    store.close()
    print(
        f"filled {messages:,} messages in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True
    )


def _tickets(store: Store, home: Home, number_of_tickets: int) -> None:
    chance = random.Random(1)
    vocabulary = _vocabulary()
    cumulative = list(itertools.accumulate(1 / (rank + 12) for rank in range(len(vocabulary))))
    people = add_people(store, home)
    start = datetime(2023, 1, 1, tzinfo=UTC)
    step = timedelta(days=1200) / number_of_tickets
    with store.work(write=True) as work:
        clients = [
            work.insert(t.client, name=f"Firm {n}", key=f"firm {n}", created_at=start) for n in range(5000)
        ]
    for first in range(1, number_of_tickets + 1, BATCH):
        rows, messages, words = [], [], []
        for number in range(first, min(first + BATCH, number_of_tickets + 1)):
            subject = " ".join(chance.choices(vocabulary, cum_weights=cumulative, k=5))
            status_id, status_class = people.status(number > number_of_tickets * 0.9)
            customer, at = number % 5000, start + step * number
            last = number * MESSAGES_OF_A_TICKET
            rows.append(
                {
                    "id": number,
                    "token": new_token(people.signing, number),
                    "subject": subject,
                    "status_id": status_id,
                    "status_class": status_class,
                    "customer": f"Customer {customer}",
                    "customer_key": f"customer{customer}@bench.example",
                    "client_id": clients[customer],
                    "responsible_id": people.responsible(number > number_of_tickets * 0.9),
                    "account_id": people.account_id,
                    "created_at": at,
                    "changed_at": at,
                    "last_message_at": at,
                    "last_message_id": last,
                    "messages": MESSAGES_OF_A_TICKET,
                }
            )
            for id in range(last - MESSAGES_OF_A_TICKET + 1, last + 1):
                body = " ".join(chance.choices(vocabulary, cum_weights=cumulative, k=WORDS_OF_A_MESSAGE))
                sender = (f"Customer {customer}", f"customer{customer}@bench.example")
                messages.append(
                    {
                        "id": id,
                        "ticket_id": number,
                        "visibility": "public",
                        "from_name": sender[0],
                        "from_address": sender[1],
                        "subject": subject,
                        "body": body,
                        "at": at,
                    }
                )
                words.append((id, tokens.indexed(subject, " ".join(sender), "", body)))
        with store.work(write=True) as work:
            work.execute(t.ticket.insert(), rows)
            work.execute(t.message.insert(), messages)
            fulltext.index_many(work, words)
    read_by_all(store)


if __name__ == "__main__":
    measure(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
