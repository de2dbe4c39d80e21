"""People: roles, teams, agents, clients, departments, contacts and their addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from deskterm.store.tables.columns import added_link, big, json, key, key_link, link, moment, text
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
    last_agent_id: int | None = big()
    """Who of it was given a ticket last: the next one is whose turn it is."""
    active: bool = True


class Branch(SQLModel, table=True):
    """A branch of the desk's own house; its agents are contacts of its client."""

    __tablename__ = "branch"
    id: int | None = key()
    name: str = text(unique=True)
    client_id: int | None = link("client.id")
    active: bool = True


class Agent(SQLModel, table=True):
    """A member of the support staff; never deleted, only made inactive."""

    __tablename__ = "agent"
    id: int | None = key()
    login: str = text(unique=True)
    name: str = text()
    address: str = text()
    branch_id: int | None = added_link("branch.id")
    extension: str = text()
    signature: str = text()
    language: str | None = text(None, null=True)
    role_id: int = link("role.id", null=False)
    team_id: int | None = link("team.id")
    owner: bool = False
    """Owner of the store: the one who made it."""
    day_off: bool = False
    """Absent until he says otherwise, whatever his schedule."""
    schedule: Any = json()
    """Working hours by weekday: [[["09:00", "18:00"], …], …] from Monday; None: always."""
    time_zone: str = text()
    notices: Any = json()
    """{kind of change: [by mail, on screen], …} where he wants it otherwise than the desk."""
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
    sla_id: int | None = added_link("choice.id")
    responsible_id: int | None = big()
    """Who gets its new tickets."""
    team_id: int | None = big()
    contacts_see_all: bool = False
    """Whether each of its contacts may see the tickets of all of them (self-service)."""
    active: bool = True
    created_at: datetime = moment(null=False)


class ClientDomain(SQLModel, table=True):
    """A mail domain whose addresses suggest a client."""

    __tablename__ = "client_domain"
    key: str = Field(primary_key=True)
    client_id: int = link("client.id", null=False, index=True, gone="CASCADE")


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
    sla_id: int | None = added_link("choice.id")
    erased_at: datetime | None = moment()
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


class DayOff(SQLModel, table=True):
    """Days an agent is away, both included, in the desk's time zone."""

    __tablename__ = "day_off"
    __table_args__ = (Index("day_off_agent", "agent_id", "first_day"),)
    id: int | None = key()
    agent_id: int = link("agent.id", null=False, gone="CASCADE")
    first_day: str = text()
    """ISO 8601 date."""
    last_day: str = text()
    note: str = text()


class AgentSetting(SQLModel, table=True):
    """A choice of an agent for his console: columns, default mode, bar."""

    __tablename__ = "agent_setting"
    agent_id: int = key_link("agent.id", gone="CASCADE")
    name: str = Field(primary_key=True)
    value: Any = json()
