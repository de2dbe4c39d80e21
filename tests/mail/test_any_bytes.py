"""Whatever the bytes are: a Letter comes out, its texts are real text, its attachments are what it says."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskterm import limits
from deskterm.mail.letter import Letter
from deskterm.mail.letter_json import letter_from_json, letter_to_json
from deskterm.mail.parse import body_html, read_letter, read_part

FOLDER = Path(__file__).parent.parent / "letters"
ORIGINALS = [path.read_bytes() for path in sorted(FOLDER.glob("*.eml")) if path.stat().st_size < 8192]
PIECES = [
    b"From: a@b.example\n",
    b"Subject: =?utf-8?B?",
    b"=?koi8-r?q?=EF?=",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: text/html; charset=utf-7\n",
    b"\n--b\n",
    b"\n--b--\n",
    b"\n\n",
    b"\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: message/delivery-status\n",
    b"begin 644 x\n",
    b"<div><blockquote type=cite>",
    b"\xff\xfe",
    b"\x00",
    b"\xed\xa0\x80",
    b"+2AA-",
    b"On Mon, 1 Jan 2025 10:00 x@y.example wrote:\n",
    b"> q\n",
    b"-- \n",
    b"Content-Type: application/ms-tnef\n",
    b"\x78\x9f\x3e\x22",
    b"filename*0*=utf-8''%ff%00; filename*1=x",
    b"Content-Disposition: attachment; ",
    b"Content-Type: application/pkcs7-mime; smime-type=signed-data\n",
    b"*\x86H\x86\xf7\r\x01\x07\x02",
    b"Date: 99 Foo 99999 99:99:99 +9999999\n",
]
CHARSETS = [b"utf-7", b"utf-16", b"gb18030", b"hz", b"iso-2022-kr", b"idna", b"rot13", b"x-nobody-knows", b""]
EVERYTHING = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [text for each in dataclasses.fields(value) for text in _texts(getattr(value, each.name))]
    if isinstance(value, tuple):
        return [text for each in value for text in _texts(each)]
    return []


def _is_sound(raw: bytes) -> Letter:
    letter = read_letter(raw)
    for text in _texts(letter):
        assert "\x00" not in text
        text.encode("utf-8")
    for part in letter.attachments[:10]:
        data = read_part(raw, part.index)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (part.size, part.sha256)
        assert part.name
        assert "/" not in part.name
        assert len(part.name.encode()) <= 180
    at = 0
    for fold in letter.folds:
        assert at <= fold.start < fold.end <= len(letter.text)
        at = fold.end
    assert letter.visible_text.strip() or not letter.text.strip()
    assert letter_from_json(letter_to_json(letter)) == letter
    assert not any("unreadable" in problem for problem in letter.problems)
    html = body_html(raw)
    assert html is None or "<script" not in html.lower()
    return letter


@EVERYTHING
@given(st.binary(max_size=2000))
def test_noise_is_read(raw: bytes) -> None:
    _is_sound(raw)


@EVERYTHING
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=30))
def test_pieces_of_letters_in_any_order_are_read(pieces: list[bytes]) -> None:
    _is_sound(b"".join(pieces))


def _flipped(data: st.DataObject, raw: bytearray) -> None:
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=8)):
        raw[at] = data.draw(st.integers(0, 255))


def _truncated(data: st.DataObject, raw: bytearray) -> None:
    del raw[data.draw(st.integers(0, len(raw))) :]


def _replaced(data: st.DataObject, raw: bytearray) -> None:
    at = data.draw(st.integers(0, len(raw)))
    raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=10) | st.sampled_from(PIECES))


def _line_twice(data: st.DataObject, raw: bytearray) -> None:
    lines = bytes(raw).split(b"\n")
    line = data.draw(st.sampled_from(lines))
    lines.insert(data.draw(st.integers(0, len(lines))), line)
    raw[:] = b"\n".join(lines)


def _repeated(data: st.DataObject, raw: bytearray) -> None:
    at = data.draw(st.integers(0, len(raw)))
    raw[at:at] = bytes(raw[at : at + 300]) * data.draw(st.integers(1, 40))


def _joined(data: st.DataObject, raw: bytearray) -> None:
    other = data.draw(st.sampled_from(ORIGINALS))
    raw[data.draw(st.integers(0, len(raw))) :] = other[data.draw(st.integers(0, len(other))) :]


def _other_charset(data: st.DataObject, raw: bytearray) -> None:
    raw[:] = re.sub(rb"(?i)utf-8|koi8-r|windows-1251", data.draw(st.sampled_from(CHARSETS)), bytes(raw))


DAMAGES = [_flipped, _truncated, _replaced, _line_twice, _repeated, _joined, _other_charset]


@settings(EVERYTHING, max_examples=400)
@given(st.data())
def test_damaged_letters_are_read(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(ORIGINALS)))
    for damage in data.draw(st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=4)):
        if raw:
            damage(data, raw)
    before = time.perf_counter()
    _is_sound(bytes(raw))
    assert time.perf_counter() - before < limits.PARSE_SECONDS


def test_an_attachment_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        read_part(b"From: a@b.example\n\nx\n", 0)
