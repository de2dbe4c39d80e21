"""The letters of tests/letters, what is expected of each, and what the reader says in the same words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from deskterm.mail.letter import Letter

FOLDER: Final = Path(__file__).parent.parent / "letters"
EXPECTED: Final[dict[str, dict[str, Any]]] = json.loads(
    (FOLDER / "expected.json").read_text(encoding="utf-8")
)


def raw_letter(name: str) -> bytes:
    """The bytes of one letter of the corpus."""
    return (FOLDER / f"{name}.eml").read_bytes()


def said(letter: Letter) -> dict[str, Any]:
    """What the table may ask of a letter, under the table's names; `…_words` are compared word by word."""
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
        "text_words": " ".join(letter.text.split()),
        "html": letter.html,
        "visible": letter.visible_text.strip(),
        "visible_words": " ".join(letter.visible_text.split()),
        "reply_to": [address.address for address in letter.reply_to],
        "attachments": [part.name for part in letter.attachments],
        "inline": [part.inline for part in letter.attachments],
        "in_reply_to": list(letter.in_reply_to),
        "references": list(letter.references),
        "list_id": letter.list_id,
        "reported_ids": list(letter.reported_ids),
        "reports": [[report.recipient, report.action, report.status] for report in letter.reports],
    }
