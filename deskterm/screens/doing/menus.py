"""The menu of a screen beside the desk: what can be done there, each with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.dialogs import Choose

if TYPE_CHECKING:
    from deskterm.screens.acting import ActingScreen


async def menu(screen: ActingScreen[Any]) -> None:
    """Choose from what can be done here."""
    here = [
        act
        for act in acts.ACTS
        if act.where in screen.things() & acts.ELSEWHERE
        and act.does != f"{acts.DOING}.menus.menu"
        and acts.allowed(act, screen.desk.rights)
        and screen.offers(act)
    ]
    entries = [
        Choosable(number, _(act.title), " ".join(map(acts.shown_key, acts.keys_of(act, screen.keymap))))
        for number, act in enumerate(here)
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("What can be done here"), entries))
    if chosen is not None:
        screen.do(here[chosen])
