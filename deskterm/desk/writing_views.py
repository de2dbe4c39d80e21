"""What the screens of writing are given: answer form, templates, articles, previews, resending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deskterm.desk.views import AttachmentRow, Choosable


@dataclass(frozen=True, slots=True)
class RecipientChoice:
    """One who would get the next public answer; his tick can be taken off."""

    participant_id: int
    """Negative for a contact's address without a row of its own."""
    address: str
    name: str
    place: str
    """A key of `participants.PLACES`."""

    @property
    def shown(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class AnswerFormView:
    """All an answer's form offers, read at once when it opens."""

    ticket_id: int
    visibility: str
    """What it opens as: 'public', or 'internal' where the desk hides by default."""
    recipients: tuple[RecipientChoice, ...]
    statuses: tuple[Choosable, ...]
    """Those the actor may set, in order; the group is the class."""
    status_after_id: int | None
    """What an answer sets by itself; None: it stays."""
    close_status_id: int | None
    """What "close with the answer" sets; None where the actor may set none."""
    choices: dict[str, tuple[Choosable, ...]]
    """By field of `answer_form.FIELDS`, what there is to choose from."""
    now: dict[str, int | None]
    """By field, what the ticket has: to be given back as `seen_fields`."""
    auto_close_desk_days: int | None
    attachment_limit_mb: int
    undo_seconds: int
    may_change: bool
    may_use_templates: bool
    sender: str = ""
    """The mailbox a public answer leaves from; '' where none of the desk's can send."""
    signature: str = ""
    """What it ends with: the agent's, else the mailbox's."""


@dataclass(frozen=True, slots=True)
class AnswerTemplate:
    """A text agents answer with."""

    id: int
    name: str
    language: str
    body: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FilledText:
    """A template with its placeholders filled; `unfilled` stand in the text as they were, in braces."""

    text: str
    unfilled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list."""

    id: int
    title: str
    preview: str
    language: str
    author: str
    ticket_id: int | None
    used: int
    active: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article opened."""

    id: int
    title: str
    body: str
    language: str
    author: str
    ticket_id: int | None
    used: int
    active: bool
    mine: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SimilarTicket:
    """A ticket that shares rare words with another."""

    id: int
    subject: str
    client: str
    status: str
    status_class: str
    outcome: str
    words: tuple[str, ...]
    """The shared words, the rarest first."""
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a ticket with the message it came with."""

    id: int
    name: str
    type: str
    size: int
    inline: bool
    message_id: int
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as text, safe for a terminal; where there is none, `why` says so in a sentence."""

    name: str
    kind: str
    """'text', 'PDF', 'Word', 'Excel', or '' for what has no text."""
    text: str
    why: str = ""
    cut: bool = False
    """Whether there is more than is shown."""


@dataclass(frozen=True, slots=True)
class TroubledLetter:
    """A letter of ours that did not reach everybody."""

    outgoing_id: int
    ticket_id: int
    message_id: int
    failed: tuple[str, ...]
    reached: tuple[str, ...]
    may_retry: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class ContactChoice:
    """A contact to make a ticket for, with the addresses that may be used."""

    id: int
    name: str
    department: str
    addresses: tuple[str, ...]
    phones: tuple[str, ...]
    inactive: tuple[str, ...]
    """Addresses and phones marked as no longer in use."""


@dataclass(frozen=True, slots=True)
class NewTicketDone:
    """What a ticket made by hand became; `why` says why its contact got no letter."""

    ticket_id: int
    message_id: int
    outgoing_id: int | None
    why: str = ""
    attachments: tuple[AttachmentRow, ...] = ()
