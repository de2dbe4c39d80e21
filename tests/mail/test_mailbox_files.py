"""Letters come out of every kind of mail file, one by one, and a bad one stops nothing."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from deskterm.mail import mailbox_files
from deskterm.mail.mailbox_files import letters_in

ONE = b"From: a@b.example\nSubject: one\n\nfirst\n"
TWO = b"From: a@b.example\nSubject: two\n\nFrom here on it is text.\n\nFrom the start.\n"
ENVELOPE = b"From a@b.example Wed Mar 12 10:15:00 2025\n"


def _mbox() -> bytes:
    return ENVELOPE + ONE + b"\n" + ENVELOPE + TWO.replace(b"\nFrom ", b"\n>From ") + b"\n"


def test_an_eml_file_is_one_letter(tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(ONE)
    assert list(letters_in(file)) == [(str(file), ONE)]


def test_an_mbox_gives_each_letter_unescaped(tmp_path: Path) -> None:
    file = tmp_path / "box"
    file.write_bytes(_mbox())
    assert list(letters_in(str(file))) == [(f"{file}#1", ONE), (f"{file}#2", TWO)]


def test_a_line_that_only_begins_like_an_envelope_divides_nothing() -> None:
    stream = io.BytesIO(ENVELOPE + TWO + b"\n" + ENVELOPE + ONE)
    assert [raw for _, raw in letters_in(stream)] == [TWO, ONE]


def test_a_maildir_gives_new_then_cur(tmp_path: Path) -> None:
    for box in ("cur", "new", "tmp"):
        (tmp_path / box).mkdir()
    (tmp_path / "new" / "2.host").write_bytes(TWO)
    (tmp_path / "cur" / "1.host:2,S").write_bytes(ONE)
    (tmp_path / "tmp" / "3.host").write_bytes(b"half")
    assert [raw for _, raw in letters_in(tmp_path)] == [TWO, ONE]


def test_a_folder_gives_its_files_and_goes_on_behind_a_bad_one(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / "b.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "c.eml").write_bytes(b"\xff\x00 not a letter")
    assert [raw for _, raw in letters_in(tmp_path)] == [ONE, b"", b"\xff\x00 not a letter"]


@pytest.mark.parametrize(("given", "expected"), [(ONE, [ONE]), (_mbox(), [ONE, TWO]), (b"", [b""])])
def test_standard_input_is_a_letter_or_an_mbox(
    monkeypatch: pytest.MonkeyPatch, given: bytes, expected: list[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert [raw for _, raw in letters_in("-")] == expected


def test_one_huge_letter_does_not_take_the_memory_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_files, "MOST_BYTES", 1000)
    stream = io.BytesIO(ENVELOPE + b"Subject: big\n\n" + b"x" * 500_000 + b"\n\n" + ENVELOPE + ONE)
    big, one = [raw for _, raw in letters_in(stream)]
    assert len(big) < 1000 + 2 * 64 * 1024
    assert one == ONE


def test_a_missing_file_is_told_to_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(letters_in(tmp_path / "missing.eml"))
