"""Acts on tickets: the marked ones, else the open one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.i18n import _, n_
from deskterm.screens import loading
from deskterm.screens.dialogs import Choose
from deskterm.screens.doing.conflicts import set_or_ask

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

NOBODY = 0


def seen(screen: MainScreen, ids: list[int], field: str) -> dict[str, Any]:
    """The value the agent saw, for the compare-and-set of one ticket; many are set whatever they had."""
    head = screen.open.ticket
    if head is not None and ids == [head.id]:
        return {"seen": getattr(head, field)} if hasattr(head, field) else {}
    return {}


def done(screen: MainScreen, count: int, one: str) -> None:
    many = n_("{count} ticket", "{count} tickets", count).format(count=count)
    screen.say(one if count == 1 else f"{one} ({many})")
    screen.tickets.clear_marks()


async def assign_to_me(screen: MainScreen) -> None:
    """Make the agent himself responsible."""
    ids = screen.ticket_ids()
    actor = screen.desk.actor
    if actor is None or not ids:
        return
    saw = seen(screen, ids, "responsible_id")
    if await set_or_ask(screen, "tickets.assign", ids, actor.agent_id, **saw):
        done(screen, len(ids), _("It is yours."))


async def assign(screen: MainScreen) -> None:
    """Choose who is responsible."""
    from deskterm.desk.views import Choosable

    ids = screen.ticket_ids()
    saw = seen(screen, ids, "responsible_id")
    agents = await screen.desk.read("listing.agents")
    entries = [Choosable(id=NOBODY, name=_("nobody")), *agents]
    chosen = await screen.app.push_screen_wait(
        Choose(_("Who is responsible?"), entries, current=saw.get("seen") or NOBODY)
    )
    if chosen is not None and await set_or_ask(screen, "tickets.assign", ids, chosen or None, **saw):
        done(screen, len(ids), _("Assigned."))


async def status(screen: MainScreen) -> None:
    """Choose the status."""
    ids = screen.ticket_ids()
    saw = seen(screen, ids, "status_id")
    statuses = await screen.desk.read("listing.statuses")
    chosen = await screen.app.push_screen_wait(Choose(_("Status"), statuses, current=saw.get("seen")))
    if chosen is not None and await set_or_ask(screen, "tickets.set_status", ids, chosen, **saw):
        done(screen, len(ids), _("Status set."))


async def rubric(screen: MainScreen) -> None:
    """Choose the rubric."""
    from deskterm.desk.views import Choosable

    ids = screen.ticket_ids()
    saw = seen(screen, ids, "rubric_id")
    rubrics = await screen.desk.read("listing.rubrics")
    entries = [Choosable(id=NOBODY, name=_("none")), *rubrics]
    chosen = await screen.app.push_screen_wait(
        Choose(_("Rubric"), entries, current=saw.get("seen") or NOBODY)
    )
    if chosen is not None and await set_or_ask(screen, "tickets.set_rubric", ids, chosen or None, **saw):
        done(screen, len(ids), _("Rubric set."))


async def read_or_unread(screen: MainScreen) -> None:
    """Mark read where something is unread, else unread."""
    ids = screen.ticket_ids()
    rows = [screen.tickets.rows.get(id) for id in ids]
    read = any(row is not None and row.unread for row in rows)
    screen.stop_reading()
    await screen.desk.act("reading.read_tickets" if read else "reading.unread_tickets", ids)
    await loading.touched(screen, ids)
    screen.stop_reading()
    done(screen, len(ids), _("Marked read.") if read else _("Marked unread."))


async def message_unread(screen: MainScreen) -> None:
    """Mark the open message unread; it stays so while it is only looked at."""
    message = screen.open.message
    if message is not None:
        screen.stop_reading()
        await screen.desk.act("reading.unread", [message.id])
        await loading.touched(screen, [message.ticket_id])
        screen.stop_reading()
        screen.say(_("Marked unread."))
