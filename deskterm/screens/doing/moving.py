"""Finding one's way: panes, sections, unread, search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deskterm.i18n import _
from deskterm.screens import standing

if TYPE_CHECKING:
    from deskterm.screens.lines import Id
    from deskterm.screens.main_screen import MainScreen

ORDER = ("tree", "tickets", "messages", "body")


def _focus(screen: MainScreen, pane: str) -> None:
    if screen.zoomed:
        screen.query_one("#right").display = True
        screen.query_one(f"#{pane}_pane").display = True
    screen.set_focus(screen.query_one(f"#{pane}"))


def to_tree(screen: MainScreen) -> None:
    """To the sections."""
    _focus(screen, "tree")


def to_tickets(screen: MainScreen) -> None:
    """To the tickets."""
    _focus(screen, "tickets")


def to_messages(screen: MainScreen) -> None:
    """To the messages."""
    _focus(screen, "messages")


def to_body(screen: MainScreen) -> None:
    """To the text."""
    _focus(screen, "body")


def next_pane(screen: MainScreen) -> None:
    """To the pane after this."""
    _focus(screen, ORDER[(ORDER.index(screen.focused_pane) + 1) % len(ORDER)])


def previous_pane(screen: MainScreen) -> None:
    """To the pane before this."""
    _focus(screen, ORDER[(ORDER.index(screen.focused_pane) - 1) % len(ORDER)])


def unfold_section(screen: MainScreen) -> None:
    """Unfold the section under the cursor; where nothing is to unfold go on to its tickets."""
    row = screen.sections.rows.get(screen.sections.cursor or "")
    if row is not None and row.foldable and row.key not in screen.sections.unfolded:
        screen.fold(row.key, False)
    else:
        to_tickets(screen)


def fold_section(screen: MainScreen) -> None:
    """Fold the section under the cursor, or the one it stands in."""
    sections = screen.sections
    row = sections.rows.get(sections.cursor or "")
    if row is None:
        return
    if row.key in sections.unfolded:
        screen.fold(row.key, True)
        return
    for place in range(sections.place, -1, -1):
        above = sections.rows[sections.ids[place]]
        if above.depth < row.depth:
            sections.move_to(place)
            return


async def _unread(screen: MainScreen, step: int) -> None:
    messages = screen.messages
    place = messages.place + step
    while 0 <= place < len(messages.ids):
        row = messages.rows.get(messages.ids[place])
        if row is not None and row.unread:
            messages.move_to(place)
            return
        place += step
    tickets = screen.tickets
    if screen.open.shows != "tickets" or not tickets.ids:
        screen.say(_("Nothing more is unread in this list."), "faint")
        return
    ahead = tickets.ids[tickets.place + 1 :] if step > 0 else tickets.ids[: tickets.place][::-1]
    found = await _first_unread(screen, ahead)
    if found is None:
        behind = tickets.ids[: tickets.place] if step > 0 else tickets.ids[tickets.place + 1 :][::-1]
        found = await _first_unread(screen, behind)
        if found is None:
            screen.say(_("Nothing more is unread in this list."), "faint")
            return
        screen.say(_("On from the beginning of the list.") if step > 0 else _("On from the end of the list."))
    tickets.go_to(found)


async def _first_unread(screen: MainScreen, ids: Sequence[Id]) -> Id | None:
    """The first unread one of these tickets; of those that were not looked at yet the desk knows."""
    for place, id in enumerate(ids):
        row = screen.tickets.rows.get(id)
        if row is None:
            found: int | None = await screen.desk.read("reading.first_unread", ids[place:])
            return found
        if row.unread:
            return id
    return None


async def next_unread(screen: MainScreen) -> None:
    """The next unread message of the ticket, else the next unread ticket; behind the last the first."""
    await _unread(screen, 1)


async def previous_unread(screen: MainScreen) -> None:
    """The unread message before, else the unread ticket before; before the first the last."""
    await _unread(screen, -1)


async def read_on(screen: MainScreen) -> None:
    """A page of the text; at its end the next unread. On a section that folds: fold or unfold it."""
    row = screen.sections.rows.get(screen.sections.cursor or "")
    if screen.focused_pane == "tree" and row is not None and row.foldable:
        screen.fold(row.key, row.key in screen.sections.unfolded)
    elif screen.text.at_end():
        await next_unread(screen)
    else:
        screen.text.action_page_down()


def search(screen: MainScreen) -> None:
    """Type what to find."""
    if screen.zoomed:
        screen.zoomed = False
        screen.lay_out()
    if given := screen.app.take_given():
        screen.find(given)
    else:
        screen.search.open()


def back(screen: MainScreen) -> None:
    """One step back: what is looked for in the text, the search, the marks, the zoom, the pane before."""
    if screen.desk.give_up():
        screen.coming = ""
        screen.say(_("It is waited for no more."), "faint")
    elif screen.text.words:
        screen.text.look_for("")
    elif screen.open.words:
        screen.search.close()
    elif screen.open.section.startswith(standing.ONE_LETTER):
        screen.to_section(str(screen.sections.cursor or screen.kept.section))
    elif screen.tickets.marks:
        screen.tickets.clear_marks()
    elif screen.zoomed:
        screen.zoomed = False
        screen.lay_out()
    elif screen.focused_pane != "tree":
        previous_pane(screen)
