"""A desk with a mailbox and workers of its own, for tests that let the real parts play together."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, select

from deskterm.config import Home
from deskterm.desk import accounts
from deskterm.desk.accounts import AccountInput
from deskterm.desk.actor import SYSTEM
from deskterm.secrets import variable
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store
from deskterm.store.work import Work
from tests.sync.forked import Forked
from tests.world.processes import wait_until

Answer = TypeVar("Answer")

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"


class Worker:
    """A worker process, and what it said."""

    def __init__(
        self, log: Path, *how: str, crash_at: str, limits: dict[str, float], environment: dict[str, str]
    ) -> None:
        self.log = log
        self.log.touch(0o600)
        self.process = Forked(log, how, crash_at, limits, environment)

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait(20)

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def sleep(self) -> None:
        """As if the machine had been suspended for an hour and just woke."""
        self.log.with_suffix(".slept").touch()

    def end(self, seconds: float = 60) -> int:
        """Ask it to end and wait for its exit code."""
        self.process.terminate()
        return self.process.wait(seconds)

    def wait(self, seconds: float = 60) -> int:
        return self.process.wait(seconds)


@dataclass(slots=True)
class Stage:
    """An open store of a desk, and the workers started on it."""

    store: Store
    home: Home
    environment: dict[str, str]
    workers: list[Worker] = field(default_factory=list)
    limits: dict[str, float] = field(default_factory=dict)
    """Limits of the workers that are other than in life, so that a test need not wait as long."""

    def worker(self, *how: str, crash_at: str = "") -> Worker:
        log = self.home.folder / f"worker-{len(self.workers)}.log"
        worker = Worker(log, *how, crash_at=crash_at, limits=self.limits, environment=self.environment)
        self.workers.append(worker)
        return worker

    def killed_at(self, point: str) -> bool:
        """Whether a worker that makes one round was killed at this point; its lease is free at once."""
        killed = self.worker("once", crash_at=point).wait() == -signal.SIGKILL
        self.free_lease()
        return killed

    def free_lease(self) -> None:
        """As if a dead worker's lease had run out already."""
        with self.store.work(write=True) as work:
            work.execute(t.lease.update().values(expires_at=work.now))

    def add_account(self, address: str, password: str, **values: Any) -> int:
        """An account of the desk whose servers are said in `values`."""
        self.environment[variable(address)] = password
        given: dict[str, Any] = {"name": "The desk", "outgoing": "none"}
        with self.store.work(write=True) as work:
            return accounts.add(work, SYSTEM, AccountInput(address=address, **(given | values)))

    def set(self, name: str, value: Any) -> None:
        """A setting of the desk."""
        with self.store.work(write=True) as work:
            if not work.execute(
                t.setting.update().where(t.setting.c.name == name).values(value=value)
            ).rowcount:
                work.execute(t.setting.insert().values(name=name, value=value))

    def read(self, ask: Callable[[Work], Answer]) -> Answer:
        with self.store.work() as work:
            return ask(work)

    def count(self, table: Any, *where: Any) -> int:
        return int(self.read(lambda work: work.value(select(func.count()).select_from(table).where(*where))))

    def state(self, account_id: int) -> Any:
        """What stands in `account_state`; None before the worker wrote any."""
        return self.read(
            lambda work: work.first(select(t.account_state).where(t.account_state.c.account_id == account_id))
        )

    def incoming(self, account_id: int) -> str:
        state = self.state(account_id)
        return state.incoming if state is not None else ""

    def wait_for_incoming(self, account_id: int, wanted: str, seconds: float = 90) -> None:
        wait_until(lambda: self.incoming(account_id) == wanted, f"incoming is {wanted}", seconds)

    def wait_for_tickets(self, count: int, seconds: float = 90) -> None:
        wait_until(lambda: self.count(t.ticket) >= count, f"{count} tickets", seconds)

    def outbox(self) -> Counter[str]:
        """How many recipients stand in each state."""
        return Counter(self.read(lambda work: work.values(select(t.outbox.c.state))))

    def threads(self) -> list[tuple[str, ...]]:
        """Every ticket as the subjects of its letters in order, all sorted: equal for equal desks."""
        rows = self.read(
            lambda work: work.rows(
                select(t.message.c.ticket_id, t.message.c.body)
                .where(t.message.c.type == "email")
                .order_by(t.message.c.ticket_id, t.message.c.id)
            )
        )
        tickets: dict[int, list[str]] = {}
        for row in rows:
            tickets.setdefault(row.ticket_id, []).append(row.body.strip())
        return sorted(tuple(bodies) for bodies in tickets.values())


@contextmanager
def open_stage() -> Iterator[Stage]:
    """A new desk in the test's own home; every worker started on it is gone at the end."""
    home = Home.find()
    stage = Stage(open_store(home), home, {**os.environ, "DESKTERM_KEYRING": "off", "PYTHONUNBUFFERED": "1"})
    try:
        yield stage
    finally:
        for worker in stage.workers:
            worker.kill()
        stage.store.close()


def letter(number: int, sender: str, to: str, *, answers: int | None = None) -> bytes:
    """A customer's plain letter number so and so, perhaps an answer to an earlier one of his."""
    reference = f"In-Reply-To: <letter-{answers}@customers.test>\r\n" if answers is not None else ""
    return (
        f"From: Customer <{sender}>\r\n"
        f"To: {to}\r\n"
        f"Subject: Printer {number} is out of toner\r\n"
        f"Message-ID: <letter-{number}@customers.test>\r\n"
        f"{reference}"
        "Date: Mon, 05 Oct 2026 10:00:00 +0000\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "\r\n"
        f"Letter number {number}.\r\n"
    ).encode()
