"""How soon another worker is on duty, with the lease there is in life."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select

from deskterm.store import tables as t
from tests.sync.stage import Stage, open_stage
from tests.sync.test_stand_by import START_SECONDS, both, epoch, on_duty
from tests.world.processes import wait_until

TAKE_OVER_SECONDS = 15


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage


@both
@pytest.mark.parametrize("fate", ["killed", "frozen"])
def test_the_next_is_on_duty_in_time(stage: Stage, fate: str) -> None:
    first = stage.worker()
    on_duty(stage, 1)
    second = stage.worker()
    wait_until(lambda: "standing by" in second.said, "the second stands by", START_SECONDS)
    ended_at: datetime = stage.read(lambda work: work.now)
    if fate == "killed":
        first.kill()
    else:
        first.freeze()

    on_duty(stage, 2)
    took_over_at: datetime = stage.read(lambda work: work.value(select(t.lease.c.renewed_at)))
    assert (took_over_at - ended_at).total_seconds() <= TAKE_OVER_SECONDS

    if fate == "frozen":
        first.thaw()
        wait_until(
            # one frozen while it holds SQLite's lock is ended by the next
            lambda: first.process.poll() is not None or "another worker took over" in first.said,
            "the first is no longer on duty",
        )
        assert epoch(stage) == 2, "it did not take the lease back"
