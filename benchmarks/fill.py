"""A store with very many tickets, filled in bulk; kept between runs."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, text

from benchmarks.texts import Texts
from deskterm.config import Home
from deskterm.desk import accounts, actor, agents, choices, counts
from deskterm.desk.actor import Actor
from deskterm.desk.keys import keys
from deskterm.mail.message_ids import new_token
from deskterm.store import fulltext
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store

BATCH = 10_000
CUSTOMERS = 5000
THREADS = 2000
"""Of the newest tickets so many are long threads that end with a long message, where that is asked for."""
MESSAGES_OF_A_THREAD = 12
LINES_OF_A_LONG_MESSAGE = 150
FORMAT = "3"
"""Stands in the file beside a filled store: one of another format is filled anew."""


def filled(folder: Path, tickets: int, messages: int = 3, threads: int = 0) -> Home:
    """The home of a store with so many tickets; made where it is not there yet."""
    home = Home.find(str(folder / f"desk-{tickets}-{messages}{'-threads' * bool(threads)}"), {})
    done = home.folder / "filled"
    if done.exists() and done.read_text() == FORMAT:
        return home
    home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in home.folder.glob("desk.sqlite*"):
        left.unlink()
    started, worked = time.perf_counter(), time.process_time()
    store = open_store(home)
    fill(store, home, tickets, messages, threads)
    store.close()
    done.write_text(FORMAT)
    print(
        f"filled {tickets:,} tickets in {time.perf_counter() - started:.0f} s"
        f" ({time.process_time() - worked:.0f} s of processor time)",
        file=sys.stderr,
        flush=True,
    )
    return home


def fill(store: Store, home: Home, tickets: int, messages: int, threads: int = 0) -> None:
    """Insert tickets with messages of several agents, rubrics and statuses, all but the newest read."""
    people = add_people(store, home)
    with indexed_at_the_end(store):
        _tickets(store, people, tickets, messages, threads)
    read_by_all(store)


def _tickets(store: Store, people: People, tickets: int, messages: int, threads: int) -> None:
    chance = random.Random(1)
    texts = Texts(chance)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    step = timedelta(days=900) / tickets
    last = 0
    for first in range(1, tickets + 1, BATCH):
        rows, message_rows, participants, words = [], [], [], []
        for number in range(first, min(first + BATCH, tickets + 1)):
            recent, long = number > tickets * 0.9, number > tickets - threads
            status_id, status_class = people.status(recent)
            at, customer = start + step * number, number % CUSTOMERS
            name, address = f"Customer {customer}", f"customer{customer}@bench.example"
            subject, subject_words = texts.subject()
            count = MESSAGES_OF_A_THREAD if long else messages
            for n in range(1, count + 1):
                body, body_words = texts.body(LINES_OF_A_LONG_MESSAGE if long and n == count else 2)
                message_rows.append(
                    {
                        "id": last + n,
                        "ticket_id": number,
                        "visibility": "public",
                        "from_name": name,
                        "from_address": address,
                        "subject": subject,
                        "body": body,
                        "at": at,
                    }
                )
                sender = f"customer {customer} customer{customer} bench example"
                words.append((last + n, f"{subject_words}\n{sender}\n\n{body_words}"))
            last += count
            rows.append(
                {
                    "id": number,
                    "token": new_token(people.signing, number),
                    "subject": subject,
                    "status_id": status_id,
                    "status_class": status_class,
                    "customer": name,
                    "customer_key": address,
                    "client_id": people.clients[customer],
                    "responsible_id": people.responsible(recent),
                    "rubric_id": chance.choice(people.rubrics),
                    "account_id": people.account_id,
                    "created_at": at,
                    "changed_at": at,
                    "last_message_at": at,
                    "last_message_id": last,
                    "messages": count,
                }
            )
            participants.append(
                {
                    "ticket_id": number,
                    "address": address,
                    "key": address,
                    "name": name,
                    "place": "author",
                    "created_at": at,
                }
            )
        with store.work(write=True) as work:
            work.insert_many(t.ticket, rows)
            work.insert_many(t.message, message_rows)
            work.insert_many(t.participant, participants)
            fulltext.index_many(work, words)


@contextmanager
def indexed_at_the_end(store: Store) -> Iterator[None]:
    """Make the indexes of what is filled at once, after it: several times as fast."""
    with store.engine.connect() as connection:
        made_again = _without_indexes(connection, store.dialect)
        connection.commit()
    yield
    with store.engine.connect() as connection:
        for statement in made_again:
            connection.exec_driver_sql(statement)
        connection.commit()
        if store.dialect == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))


def _without_indexes(connection: Connection, dialect: str) -> list[str]:
    """The statements that bring back what was taken away."""
    if dialect == "postgresql":
        connection.execute(text("drop index message_words_words"))
        return [
            "set maintenance_work_mem = '512MB'",
            "create index message_words_words on message_words using gin (words)",
        ]
    connection.exec_driver_sql("insert into message_words(message_words, rank) values('automerge', 0)")
    indexes = connection.exec_driver_sql(
        "select name, sql from sqlite_master where type = 'index' and sql is not null"
        " and tbl_name in ('ticket', 'message', 'participant')"
    ).all()
    for name, _sql in indexes:
        connection.exec_driver_sql(f"drop index {name}")
    return [
        *(sql for _name, sql in indexes),
        "insert into message_words(message_words, rank) values('automerge', 4)",
        "insert into message_words(message_words, rank) values('merge', 500000)",
    ]


@dataclass(frozen=True)
class People:
    """Who and what tickets are of."""

    boss: Actor
    agents: list[int | None]
    clients: list[int]
    rubrics: list[int | None]
    account_id: int
    open_ones: list[tuple[int, str]]
    closed: list[tuple[int, str]]
    signing: Any
    chance: random.Random

    def status(self, recent: bool) -> tuple[int, str]:
        """(id, class) of a ticket's status: of a recent one any open one."""
        return self.chance.choice(self.open_ones if recent else self.closed)

    def responsible(self, recent: bool) -> int | None:
        """Somebody, or nobody, for a recent ticket."""
        return self.chance.choice(self.agents) if recent else self.boss.agent_id


def add_people(store: Store, home: Home) -> People:
    """Agents, clients, rubrics and a mailbox."""
    boss = actor.settle(store, home)
    with store.work(write=True) as work:
        some: list[int | None] = [boss.agent_id, None]
        some += [agents.add(work, boss, f"agent{n}", name=f"Agent {n}") for n in range(10)]
        clients = [
            work.insert(t.client, name=f"Firm {n}", key=f"firm {n}", created_at=work.now)
            for n in range(CUSTOMERS)
        ]
        rubrics = [
            None,
            *(choices.add(work, boss, "rubric", name) for name in ("Network", "Печать", "Sales")),
        ]
        account_id = accounts.add(
            work, boss, accounts.AccountInput(address="desk@bench.example", incoming="none", outgoing="none")
        )
        statuses = [
            (row.id, row._mapping["class"])
            for row in work.rows(select(t.status.c.id, t.status.c["class"]).order_by(t.status.c.position))
        ]
        signing = keys(work)
    return People(
        boss,
        some,
        clients,
        rubrics,
        account_id,
        [one for one in statuses if one[1] != "closed"],
        [one for one in statuses if one[1] == "closed"],
        signing,
        random.Random(2),
    )


def read_by_all(store: Store) -> None:
    """Count anew; what was closed long ago was read."""
    with store.work(write=True) as work:
        counts.recount(work)
        newest = work.value(select(func.max(t.message.c.id))) or 0
        work.execute(t.agent.update().values(start_message_id=int(newest * 0.95)))
