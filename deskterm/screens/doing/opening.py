"""Opening a ticket by Enter or double click: to view it, or to answer it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deskterm.desk.views import Choosable
from deskterm.i18n import N_, _
from deskterm.screens import acts
from deskterm.screens.dialogs import Choose

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

MODES: Final[tuple[tuple[str, str, str], ...]] = (
    ("view", N_("to view it"), N_("`r` answers")),
    ("answer", N_("to answer it"), N_("who may not answer views it")),
)


def opened(screen: MainScreen) -> None:
    """Open the ticket the agent chose, in the mode he chose; a viewer only ever views."""
    actor = screen.desk.actor
    may_answer = actor is not None and bool({"answer", "administer"} & actor.rights)
    if screen.open_mode == "answer" and may_answer:
        screen.do(acts.BY_ID["reply"])
    else:
        screen.set_focus(screen.messages)


async def mode(screen: MainScreen) -> None:
    """Choose how Enter and a double click open a ticket, for this agent on every console."""
    names = [name for name, _title, _detail in MODES]
    now = screen.open_mode
    entries = [Choosable(number, _(title), _(detail)) for number, (_name, title, detail) in enumerate(MODES)]
    chosen = await screen.app.push_screen_wait(
        Choose(_("Enter or double click opens a ticket…"), entries, current=names.index(now))
    )
    if chosen is not None:
        await screen.desk.act("own_settings.put", "open_mode", names[chosen])
        screen.open_mode = names[chosen]
        screen.say(_("Enter opens a ticket {how}.").format(how=_(MODES[chosen][1])))
