"""A field somebody else has set since it was seen: who set what is said, and the agent decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.i18n import _
from deskterm.screens.desk_link import Trouble
from deskterm.screens.dialogs import Confirm
from deskterm.screens.meanwhile import difference

if TYPE_CHECKING:
    from deskterm.desk.since import Since
    from deskterm.screens.main_screen import MainScreen


async def set_or_ask(screen: MainScreen, act: str, ids: list[int], *values: Any, **seen: Any) -> bool:
    """Set a field of tickets; False where somebody else's value stays. `seen` as `tickets.seen` gives it.

    Compared again with what was told each time: whoever sets it while this one reads is named too.
    """
    while True:
        try:
            await screen.desk.act(act, ids, *values, **seen)
            return True
        except Trouble as trouble:
            column = getattr(trouble.cause, "field", None)
            if column is None or not seen:
                raise
            since: Since = await screen.desk.read("since.opened", ids[0], None, {column: seen["seen"]})
        if since.fields:
            answer = await screen.app.push_screen_wait(
                Confirm(
                    _("Somebody else set it"),
                    difference(since.fields[0]),
                    (("mine", "m", _("set mine all the same")), ("theirs", "t", _("leave it as it is now"))),
                )
            )
            if answer != "mine":
                screen.say(_("Left as it is."), "faint")
                return False
            seen = {"seen": since.fields[0].now}
