"""How the panes of the main screen lie, and what stands on their title lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskterm.clean import clean
from deskterm.i18n import _, n_
from deskterm.screens.lists import COLUMNS
from deskterm.screens.presenters import body as body_presenter
from deskterm.screens.presenters import head as head_presenter
from deskterm.screens.presenters import lists
from deskterm.screens.presenters.columns import Look
from deskterm.screens.presenters.line import Line

if TYPE_CHECKING:
    from deskterm.desk.views import LetterRow
    from deskterm.screens.main_screen import MainScreen

PANES = ("tree", "tickets", "messages", "body")
BOTTOM_LINES = 2
WHOLE = "1fr"
"""All there is, of width or height."""


def height_of_panes(screen: MainScreen) -> int:
    """Lines the panes share."""
    return max(8, screen.size.height - BOTTOM_LINES)


def lay_out(screen: MainScreen) -> None:
    """Share the screen among the panes; zoomed, the one in focus has it all."""
    if not screen.is_attached:
        return
    width = screen.size.width
    tickets, messages, _body = screen.kept.heights(height_of_panes(screen))
    focused = screen.focused_pane
    whole = WHOLE if screen.zoomed else None
    screen.query_one("#tree_pane").styles.width = whole or screen.kept.tree_width(width)
    screen.query_one("#tickets_pane").styles.height = whole or tickets
    screen.query_one("#messages_pane").styles.height = whole or messages
    for name in PANES:
        screen.query_one(f"#{name}_pane").display = not screen.zoomed or name == focused
    screen.splitter.display = not screen.zoomed
    screen.query_one("#right").display = not screen.zoomed or focused != "tree"
    # above each list stand the columns its new width has room for
    screen.call_after_refresh(screen.say_titles)


def show_waiting(screen: MainScreen) -> None:
    """Say that something takes long, and how to wait for it no more."""
    waiting = screen.desk.waiting
    told = ""
    if waiting:
        told = _("Working… Esc waits no more.") if any(waiting.values()) else _("Working…")
    screen.status_bar.wait(((f"{told}  ", "warning"),) if told else ())


def use_kept(screen: MainScreen) -> None:
    """Have the lists as they were left: order, columns, how times are told, width of the text."""
    kept, tickets = screen.kept, screen.tickets
    tickets.sort_by(kept.sort, turned=kept.turned)
    tickets.chosen = kept.columns
    tickets.use_columns(COLUMNS[tickets.shows], kept.columns.get(tickets.shows, ()))
    screen.messages.use_columns(COLUMNS["messages"], kept.columns.get("messages", ()))
    for lines in (tickets, screen.messages):
        lines.use_look(Look(kept.relative))
    screen.text.text_width = kept.text_width


def say_titles(screen: MainScreen) -> None:
    """What is open, above each pane."""
    opened = screen.open
    section = screen.section_rows.get(opened.section)
    screen.titles["tree"].say(((" " + _("Sections"), ""),))
    tickets = screen.tickets
    sorted_by, descending = opened.view.sort if opened.shows == "letters" else "", True
    if opened.shows == "tickets" and (tickets.found_by or not tickets.finds):
        sorted_by, descending = tickets.order
    marked: Line = ()
    if tickets.marks:
        told = n_("{count} marked", "{count} marked", len(tickets.marks)).format(count=len(tickets.marks))
        marked = ((f" {told} ", ""),)
    screen.titles["tickets"].say(tickets.header(sorted_by, descending), marked)
    if opened.shows == "letters":
        screen.tab_line.show_names([(view.id, view.name) for view in opened.views], opened.view.saved)
    else:
        screen.tab_line.show(screen.tabs if opened.shows == "tickets" else (), opened.tab)
    title = screen.titles["messages"]
    if opened.ticket is not None:
        there = screen.tickets.here.get(opened.ticket.id, ())
        title.say(((" ", ""), *head_presenter.head(opened.ticket, max(10, title.size.width - 2), there)))
    else:
        named = clean(section.title) if section is not None else _("Messages")
        told = opened.view.told() if opened.shows == "letters" else ""
        if told:
            named = clean(f"{named}: {told}")
        title.say(((" " + named, ""),))
    _tell_letter(screen)
    title = screen.titles["body"]
    if opened.body is not None:
        line = body_presenter.title(opened.body, max(10, title.size.width - 14))
        title.say(((" ", ""), *line), _position(screen))
    else:
        title.say(((" " + _("Text"), ""),))


def _tell_letter(screen: MainScreen) -> None:
    """Beside an open letter: who changed it, why it is here, the tickets made of it."""
    row: LetterRow | None = screen.tickets.current() if screen.open.shows == "letters" else None
    if screen.open.body is None or row is None:
        return
    told = lists.letter_told(row, max(20, screen.messages.line_width - 4))
    if told != screen.messages.empty:
        screen.messages.empty = told
        screen.messages.refresh()


def _position(screen: MainScreen) -> Line:
    messages = screen.messages
    if screen.open.message is None or not messages.ids:
        return ()
    told = _("{number} of {count}").format(number=messages.place + 1, count=len(messages.ids))
    return ((f"{told} ", ""),)
