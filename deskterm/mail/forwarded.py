"""Whose letter somebody passes on: the sender named above the text of a forwarded letter."""

from __future__ import annotations

import re
from typing import Final

from deskterm.mail.addresses import read_addresses
from deskterm.mail.attributions import (
    FIELDS,
    FORWARDS_BEGIN,
    LINE_CHARACTERS,
    header_block_end,
    separates,
)
from deskterm.mail.letter import Address

PASSED_ON: Final = re.compile(
    r"(?i)^\W{0,3}(?:fwd?|wg|tr|rv|enc|pd|i|doorst|vl|пересл|переслано|переадресация)(?:\[\d+\])?\s?[:：]"
)
"""How the subject of a letter begins that is passed on."""

MOST_LINES: Final = 1000
"""Lines looked at: what stands above a forwarded letter is short."""

_QUOTE_SIGNS: Final = re.compile(r"^(?:[ \t]{0,3}[>|])+[ \t]?")
_DATED_MAILBOX: Final = re.compile(r"(\"[^\"]{1,200}\"|[^\",<>]{0,200})\s?(<[^<>\s@]{1,64}@[^<>\s]{1,255}>)")
"""`12.03.2025, 09:00, "Oleg" <oleg@…>:`, as Yandex begins what it passes on."""


def original_sender(subject: str, text: str) -> Address | None:
    """The sender of the letter that one with this subject and text passes on; None where none is named."""
    if not PASSED_ON.match(subject):
        return None
    written = text.split("\n", MOST_LINES)[:MOST_LINES]
    lines = [_QUOTE_SIGNS.sub("", line[: LINE_CHARACTERS + 1]) for line in written]
    begins = False
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if end := header_block_end(lines, number):
            return next(filter(None, map(_named, lines[number:end])), None)
        if begins and (found := _DATED_MAILBOX.search(line)):
            return _mailbox(f"{found[1]} {found[2]}")
        begins = separates(line) or bool(FORWARDS_BEGIN.match(line))
    return None


def _named(line: str) -> Address | None:
    """The mailbox of a line like `From: Oleg <oleg@…>`."""
    field = FIELDS["from"].match(line)
    return _mailbox(line[field.end() :].strip(" *_")) if field else None


def _mailbox(written: str) -> Address | None:
    return next((one for one in read_addresses(written.encode()) if "@" in one.address), None)
