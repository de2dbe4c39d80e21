"""A read nobody waits for is ended in the middle of its statement, and meets nobody else."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deskterm.store.engine import Store
from deskterm.store.errors import StoreError
from deskterm.store.stopping import Stop, Stopped

ENDLESS = (
    "with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 2000000000)"
    " select sum(n) from numbers"
)


def test_a_statement_is_ended_and_its_connection_goes_on(store: Store) -> None:
    stop, begun = Stop(), threading.Event()
    failed: list[BaseException] = []

    def read() -> None:
        try:
            with store.work() as work, stop.of(work):
                begun.set()
                work.value(text(ENDLESS))
        except (DBAPIError, StoreError) as failure:
            failed.append(failure)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    assert begun.wait(60)
    deadline = time.monotonic() + 60
    while thread.is_alive() and time.monotonic() < deadline:
        # an end that comes before the statement has begun finds nothing to end
        stop.now()
        thread.join(0.05)
    assert not thread.is_alive() and failed
    with store.work() as work:
        assert work.value(text("select 1")) == 1


def test_what_was_given_up_does_not_begin_and_what_is_over_is_let_be(store: Store) -> None:
    stop = Stop()
    with store.work() as work:
        with stop.of(work):
            pass
        stop.now()
        assert work.value(text("select 1")) == 1
        with pytest.raises(Stopped), stop.of(work):
            raise AssertionError("it began")
