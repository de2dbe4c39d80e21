"""People: roles, teams, agents, clients, departments, contacts and their addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from deskterm.store.tables.columns import big, json, key, link, moment, text
from deskterm.store.tables.types import Number


class Role(SQLModel, table=True):
    """A named set of rights; `key` is set for those that come with the program."""

    __tablename__ = "role"
    id: int | None = key()
    key: str | None = text(None, null=True, unique=True)
    name: str = text()
    rights: Any = json(null=False)


class Team(SQLModel, table=True):
    __tablename__ = "team"
    id: int | None = key()
    name: str = text(unique=True)
    role_id: int | None = link("role.id")
    active: bool = True


class Agent(SQLModel, table=True):
    """A member of the support staff; never deleted, only made inactive."""

    __tablename__ = "agent"
    id: int | None = key()
    login: str = text(unique=True)
    name: str = text()
    address: str = text()
    branch: str = text()
    extension: str = text()
    signature: str = text()
    language: str | None = text(None, null=True)
    role_id: int = link("role.id", null=False)
    team_id: int | None = link("team.id")
    owner: bool = False
    """Owner of the store: the one who made it."""
    day_off: bool = False
    start_message_id: int = big(0, null=False)
    """Messages up to here were there before the agent was and are not unread to him."""
    active: bool = True
    created_at: datetime = moment(null=False)


class AgentAddress(SQLModel, table=True):
    """An address of an agent, by its key: mail from it is *from staff*, none goes to it as participant."""

    __tablename__ = "agent_address"
    key: str = Field(primary_key=True)
    agent_id: int = link("agent.id", null=False, index=True)
    address: str = text()


class Client(SQLModel, table=True):
    __tablename__ = "client"
    id: int | None = key()
    name: str = text()
    key: str = text(unique=True)
    note: str = text()
    status_id: int | None = link("choice.id")
    active: bool = True
    created_at: datetime = moment(null=False)


class Department(SQLModel, table=True):
    __tablename__ = "department"
    id: int | None = key()
    client_id: int = link("client.id", null=False, index=True)
    name: str = text()
    key: str = text()
    active: bool = True


class Contact(SQLModel, table=True):
    __tablename__ = "contact"
    id: int | None = key()
    client_id: int = link("client.id", null=False, index=True)
    department_id: int | None = link("department.id")
    agent_id: int | None = link("agent.id")
    name: str = text()
    key: str = text(index=True)
    language: str | None = text(None, null=True)
    note: str = text()
    active: bool = True
    created_at: datetime = moment(null=False)


class ContactPoint(SQLModel, table=True):
    """An e-mail address or a telephone of a contact; `key` is what is compared."""

    __tablename__ = "contact_point"
    __table_args__ = (Index("contact_point_key", "kind", "key"),)
    id: int | None = key()
    contact_id: int = Field(
        sa_column=Column(Number, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    kind: str = text("email")
    value: str = text()
    key: str = text()
    active: bool = True
    bounced_at: datetime | None = moment()


class Presence(SQLModel, table=True):
    """A console that is there now, and what it looks at; a heartbeat, not history."""

    __tablename__ = "presence"
    console: str = Field(primary_key=True)
    agent_id: int = link("agent.id", null=False, index=True)
    ticket_id: int | None = big()
    mode: str = text("idle")
    seen_at: datetime = moment(null=False)
