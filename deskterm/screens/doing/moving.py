"""Finding one's way: panes, sections, unread, search."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

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


def _unread(screen: MainScreen, step: int) -> Coroutine[Any, Any, None] | None:
    """Go there at once where the rows on the way are here, else once the desk has said where it is."""
    messages = screen.messages
    place = messages.place + step
    while 0 <= place < len(messages.ids):
        row = messages.rows.get(messages.ids[place])
        if row is not None and row.unread:
            messages.move_to(place)
            return None
        place += step
    tickets = screen.tickets
    ways: list[Sequence[Id]] = []
    if screen.open.shows == "tickets" and tickets.ids:
        ways = [tickets.ids[tickets.place + 1 :], tickets.ids[: tickets.place]]
        if step < 0:
            ways = [way[::-1] for way in reversed(ways)]
    for number, way in enumerate(ways):
        for at, id in enumerate(way):
            row = tickets.rows.get(id)
            if row is None:
                return _unread_beyond(
                    screen, step, [(number, way[at:]), *list(enumerate(ways))[number + 1 :]]
                )
            if row.unread:
                _arrive(screen, id, step, number)
                return None
    screen.say(_("Nothing more is unread in this list."), "faint")
    return None


async def _unread_beyond(screen: MainScreen, step: int, ways: Sequence[tuple[int, Sequence[Id]]]) -> None:
    """The same among rows that are not here."""
    for number, way in ways:
        found: int | None = await screen.desk.read("reading.first_unread", way)
        if found is not None:
            _arrive(screen, found, step, number)
            return
    screen.say(_("Nothing more is unread in this list."), "faint")


def _arrive(screen: MainScreen, id: Id, step: int, round_the_end: int) -> None:
    screen.tickets.go_to(id)
    if round_the_end:
        told = _("On from the beginning of the list.") if step > 0 else _("On from the end of the list.")
        screen.say(told, "faint")


def next_unread(screen: MainScreen) -> Coroutine[Any, Any, None] | None:
    """The next unread message of the ticket, else the next unread ticket; behind the last the first."""
    return _unread(screen, 1)


def previous_unread(screen: MainScreen) -> Coroutine[Any, Any, None] | None:
    """The unread message before, else the unread ticket before; before the first the last."""
    return _unread(screen, -1)


def next_message(screen: MainScreen) -> None:
    """The message behind the open one, from whatever pane."""
    screen.messages.action_line_down()


def previous_message(screen: MainScreen) -> None:
    """The message before the open one."""
    screen.messages.action_line_up()


def read_on(screen: MainScreen) -> Coroutine[Any, Any, None] | None:
    """A page of the text; at its end the next unread. On a section that folds: fold or unfold it."""
    row = screen.sections.rows.get(screen.sections.cursor or "")
    if screen.focused_pane == "tree" and row is not None and row.foldable:
        screen.fold(row.key, row.key in screen.sections.unfolded)
    elif screen.text.at_end():
        return next_unread(screen)
    else:
        screen.text.action_page_down()
    return None


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
