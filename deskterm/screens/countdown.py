"""The answer just sent, while it can still be taken back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.i18n import _, n_

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


@dataclass(frozen=True, slots=True)
class Sent:
    """The answer that can still be taken back, and till when by the loop's clock."""

    message_id: int
    ticket_id: int
    until: float


def begin(screen: MainScreen, message_id: int, ticket_id: int, seconds: float) -> None:
    """An answer waits in the outbox: say how long it can be taken back."""
    screen.sent = Sent(message_id, ticket_id, asyncio.get_running_loop().time() + seconds)
    _tick(screen)


def _tick(screen: MainScreen) -> None:
    if screen.sent is None:
        return
    left = round(screen.sent.until - asyncio.get_running_loop().time())
    if left <= 0:
        screen.sent = None
        screen.say(_("The answer is on its way."))
        return
    told = n_(
        "It leaves in {count} second; Ctrl+Z takes it back.",
        "It leaves in {count} seconds; Ctrl+Z takes it back.",
        left,
    )
    screen.status_bar.tell(((told.format(count=left), "good"),))
    screen.later("said", 1.0, lambda: _tick(screen))
