"""The desk itself: settings, keys, lists to choose from, statuses, leases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from deskterm.store.tables.columns import big, data, json, key, moment, text


class Setting(SQLModel, table=True):
    """A value of the desk by its name."""

    __tablename__ = "setting"
    name: str = Field(primary_key=True)
    value: Any = json()


class SigningKey(SQLModel, table=True):
    """A key of tokens and Message-IDs; the newest is used, older ones are still believed."""

    __tablename__ = "signing_key"
    kid: str = Field(primary_key=True)
    secret: bytes = data()
    created_at: datetime = moment(null=False)


class Lease(SQLModel, table=True):
    """Who may do a thing alone; every taking raises `epoch`, which each of his writes checks."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    epoch: int
    expires_at: datetime = moment(null=False)
    renewed_at: datetime = moment(null=False)


class Status(SQLModel, table=True):
    """A status of tickets in its class; `key` is set for those that come with the program."""

    __tablename__ = "status"
    __table_args__ = (CheckConstraint("class in ('active','waiting','closed')", name="status_class"),)
    id: int | None = key()
    key: str | None = text(None, null=True, unique=True)
    name: str = text()
    class_: str = Field(default="active", sa_column_kwargs={"name": "class"})
    position: int = 0
    when_customer_writes: str | None = text(None, null=True)
    """Key of the status a ticket goes to when its customer writes (C3); None: it stays."""
    role_ids: Any = json()
    """Roles whose agents may set it; None: all may."""
    active: bool = True


class Choice(SQLModel, table=True):
    """An entry of one of the desk's lists: rubric, category, kind, criticality, difficulty, source."""

    __tablename__ = "choice"
    __table_args__ = (
        UniqueConstraint("list", "name", name="choice_name"),
        Index("choice_list", "list", "position"),
    )
    id: int | None = key()
    list: str = text()
    key: str | None = text(None, null=True)
    name: str = text()
    position: int = 0
    is_default: bool = False
    responsible_id: int | None = big()
    """Default responsible of new tickets of this category, criticality, source or SLA level."""
    team_id: int | None = big()
    active: bool = True


class NoticeSwitch(SQLModel, table=True):
    """Who is told of a kind of change, where the desk set it otherwise than it comes."""

    __tablename__ = "notice_switch"
    kind: str = Field(primary_key=True)
    customer: bool = False
    responsible: bool = False
    administrators: bool = False
    team: bool = False
    watchers: bool = False


class Blob(SQLModel, table=True):
    """Bytes by their SHA-256: originals of letters, outgoing mail, attachments."""

    __tablename__ = "blob"
    sha256: str = Field(primary_key=True)
    size: int
    encoding: str = text("raw")
    data: bytes = data()
