"""A store with very many tickets, filled in bulk; kept between runs."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from deskterm.config import Home
from deskterm.desk import accounts, actor, agents, choices, counts
from deskterm.desk.actor import Actor
from deskterm.desk.keys import keys
from deskterm.mail.message_ids import new_token
from deskterm.store import fulltext, tokens
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store

WORDS = (
    "printer invoice password server мышь заявка письмо принтер картридж отчёт backup delivery order"
    " login network cable монитор договор оплата склад update error timeout доступ почта ключ"
).split()
BATCH = 5_000


def filled(folder: Path, tickets: int, messages: int = 3) -> Home:
    """The home of a store with so many tickets; made where it is not there yet."""
    home = Home.find(str(folder / f"desk-{tickets}"), {})
    done = home.folder / "filled"
    if done.exists():
        return home
    home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in home.folder.glob("desk.sqlite*"):
        left.unlink()
    started = time.perf_counter()
    store = open_store(home)
    fill(store, home, tickets, messages)
    store.close()
    done.touch()
    print(f"filled {tickets:,} tickets in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return home


def fill(store: Store, home: Home, tickets: int, messages: int) -> None:
    """Insert tickets with messages of several agents, rubrics and statuses, read by nobody yet."""
    chance = random.Random(1)
    people = add_people(store, home)
    lines = [" ".join(chance.choices(WORDS, k=12)) for _ in range(200)]
    indexed = [tokens.indexed(body=line) for line in lines]
    start = datetime(2024, 1, 1, tzinfo=UTC)
    step = timedelta(days=900) / tickets
    for first in range(1, tickets + 1, BATCH):
        numbers = range(first, min(first + BATCH, tickets + 1))
        ticket_rows, message_rows, words = [], [], []
        for number in numbers:
            recent = number > tickets * 0.9
            status_id, status_class = people.status(recent)
            at = start + step * number
            last = number * messages
            ticket_rows.append(
                {
                    "id": number,
                    "token": new_token(people.signing, number),
                    "subject": lines[number % 200][:60],
                    "status_id": status_id,
                    "status_class": status_class,
                    "customer": f"Customer {number % 5000}",
                    "customer_key": f"c{number % 5000}@bench.example",
                    "responsible_id": people.responsible(recent),
                    "rubric_id": chance.choice(people.rubrics),
                    "account_id": people.account_id,
                    "created_at": at,
                    "changed_at": at,
                    "last_message_at": at,
                    "last_message_id": last,
                    "messages": messages,
                }
            )
            for n in range(messages):
                id = last - messages + 1 + n
                line = (number + n) % 200
                message_rows.append(
                    {
                        "id": id,
                        "ticket_id": number,
                        "visibility": "public",
                        "from_name": f"Customer {number % 5000}",
                        "from_address": f"c{number % 5000}@bench.example",
                        "subject": lines[number % 200][:60],
                        "body": "\n".join((lines[line], lines[(line + 7) % 200])),
                        "at": at,
                    }
                )
                words.append((id, indexed[line]))
        with store.work(write=True) as work:
            work.execute(t.ticket.insert(), ticket_rows)
            work.execute(t.message.insert(), message_rows)
            fulltext.index_many(work, words)
    read_by_all(store)


@dataclass(frozen=True)
class People:
    """Who and what tickets are of."""

    boss: Actor
    agents: list[int | None]
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
    """Agents, rubrics and a mailbox."""
    boss = actor.settle(store, home)
    with store.work(write=True) as work:
        some: list[int | None] = [boss.agent_id, None]
        some += [agents.add(work, boss, f"agent{n}", name=f"Agent {n}") for n in range(10)]
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
