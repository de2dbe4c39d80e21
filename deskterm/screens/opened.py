"""What is open on the main screen: a section, of it a ticket, of that a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deskterm.screens.letter_view import WHOLE, View

if TYPE_CHECKING:
    from deskterm.desk.saved_views import SavedView
    from deskterm.desk.views import Body, MessageRow, TicketHead


@dataclass(slots=True)
class Open:
    """What is open on the screen."""

    section: str = ""
    shows: str = "tickets"
    words: str = ""
    sought: str = ""  # the query whose hits are marked, a saved one perhaps
    ticket: TicketHead | None = None
    message: MessageRow | None = None
    body: Body | None = None
    view: View = WHOLE
    views: list[SavedView] = field(default_factory=list)
    """The agent's own views of the letters that are shown."""
    tab: int | None = None
    """The agent's own tab the list is narrowed to; None: all."""
    history: bool = False
    """Whether what happened stands between the messages."""
