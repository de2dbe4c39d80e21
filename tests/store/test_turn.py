"""Writers of SQLite stand in line: the system keeps it, nobody waits for one that is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.store import turn
from deskterm.store.engine import Store
from deskterm.store.errors import TRY_AGAIN, StoreError
from tests.world.processes import wait_until

LONG = 60.0
SHORT = 0.05

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[int]:
    """Another process whose turn it is, and which never ends by itself."""
    heard, said = os.pipe()
    process = os.fork()
    if process == 0:
        turn.take(tmp_path / "desk", LONG)
        os.write(said, b"!")
        while True:
            signal.pause()
    assert os.read(heard, 1) == b"!"
    yield process
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(heard)
    os.close(said)


def taken(path: Path) -> int:
    file = turn.take(path, LONG)
    assert file is not None
    return file


def standing() -> int:
    return sum(thread.name == "store-turn" for thread in threading.enumerate())


def test_who_is_held_up_hears_by_whom(tmp_path: Path, other: int) -> None:
    with pytest.raises(turn.Held) as held:
        turn.take(tmp_path / "desk", SHORT)
    assert held.value.process == other


def test_who_tries_again_keeps_his_place(tmp_path: Path, other: int) -> None:
    for _time in range(5):
        with pytest.raises(turn.Held):
            turn.take(tmp_path / "desk", SHORT)
    assert standing() == 1


def test_the_turn_of_one_that_was_killed_goes_on(tmp_path: Path, other: int) -> None:
    with pytest.raises(turn.Held):
        turn.take(tmp_path / "desk", SHORT)
    os.kill(other, signal.SIGKILL)
    turn.leave(taken(tmp_path / "desk"))
    wait_until(lambda: not standing(), "nobody stands in line", LONG)


def test_a_line_that_moves_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits longer than his patience stays while others have their turns before him."""
    desk = tmp_path / "desk"
    looks: list[int] = []

    def look(_path: str) -> tuple[None, int]:
        looks.append(len(looks))
        return None, len(looks)

    monkeypatch.setattr(turn, "_last_turn", look)
    first = taken(desk)
    got: list[int] = []
    patient = threading.Thread(target=lambda: got.append(turn.take(desk, SHORT) or 0))
    patient.start()
    wait_until(lambda: len(looks) > 5, "it has waited five times as long", LONG)
    turn.leave(first)
    patient.join(LONG)
    turn.leave(got[0])


def test_where_no_line_can_be_stood_in_nobody_waits(tmp_path: Path) -> None:
    assert turn.take(tmp_path / "not there" / "desk", LONG) is None


@sqlite
def test_each_writer_gives_his_turn_on_however_he_ends(store: Store) -> None:
    for _time in range(2):
        with pytest.raises(ZeroDivisionError), store.work(write=True):
            raise ZeroDivisionError
    with store.work(write=True), pytest.raises(StoreError, match="busy") as busy:
        with store.work(write=True, patience=SHORT):
            pass
    assert busy.value.exit_code == TRY_AGAIN
    store.close()
    turn.leave(taken(Path(store.name)))
