"""Taking back what one did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.desk.views import Choosable
from deskterm.i18n import _, n_
from deskterm.screens.dialogs import Choose
from deskterm.screens.doing import writing
from deskterm.screens.presenters import when

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


async def undo(screen: MainScreen) -> None:
    """Take back one's newest act, a bulk act as one."""
    await _undo(screen, None)


async def undo_which(screen: MainScreen) -> None:
    """Choose which of one's acts is taken back."""
    acts: list[Any] = await screen.desk.read("undo.listed")
    if not acts:
        screen.say(_("There is nothing of yours to undo."), "warning")
        return
    chosen = await screen.app.push_screen_wait(
        Choose(_("Undo which act?"), [Choosable(each.id, each.title, _detail(each)) for each in acts])
    )
    if chosen is not None:
        await _undo(screen, chosen)


def _detail(act: Any) -> str:
    many = n_("{count} ticket", "{count} tickets", act.tickets).format(count=act.tickets)
    where = f"#{act.ticket_id}" if act.ticket_id is not None else many if act.tickets else ""
    return f"{where}  {when.short(act.at, when.now())}"


async def _undo(screen: MainScreen, which: int | None) -> None:
    done = await screen.desk.act("undo.undo", which)
    screen.sent = None
    screen.say("  ".join([_("Undone: {act}.").format(act=done.title), *done.notes]))
    if done.draft_key is not None:
        await writing.open_draft_of(screen, done.draft_key)
