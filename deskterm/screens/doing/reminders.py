"""Reminders of a ticket, one's own: those still to come, a new one, one ticked off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens.dialogs import Ask, Choose
from deskterm.screens.doing.life import when_later
from deskterm.screens.presenters import when

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

NEW = 0


async def remind(screen: MainScreen) -> None:
    """Be reminded of the ticket at a time; where there are reminders already, tick one off or add one."""
    ids = screen.ticket_ids()
    if not ids:
        return
    there: list[Any] = await screen.desk.read("reminders.listed", ids[0])
    if there:
        entries = [
            Choosable(each.id, when.full(each.at), each.text, _("Still to come: Enter ticks it off"))
            for each in there
        ]
        entries.append(Choosable(NEW, _("another reminder…"), group=_("More")))
        chosen = await screen.app.push_screen_wait(Choose(_("Reminders"), entries, otherwise=NEW))
        if chosen is None:
            return
        if chosen != NEW:
            await screen.desk.act("reminders.done", [chosen])
            screen.say(_("Ticked off; `z` undoes it."))
            return
    at = await when_later(screen, _("Remind me when?"))
    if at is None:
        return
    text = await screen.app.push_screen_wait(Ask(_("Remind me"), _("Of what? Empty: of the ticket.")))
    if text is not None:
        await screen.desk.act("reminders.add", ids[0], at, text)
        screen.say(_("You will be reminded: {moment}.").format(moment=when.full(at)))
