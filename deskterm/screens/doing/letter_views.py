"""Views of Triage, Refused and Blocked: ready ones, one's own, changed, kept, renamed, removed, turned."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from deskterm.desk.views import Choosable, LetterRow
from deskterm.i18n import N_, _
from deskterm.screens import loading
from deskterm.screens.dialogs import Ask, Choose
from deskterm.screens.letter_view import MADE, SORTS, WHOLE, View

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

SECTIONS: Final = ("triage", "refused", "blocked")
READY, MINE, THIS = N_("Ready views"), N_("My views"), N_("This view")
ANY: Final = 0

Doing = Callable[[], Coroutine[Any, Any, None]]


async def choose(screen: MainScreen) -> None:
    """Choose a view, ready or one's own, or change the one that is shown."""
    section = screen.open.section if screen.open.section in SECTIONS else "triage"
    view = screen.open.view
    whole = _("All that wait") if section == "triage" else _("All of them")
    lines: list[tuple[str, str, str, Doing]] = [
        (READY, whole, "", partial(use, screen, section, replace(WHOLE, sort=view.sort))),
        (
            READY,
            _("All from a client…"),
            "",
            partial(_of_client, screen, section, replace(WHOLE, sort=view.sort)),
        ),
        (
            READY,
            _("All from a client without tickets…"),
            "",
            partial(_of_client, screen, section, replace(WHOLE, sort=view.sort, made="none")),
        ),
    ]
    for kept in await screen.desk.read("saved_views.listed", section):
        own = View.of(kept.id, kept.filter)
        lines.append((MINE, kept.name, own.told(), partial(use, screen, section, own)))
    lines.append((THIS, _("of another client…"), view.client, partial(_of_client, screen, section, view)))
    lines.append((THIS, _("by tickets made…"), _(MADE[view.made]), partial(_by_made, screen, section, view)))
    if section == "triage" and view.client_id is None:
        turned = replace(view, looked_at=not view.looked_at, saved=None)
        told = _("only those that wait") if view.looked_at else _("those that were looked at too")
        lines.append((THIS, told, "", partial(use, screen, section, turned)))
    order = SORTS[(SORTS.index(view.sort) + 1) % len(SORTS)]
    told = _("the newest first") if order == "arrived" else _("those with most tickets first")
    lines.append((THIS, told, "", partial(use, screen, section, replace(view, sort=order))))
    lines.append((THIS, _("keep it under a name…"), "", partial(keep, screen)))
    if view.saved is not None:
        lines.append((THIS, _("rename or remove it…"), "", partial(edit, screen)))
    entries = [
        Choosable(number, name, detail, group) for number, (group, name, detail, _do) in enumerate(lines)
    ]
    current = next((n for n, line in enumerate(lines) if _is(line[3], view)), None)
    chosen = await screen.app.push_screen_wait(Choose(_("Which letters?"), entries, current=current))
    if chosen is not None:
        await lines[chosen][3]()


def _is(doing: Doing, view: View) -> bool:
    return isinstance(doing, partial) and doing.func is use and doing.args[-1] == view


async def use(screen: MainScreen, section: str, view: View) -> None:
    """Show a view of a section."""
    if screen.open.section != section:
        screen.sections.go_to(section)
        await loading.section(screen, section)
    screen.open.view = view
    await loading.section(screen, section)


async def _of_client(screen: MainScreen, section: str, view: View) -> None:
    clients: list[Choosable] = await screen.desk.read("letters.clients")
    if not clients:
        screen.say(_("No held letter is of a client the desk knows."), "warning")
        return
    row = screen.tickets.current()
    address = row.address if isinstance(row, LetterRow) else ""
    entries = [Choosable(ANY, _("any client")), *clients] if view.client_id is not None else clients
    client = await screen.app.push_screen_wait(
        Choose(
            _("Letters from which client?"),
            entries,
            current=await screen.desk.read("letters.client_of", address) if address else None,
        )
    )
    if client is None:
        return
    name = next((each.name for each in clients if each.id == client), "")
    await use(screen, section, replace(view, client_id=client or None, client=name, saved=None))


async def _by_made(screen: MainScreen, section: str, view: View) -> None:
    known = list(MADE)
    chosen = await screen.app.push_screen_wait(
        Choose(
            _("Letters with how many tickets?"),
            [Choosable(number, _(MADE[made])) for number, made in enumerate(known)],
            current=known.index(view.made),
        )
    )
    if chosen is not None:
        await use(screen, section, replace(view, made=known[chosen], saved=None))


async def keep(screen: MainScreen) -> None:
    """Keep the view that is shown under a name; the same name again takes the new view."""
    section, view = screen.open.section, screen.open.view
    if section not in SECTIONS:
        screen.say(_("Views are kept of Triage, Refused and Blocked."), "warning")
        return
    name = await screen.app.push_screen_wait(Ask(_("Keep this view"), view.told(), _name_of(screen, view)))
    if not name or not name.strip():
        return
    saved = await screen.desk.act("saved_views.add", section, name, view.kept())
    screen.open.view = replace(view, saved=int(saved))
    await loading.letter_views(screen)
    screen.say(_("Kept; `]` and `[` turn the views, `V` lists them."))


async def edit(screen: MainScreen) -> None:
    """Rename the agent's own view that is shown; without a name it is removed."""
    view = screen.open.view
    if view.saved is None:
        screen.say(_("This is no view of yours: `V` lists them, `K` keeps one."), "warning")
        return
    now = _name_of(screen, view)
    name = await screen.app.push_screen_wait(
        Ask(_("This view"), _("Another name; empty removes the view, no letter with it"), now)
    )
    if name is None or name.strip() == now:
        return
    if name.strip():
        await screen.desk.act("saved_views.rename", view.saved, name)
        await loading.letter_views(screen)
        screen.say(_("Renamed; `z` undoes it."))
        return
    await screen.desk.act("saved_views.remove", view.saved)
    await use(screen, screen.open.section, WHOLE)
    screen.say(_("Removed; `z` undoes it."))


def _name_of(screen: MainScreen, view: View) -> str:
    return next((each.name for each in screen.open.views if each.id == view.saved), "")


async def turn(screen: MainScreen, step: int) -> None:
    """The next of one's own views, or the one before; between them stands the whole section."""
    views = screen.open.views
    if not views:
        screen.say(_("There is no view of yours yet; `K` keeps the one that is shown."), "warning")
        return
    order: list[int | None] = [None, *(each.id for each in views)]
    saved = screen.open.view.saved
    place = order.index(saved) if saved in order else 0
    await turn_to(screen, order[(place + step) % len(order)])


async def turn_to(screen: MainScreen, saved: int | None) -> None:
    """One of one's own views by its number; None is the whole section."""
    kept = next((each for each in screen.open.views if each.id == saved), None)
    view = WHOLE if kept is None else View.of(kept.id, kept.filter)
    await use(screen, screen.open.section, view)
