"""Mail as it came and as it goes: accounts, deliveries, letters, black list, outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as text_clause
from sqlmodel import Field, SQLModel

from deskterm.store.tables.columns import big, json, key, key_link, link, moment, text


class Account(SQLModel, table=True):
    """A mailbox we receive from and perhaps send from; its password is in the secret store."""

    __tablename__ = "account"
    id: int | None = key()
    address: str = text()
    key: str = text(unique=True)
    name: str = text()
    login: str = text()
    incoming: str = text("imap")
    incoming_host: str = text()
    incoming_port: int = 0
    incoming_security: str = text("tls")
    folders: Any = json(null=False)
    outgoing: str = text("smtp")
    outgoing_host: str = text()
    outgoing_port: int = 0
    outgoing_security: str = text("tls")
    outgoing_login: bool = True
    ca_file: str = text()
    """Certificates trusted beside the system's, for a server with its own authority."""
    files_sent: str = text("append")
    """'append': we file sent letters in the Sent folder; 'provider': the provider does."""
    sent_folder: str = text()
    after: str = text("seen")
    """What becomes of a letter on the server once it is stored: seen, leave, move, delete."""
    after_folder: str = text()
    junk_folder: str = text()
    reads_junk: bool = False
    """Whether the Junk folder is read too, into triage."""
    attachments_folder: str = text()
    """Where attachments are saved besides, by ticket; '' for nowhere."""
    poll_seconds: int = 180
    language: str = text("en")
    signature: str = text()
    confirms: bool = True
    silent: bool = False
    who_may_write: str = text("everybody")
    active: bool = True
    created_at: datetime = moment(null=False)


class AccountState(SQLModel, table=True):
    """What the worker last saw of an account; kept by the worker, no history."""

    __tablename__ = "account_state"
    account_id: int = key_link("account.id", gone="CASCADE")
    incoming: str = text("unknown")
    """'unknown', 'connecting', 'idle', 'polling', 'reading', 'failing'."""
    incoming_detail: str = text()
    incoming_stage: str = text()
    outgoing: str = text("unknown")
    outgoing_detail: str = text()
    files_detail: str = text()
    """Why attachments cannot be saved in their folder; '' where they can."""
    checked_at: datetime | None = moment()
    changed_at: datetime | None = moment()
    failures: int = 0


class Folder(SQLModel, table=True):
    """How far a folder of an account was read, per UIDVALIDITY."""

    __tablename__ = "folder"
    __table_args__ = (UniqueConstraint("account_id", "name", name="folder_name"),)
    id: int | None = key()
    account_id: int = link("account.id", null=False, gone="CASCADE")
    name: str = text()
    epoch: str = text()
    last_uid: int = big(0, null=False)
    role: str = text()
    """'junk': everything in it is held; '' otherwise."""


class Delivery(SQLModel, table=True):
    """One arrival of one letter, its bytes, and what became of it; stored before it is understood."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("account_id", "folder", "epoch", "key", name="delivery_place"),
        Index("delivery_state", "state", "id"),
        Index(
            "delivery_wish",
            "account_id",
            sqlite_where=text_clause("wish <> ''"),
            postgresql_where=text_clause("wish <> ''"),
        ),
        Index(
            "delivery_unplaced",
            "account_id",
            "folder",
            "epoch",
            sqlite_where=text_clause("not placed"),
            postgresql_where=text_clause("not placed"),
        ),
        {"sqlite_autoincrement": True},
    )
    id: int | None = key()
    account_id: int = link("account.id", null=False, index=True)
    folder: str = text()
    epoch: str = text()
    key: str = text()
    blob_sha256: str = Field(foreign_key="blob.sha256", index=True)
    size: int = 0
    arrived_at: datetime = moment(null=False)
    stored_at: datetime = moment(null=False)
    state: str = text("stored")
    """'stored', then 'done', or 'broken' where the reader could not read it."""
    attempts: int = 0
    letter_id: int | None = link("letter.id", index=True)
    verdict: str | None = text(None, null=True)
    reasons: Any = json()
    placed: bool = False
    """Whether the server's copy was flagged, moved or deleted as the account says."""
    wish: str = text()
    """What somebody wants done with the server's copy: 'junk', 'move', ''."""
    wish_folder: str = text()


