"""What screens and commands are given to show: frozen values, never mapped rows.

Texts of letters in here are foreign; presenters clean them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deskterm.desk.page_views import Choosable as Choosable
from deskterm.desk.page_views import Page as Page
from deskterm.desk.page_views import TicketRow as TicketRow


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A line of the tree; `key` is stable ('mine_new', 'agent:3', 'rubric:7'); children come after."""

    key: str
    title: str
    depth: int
    unread: int
    total: int
    bold: bool
    foldable: bool = False
    shows: str = "tickets"
    """What its list holds: 'tickets', 'letters' (triage, refused, blocked) or 'outgoing' (outbox)."""
    mark: str = ""
    """Sign of an agent's line: 'online', 'day off', ''."""
    more: bool = False
    """There are more than were counted, as a saved search may find."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else's console on a ticket now; `mine` where it is another one of one's own."""

    ticket_id: int
    agent_id: int
    name: str
    answering: bool
    mine: bool = False


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter in triage, refused or blocked."""

    id: int
    sender: str
    address: str
    subject: str
    preview: str
    why: str
    arrived_at: datetime
    tickets: tuple[int, ...]
    attachments: int
    state: str
    ticket_id: int | None
    """The ticket it is an unverified message of."""
    version: int = 0
    made: tuple[Choosable, ...] = ()
    """The same tickets with subject and client, to choose one of them."""
    changed_by: str = ""
    """Who changed it since it was opened; it left the list by that and is shown till one goes on."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """A line of the mail log; `address` is the other side's: who wrote to us, or whom we wrote to."""

    id: int
    at: datetime
    act: str
    title: str
    """The act in the reader's language."""
    account: str
    rule_id: int | None
    rule: str
    address: str
    subject: str
    ticket_id: int | None
    letter_id: int | None
    outgoing_id: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """A letter in the outbox that has not wholly left."""

    id: int
    ticket_id: int | None
    kind: str
    subject: str
    recipients: str
    state: str
    detail: str
    created_at: datetime
    next_at: datetime | None
    author: str
    mine: bool


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message in the list of a ticket."""

    id: int
    ticket_id: int
    type: str
    visibility: str
    author: str
    author_kind: str
    """'customer', 'agent', 'system'."""
    addressee: str
    addressed_to_me: bool
    preview: str
    at: datetime
    unread: bool
    delivery: str
    unverified: bool
    attachments: int
    version: int = 0
    to: str = ""
    """Whom it went to: its addressee, or the recipients of an answer."""
    contact: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    id: int
    name: str
    type: str
    size: int
    inline: bool


@dataclass(frozen=True, slots=True)
class RecipientRow:
    address: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class BodyLink:
    """A run of a body's text that leads to an address; start equals end where a picture does."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class Body:
    """One message opened; `folds` are (start, end, why) in characters of `text`."""

    id: int
    ticket_id: int
    type: str
    visibility: str
    author: str
    address: str
    author_kind: str
    addressee: str
    subject: str
    text: str
    folds: tuple[tuple[int, int, str], ...]
    html: bool
    at: datetime
    sent_at: datetime | None
    attachments: tuple[AttachmentRow, ...]
    recipients: tuple[RecipientRow, ...]
    unverified: bool
    delivery: str
    letter_id: int | None
    reasons: tuple[str, ...]
    """Why intake treated it so, in order."""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    version: int = 0
    """Of the letter, for what compares whether somebody changed it since it was opened."""


@dataclass(frozen=True, slots=True)
class TicketHead:
    """What stands above an open ticket, and what acts on it compare with."""

    id: int
    token: str
    subject: str
    status_id: int
    status: str
    status_class: str
    client: str
    customer: str
    responsible_id: int | None
    responsible: str
    rubric_id: int | None
    rubric: str
    account: str
    silent: bool
    turn: str
    muted: str
    client_why: str
    participants: tuple[str, ...]
    excluded: tuple[str, ...]
    messages: int
    last_message_id: int
    """Newest message visible to the one who looks, written by a person: what a reply has seen."""
    version: int
    created_at: datetime
    category_id: int | None = None
    kind_id: int | None = None
    criticality_id: int | None = None
    difficulty_id: int | None = None
    sla_id: int | None = None
    team_id: int | None = None
    branch_id: int | None = None
    source_id: int | None = None
    client_id: int | None = None
    contact_id: int | None = None
    auto_close_days: int | None = None
    due_at: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """(field, value) of what is set beside status, responsible and rubric, in words."""
    passed_on: str = ""
    """Who wrote the letter that an agent passed on, while he is not the customer."""


@dataclass(frozen=True, slots=True)
class DraftView:
    id: int
    key: str
    ticket_id: int | None
    visibility: str
    addressee_id: int | None
    body: str
    seen_message_id: int
    returned_why: str
    attachments: tuple[AttachmentRow, ...]
    updated_at: datetime
    subject: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    deferred: bool = False
    """Put off on purpose; kept beside the ticket."""
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account on the status line."""

    address: str
    incoming: str
    incoming_detail: str
    outgoing: str
    outgoing_detail: str


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The desk's state in one look."""

    agent: str
    worker: str
    """'running', 'none'."""
    accounts: tuple[AccountLine, ...]
    outbox: int
    trouble: int
    held: int
    unread: int
    mail_on: bool


GOOD, WARNING, BAD = "good", "warning", "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing `doctor` looked at."""

    check: str
    state: str
    """'good', 'warning', 'bad'."""
    detail: str
    remedy: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """An event for screens: what was touched, by whom, and where it stands now."""

    event_id: int
    act: str
    """'' for what took a thing out of sight: that it is gone is all that is told."""
    ticket_id: int | None
    message_id: int | None
    subject_kind: str
    mine: bool
    fields: Mapping[str, Any]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """What a console needs to know when something was committed, read at once."""

    changes: tuple[Change, ...]
    upto: int
    """The newest event that was looked at, seen by the agent or not."""
    many: bool
    """Whether there are more of them than were read."""
    others: tuple[Present, ...]
    elsewhere: bool
    """Whether the agent has another console open."""
    living: frozenset[str]
    """The other consoles that are there."""
    told: int
    """The agent's newest notification, 0 for none."""
    outside: tuple[Any, ...]
    """What changes without events and is shown: states of accounts, whether a worker runs."""
    mark: str | None = None
    """PostgreSQL's mark of before it was read, see `store.feed`."""
