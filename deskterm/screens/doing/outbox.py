"""Acts on letters of ours that have not left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from deskterm.desk.views import OutgoingRow
from deskterm.i18n import _
from deskterm.screens.doing import writing

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


async def take_back(screen: MainScreen) -> None:
    """Take the letter under the cursor back as a draft and open it."""
    target = screen.target("outgoing")
    if target is not None:
        draft = await screen.desk.act("outbox.withdraw", target)
        await writing.open_draft(screen, draft)


async def edit(screen: MainScreen) -> None:
    """Edit an answer that did not arrive, and send it again as a new letter."""
    target = screen.target("outgoing")
    if target is not None:
        await writing.open_draft(screen, await screen.desk.act("resending.edit_and_resend", target))


def go_to_ticket(screen: MainScreen) -> None:
    """Go to the ticket the letter belongs to."""
    row = screen.tickets.current()
    if not isinstance(row, OutgoingRow):
        return
    if row.ticket_id is None:
        screen.say(_("This letter belongs to no ticket."), "warning")
    else:
        screen.find(str(row.ticket_id))


async def undo_send(screen: MainScreen) -> None:
    """Take back the answer just sent, while it waits."""
    sent, screen.sent = screen.sent, None
    if sent is None or asyncio.get_running_loop().time() > sent.until:
        screen.say(_("There is nothing to take back; the Outbox lists what has not left yet."), "warning")
        return
    page = await screen.desk.read("showing.outgoing", limit=200)
    for row in page.rows:
        if row.kind == "answer" and row.mine and row.ticket_id == sent.ticket_id and row.state == "waiting":
            screen.say(_("Taken back."))
            await writing.open_draft(screen, await screen.desk.act("outbox.withdraw", row.id))
            return
    screen.say(_("The answer has left already."), "warning")