class Letter(SQLModel, table=True):
    """A letter as understood, one row however often it was delivered."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("letter_message_id", "message_key", "body_hash"),
        Index("letter_triage", "triage", "id"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = key()
    account_id: int = link("account.id", null=False)
    blob_sha256: str = Field(foreign_key="blob.sha256", index=True)
    message_key: str = text()
    body_hash: str = text()
    kind: str = text("person")
    verdict: str = text()
    reasons: Any = json()
    from_name: str = text()
    from_address: str = text()
    from_key: str = text(index=True)
    subject: str = text()
    preview: str = text()
    sent_at: datetime | None = moment()
    arrived_at: datetime = moment(null=False)
    size: int = 0
    attachments: int = 0
    from_staff: bool = False
    may_answer: bool = True
    ticket_id: int | None = link("ticket.id", index=True)
    black_entry_id: int | None = link("black_entry.id")
    rule_id: int | None = link("rule.id")
    triage: str | None = text(None, null=True)
    """None: never held or stopped; 'waiting', 'refused', 'blocked', then 'reviewed' or 'done'."""
    triage_why: str = text()
    seen_by: Any = json()
    version: int = 0


class BlackEntry(SQLModel, table=True):
    """What blocks a letter: an address, a domain, or a fragment of text."""

    __tablename__ = "black_entry"
    __table_args__ = (UniqueConstraint("kind", "key", name="black_entry_key"),)
    id: int | None = key()
    kind: str = text()
    value: str = text()
    key: str = text()
    hits: int = 0
    active: bool = True
    created_at: datetime = moment(null=False)
    created_by: int | None = link("agent.id")


class Outgoing(SQLModel, table=True):
    """A letter of ours, its bytes frozen when it was queued."""

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("outgoing_open", "open", "id"),
        Index(
            "outgoing_unfiled",
            "account_id",
            sqlite_where=text_clause("filed = 'pending'"),
            postgresql_where=text_clause("filed = 'pending'"),
        ),
        {"sqlite_autoincrement": True},
    )
    id: int | None = key()
    kind: str = text()
    """'answer', 'confirmation', 'notice', 'refusal'."""
    automatic: bool = False
    account_id: int = link("account.id", null=False)
    ticket_id: int | None = link("ticket.id", index=True)
    message_id: int | None = link("message.id", index=True)
    event_id: int | None = big()
    """Of a notice the last event it tells of: undoing that withdraws it."""
    agent_id: int | None = link("agent.id")
    sender: str = text()
    """Envelope sender; '' is the null path."""
    message_key: str = text(index=True)
    subject: str = text()
    blob_sha256: str = Field(foreign_key="blob.sha256")
    seen_message_id: int = big(0, null=False)
    """The newest message its author had seen: the send guard compares it when the letter leaves.

    Of a notice the answer it tells of: it is withdrawn with it.
    """
    not_before: datetime = moment(null=False)
    draft_key: str | None = text(None, null=True, unique=True)
    """The draft it was made of: one draft is sent once, whoever presses the key twice."""
    filed: str = text("none")
    """Copy in the Sent folder: 'none', 'pending', 'done', 'failed'."""
    open: bool = True
    created_at: datetime = moment(null=False)


class Outbox(SQLModel, table=True):
    """One recipient of one outgoing letter and where his copy stands."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("outgoing_id", "key", name="outbox_recipient"),
        Index("outbox_due", "state", "next_at"),
        Index("outbox_address", "key", "created_at"),
    )
    id: int | None = key()
    outgoing_id: int = link("outgoing.id", null=False)
    address: str = text()
    key: str = text()
    state: str = text("waiting")
    """'waiting', 'queued', 'sending', 'sent', 'deferred', 'failed', 'unknown', 'withdrawn', 'bounced'."""
    attempts: int = 0
    next_at: datetime = moment(null=False)
    code: int | None = None
    reply: str = text()
    claimed_by: int | None = big()
    """Epoch of the worker's lease that claimed it."""
    created_at: datetime = moment(null=False)
    settled_at: datetime | None = moment()


