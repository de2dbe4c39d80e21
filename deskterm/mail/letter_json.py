"""A `Letter` as JSON and back, for the pipe between the worker and the parser's child."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from deskterm.mail.letter import Address, DeliveryReport, Fold, Kind, Letter, Part

_PLAIN = (
    "sha256", "size", "message_id", "made_message_id", "return_path", "subject", "text", "html",
    "may_answer", "body_hash",
    "received", "list_id",
)  # fmt: skip
_STRINGS = (
    "in_reply_to",
    "references",
    "kind_reasons",
    "may_answer_reasons",
    "reported_ids",
    "notes",
    "problems",
)


def letter_to_json(letter: Letter) -> bytes:
    """The letter as UTF-8 JSON."""
    value: dict[str, Any] = {name: getattr(letter, name) for name in (*_PLAIN, *_STRINGS)}
    value["sender"] = _address(letter.sender) if letter.sender else None
    for name in ("reply_to", "to", "cc"):
        value[name] = [_address(address) for address in getattr(letter, name)]
    value["date"] = letter.date.isoformat() if letter.date else None
    value["folds"] = [(fold.start, fold.end, fold.why) for fold in letter.folds]
    value["attachments"] = [
        (part.index, part.name, part.type, part.size, part.sha256, part.inline, part.content_id)
        for part in letter.attachments
    ]
    value["kind"] = letter.kind.value
    value["headers"] = letter.headers
    value["reports"] = [
        (report.recipient, report.action, report.status, report.diagnostic) for report in letter.reports
    ]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def letter_from_json(data: bytes) -> Letter:
    """The letter again, equal to the one written; ValueError, KeyError or TypeError on anything else."""
    value: dict[str, Any] = json.loads(data)
    fields: dict[str, Any] = {name: value[name] for name in _PLAIN}
    fields.update({name: tuple(value[name]) for name in _STRINGS})
    fields.update(
        {name: tuple(Address(*address) for address in value[name]) for name in ("reply_to", "to", "cc")}
    )
    fields["sender"] = Address(*value["sender"]) if value["sender"] else None
    fields["date"] = datetime.fromisoformat(value["date"]) if value["date"] else None
    fields["folds"] = tuple(Fold(*fold) for fold in value["folds"])
    fields["attachments"] = tuple(Part(*part) for part in value["attachments"])
    fields["kind"] = Kind(value["kind"])
    fields["headers"] = tuple((name, text) for name, text in value["headers"])
    fields["reports"] = tuple(DeliveryReport(*report) for report in value["reports"])
    return Letter(**fields)


def _address(address: Address) -> tuple[str, str]:
    return address.name, address.address
