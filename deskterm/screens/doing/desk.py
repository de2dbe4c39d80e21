"""Acts on the desk as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens import acts, notices
from deskterm.screens.command_line import CommandLine
from deskterm.screens.dialogs import Choose
from deskterm.screens.doing import toggles
from deskterm.screens.help import show_help
from deskterm.screens.presenters import when
from deskterm.screens.table_of_acts.words import SECTIONS, Words
from deskterm.screens.worker_start import start_worker

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


async def check_mail(screen: MainScreen) -> None:
    """Have every mailbox read now."""
    await screen.desk.act("settings.check_mail_now")
    if screen.state is not None and screen.state.worker == "none" and screen.app.may_start_worker:
        await screen.desk.aside(lambda: start_worker(screen.app.home.folder))
    screen.say(_("Mailboxes are read now."))


async def notifications(screen: MainScreen) -> None:
    """What the agent was told of and has not looked at; choosing one goes to its ticket."""
    unseen = await screen.desk.read("notifications.unseen")
    if not unseen:
        screen.say(_("Nothing new."), "faint")
        return
    moment = when.now()
    entries = [
        Choosable(each.id, f"{each.title}: {notices.told_line(each)}", when.short(each.at, moment))
        for each in unseen
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("What I was told of"), entries))
    await screen.desk.act("notifications.seen")
    ticket = next((each.ticket_id for each in unseen if each.id == chosen), None)
    if ticket is not None:
        screen.find(str(ticket))


async def connect_mailbox(screen: MainScreen) -> None:
    """Connect a mailbox, guided and tested."""
    if screen.app.home.confinement is not None:
        screen.say(_("This is done at the server: deskterm accounts add"), "warning")
        return
    from deskterm.screens import first_run

    await first_run.connect(screen)


def refresh(screen: MainScreen) -> None:
    """Read everything anew."""
    screen.reread()


async def menu(screen: MainScreen) -> None:
    """Choose from what can be done here."""
    here = [
        act
        for act in acts.applying(screen.things(), screen.focus_thing(), screen.desk.rights)
        if act.where != "list"
    ]
    wheres = list(dict.fromkeys(act.where for act in here))
    here.sort(key=lambda act: wheres.index(act.where))
    named = await toggles.titles(screen)
    entries = [
        Choosable(
            id=number,
            name=named.get(act.id) or _(act.title),
            detail=" ".join(acts.shown_key(key) for key in acts.keys_of(act, screen.keymap)),
            group=acts.WHERES[act.where],
        )
        for number, act in enumerate(here)
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("What can be done here"), entries))
    if chosen is not None:
        screen.do(here[chosen])


async def command(screen: MainScreen) -> None:
    """Type the name of an act and what it asks for, or the number of a ticket."""
    here = acts.applying(screen.things(), screen.focus_thing(), screen.desk.rights)

    async def offered(words: Words) -> Sequence[str]:
        if words.offers == SECTIONS:
            return [row.title for row in screen.section_rows.values()]
        if not isinstance(words.offers, str):
            return [_(each) for each in words.offers]
        argument = [words.argument] if words.argument else []
        return [each.name for each in await screen.desk.read(words.offers, *argument)]

    line = CommandLine(here, screen.keymap, screen.app.lines_given, offered)
    typed = await screen.app.push_screen_wait(line)
    if typed is None:
        return
    if line.line not in screen.app.lines_given[-1:]:
        screen.app.lines_given.append(line.line)
    if typed.ticket:
        screen.find(typed.ticket)
    elif typed.words:
        await _with_words(screen, acts.BY_ID[typed.act], typed.words)
    else:
        screen.do(acts.BY_ID[typed.act])


async def _with_words(screen: MainScreen, act: acts.Act, words: str) -> None:
    """Do an act whose first question is answered by words; what they do not answer is asked."""
    screen.app.given = words
    try:
        running = acts.resolve(act.does)(screen)
        if asyncio.iscoroutine(running):
            await running
    finally:
        screen.app.given = ""


async def section(screen: MainScreen) -> None:
    """Go to a section, by its name."""
    rows = list(screen.section_rows.values())
    entries = [
        Choosable(
            number, row.title, _("{unread} unread of {total}").format(unread=row.unread, total=row.total)
        )
        for number, row in enumerate(rows)
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("To which section?"), entries))
    if chosen is not None:
        screen.sections.go_to(rows[chosen].key)
        screen.set_focus(screen.tickets)


def palette(screen: MainScreen) -> None:
    """Find an act, a section, a ticket, a client or a contact by its name."""
    from textual.command import CommandPalette

    told = _("act, section, ticket, client, contact…")
    screen.app.push_screen(CommandPalette(id="--command-palette", placeholder=told))


def help(screen: MainScreen) -> None:
    """Every act, those of the thing in focus first."""
    of_pane = {"tree": "tree", "messages": "message", "body": "body"}
    focus = of_pane.get(screen.focused_pane, screen.focus_thing())
    show_help(screen, screen.things(), focus, screen.keymap)


async def quit(screen: MainScreen) -> None:
    """Quit; what was written stays."""
    await asyncio.sleep(0)
    screen.app.leave()
