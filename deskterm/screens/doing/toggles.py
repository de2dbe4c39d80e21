"""What acts that turn something on and off would do now, in the words of the menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deskterm.i18n import _

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


async def titles(screen: MainScreen) -> Mapping[str, str]:
    """Titles by act, for what is on screen; acts that are no toggles are not there."""
    found = {"zoom": _("All panes again") if screen.zoomed else _("Only this pane")}
    if screen.open.body is not None:
        opened = bool(screen.text.reading.unfolded)
        found["unfold"] = _("Hide quoted text") if opened else _("Show quoted text")
    ids = screen.ticket_ids()
    if not ids:
        return found
    found["history"] = _("Hide the history") if screen.open.history else _("Show the history")
    found["delete"] = (
        _("Take it out of the Bin") if screen.open.section == "bin" else _("Put it into the Bin")
    )
    found["snooze"] = _("Wake it") if screen.open.section == "snoozed" else _("Snooze it till…")
    rows = [screen.tickets.rows.get(id) for id in ids]
    unread = any(row is not None and row.unread for row in rows)
    found["unread"] = _("Mark it read") if unread else _("Mark it unread")
    marks: Mapping[int, Any] = await screen.desk.read("marks.of", ids)
    watched = all(marks[id].watched for id in ids)
    found["watch"] = _("Watch it no more") if watched else _("Watch it")
    mine = all(marks[id].favorite for id in ids)
    found["favorite"] = _("Remove it from my favorites") if mine else _("Add it to my favorites")
    shared = all(marks[id].shared for id in ids)
    found["favorite_shared"] = (
        _("Remove it from everybody's favorites") if shared else _("Add it to everybody's favorites")
    )
    return found
