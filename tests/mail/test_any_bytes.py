"""Whatever the bytes are: a Letter comes out, its texts are real text, its attachments are what it says."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


@EVERYTHING
@given(st.data())
def test_damaged_letters_are_read(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(ORIGINALS)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        length = data.draw(st.integers(0, 40))
        raw[at : at + length] = data.draw(st.binary(max_size=10) | st.sampled_from(PIECES))
    _is_sound(bytes(raw))


def test_an_attachment_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        read_part(b"From: a@b.example\n\nx\n", 0)
