"""Tickets and their messages, and what each agent has read and written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as text_clause
from sqlmodel import Field, SQLModel

from deskterm.store.tables.columns import added_link, big, json, key, key_link, link, moment, text


class Ticket(SQLModel, table=True):
    """A numbered request; its id is its number."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ticket_class", "status_class", "last_message_at", "id"),
        Index("ticket_responsible", "responsible_id", "status_class", "last_message_at", "id"),
        Index("ticket_rubric", "rubric_id", "status_class", "last_message_at", "id"),
        Index("ticket_status", "status_id", "last_message_at", "id"),
        Index("ticket_changed", "changed_at", "id"),
        # with the newest messages: which of a period's tickets is the newest is read from the index alone
        Index("ticket_latest", "last_message_at", "id", "last_message_id", "last_private_id"),
        Index(
            "ticket_closed",
            "closed_at",
            "id",
            sqlite_where=text_clause("closed_at is not null"),
            postgresql_where=text_clause("closed_at is not null"),
        ),
        Index(
            "ticket_deleted",
            "deleted_at",
            sqlite_where=text_clause("deleted_at is not null"),
            postgresql_where=text_clause("deleted_at is not null"),
        ),
        Index("ticket_created", "created_at", "id"),
        Index("ticket_client", "client_id", "last_message_at", "id"),
        Index(
            "ticket_due",
            "due_at",
            "id",
            sqlite_where=text_clause("due_at is not null"),
            postgresql_where=text_clause("due_at is not null"),
        ),
        Index("ticket_closing", "status_class", "last_public_at"),
        Index(
            "ticket_snoozed",
            "snoozed_until",
            sqlite_where=text_clause("snoozed_until is not null"),
            postgresql_where=text_clause("snoozed_until is not null"),
        ),
        Index("ticket_creator", "creator_id", "status_class", "last_message_at", "id"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = key()
    token: str = text()
    subject: str = text()
    status_id: int = link("status.id", null=False)
    status_class: str = text("active")
    client_id: int | None = link("client.id")
    contact_id: int | None = link("contact.id", index=True)
    customer: str = text()
    """Name or address of the author, for lists."""
    customer_key: str = text(index=True)
    """Key of the author's address, whether or not he is a contact."""
    responsible_id: int | None = link("agent.id")
    team_id: int | None = link("team.id")
    rubric_id: int | None = link("choice.id")
    category_id: int | None = link("choice.id")
    kind_id: int | None = link("choice.id")
    criticality_id: int | None = link("choice.id")
    difficulty_id: int | None = link("choice.id")
    source_id: int | None = link("choice.id")
    sla_id: int | None = added_link("choice.id")
    branch_id: int | None = added_link("branch.id")
    account_id: int | None = link("account.id")
    rule_id: int | None = link("rule.id")
    silent: bool = False
    """Whether nothing is ever sent to its author (monitoring systems)."""
    tags: Any = json()
    creator_id: int | None = link("agent.id")
    language: str = text("en")
    turn: str = text("ours")
    """Whose turn it is: 'ours', 'theirs'."""
    created_at: datetime = moment(null=False)
    changed_at: datetime = moment(null=False)
    last_message_at: datetime = moment(null=False)
    last_public_at: datetime | None = moment()
    answered_at: datetime | None = moment()
    due_at: datetime | None = moment()
    snoozed_until: datetime | None = moment()
    snoozed_by: int | None = added_link("agent.id")
    auto_close_days: int | None = None
    """Days after its last public message it closes by itself; None: as the desk says, 0: never."""
    close_warned_at: datetime | None = moment()
    """When the customer was told that it is about to close; older than `last_public_at` counts as never."""
    closed_at: datetime | None = moment()
    outcome: str = text()
    """'': not said, 'solved', 'did not help'."""
    last_message_id: int = big(0, null=False)
    """Newest public or internal message: what unread is compared with."""
    last_private_id: int = big(0, null=False)
    messages: int = 0
    merged_into: int | None = link("ticket.id")
    muted: str = text()
    """Why automatic answers on it were stopped."""
    client_why: str = text()
    """Why client or contact were left open."""
    deleted_at: datetime | None = moment()
    binned_at: datetime | None = moment()
    """When somebody deleted it: it stands in the Bin until restored or purged."""
    version: int = 0


class TicketCount(SQLModel, table=True):
    """How many tickets stand at each point of responsible x rubric x class; 0 is nobody, none."""

    __tablename__ = "ticket_count"
    responsible_id: int = Field(primary_key=True)
    rubric_id: int = Field(primary_key=True)
    status_class: str = Field(primary_key=True)
    number: int = 0


class Message(SQLModel, table=True):
    """One item of a ticket."""

    __tablename__ = "message"
    __table_args__ = (
        Index("message_ticket", "ticket_id", "id"),
        Index("message_addressee", "addressee_id", "id"),
        Index("message_author", "author_agent_id", "id"),
        Index(
            "message_noted",
            "ticket_id",
            sqlite_where=text_clause("visibility <> 'public'"),
            postgresql_where=text_clause("visibility <> 'public'"),
        ),
        # what a report of the time spent reads: few messages have one
        Index(
            "message_spent",
            "at",
            sqlite_where=text_clause("seconds_spent is not null"),
            postgresql_where=text_clause("seconds_spent is not null"),
        ),
        Index(
            "message_deleted",
            "deleted_at",
            sqlite_where=text_clause("deleted_at is not null"),
            postgresql_where=text_clause("deleted_at is not null"),
        ),
        CheckConstraint("visibility in ('public','internal','private')", name="message_visibility"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = key()
    ticket_id: int = link("ticket.id", null=False)
    type: str = text("email")
    """'email', 'phone', 'console', 'portal', 'auto-reply', 'bounce', 'confirmation'."""
    visibility: str = text("internal")
    addressee_id: int | None = link("agent.id")
    author_agent_id: int | None = link("agent.id")
    author_contact_id: int | None = link("contact.id")
    from_name: str = text()
    from_address: str = text()
    subject: str = text()
    body: str = text()
    folds: Any = json()
    """Folded runs of the body: [[start, end, why], …] in characters."""
    html: bool = False
    letter_id: int | None = link("letter.id", index=True)
    message_key: str = text()
    """Its Message-ID without angle brackets, '' for notes."""
    at: datetime = moment(null=False)
    sent_at: datetime | None = moment()
    unverified: str | None = text(None, null=True)
    """None, or 'waiting' until an agent says 'accepted'."""
    delivery: str | None = text(None, null=True)
    """Sum of its outbox rows: waiting, queued, sending, sent, deferred, failed, unknown, bounced."""
    seconds_spent: int | None = None
    taken_by_id: int | None = added_link("agent.id")
    """The agent who wrote down what a customer said: a call, a visit."""
    attachments: int = 0
    deleted_at: datetime | None = moment()
    binned_at: datetime | None = moment()
    """When somebody deleted it: it stands in the Bin until restored or purged."""


class MessageRef(SQLModel, table=True):
    """A Message-ID seen or mentioned in a ticket's letters."""

    __tablename__ = "message_ref"
    __table_args__ = (
        UniqueConstraint("ref", "ticket_id", name="message_ref_once"),
        Index("message_ref_ticket", "ticket_id"),
    )
    id: int | None = key()
    ref: str = text()
    ticket_id: int = link("ticket.id", null=False)
    message_id: int | None = link("message.id")
    kind: str = text("mentioned")
    """'ours', 'seen', 'mentioned'."""


class Attachment(SQLModel, table=True):
    """A file of a message or draft: a reference into an original, or a blob."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index(
            "attachment_save",
            "id",
            sqlite_where=text_clause("save_to <> ''"),
            postgresql_where=text_clause("save_to <> ''"),
        ),
    )
    id: int | None = key()
    message_id: int | None = link("message.id", index=True)
    draft_id: int | None = link("draft.id", index=True, gone="CASCADE")
    position: int = 0
    name: str = text()
    type: str = text()
    size: int = big(0, null=False)
    sha256: str = text()
    inline: bool = False
    content_id: str = text()
    original_sha256: str | None = text(None, null=True)
    part: int | None = None
    save_to: str = text()
    """The folder on disk it still has to be saved in; '' for none, and once it is saved."""
    blob_sha256: str | None = text(None, null=True)


class Participant(SQLModel, table=True):
    """An address that gets the public messages of a ticket."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("ticket_id", "key", name="participant_once"),
        Index("participant_key", "key"),
    )
    id: int | None = key()
    ticket_id: int = link("ticket.id", null=False)
    address: str = text()
    key: str = text()
    name: str = text()
    contact_id: int | None = link("contact.id")
    place: str = text("to")
    """'author', 'to', 'cc', 'added'."""
    excluded: bool = False
    created_at: datetime = moment(null=False)


class ReadMark(SQLModel, table=True):
    """Up to which message an agent has read a ticket, exceptions apart."""

    __tablename__ = "read_mark"
    agent_id: int = key_link("agent.id")
    ticket_id: int = key_link("ticket.id", index=True)
    upto: int = big(0, null=False)


class ReadException(SQLModel, table=True):
    """A message read above the mark, or unread below it."""

    __tablename__ = "read_exception"
    agent_id: int = key_link("agent.id")
    message_id: int = key_link("message.id")
    ticket_id: int = link("ticket.id", null=False, index=True)
    unread: bool = False


class Addressed(SQLModel, table=True):
    """A note addressed to an agent, and when he read it."""

    __tablename__ = "addressed"
    __table_args__ = (Index("addressed_agent", "agent_id", "read_at"),)
    agent_id: int = key_link("agent.id")
    message_id: int = key_link("message.id")
    ticket_id: int = link("ticket.id", null=False)
    read_at: datetime | None = moment()


class Draft(SQLModel, table=True):
    """A text an agent is writing; kept as he types."""

    __tablename__ = "draft"
    __table_args__ = (Index("draft_agent", "agent_id", "ticket_id"),)
    id: int | None = key()
    key: str = text(unique=True)
    """Made by the console; what is sent of it carries it, so one draft is sent once."""
    agent_id: int = link("agent.id", null=False)
    ticket_id: int | None = link("ticket.id")
    visibility: str = text("public")
    addressee_id: int | None = link("agent.id")
    subject: str = text()
    body: str = text()
    seen_message_id: int = big(0, null=False)
    returned_why: str = text()
    """Why the send guard gave it back; '' while it never left."""
    form: Any = json()
    """What else the form says: status after, people, time to send … by name."""
    deferred: bool = False
    """Whether its author put it off on purpose: kept beside the ticket, the indicator unchanged."""
    started_at: datetime = moment(null=False)
    updated_at: datetime = moment(null=False)


class Event(SQLModel, table=True):
    """What happened: history, undo, change feed and audit at once; never changed, never deleted."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_ticket", "ticket_id", "id"),
        Index("event_act", "act", "id"),
        Index("event_agent", "agent_id", "id"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = key()
    at: datetime = moment(null=False)
    act: str = text()
    actor_kind: str = text()
    """'agent', 'customer', 'system'."""
    agent_id: int | None = link("agent.id")
    via: str = text()
    """How the actor was known: 'console', 'command', 'worker', 'as:LOGIN'."""
    ticket_id: int | None = big()
    message_id: int | None = big()
    subject_kind: str = text()
    subject_id: int | None = big()
    """The other thing it is about: ('account', 3), ('letter', 12) …"""
    changes: Any = json()
    """[[field, before, after], …]; ids and values, never texts of messages."""
    group_id: str | None = text(None, null=True)


class Refusal(SQLModel, table=True):
    """An act that was not allowed; the audit's own list."""

    __tablename__ = "refusal"
    id: int | None = key()
    at: datetime = moment(null=False)
    actor: str = text()
    act: str = text()
    right: str = text()
    ticket_id: int | None = big()


class Reversal(SQLModel, table=True):
    """What undoes an act of an agent: the rows it changed, as they were and as it left them."""

    __tablename__ = "reversal"
    __table_args__ = (
        Index("reversal_agent", "agent_id", "id"),
        Index("reversal_at", "at"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = key()
    agent_id: int = link("agent.id", null=False)
    at: datetime = moment(null=False)
    act: str = text()
    ticket_id: int | None = big()
    """The one ticket it was about; None for many or none."""
    tickets: int = 0
    rows: Any = json(null=False)
    """[[table, key, before, after], …] in the order of the act; null: the row was not there."""
    first_event: int = big(0, null=False)
    last_event: int = big(0, null=False)
    undone_at: datetime | None = moment()


class TicketLink(SQLModel, table=True):
    """Two tickets that belong together; the smaller number stands first."""

    __tablename__ = "ticket_link"
    ticket_id: int = key_link("ticket.id")
    other_id: int = key_link("ticket.id", index=True)
    kind: str = text("related")
    """'related'; 'split': the other was split off; 'late': the other was made of a late answer."""
    created_at: datetime = moment(null=False)
    created_by: int | None = link("agent.id")


class Tab(SQLModel, table=True):
    """An agent's own tab beside "All"."""

    __tablename__ = "tab"
    __table_args__ = (UniqueConstraint("agent_id", "name", name="tab_name"),)
    id: int | None = key()
    agent_id: int = link("agent.id", null=False)
    name: str = text()
    position: int = 0


class TabTicket(SQLModel, table=True):
    """A ticket an agent moved to a tab of his."""

    __tablename__ = "tab_ticket"
    agent_id: int = key_link("agent.id")
    ticket_id: int = key_link("ticket.id", index=True)
    tab_id: int = link("tab.id", null=False, index=True, gone="CASCADE")


class Watch(SQLModel, table=True):
    """An agent who watches a ticket."""

    __tablename__ = "watch"
    agent_id: int = key_link("agent.id")
    ticket_id: int = key_link("ticket.id", index=True)
    created_at: datetime = moment(null=False)


class Favorite(SQLModel, table=True):
    """A ticket among an agent's favorites; shared ones are everybody's."""

    __tablename__ = "favorite"
    agent_id: int = key_link("agent.id")
    ticket_id: int = key_link("ticket.id", index=True)
    shared: bool = Field(primary_key=True)
    created_at: datetime = moment(null=False)


class Reminder(SQLModel, table=True):
    """What an agent wants to be reminded of, and when."""

    __tablename__ = "reminder"
    __table_args__ = (Index("reminder_due", "done_at", "at"), Index("reminder_ticket", "ticket_id"))
    id: int | None = key()
    agent_id: int = link("agent.id", null=False)
    ticket_id: int = link("ticket.id", null=False)
    at: datetime = moment(null=False)
    text: str = text()
    done_at: datetime | None = moment()
    created_at: datetime = moment(null=False)


class Notification(SQLModel, table=True):
    """Something an agent is told of on screen."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("notification_agent", "agent_id", "seen_at", "id"),
        Index(
            "notification_seen",
            "seen_at",
            sqlite_where=text_clause("seen_at is not null"),
            postgresql_where=text_clause("seen_at is not null"),
        ),
        {"sqlite_autoincrement": True},
    )
    id: int | None = key()
    agent_id: int = link("agent.id", null=False)
    kind: str = text()
    ticket_id: int | None = link("ticket.id", index=True)
    message_id: int | None = link("message.id")
    event_id: int | None = big()
    at: datetime = moment(null=False)
    seen_at: datetime | None = moment()


class Article(SQLModel, table=True):
    """A solved answer kept for the next time."""

    __tablename__ = "article"
    id: int | None = key()
    title: str = text()
    body: str = text()
    words: str = text()
    """Its search words, made by the tokeniser."""
    language: str = text("en")
    ticket_id: int | None = link("ticket.id")
    author_id: int | None = link("agent.id")
    used: int = 0
    active: bool = True
    created_at: datetime = moment(null=False)
    updated_at: datetime = moment(null=False)
