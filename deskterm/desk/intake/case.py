"""One letter on its way through the steps: what is asked of the desk, what was found, what was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from deskterm.mail.letter import Letter
from deskterm.mail.message_ids import Keys


class Verdict(StrEnum):
    """What becomes of a letter (LETTERS.md)."""

    NEW = "new"
    APPEND = "append"
    UNVERIFIED = "append unverified"
    HOLD = "hold"
    BOUNCE_NOTE = "bounce note"
    BLOCKED = "blocked"
    REFUSED = "refused"
    IGNORED = "ignored"
    FILED = "filed"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom an address belongs to."""

    client_id: int | None = None
    contact_id: int | None = None
    name: str = ""
    why: str = ""
    agent_id: int | None = None
    listed: bool = False
    """Whether he is on the list of registered senders, or a contact of several clients."""

    @property
    def registered(self) -> bool:
        known = self.contact_id is not None or self.client_id is not None or self.agent_id is not None
        return known or self.listed


@dataclass(frozen=True, slots=True)
class Blocked:
    """A black-list entry that matches."""

    entry_id: int
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rule that decides about a letter, what it asked, and what it says."""

    rule_id: int
    name: str
    why: str
    effects: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    """The effects under the names people gave their values."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """The account a letter came in on, as far as steps ask."""

    address: str = ""
    who_may_write: str = "everybody"
    silent: bool = False
    account_id: int | None = None
    junk: bool = False
    """Whether the letter lay in the Junk folder."""


class Desk(Protocol):
    """What the steps may ask; the store answers, or nobody (`explain` without a store)."""

    @property
    def keys(self) -> Keys | None: ...
    @property
    def own_addresses(self) -> frozenset[str]: ...
    def duplicate_of(self, message_key: str, body_hash: str) -> int | None: ...
    def blocked_by(self, sender_key: str, subject: str, text: str) -> Blocked | None: ...
    def ticket_of_reference(self, ref: str) -> int | None: ...
    def ticket_with_unverified(self, ref: str) -> int | None: ...
    def ticket_awaiting(self, ref: str) -> int | None: ...
    def ticket_now(self, ticket_id: int) -> int | None: ...
    def knows(self, ticket_id: int, sender_key: str) -> str | None: ...
    def sender(self, sender_key: str) -> Sender: ...
    def reopens(self, ticket_id: int) -> bool: ...
    def late_ticket(self, ticket_id: int) -> int | None: ...
    def ruling(self, account_id: int | None, letter: Letter, registered: bool) -> Ruling | None: ...


@dataclass(slots=True)
class Case:
    """A letter and what the steps found out about it so far."""

    letter: Letter
    desk: Desk
    receiver: Receiver
    reasons: list[str] = field(default_factory=list)
    ticket_id: int | None = None
    letter_id: int | None = None
    """The letter it is a second delivery of."""
    black_entry_id: int | None = None
    linked_to: int | None = None
    sender: Sender = field(default_factory=Sender)
    ruling: Ruling | None = None

    def say(self, reason: str) -> None:
        """Add a reason to the trail: it is the mail log, `explain`, and “why” in the console."""
        self.reasons.append(reason)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict with its trail and what it points at."""

    verdict: Verdict
    reasons: tuple[str, ...]
    ticket_id: int | None = None
    letter_id: int | None = None
    black_entry_id: int | None = None
    linked_to: int | None = None
    sender: Sender = field(default_factory=Sender)
    ruling: Ruling | None = None

    @property
    def rule_id(self) -> int | None:
        """The rule that matched."""
        return self.ruling.rule_id if self.ruling is not None else None
