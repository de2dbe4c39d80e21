"""Every letter in tests/letters is understood as its entry in expected.json says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from deskterm.mail.letter import Letter
from deskterm.mail.letter_json import letter_from_json, letter_to_json
from deskterm.mail.parse import read_letter, read_part

FOLDER = Path(__file__).parent.parent / "letters"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def _said(letter: Letter) -> dict[str, Any]:
    """What the table may ask of a letter, under the table's names."""
    return {
        "subject": letter.subject,
        "sender": letter.sender.address if letter.sender else None,
        "sender_name": letter.sender.name if letter.sender else None,
        "kind": letter.kind.value,
        "may_answer": letter.may_answer,
        "folds": len(letter.folds),
        "message_id": letter.message_id,
        "made": letter.made_message_id,
        "date": letter.date.isoformat() if letter.date else None,
        "text": letter.text.strip(),
        "html": letter.html,
        "visible": letter.visible_text.strip(),
        "attachments": [part.name for part in letter.attachments],
        "inline": [part.inline for part in letter.attachments],
        "in_reply_to": list(letter.in_reply_to),
        "references": list(letter.references),
        "list_id": letter.list_id,
        "reported_ids": list(letter.reported_ids),
        "reports": [[report.recipient, report.action, report.status] for report in letter.reports],
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_letter_is_understood(name: str) -> None:
    expected = dict(EXPECTED[name])
    raw = (FOLDER / f"{name}.eml").read_bytes()
    letter = read_letter(raw, own_addresses=frozenset(expected.pop("own", ())))

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
    said = _said(letter)
    assert {key: said[key] for key in expected} == expected


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_attachments_can_be_opened_and_the_letter_travels_as_json(name: str) -> None:
    raw = (FOLDER / f"{name}.eml").read_bytes()
    letter = read_letter(raw)
    assert [hashlib.sha256(read_part(raw, part.index)).hexdigest() for part in letter.attachments[:20]] == [
        part.sha256 for part in letter.attachments[:20]
    ]
    assert letter_from_json(letter_to_json(letter)) == letter


def test_every_letter_has_an_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(EXPECTED)
