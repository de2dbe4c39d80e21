"""Modules that wait are there for whoever imports them, and run once, when something of them is used."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from deskterm import late
from deskterm.cli.main import LATER

NAME = "waits_for_its_use"
WRITTEN = """
import builtins
builtins.runs_counted = getattr(builtins, "runs_counted", 0) + 1
VALUE = 7

def double(number):
    return number * 2
"""


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module of the table, imported and not yet used."""
    (tmp_path / f"{NAME}.py").write_text(WRITTEN)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(late, "LIBRARIES", {NAME: ("double",)})
    monkeypatch.setattr("builtins.runs_counted", 0, raising=False)
    late.put_off()
    yield __import__(NAME)
    del sys.modules[NAME]


def runs() -> int:
    import builtins

    return int(builtins.runs_counted)  # type: ignore[attr-defined]


def test_it_runs_when_a_name_is_asked_of_it_and_once(waiting: ModuleType) -> None:
    assert runs() == 0
    assert waiting.VALUE == 7
    assert not hasattr(waiting, "nothing")
    assert type(sys.modules[NAME]) is ModuleType
    assert runs() == 1


def test_what_is_taken_from_it_runs_it_when_it_is_called(waiting: ModuleType) -> None:
    exec(f"from {NAME} import double", taken := {})
    assert runs() == 0
    assert taken["double"](4) == 8
    assert taken["double"](5) == 10
    assert runs() == 1


def test_threads_that_use_it_at_once_run_it_once(waiting: ModuleType) -> None:
    seen: list[int] = []
    together = threading.Barrier(4)

    def use() -> None:
        together.wait()
        seen.append(waiting.VALUE)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert seen == [7] * 4
    assert runs() == 1


def test_the_tables_name_what_there_is() -> None:
    for name, taken in late.LIBRARIES.items():
        assert find_spec(name) is not None, name
        module = __import__(name, fromlist=["_"])
        assert all(hasattr(module, each) for each in taken), name
    assert all(find_spec(name) is not None for name in LATER)
