"""Acts that move tickets and messages: merge, split, link, tabs, the Bin, spam; watching and favorites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deskterm.desk.views import Choosable
from deskterm.i18n import _, n_
from deskterm.screens import loading
from deskterm.screens.dialogs import Ask, Choose, Confirm
from deskterm.screens.doing import letter_views
from deskterm.screens.doing.tickets import done

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

ALL_TAB, NEW_TAB = 0, -1


async def _which(
    screen: MainScreen, title: str, without: Sequence[int], *, by_subject: bool = False
) -> int | None:
    """An open ticket, found by words or number; by their subjects where asked, the latest first otherwise."""

    async def look_up(words: str) -> Sequence[Choosable]:
        found: list[Choosable] = await screen.desk.read("listing.ticket_choices", words)
        there = [each for each in found if each.id not in without]
        if not by_subject:
            return there
        named = [(each.name.removeprefix(f"{each.id} — "), each) for each in there]
        named.sort(key=lambda one: (one[0].casefold(), one[1].id))
        return [Choosable(each.id, f"{subject} ({each.id})", each.detail) for subject, each in named]

    return await screen.app.push_screen_wait(Choose(title, await look_up(""), look_up=look_up))


async def merge(screen: MainScreen) -> None:
    """Merge the tickets into another one."""
    ids = screen.ticket_ids()
    into = await _which(screen, _("Merge into which ticket?"), ids)
    if into is not None:
        await screen.desk.act("merging.merge", ids, into)
        done(screen, len(ids), _("Merged into ticket {number}; `z` undoes it.").format(number=into))


async def move_message(screen: MainScreen) -> None:
    """Move the open message to another ticket."""
    message = screen.open.message
    if message is None:
        return
    into = await _which(screen, _("Move the message to which ticket?"), [message.ticket_id], by_subject=True)
    if into is not None:
        await screen.desk.act("moving.move", [message.id], into)
        screen.say(_("Moved to ticket {number}; `z` undoes it.").format(number=into))


async def split(screen: MainScreen) -> None:
    """Make a ticket of its own of the open message."""
    message, ticket = screen.open.message, screen.open.ticket
    if message is None or ticket is None:
        return
    subject = await screen.app.push_screen_wait(
        Ask(_("A ticket of its own"), _("Subject of the new ticket"), ticket.subject)
    )
    if subject is not None:
        number = await screen.desk.act("moving.split", [message.id], subject)
        screen.say(_("It is ticket {number} now; `z` undoes it.").format(number=number))


async def link(screen: MainScreen) -> None:
    """Link the ticket with another one, or take a link away."""
    ids = screen.ticket_ids()
    if not ids:
        return
    linked: list[Any] = await screen.desk.read("linking.of", ids[0]) if len(ids) == 1 else []
    if linked:
        entries = [Choosable(NEW_TAB, _("link with another ticket…"))]
        entries += [
            Choosable(each.id, f"{each.id} — {each.subject}", _("take this link away")) for each in linked
        ]
        chosen = await screen.app.push_screen_wait(Choose(_("Linked tickets"), entries))
        if chosen is None:
            return
        if chosen != NEW_TAB:
            await screen.desk.act("linking.unlink", ids[0], chosen)
            screen.say(_("The link is gone; `z` undoes it."))
            return
    other = await _which(screen, _("Link with which ticket?"), ids)
    if other is not None:
        for id in ids:
            await screen.desk.act("linking.link", id, other)
        done(screen, len(ids), _("Linked with ticket {number}.").format(number=other))


async def go_to_linked(screen: MainScreen) -> None:
    """Go to a ticket this one is linked with."""
    ids = screen.ticket_ids()
    linked: list[Any] = await screen.desk.read("linking.of", ids[0]) if ids else []
    if not linked:
        screen.say(_("This ticket is linked with none."), "warning")
        return
    chosen: int | None = linked[0].id
    if len(linked) > 1:
        chosen = await screen.app.push_screen_wait(
            Choose(
                _("Go to which ticket?"),
                [Choosable(each.id, f"{each.id} — {each.subject}", each.status) for each in linked],
            )
        )
    if chosen is not None:
        screen.find(str(chosen))


# -- the Bin


async def delete(screen: MainScreen) -> None:
    """Put the tickets into the Bin; in the Bin, take them out of it."""
    ids = screen.ticket_ids()
    if not ids:
        return
    if screen.open.section == "bin":
        await screen.desk.act("bin.restore", ids)
        done(screen, len(ids), _("Restored."))
        return
    await screen.desk.act("bin.delete", ids)
    done(screen, len(ids), _("In the Bin now; `z` undoes it."))


async def delete_message(screen: MainScreen) -> None:
    """Put the open message into the Bin."""
    message = screen.open.message
    if message is not None:
        await screen.desk.act("bin.delete_messages", [message.id])
        screen.say(_("In the Bin now; `z` undoes it."))


async def spam(screen: MainScreen) -> None:
    """Junk the letters of the tickets on the server and remove the tickets, after asking."""
    ids = screen.ticket_ids()
    told = n_(
        "{count} ticket goes to the Bin, its letters to the Junk folder of their mailbox.",
        "{count} tickets go to the Bin, their letters to the Junk folder of their mailbox.",
        len(ids),
    ).format(count=len(ids))
    answer = await screen.app.push_screen_wait(
        Confirm(_("Spam?"), told, (("yes", "y", _("it is spam")), ("no", "n", _("leave it"))))
    )
    if answer == "yes":
        await screen.desk.act("bin.spam", ids)
        done(screen, len(ids), _("Spam; `z` undoes it."))


# -- marks


async def watch(screen: MainScreen) -> None:
    """Watch the tickets, or no more."""
    ids = screen.ticket_ids()
    marks = await screen.desk.read("marks.of", ids)
    on = not all(marks[id].watched for id in ids)
    await screen.desk.act("marks.watch", ids, on)
    done(screen, len(ids), _("You watch it now.") if on else _("You watch it no more."))


async def favorite(screen: MainScreen) -> None:
    """Put the tickets among one's favorites, or take them out."""
    await _favorite(screen, shared=False)