class Rule(SQLModel, table=True):
    """A monitoring element of an account: the first whose conditions all hold decides."""

    __tablename__ = "rule"
    __table_args__ = (Index("rule_order", "account_id", "position"),)
    id: int | None = key()
    account_id: int | None = link("account.id", gone="CASCADE")
    """None: for every account, after its own rules."""
    position: int = 0
    name: str = text()
    conditions: Any = json(null=False)
    """[[field, operator, value], …]: all must hold."""
    effects: Any = json(null=False)
    """{effect: value, …}."""
    hits: int = 0
    active: bool = True
    created_at: datetime = moment(null=False)


class RegisteredSender(SQLModel, table=True):
    """An address or domain that may write where registered senders only may."""

    __tablename__ = "registered_sender"
    __table_args__ = (UniqueConstraint("kind", "key", name="registered_sender_key"),)
    id: int | None = key()
    kind: str = text("address")
    value: str = text()
    key: str = text()
    name: str = text()
    created_at: datetime = moment(null=False)
    created_by: int | None = link("agent.id")


class Observer(SQLModel, table=True):
    """An address told of what happens to tickets: of the desk, an account, a rule or one ticket."""

    __tablename__ = "observer"
    __table_args__ = (Index("observer_scope", "scope", "account_id", "rule_id", "ticket_id"),)
    id: int | None = key()
    scope: str = text("desk")
    account_id: int | None = link("account.id", gone="CASCADE")
    rule_id: int | None = link("rule.id", gone="CASCADE")
    ticket_id: int | None = link("ticket.id")
    address: str = text()
    key: str = text()
    created_at: datetime = moment(null=False)


class Template(SQLModel, table=True):
    """The text of a kind of letter, of the desk or of one account, in a language."""

    __tablename__ = "template"
    __table_args__ = (Index("template_kind", "kind", "account_id", "language"),)
    id: int | None = key()
    kind: str = text()
    account_id: int | None = link("account.id", gone="CASCADE")
    language: str = text("en")
    name: str = text()
    body: str = text()
    updated_at: datetime = moment(null=False)


class MailLog(SQLModel, table=True):
    """What was done with mail; cleared without touching anything else, so it points at nothing by key."""

    __tablename__ = "mail_log"
    __table_args__ = (
        Index("mail_log_at", "at", "id"),
        Index("mail_log_address", "key", "id"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = key()
    at: datetime = moment(null=False)
    act: str = text()
    """The verdict of a letter, or how one of ours left: 'created', 'held', 'sent', 'failed', …"""
    account_id: int | None = big()
    rule_id: int | None = big()
    address: str = text()
    key: str = text()
    subject: str = text()
    ticket_id: int | None = big()
    letter_id: int | None = big()
    outgoing_id: int | None = big()
    detail: str = text()


class MutedAddress(SQLModel, table=True):
    """An address automatic letters no longer go to, and why, until somebody lifts it."""

    __tablename__ = "muted_address"
    key: str = Field(primary_key=True)
    why: str = text()
    ticket_id: int | None = big()
    muted_at: datetime = moment(null=False)


class LetterTicket(SQLModel, table=True):
    """Which tickets were made of a letter, or took it in."""

    __tablename__ = "letter_ticket"
    letter_id: int = key_link("letter.id")
    ticket_id: int = key_link("ticket.id", index=True)
    message_id: int | None = link("message.id")


class View(SQLModel, table=True):
    """An agent's own view of a section: a name and a filter, switched to with one key."""

    __tablename__ = "view"
    __table_args__ = (UniqueConstraint("agent_id", "section", "name", name="view_name"),)
    id: int | None = key()
    agent_id: int = link("agent.id", null=False)
    section: str = text()
    name: str = text()
    filter: Any = json(null=False)
    position: int = 0
