"""Acts on how lists stand: their order, their columns, how times are told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens import arranging
from deskterm.screens.arrange_dialog import Arrange
from deskterm.screens.dialogs import Choose
from deskterm.screens.lists import COLUMNS
from deskterm.screens.orders import TITLES
from deskterm.screens.presenters.columns import column_at, told

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


async def sort(screen: MainScreen) -> None:
    """Choose the order; the one that is there already is turned round. Letters have two."""
    if screen.open.shows == "letters":
        _letters(screen)
        return
    tickets = screen.tickets
    now = tickets.found_by if tickets.finds else tickets.sort
    keys = ["", *TITLES] if tickets.finds else list(TITLES)
    entries = [
        Choosable(number, _told(key), _("turns it round") if key and key == now else "")
        for number, key in enumerate(keys)
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("Sort by"), entries, current=keys.index(now)))
    if chosen is not None:
        _by(screen, keys[chosen])


def by_header(screen: MainScreen, cell: int) -> None:
    """Sort by the column whose title was clicked; once more turns the order round."""
    key = column_at(screen.tickets.fitted(), cell)
    if screen.open.shows == "tickets" and key in TITLES:
        _by(screen, key)
    elif screen.open.shows == "letters" and key in ("arrived", "tickets"):
        _letters(screen)


def _told(key: str) -> str:
    return _(TITLES[key]) if key else _("the newest hit")


def _by(screen: MainScreen, key: str) -> None:
    tickets = screen.tickets
    if tickets.finds:
        turned = bool(key) and key == tickets.found_by and not tickets.found_turned
        tickets.find_by(key, turned=turned)
    else:
        turned = key == screen.kept.sort and not screen.kept.turned
        screen.kept = replace(screen.kept, sort=key, turned=turned)
        tickets.sort_by(key, turned=turned)
    sentence = _("Sorted by {column}, turned round.") if turned else _("Sorted by {column}.")
    screen.say(sentence.format(column=_told(key)), "faint")
    screen.reread()


def _letters(screen: MainScreen) -> None:
    by_arrival = screen.open.view.sort != "arrived"
    screen.open.view = replace(screen.open.view, sort="arrived" if by_arrival else "tickets")
    column = _("the time they came") if by_arrival else _("the tickets made of them")
    screen.say(_("Sorted by {column}.").format(column=column), "faint")
    screen.reread()


async def columns(screen: MainScreen) -> None:
    """Choose the columns of the list in focus: of the messages there, else of the list above."""
    shows = "messages" if screen.focused_pane in ("messages", "body") else screen.open.shows
    lines = screen.messages if shows == "messages" else screen.tickets
    keys = [each.key for each in lines.columns if not each.fixed]
    names = {each.key: told(each) for each in COLUMNS[shows] if not each.fixed}
    chosen = await screen.app.push_screen_wait(Arrange(_("Columns of the list"), names, keys))
    if chosen is None:
        return
    kept = {name: each for name, each in screen.kept.columns.items() if name != shows}
    screen.kept = replace(screen.kept, columns=kept | ({shows: tuple(chosen)} if chosen else {}))
    arranging.use_kept(screen)
    screen.say_titles()


def dates(screen: MainScreen) -> None:
    """Tell times as dates, or as how long it is since."""
    screen.kept = replace(screen.kept, relative=not screen.kept.relative)
    arranging.use_kept(screen)
    relative = screen.kept.relative
    screen.say(_("Times are told as how long ago.") if relative else _("Times are told as dates."), "faint")
