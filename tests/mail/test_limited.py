"""No letter can hurt the worker: the parser's child is killed and replaced."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from deskterm import limits
from deskterm.mail.limited import LimitedReader, ReaderFailed
from deskterm.mail.parse import read_letter

RAW = b"From: Irina <irina@romashka.example>\nSubject: Printer\n\nIt is jammed.\n"
OWN = frozenset({"desk@help.example"})


@pytest.fixture
def reader() -> Iterator[LimitedReader]:
    with LimitedReader() as reader:
        yield reader


def _pid(reader: LimitedReader) -> int:
    assert reader.pid is not None
    return reader.pid


def test_the_child_reads_as_the_reader_itself_does(reader: LimitedReader) -> None:
    assert reader.read(RAW, OWN) == read_letter(RAW, own_addresses=OWN)
    first = _pid(reader)
    assert reader.read(b"") == read_letter(b"")
    assert _pid(reader) == first


def test_a_killed_child_is_replaced_by_the_next_letter(reader: LimitedReader) -> None:
    reader.read(RAW)
    dead = _pid(reader)
    os.kill(dead, signal.SIGKILL)
    os.waitid(os.P_PID, dead, os.WEXITED | os.WNOWAIT)
    assert reader.read(RAW).subject == "Printer"
    assert _pid(reader) != dead


def test_a_child_that_hangs_is_killed_and_the_letter_named_as_failed() -> None:
    with LimitedReader() as reader:
        reader.read(RAW)
        hung = _pid(reader)
        reader._seconds = 0.3
        os.kill(hung, signal.SIGSTOP)
        with pytest.raises(ReaderFailed, match="not read within"):
            reader.read(RAW + b"x" * 500_000)
        assert reader.pid is None
        with pytest.raises(ProcessLookupError):
            os.kill(hung, 0)
        reader._seconds = limits.PARSE_SECONDS
        assert reader.read(RAW).subject == "Printer"


def test_a_letter_on_which_the_child_dies_is_named_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    with LimitedReader() as reader:
        reader.read(RAW)
        stopped = _pid(reader)
        os.kill(stopped, signal.SIGSTOP)
        os.kill(stopped, signal.SIGKILL)
        monkeypatch.setattr(reader._child, "poll", lambda: None)
        with pytest.raises(ReaderFailed, match="SIGKILL"):
            reader.read(RAW)


def test_the_child_is_replaced_after_so_many_letters() -> None:
    with LimitedReader(letters=2) as reader:
        pids = []
        for _ in range(5):
            reader.read(RAW)
            pids.append(_pid(reader))
    assert [len({*pids[:2]}), len({*pids[2:4]}), len(set(pids))] == [1, 1, 3]


def test_the_child_is_limited_in_memory(reader: LimitedReader) -> None:
    reader.read(RAW)
    with open(f"/proc/{_pid(reader)}/limits", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("Max address space"))
    assert str(limits.PARSER_MEMORY_BYTES) in line


def test_a_letter_of_25_mib_leaves_the_child_small(reader: LimitedReader) -> None:
    lines = b"QUJD" * 19 + b"\n"
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n"
        b"Content-Type: application/pdf; name=big.pdf\nContent-Transfer-Encoding: base64\n\n"
        + lines * ((limits.LETTER_BYTES - 500) // len(lines))
        + b"--b--\n"
    )
    assert reader.read(raw).attachments[0].name == "big.pdf"
    with open(f"/proc/{_pid(reader)}/status", encoding="ascii") as file:
        peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    assert peak < 350 * 1024


def test_closing_leaves_no_process() -> None:
    reader = LimitedReader()
    reader.read(RAW)
    pid = _pid(reader)
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
