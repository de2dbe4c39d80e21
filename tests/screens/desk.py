"""A small desk for the console's tests: a real store with tickets in it, as its agents would see it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from deskterm.config import Home
from deskterm.desk import accounts, actor, agents, choices, history, posting, statuses, tickets
from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store
from deskterm.store.work import Work

DATABASE = "DESKTERM_DATABASE_URL"
LONG_AGO = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open store, its home, and who acts."""

    home: Home
    store: Store
    actor: Actor

    def ticket(
        self,
        subject: str,
        bodies: Sequence[str] = ("Good day, please help.",),
        *,
        customer: str = "Anna Petrova",
        address: str = "anna@example.com",
        status: str = "new",
        responsible_id: int | None = None,
        folds: Sequence[tuple[int, int, str]] = (),
        ago: timedelta = LONG_AGO,
    ) -> int:
        """A ticket with messages of its customer, as a letter would have made it."""
        with self.store.work(write=True) as work:
            at = work.now - ago
            found = statuses.find(work, status)
            number = tickets.make(
                work,
                actor.customer(customer),
                subject=subject,
                customer=customer,
                customer_key=address,
                status_id=found.id,
                status_class=found.status_class,
                responsible_id=responsible_id,
                account_id=1,
                created_at=at,
                last_message_at=at,
                changed_at=at,
            )
            work.insert(
                t.participant, ticket_id=number, address=address, key=address, name=customer, created_at=at
            )
            for body in bodies:
                at += timedelta(minutes=7)
                self.customer_writes(work, number, body, customer, address, folds, at)
            return number

    def customer_writes(
        self,
        work: Work,
        number: int,
        body: str,
        customer: str = "Anna Petrova",
        address: str = "anna@example.com",
        folds: Sequence[tuple[int, int, str]] = (),
        at: datetime | None = None,
    ) -> int:
        """A message of the customer, with its event."""
        message_id = posting.post(
            work,
            number,
            at=at,
            type="email",
            visibility="public",
            from_name=customer,
            from_address=address,
            subject="",
            body=body,
            folds=[list(fold) for fold in folds] or None,
        )
        history.record(
            work, actor.customer(customer), "message.received", ticket_id=number, message_id=message_id
        )
        return message_id


def home_of(folder: Path, database: str | None = None) -> Home:
    """The home of a desk: a file in its folder, or PostgreSQL by an address."""
    environment = {name: value for name, value in os.environ.items() if name != DATABASE}
    return Home.find(str(folder), environment | ({DATABASE: database} if database else {}))


def copy_desk(made: Path, folder: Path, database: str | None = None) -> Desk:
    """A desk of its own, copied from one that was made and closed before: migrating takes longer.

    On PostgreSQL `database` is a copy already.
    """
    shutil.copytree(made, folder)
    home = home_of(folder, database)
    store = open_store(home)
    return Desk(home, store, actor.settle(store, home))


def make_desk(folder: Path, database: str | None = None) -> Desk:
    """A new desk with an account nobody reads or sends for, two agents and a rubric."""
    home = home_of(folder, database)
    store = open_store(home)
    me = actor.settle(store, home)
    with store.work(write=True) as work:
        accounts.add(
            work,
            me,
            accounts.AccountInput(
                address="support@desk.example",
                name="Support",
                incoming="none",
                outgoing_host="127.0.0.1",
                outgoing_port=9,
                outgoing_security="none",
                outgoing_login=False,
            ),
        )
        agents.add(work, me, "olga", name="Ольга Смирнова")
        choices.add(work, me, "rubric", "Hardware")
    return Desk(home, store, me)
