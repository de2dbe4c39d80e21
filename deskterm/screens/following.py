"""What the main screen makes of what others did: touched rows, counts, who is there, rights withdrawn."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Final

from deskterm.i18n import _
from deskterm.screens import finding, loading, notices, pace
from deskterm.screens.desk_link import Trouble
from deskterm.screens.live import News, RightsChanged, ShutOut, Stirred

if TYPE_CHECKING:
    from textual.message import Message

    from deskterm.desk.views import Present
    from deskterm.screens.main_screen import MainScreen

EXIT_CODE: Final = 77
BOUND_TO_TIME: Final = frozenset({"mine_new", "mine", "addressed", "snoozed"})
"""Sections that tickets leave, or come back to, by time alone."""


def told(screen: MainScreen, message: Message) -> None:
    """The follower of the store said something."""
    if isinstance(message, Stirred):
        stirred(screen, message.news)
    elif isinstance(message, RightsChanged):
        screen.start(rights_changed(screen, message), "rights", exclusive=True)
    elif isinstance(message, ShutOut):
        screen.start(shut_out(screen, message), "rights", exclusive=True)
    else:
        recount_in(screen, pace.CALM)


def stirred(screen: MainScreen, news: News) -> None:
    """Read again what was touched, and nothing else."""
    if news.moved:
        _others_moved(screen, news.others)
    if news.changes or news.moved:
        for other in screen.app.screen_stack:
            if other is not screen:
                # what stands in front of it shows the same tickets
                other.post_message(Stirred(news))
    if not news.changes:
        shown = news.outside or (news.elsewhere and not news.moved)
        recount_in(screen, pace.CALM if shown else pace.SURE)
        return
    tickets = {change.ticket_id for change in news.changes if change.ticket_id is not None}
    if news.many:
        screen.reread()
    elif screen.open.shows != "tickets":
        screen.read_again()
    elif tickets:
        touched(screen, tickets)
    screen.start(notices.tell(screen, news.changes), "notices")
    screen.start(notices.told(screen, news.told), "told")
    mine = any(change.mine for change in news.changes)
    recount_in(screen, pace.SOON if mine else pace.AFTER_ROWS + random.random() * pace.SPREAD)


def tick(screen: MainScreen) -> None:
    """Some time went by: tell how long ago things were as it is now."""
    for lines in (screen.tickets, screen.messages, screen.text):
        lines.tick()


def recount_in(screen: MainScreen, seconds: float) -> None:
    """Count again within so long, once for all who ask meanwhile."""
    at = asyncio.get_running_loop().time() + seconds
    if screen.following.recount_due is not None:
        if screen.following.recount_due[0] <= at:
            return
        screen.following.recount_due[1].stop()
    screen.following.recount_due = (at, screen.set_timer(seconds, partial(_recount_now, screen)))


def _recount_now(screen: MainScreen) -> None:
    screen.following.recount_due = None
    screen.recount()


def time_came(screen: MainScreen) -> None:
    """The moment came at which sections change by themselves: count again, and list what time moved."""
    screen.recount()
    for lines in (screen.tickets, screen.messages):
        lines.tick()
    if screen.open.section in BOUND_TO_TIME or screen.open.section.startswith(finding.SAVED):
        screen.read_again()


def touched(screen: MainScreen, tickets: set[int]) -> None:
    """Have these tickets read again; those touched while others are being read come together after them."""
    screen.following.touched |= tickets
    if not screen.following.touching:
        screen.start(_touched(screen), "touched")


async def _touched(screen: MainScreen) -> None:
    screen.following.touching = True
    try:
        while screen.following.touched:
            ids, screen.following.touched = sorted(screen.following.touched), set()
            await loading.touched(screen, ids)
    finally:
        screen.following.touching = False


def _others_moved(screen: MainScreen, others: tuple[Present, ...]) -> None:
    """Show who looks at or answers which ticket; only lines it concerns are drawn anew."""
    before = screen.tickets.here
    after = {id: tuple(there) for id, there in groupby(others, key=lambda one: one.ticket_id)}
    screen.tickets.here = after
    screen.tickets.patch(id for id in {*before, *after} if before.get(id) != after.get(id))
    screen.say_titles()


async def rights_changed(screen: MainScreen, change: RightsChanged) -> None:
    """Read everything anew with the rights of now; where some were lost, leave what stands in front."""
    if change.lost:
        await leave_everything(screen)
    screen.say(
        _("An administrator changed what you may do here; you see the desk anew."),
        "warning" if change.lost else "good",
    )
    await loading.first(screen)
    screen.open_under_cursor()


async def shut_out(screen: MainScreen, told: ShutOut) -> None:
    """The agent may not be here any more: nothing of the desk stays on the screen, what he wrote is kept."""
    await leave_everything(screen)
    screen.close_ticket()
    screen.sections.show([])
    screen.tickets.empty = ()
    screen.tickets.start("tickets", [])
    screen.tickets.set_ids([])
    screen.app.exit_code, screen.app.sentence = EXIT_CODE, told.sentence
    from deskterm.screens.dialogs import Sorry

    await screen.app.push_screen_wait(Sorry(_("You have no access to this desk any more"), told.sentence))
    screen.app.exit(EXIT_CODE)


async def leave_everything(screen: MainScreen) -> None:
    """Close all screens in front of the main one; texts being written stay as drafts."""
    try:
        await screen.desk.aside(screen.desk.save_unsaved)
    except Trouble as trouble:
        screen.complain(trouble.sentence)
    while screen.app.screen is not screen:
        await screen.app.screen.dismiss(None)
