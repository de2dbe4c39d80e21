"""What the cards of people show: frozen values; names in here are foreign, presenters clean them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deskterm.desk.agents import AgentView
from deskterm.desk.clients import ClientView
from deskterm.desk.contacts import ContactView
from deskterm.desk.departments import DepartmentView
from deskterm.desk.schedules import ScheduleView


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many tickets somebody has, as far as the one who looks may see them."""

    open: int
    closed: int

    @property
    def all(self) -> int:
        return self.open + self.closed


@dataclass(frozen=True, slots=True)
class ClientCard:
    """A client with its departments and all its contacts, those without a department first."""

    client: ClientView
    departments: tuple[DepartmentView, ...]
    contacts: tuple[ContactView, ...]
    branch: str
    """The branch of the desk's own house whose agents are its contacts; '' for none."""
    tickets: Numbers
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact with his client; `tickets` are those he is the author of."""

    contact: ContactView
    client: ClientView
    tickets: Numbers
    same_address: tuple[str, ...]
    """Other contacts with an address of his, as `name (client)`: why letters may set nobody."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AgentCard:
    """An agent with the contact he is; `tickets` are those he is responsible for."""

    agent: AgentView
    rights: tuple[str, ...]
    contact: ContactView | None
    schedule: ScheduleView
    online: bool
    tickets: Numbers


@dataclass(frozen=True, slots=True)
class SenderView:
    """Who wrote a message: an agent, a contact, or only a name and an address; nothing where the desk did."""

    agent_id: int | None
    contact_id: int | None
    name: str
    address: str
