"""The Bin beyond putting in and taking out: purging for good, deleted messages, spam that is one message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk.views import Choosable
from deskterm.i18n import _, n_
from deskterm.screens.dialogs import Choose, Confirm
from deskterm.screens.presenters import when

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


async def purge(screen: MainScreen) -> None:
    """Remove tickets of the Bin for good, after asking."""
    ids = screen.ticket_ids()
    if not ids:
        return
    told = n_(
        "Texts and files of {count} ticket are removed for good; a line of history stays. "
        "This cannot be undone.",
        "Texts and files of {count} tickets are removed for good; a line of history stays. "
        "This cannot be undone.",
        len(ids),
    ).format(count=len(ids))
    answers = (("purge", "p", _("remove for good")), ("no", "n", _("leave it")))
    if await screen.app.push_screen_wait(Confirm(_("Remove for good?"), told, answers)) == "purge":
        await screen.desk.act("bin.purge", ids)
        screen.tickets.clear_marks()
        screen.say(_("Removed for good."))
        screen.reread()


async def deleted_messages(screen: MainScreen) -> None:
    """Messages in the Bin whose tickets are not; the chosen one comes back."""
    there: list[Any] = [each for each in await screen.desk.read("bin.listed") if each.message_id is not None]
    if not there:
        screen.say(_("No message is in the Bin."), "faint")
        return
    now = when.now()
    entries = [
        Choosable(
            each.message_id,
            f"#{each.ticket_id}  {each.customer}: {each.subject}",
            "  ".join(filter(None, (each.who, when.ago(each.binned_at, now)))),
        )
        for each in there
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("Bring back which message?"), entries))
    if chosen is not None:
        await screen.desk.act("bin.restore", [], [chosen])
        screen.say(_("Restored; `z` undoes it."))


async def spam_message(screen: MainScreen) -> None:
    """Say that the open message is spam: its letter to the Junk folder, it or its ticket to the Bin."""
    message = screen.open.message
    if message is None:
        return
    told = _(
        "Its letter goes to the Junk folder of its mailbox, and to the Bin: with its ticket, where that is "
        "the same person's."
    )
    answers = (("yes", "y", _("it is spam")), ("no", "n", _("leave it")))
    if await screen.app.push_screen_wait(Confirm(_("Spam?"), told, answers)) == "yes":
        await screen.desk.act("bin.spam_message", message.id)
        screen.say(_("Spam; `z` undoes it."))
