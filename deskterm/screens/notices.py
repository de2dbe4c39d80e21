"""What others did that an agent should hear of: mail that came, notes to him, answers that came back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deskterm.clean import clean
from deskterm.i18n import _, n_
from deskterm.screens import desktop

if TYPE_CHECKING:
    from deskterm.desk.notifications import NotificationView
    from deskterm.desk.views import Change, DraftView, TicketRow
    from deskterm.screens.main_screen import MainScreen

NAMED = 3
"""So many tickets are named; of more only the number is told."""
LOOKED_AT = 200
"""So many tickets that got mail at once are looked at for being the agent's own."""
RECEIVED = "message.received"
RETURNED = "outgoing.returned"
SAID_ALREADY = frozenset({"new", "wrote", "note"})
"""Kinds that other notices of this console say: mail that came, notes to the agent."""


async def tell(screen: MainScreen, changes: Sequence[Change]) -> None:
    """Show a notice for what of these changes concerns the agent."""
    came = {change.ticket_id for change in changes if change.act == RECEIVED and not change.mine}
    numbers = sorted(number for number in came if number is not None)
    if numbers and screen.own.get("notify_mail", "all"):
        await _of_mail(screen, numbers)
    returned = {change.ticket_id for change in changes if change.act == RETURNED}
    if returned:
        mine: list[DraftView] = await screen.desk.read("drafts.all_mine")
        for draft in mine:
            if draft.returned_why and draft.ticket_id in returned:
                told = _("Your answer to #{number} came back: {why} `d` opens it.").format(
                    number=draft.ticket_id, why=draft.returned_why
                )
                screen.app.notify(clean(told), severity="warning", timeout=12, markup=False)


async def _of_mail(screen: MainScreen, numbers: list[int]) -> None:
    """Tell of mail that came into these tickets, or into those of them that are the agent's own."""
    own_alone = screen.own.get("notify_mail") == "mine"
    if own_alone or len(numbers) <= NAMED:
        rows: dict[int, TicketRow] = await screen.desk.read("listing.ticket_rows", numbers[:LOOKED_AT])
        me = screen.desk.actor.agent_id if screen.desk.actor is not None else None
        wanted = [row for row in rows.values() if not own_alone or row.responsible_id == me]
        if len(wanted) <= NAMED:
            for row in wanted:
                _notice(screen, f"#{row.id} {clean(row.subject)}", clean(row.customer) or _("Mail"))
            return
        numbers = [row.id for row in wanted]
    told = n_("New mail in {count} ticket", "New mail in {count} tickets", len(numbers))
    _notice(screen, told.format(count=len(numbers)), _("Mail"))


async def told(screen: MainScreen, newest: int) -> None:
    """Show what the desk wants the agent to hear of since the last time, once each."""
    if screen.told_upto is None:
        screen.told_upto = newest
        return
    if newest <= screen.told_upto:
        return
    before, screen.told_upto = screen.told_upto, newest
    unseen: list[NotificationView] = await screen.desk.read("notifications.unseen")
    if not screen.own.get("notify_rest", True):
        return
    fresh = [each for each in unseen if each.id > before and each.kind not in SAID_ALREADY]
    for each in reversed(fresh[:NAMED]):
        _notice(screen, told_line(each), clean(each.title))


def told_line(each: NotificationView) -> str:
    """What happened, as a line: the ticket, and who did it."""
    where = f"#{each.ticket_id} {clean(each.subject)}" if each.ticket_id is not None else ""
    return clean(f"{where}  {clean(each.who)}".strip())


def addressed(screen: MainScreen, before: int, after: int) -> None:
    """Say that somebody wrote a note to the agent."""
    if after > before and screen.own.get("notify_note", True):
        _notice(screen, _("A note is addressed to you; see Addressed to me."), _("Note"))


def _notice(screen: MainScreen, told: str, title: str) -> None:
    own = screen.own
    if own.get("notify_screen", True):
        # a title is markup to Textual, a text with markup=False is not
        screen.app.notify(clean(f"{title}: {told}"), timeout=5, markup=False)
    if own.get("notify_bell"):
        screen.app.bell()
    if own.get("notify_desktop"):
        screen.app.to_terminal(desktop.notification(own["notify_desktop"], title, told))
