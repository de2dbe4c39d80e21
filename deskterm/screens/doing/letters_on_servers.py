"""What is done with letters on their servers and with those who write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk.views import Choosable
from deskterm.i18n import _, n_
from deskterm.screens.dialogs import Ask, Choose

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


async def refile(screen: MainScreen) -> None:
    """Have the letter of the open message moved to another folder of its mailbox."""
    body = screen.open.body
    if body is None or body.letter_id is None:
        screen.say(_("No letter stands behind this message."), "faint")
        return
    folder = await screen.app.push_screen_wait(
        Ask(_("Move on the server"), _("To which folder of its mailbox? As INBOX.Archive or Archive/2026"))
    )
    if folder and folder.strip():
        copies = await screen.desk.act("refiling.wish", body.letter_id, folder)
        told = n_(
            "The worker moves {count} copy; `z` undoes it till then.",
            "The worker moves {count} copies; `z` undoes it till then.",
            copies,
        )
        screen.say(told.format(count=copies))


async def read_again(screen: MainScreen) -> None:
    """Have a letter no reader could read tried once more."""
    body = screen.open.body
    if body is not None and body.letter_id is not None:
        await screen.desk.act("triage.try_again", body.letter_id)
        screen.say(_("The worker reads it once more."))


async def allow_automatic(screen: MainScreen) -> None:
    """Let automatic letters go again to an address they were stopped for, those of the ticket first."""
    ids = screen.ticket_ids()
    stopped: list[Any] = await screen.desk.read("muting.listed")
    stopped.sort(key=lambda each: each.ticket_id not in ids)
    if not stopped:
        screen.say(_("Automatic letters are stopped for nobody."), "faint")
        return
    entries = [
        Choosable(
            number,
            each.address,
            each.why + (f"  #{each.ticket_id}" if each.ticket_id is not None else ""),
        )
        for number, each in enumerate(stopped)
    ]
    chosen = await screen.app.push_screen_wait(
        Choose(_("Automatic letters are stopped for; Enter lets them go again"), entries)
    )
    if chosen is not None:
        address = stopped[chosen].address
        await screen.desk.act("muting.lift", address)
        screen.say(_("Automatic letters go to {address} again; `z` undoes it.").format(address=address))
