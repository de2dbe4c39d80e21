"""A desk with an administrator, a colleague and one mailbox, for tests of what a desk does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.config import Home
from deskterm.desk import accounts, actor, agents
from deskterm.desk.actor import Actor
from deskterm.desk.intake import receive
from deskterm.desk.intake.receive import Arrived, Outcome
from deskterm.mail.parse import read_letter
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store
from tests.world import postgres

SUPPORT = "support@desk.example"


@dataclass
class Desk:
    """A store in use: who acts on it, and letters that come in."""

    store: Store
    boss: Actor
    colleague: Actor
    account_id: int
    _numbers: Any = field(default_factory=lambda: count(1))

    def letter(
        self,
        sender: str = "Ann Baker <ann@customer.example>",
        subject: str = "The printer is on fire",
        text: str = "It burns since noon.",
        **headers: str,
    ) -> bytes:
        """A plain letter; keyword `In_Reply_To` becomes the header In-Reply-To."""
        message = EmailMessage()
        message["From"] = sender
        message["To"] = headers.pop("To", SUPPORT)
        message["Subject"] = subject
        message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
        message["Message-ID"] = headers.pop("Message_ID", f"<{next(self._numbers)}.letter@customer.example>")
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return message.as_bytes()

    def receive(self, *letters: bytes, folder: str = "INBOX") -> list[Outcome]:
        """Letters arrive and are treated, as the worker does it."""
        with self.store.work(write=True) as work:
            ids = receive.store(
                work,
                self.account_id,
                folder,
                "1",
                [Arrived(str(next(self._numbers)), raw, work.now) for raw in letters],
            )
        prepared = [receive.prepare(id, read_letter(raw)) for id, raw in zip(ids, letters, strict=True)]
        with self.store.work(write=True) as work:
            return receive.process(work, prepared)

    def ticket(self, **letter: str) -> int:
        """A new ticket by a customer's letter."""
        outcome = self.receive(self.letter(**letter))[0]
        assert outcome.verdict == "new", outcome
        assert outcome.ticket_id is not None
        return outcome.ticket_id

    def sent(self) -> list[Any]:
        """Rows of our letters with their bytes, oldest first."""
        with self.store.work() as work:
            return [
                (row, blobs.get(work, row.blob_sha256))
                for row in work.rows(select(t.outgoing).order_by(t.outgoing.c.id))
            ]

    def last_letter(self) -> bytes:
        """The bytes of our newest letter."""
        raw: bytes = self.sent()[-1][1]
        return raw

    def row(self, ticket_id: int) -> Any:
        with self.store.work() as work:
            return work.first(select(t.ticket).where(t.ticket.c.id == ticket_id))


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture(scope="session")
def new_sqlite(new_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a desk with its people and its mailbox, to be copied: making them is done once."""
    folder = tmp_path_factory.mktemp("desk")
    folder.chmod(0o700)
    made = folder / "desk.sqlite"
    shutil.copy2(new_sqlite, made)
    _furnish(Home.find(str(folder), {}))
    return made


@pytest.fixture(scope="session")
def new_postgres(new_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a PostgreSQL database with the same desk, to be copied."""
    with postgres.fresh_postgres(new_postgres) as url:
        _furnish(Home.find(str(tmp_path_factory.mktemp("desk")), {"DESKTERM_DATABASE_URL": url}))
        yield url.rsplit("/", 1)[-1]


def _furnish(home: Home) -> None:
    with closing(open_store(home)) as store:
        boss = actor.settle(store, home)
        with store.work(write=True) as work:
            agents.add(work, boss, "cora", name="Cora Colleague", role="agent")
            account = accounts.AccountInput(
                address=SUPPORT, name="Support", incoming_host="localhost", outgoing_host="localhost"
            )
            accounts.add(work, boss, account)


@pytest.fixture
def desk(store: Store, home: Home) -> Desk:
    boss = actor.settle(store, home)
    with store.work() as work:
        colleague = actor.of_agent(work, "cora", "console")
        account_id = work.value(select(t.account.c.id))
    assert colleague is not None
    return Desk(store, boss, colleague, account_id)


@pytest.fixture
def clock(store: Store) -> Clock:
    """The store's clock, standing at a moment until the test moves it."""
    clock = Clock(datetime(2026, 11, 2, 12, 0, tzinfo=UTC))
    store.clock = clock
    return clock


@pytest.fixture
def make_agent(desk: Desk) -> Callable[[str, str], Actor]:
    """Agents of any role, by login."""

    def make(login: str, role: str) -> Actor:
        with desk.store.work(write=True) as work:
            agents.add(work, desk.boss, login, role=role)
            found = actor.of_agent(work, login, "console")
        assert found is not None
        return found

    return make
