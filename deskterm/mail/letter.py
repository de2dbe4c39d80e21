"""A letter as it was understood: plain frozen values, no bytes of the wire, no ticket.

Every `str` in here is valid Unicode without surrogates and without NUL, but is still foreign:
it goes through `clean` before a terminal sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

MADE_DOMAIN: Final = "made.invalid"
"""The right side of ids made for letters that have none."""


class Kind(StrEnum):
    """What sort of sender wrote it (LETTERS.md)."""

    PERSON = "person"
    BOUNCE = "bounce"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    FEEDBACK = "feedback"
    AUTO_REPLY = "auto-reply"
    AUTO_GENERATED = "auto-generated"
    LIST = "list"
    BULK = "bulk"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox; `address` is as written, `key` is casefolded, IDNA to Unicode, for comparing."""

    name: str
    address: str

    @property
    def key(self) -> str:
        address = self.address.strip().casefold()
        local, at, domain = address.rpartition("@")
        if "xn--" not in domain:
            return address
        try:
            return (local + at + domain.encode("ascii").decode("idna")).casefold()
        except UnicodeError:
            return address


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment as a reference into the original: `index` is its number in document order."""

    index: int
    name: str
    type: str
    size: int
    sha256: str
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of the plain text, in characters, that is folded away; `why` names the pattern."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a bounce says of one recipient (RFC 3464)."""

    recipient: str
    action: str
    status: str
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """All that intake needs of one e-mail."""

    sha256: str
    size: int
    message_id: str
    """Without angle brackets; made from the hash of the bytes where the letter has none."""
    made_message_id: bool
    sender: Address | None
    """Who wrote: From, else Reply-To, Sender, Return-Path."""
    reply_to: tuple[Address, ...]
    return_path: str | None
    """None = no such header; '' = the null path <>."""
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    """Aware, as the sender dated it; None where missing or unreadable."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    """The whole body as plain text, made from HTML where there is nothing else."""
    html: bool
    """Whether the letter has an HTML body."""
    folds: tuple[Fold, ...]
    attachments: tuple[Part, ...]
    kind: Kind
    kind_reasons: tuple[str, ...]
    may_answer: bool
    """False where an automatic answer is forbidden by the letter itself (LETTERS.md, automatic mail)."""
    may_answer_reasons: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    """All top headers, decoded, in order, for rules and display."""
    body_hash: str
    """SHA-256 of the body bytes, headers apart: the same Message-ID with another body is another letter."""
    reports: tuple[DeliveryReport, ...] = ()
    reported_ids: tuple[str, ...] = ()
    """Message-IDs of the letter a bounce is about."""
    received: int = 0
    list_id: str = ""
    notes: tuple[str, ...] = ()
    """What was found or repaired, e.g. 'signed (PGP)', 'charset guessed: koi8-r'."""
    problems: tuple[str, ...] = field(default=())
    """Why it goes to triage unread by the pipeline: too deep, too many parts, unreadable."""

    @property
    def visible_text(self) -> str:
        """What stays after folding; the whole text where nothing would."""
        kept: list[str] = []
        at = 0
        for fold in self.folds:
            kept.append(self.text[at : fold.start])
            at = fold.end
        kept.append(self.text[at:])
        visible = "".join(kept).strip("\n")
        return visible if visible.strip() else self.text
