"""Letters on disk: a file, an mbox, a Maildir, a folder, a pipe; a bad one stops nothing."""

from __future__ import annotations

import io
import mailbox
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest

from deskterm.cli import sources
from deskterm.cli.sources import letters

ONE = b"From: a@example.org\nSubject: one\n\nfirst\n"
TWO = b"From: b@example.org\nSubject: two\n\nsecond\n"


def raws(*paths: Path | str, mbox: bool = False) -> list[bytes]:
    return [source.raw for source in letters([str(path) for path in paths], mbox)]


def test_a_file_is_one_letter_byte_for_byte(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf\r\n" + ONE + b"\x00\xff\r\r\n"
    (tmp_path / "odd.eml").write_bytes(raw)
    assert raws(tmp_path / "odd.eml") == [raw]


def test_an_mbox_gives_its_letters_in_order_without_its_separators(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    box = mailbox.mbox(path)
    for raw in (ONE, TWO, ONE):
        box.add(raw)
    box.close()
    assert raws(path) == [ONE, TWO, ONE]


def test_an_mbox_line_in_a_text_is_no_new_letter(tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["Subject"] = "escaped"
    letter.set_content("Hello,\n\nFrom here on\n\nFrom me Sat Jan  3 01:05:34 1996\n>From quoted\n")
    path = tmp_path / "archive"
    box = mailbox.mbox(path)
    box.add(letter)
    box.close()
    found = raws(path)
    assert len(found) == 1
    assert b"\nFrom here on\n\nFrom me Sat Jan  3 01:05:34 1996\n" in found[0]


def test_a_letter_that_begins_with_the_line_of_a_mail_server_is_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "piped").write_bytes(b"From a@example.org Sat Jan  3 01:05:34 1996\n" + ONE)
    assert raws(tmp_path / "piped") == [ONE]


def test_crlf_mboxes_are_split_too(tmp_path: Path) -> None:
    separator = b"From a@example.org Sat Jan  3 01:05:34 1996\r\n"
    one, two = (raw.replace(b"\n", b"\r\n") for raw in (ONE, TWO))
    (tmp_path / "archive").write_bytes(separator + one + b"\r\n" + separator + two + b"\r\n")
    assert raws(tmp_path / "archive") == [one, two]


def test_a_maildir_is_read_in_the_order_of_arrival(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "9000000000.a.host").write_bytes(TWO)
    (tmp_path / "cur" / "10000000000.b.host:2,S").write_bytes(ONE)
    (tmp_path / "cur" / "800.c.host:2,S").write_bytes(ONE)
    (tmp_path / "tmp" / "1.d.host").write_bytes(b"half a let")
    assert raws(tmp_path) == [ONE, TWO, ONE]


def test_a_folder_of_files_is_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(TWO)
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / ".hidden").write_bytes(b"no letter")
    assert raws(tmp_path) == [ONE, TWO]


def test_what_cannot_be_read_is_said_and_the_next_one_follows(tmp_path: Path) -> None:
    (tmp_path / "good.eml").write_bytes(ONE)
    (tmp_path / "empty.eml").write_bytes(b"\n\n")
    (tmp_path / "nothing").mkdir()
    found = list(letters([str(tmp_path / name) for name in ("gone.eml", "empty.eml", "nothing", "good.eml")]))
    assert [bool(source.problem) for source in found] == [True, True, True, False]
    assert found[3].raw == ONE


def test_a_piped_letter_is_one_letter_whatever_its_text_says(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = ONE + b"\nFrom evil@example.org Sat Jan  3 01:05:34 1996\n" + TWO
    monkeypatch.setattr(sources.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    assert raws("-") == [raw]
    piped = b"From a@example.org Sat Jan  3 01:05:34 1996\n" + raw
    monkeypatch.setattr(sources.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(piped)))
    assert raws("-") == [raw]
    box = b"From a@example.org Sat Jan  3 01:05:34 1996\n" + raw
    monkeypatch.setattr(sources.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(box)))
    assert raws("-", mbox=True) == [ONE, TWO]