async def favorite_shared(screen: MainScreen) -> None:
    """Put the tickets among everybody's favorites, or take them out."""
    await _favorite(screen, shared=True)


async def _favorite(screen: MainScreen, *, shared: bool) -> None:
    ids = screen.ticket_ids()
    marks = await screen.desk.read("marks.of", ids)
    on = not all(marks[id].shared if shared else marks[id].favorite for id in ids)
    await screen.desk.act("marks.favorite", ids, on, shared)
    if shared:
        told = _("Among everybody's favorites now.") if on else _("No favorite of everybody's any more.")
    else:
        told = _("Among your favorites now.") if on else _("No favorite of yours any more.")
    done(screen, len(ids), told)


# -- tabs


async def to_tab(screen: MainScreen) -> None:
    """Move the tickets to a tab, a new one perhaps, or back to All alone."""
    ids = screen.ticket_ids()
    tabs: list[Any] = await screen.desk.read("tabs.listed")
    entries = [Choosable(ALL_TAB, _("All: in no tab"))]
    entries += [Choosable(each.id, each.name) for each in tabs]
    entries.append(Choosable(NEW_TAB, _("a new tab…")))
    chosen = await screen.app.push_screen_wait(
        Choose(_("Move to which tab?"), entries, current=screen.open.tab or ALL_TAB, otherwise=NEW_TAB)
    )
    if chosen is None:
        return
    name = next((each.name for each in tabs if each.id == chosen), "")
    if chosen == NEW_TAB:
        name = await screen.app.push_screen_wait(Ask(_("A new tab"), _("Its name"))) or ""
        if not name.strip():
            return
        chosen = int(await screen.desk.act("tabs.add", name))
    await screen.desk.act("tabs.put", ids, chosen or None)
    await loading.tabs(screen)
    told = _("In the tab {name} now.").format(name=name) if chosen else _("In All alone again.")
    done(screen, len(ids), told)
    await loading.section(screen, screen.open.section, keep=True)


async def next_tab(screen: MainScreen) -> None:
    """The next tab of the list of tickets."""
    await _turn(screen, 1)


async def previous_tab(screen: MainScreen) -> None:
    """The tab before."""
    await _turn(screen, -1)


async def _turn(screen: MainScreen, step: int) -> None:
    if screen.open.shows == "letters":
        await letter_views.turn(screen, step)
        return
    if screen.open.shows != "tickets":
        return
    order = [None, *(each.id for each in screen.tabs)]
    if len(order) == 1:
        screen.say(_("There is no tab yet; `t` moves a ticket to a new one."), "warning")
        return
    place = order.index(screen.open.tab) if screen.open.tab in order else 0
    screen.open.tab = order[(place + step) % len(order)]
    await loading.section(screen, screen.open.section)


async def edit_tab(screen: MainScreen) -> None:
    """Rename the tab that is open, or close it; its tickets stay where they are."""
    tab = next((each for each in screen.tabs if each.id == screen.open.tab), None)
    if tab is None:
        screen.say(_("Open the tab first: `[` and `]` turn the tabs."), "warning")
        return
    name = await screen.app.push_screen_wait(
        Ask(_("This tab"), _("Another name; empty closes the tab, its tickets stay in All"), tab.name)
    )
    if name is None:
        return
    if name.strip():
        await screen.desk.act("tabs.rename", tab.id, name)
    else:
        await screen.desk.act("tabs.close", tab.id)
        screen.open.tab = None
    await loading.tabs(screen)
    await loading.section(screen, screen.open.section)
