"""What a first page of tickets is made of: of the views, those that are needed before all others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deskterm.desk.views import Present


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list in order; `after` is the key of the next page, None at the end."""

    rows: tuple[Any, ...]
    after: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in a list."""

    id: int
    subject: str
    client: str
    customer: str
    status: str
    status_class: str
    responsible: str
    responsible_id: int | None
    rubric: str
    turn: str
    unread: bool
    unverified: bool
    muted: bool
    trouble: bool
    """A letter of ours failed or is unknown."""
    messages: int
    created_at: datetime
    changed_at: datetime
    last_message_at: datetime
    due_at: datetime | None
    version: int
    client_id: int | None = None
    contact: str = ""
    category: str = ""
    kind: str = ""
    criticality: str = ""
    difficulty: str = ""
    source: str = ""
    sla: str = ""
    team: str = ""
    account: str = ""
    here: tuple[Present, ...] = ()
    """Who else looks at it or answers it; filled in by the console."""


@dataclass(frozen=True, slots=True)
class Choosable:
    """An entry to choose from in a dialog."""

    id: int
    name: str
    detail: str = ""
    group: str = ""
