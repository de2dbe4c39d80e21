"""No letter can hurt the worker: the parser's child is killed and replaced."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from deskterm import limits
from deskterm.desk import words
from deskterm.mail.limited import LimitedReader, ReaderFailed, Reading
from deskterm.mail.parse import read_letter
from deskterm.sync.reader import PROGRAM

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


def test_many_letters_come_in_order_each_with_the_words_it_is_found_by() -> None:
    raws = [RAW.replace(b"Printer", f"Printer {number}".encode()) for number in range(7)]
    raws.insert(3, RAW + b"large " * 20_000)
    with LimitedReader(letters=5, program=PROGRAM) as reader:
        readings = list(reader.read_each(iter(raws), OWN))
    for raw, reading in zip(raws, readings, strict=True):
        letter = read_letter(raw, own_addresses=OWN)
        assert reading == Reading(letter, words.of_letter(letter))
    assert "printer 6\nirina" in readings[-1].words  # type: ignore[union-attr]


def test_of_many_letters_only_the_one_the_child_dies_of_is_named_as_failed() -> None:
    raws = [RAW, RAW + b"next", RAW.replace(b"Printer", b"deadly"), RAW + b"behind it", RAW + b"last"]
    with LimitedReader(program="tests.mail.deadly_reader") as reader:
        readings = list(reader.read_each(raws))
    read = [each.letter.text.split()[-1] if isinstance(each, Reading) else str(each) for each in readings]
    assert read[2].endswith("(SIGKILL)")
    assert [*read[:2], *read[3:]] == ["jammed.", "next", "it", "last"]


def test_no_letter_fails_because_the_child_was_killed_with_the_next_one_at_hand() -> None:
    def letters() -> Iterator[bytes]:
        yield RAW
        yield RAW + b"one"
        os.kill(_pid(reader), signal.SIGKILL)
        yield RAW + b"two"
        yield RAW + b"three"

    with LimitedReader() as reader:
        readings = list(reader.read_each(letters()))
    assert [each.letter.text.split()[-1] for each in readings if isinstance(each, Reading)] == [
        "jammed.", "one", "two", "three",
    ]  # fmt: skip


def test_a_reader_nobody_asks_any_more_answers_the_next_letter_and_not_the_last(
    reader: LimitedReader,
) -> None:
    readings = reader.read_each([RAW, RAW + b"one", RAW + b"two"])
    next(readings)
    readings.close()  # type: ignore[attr-defined]
    assert reader.read(RAW + b"three").text.endswith("three")


def test_the_child_is_limited_in_memory(reader: LimitedReader) -> None:
    reader.read(RAW)
    with open(f"/proc/{_pid(reader)}/limits", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("Max address space"))
    assert str(limits.PARSER_MEMORY_BYTES) in line


def _peak(reader: LimitedReader) -> int:
    """The most memory the child ever had, in bytes (VmHWM of proc(5))."""
    with open(f"/proc/{_pid(reader)}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * limits.KIB for line in file if line.startswith("VmHWM"))


def _mixed(*parts: bytes) -> bytes:
    head = b"From: a@b.example\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
    return head + b"".join(b"--b\n" + part + b"\n" for part in parts) + b"--b--\n"


def _upto(size: int, piece: bytes, head: bytes = b"", tail: bytes = b"") -> bytes:
    """As many pieces as fit between head and tail into that many bytes."""
    return head + piece * ((size - len(head) - len(tail)) // len(piece)) + tail


FIELDS = b"From: a@b.example\nSubject: s\n"
HTML = FIELDS + b"Content-Type: text/html; charset=utf-8\n\n"
PDF = b"Content-Type: application/pdf; name=big.pdf\nContent-Transfer-Encoding: base64\n\n"
LARGE_LETTERS = {
    "text": _upto(limits.MIB, "Принтер не печатает, помогите. ".encode() + b"\n", FIELDS + b"\n"),
    "undeclared": _upto(limits.MIB, "Принтер не печатает.\n".encode("cp1251"), FIELDS + b"\n"),
    "attachment": _mixed(b"\ntext", _upto(limits.MIB - 400, b"QUJD" * 19 + b"\n", PDF)),
    "many parts": _upto(limits.MIB, b"--b\n\nx\n", FIELDS + b"Content-Type: multipart/mixed; boundary=b\n\n"),
    "paragraphs": _upto(limits.MIB, b"<p>Hello <b>there</b>, <a href='http://a.example/'>see</a></p>", HTML),
    "nested": _upto(limits.MIB, b"<div><blockquote>", HTML),
    "table": _upto(limits.MIB, b"<tr><td>a</td><td>b</td></tr>", HTML + b"<table>"),
    "comments": _upto(limits.MIB, b"<!-- x -->", HTML),
    "entities": _upto(limits.MIB, b"&nbsp;&amp;", HTML),
    "headers": _upto(limits.MIB, b"X-Field: value\n", FIELDS, b"\nx"),
    "uuencode": _upto(limits.MIB, b"M" + b"86)C" * 15 + b"\n", FIELDS + b"\nbegin 644 a.txt\n", b"`\nend\n"),
    "noise": _upto(limits.MIB, bytes(range(256)), FIELDS + b"\n"),
}  # fmt: skip


@pytest.mark.parametrize(
    "size", (limits.MIB, pytest.param(300 * limits.KIB, marks=pytest.mark.full)), ids=("1 MiB", "300 KiB")
)
def test_letters_up_to_one_mib_leave_the_child_below_100_mib(size: int) -> None:
    undeclared = FIELDS + b"\n" + "Принтер не печатает, помогите.\n".encode("cp1251") * 5
    # the worker's child holds a dictionary of word forms besides
    with LimitedReader(program=PROGRAM) as reader:
        for name, letter in LARGE_LETTERS.items():
            raw = letter[:size]
            assert size - 500 <= len(raw) <= size, name
            assert reader.read(raw).size == len(raw)
            assert _peak(reader) <= 100 * limits.MIB, name
            reader.read(undeclared)


def test_a_letter_of_25_mib_stays_below_350_mib_and_the_child_is_replaced(reader: LimitedReader) -> None:
    reader.read(RAW)
    first = _pid(reader)
    raw = _mixed(b"\ntext", _upto(limits.LETTER_BYTES - 400, b"QUJD" * 19 + b"\n", PDF))
    assert reader.read(raw).attachments[0].name == "big.pdf"
    assert _peak(reader) <= 350 * limits.MIB
    assert reader.read(RAW).subject == "Printer"
    assert _pid(reader) != first
    assert _peak(reader) <= 100 * limits.MIB


def test_a_text_of_25_mib_stays_below_350_mib(reader: LimitedReader) -> None:
    for head, piece in (
        (FIELDS + b"\n", "Принтер не печатает.\n".encode()),
        (HTML, b"<p>Hello <b>you</b></p>"),
    ):
        reader.read(_upto(limits.LETTER_BYTES, piece, head))
        assert _peak(reader) <= 350 * limits.MIB


def test_closing_leaves_no_process() -> None:
    reader = LimitedReader()
    reader.read(RAW)
    pid = _pid(reader)
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
