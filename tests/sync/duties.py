"""The worker's parts called by a test itself: a look at a mailbox takes no process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deskterm import limits
from deskterm.desk.orders import MailAccount, orders
from deskterm.secrets import SecretStore
from deskterm.store import lease as leases
from deskterm.store.lease import Lease
from deskterm.sync import fetch, intake
from deskterm.sync.bell import Bell
from deskterm.sync.duty import Duty
from tests.sync.stage import Stage
from tests.world.processes import wait_until


@contextmanager
def on_duty(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Duty]:
    """The lease in this process, and the passwords of the stage's accounts."""
    for name, value in stage.environment.items():
        if name.startswith("DESKTERM_") and os.environ.get(name) != value:
            monkeypatch.setenv(name, value)
    for name, limit in stage.limits.items():
        monkeypatch.setattr(limits, name, limit)
    found: list[Lease] = []

    def take() -> bool:
        # A worker that was killed holds it for a while
        lease = leases.take(stage.store, "worker", "test", 60)
        found.extend([lease] if lease is not None else [])
        return lease is not None

    wait_until(take, "the lease is free")
    [lease] = found
    try:
        yield Duty(stage.home, stage.store, lease, SecretStore(stage.home), Bell())
    finally:
        leases.release(stage.store, lease)


def account_of(stage: Stage, account_id: int) -> MailAccount:
    """The account as the worker sees it now."""
    return next(one for one in stage.read(orders).accounts if one.id == account_id)


def look(stage: Stage, duty: Duty, account_id: int) -> str:
    """Look into the account's mailbox once; the sentence of what went wrong."""
    return fetch.look_once(duty, account_of(stage, account_id))


def look_and_read(stage: Stage, duty: Duty, account_id: int) -> None:
    """Look into the mailbox and treat what came; nothing may go wrong."""
    assert look(stage, duty, account_id) == ""
    intake.process_all(duty)
