"""Every letter in tests/letters is understood as its entry in expected.json says."""

from __future__ import annotations

import hashlib

import pytest

from deskterm.mail.letter_json import letter_from_json, letter_to_json
from deskterm.mail.parse import read_letter, read_part
from tests.mail.corpus import EXPECTED, FOLDER, raw_letter, said


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_letter_is_understood(name: str) -> None:
    expected = dict(EXPECTED[name])
    raw = raw_letter(name)
    letter = read_letter(raw, own_addresses=frozenset(expected.pop("own", ())))

    assert expected.pop("language")
    assert expected.pop("program")
    for index, content in expected.pop("part_bytes", {}).items():
        assert read_part(raw, int(index)) == content.encode()
    for piece in expected.pop("text_has", ()):
        assert piece in letter.text
    for piece in expected.pop("text_lacks", ()):
        assert piece not in letter.text
    for piece in expected.pop("visible_has", ()):
        assert piece in letter.visible_text
    for piece in expected.pop("visible_lacks", ()):
        assert piece not in letter.visible_text
    if note := expected.pop("note", ""):
        assert note in " | ".join(letter.notes)
    if problem := expected.pop("problem", ""):
        assert problem in " | ".join(letter.problems)
    else:
        assert letter.problems == ()
    found = said(letter)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_attachments_can_be_opened_and_the_letter_travels_as_json(name: str) -> None:
    raw = raw_letter(name)
    letter = read_letter(raw)
    assert [hashlib.sha256(read_part(raw, part.index)).hexdigest() for part in letter.attachments[:20]] == [
        part.sha256 for part in letter.attachments[:20]
    ]
    assert letter_from_json(letter_to_json(letter)) == letter


def test_every_letter_has_an_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(EXPECTED)
