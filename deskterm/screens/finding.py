"""Finding on the main screen: results while one types, what may follow, what is found marked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from deskterm import limits
from deskterm.i18n import _, n_
from deskterm.screens import loading, pace, standing
from deskterm.screens.desk_link import Trouble
from deskterm.screens.empty import sentences_as_lines
from deskterm.screens.presenters import found

if TYPE_CHECKING:
    from deskterm.desk.query.completion import Completion
    from deskterm.screens.main_screen import MainScreen

SAVED = "saved:"


def typed(screen: MainScreen) -> None:
    """Something was typed: look for it, and for what may follow.

    What was asked for fewer letters is given up first: the key that comes is painted before anything else,
    then what is found, then what may follow.
    """
    look(screen)
    screen.later("offer", pace.OFFERED, partial(_offer_now, screen))


def _offer_now(screen: MainScreen) -> None:
    screen.start(_offer(screen), "offer", exclusive=True)


def look(screen: MainScreen) -> None:
    """Look for what stands in the line; nothing brings the section back."""
    # a blank at the end says that the last word is whole
    words = screen.search.value.lstrip()
    if words == screen.open.words:
        return
    screen.open.words = words
    screen.search_hint.tell(count=screen.search_hint.count)
    if not words:
        screen.filter_box.clear()
    key = standing.SEARCH if words else str(screen.sections.cursor or screen.kept.section)
    screen.coming = key
    screen.start(_look(screen, key), "section", exclusive=True)


async def _look(screen: MainScreen, key: str) -> None:
    await screen.painted(screen.search)
    try:
        await loading.section(screen, key)
    except Trouble as trouble:
        screen.coming = ""
        # half a query is often wrong: no alarm while it is typed, and what was found before stays
        typing = screen.search.has_focus
        if not typing and not (key == standing.SEARCH and trouble.of_what_was_asked):
            raise
        screen.search_hint.tell(wrong=trouble.sentence)
        if not typing:
            _nothing(screen, trouble.sentence)
        return
    screen.search_hint.tell(count=_count(screen) if key == standing.SEARCH else "")


def given(screen: MainScreen) -> None:
    """The query in the line is whole: go to what it finds, or see why it finds nothing."""
    look(screen)
    screen.set_focus(screen.tickets)
    if screen.search_hint.wrong and not screen.coming:
        _nothing(screen, screen.search_hint.wrong)


def _nothing(screen: MainScreen, sentence: str) -> None:
    """An empty list that says what is wrong with the query."""
    tickets, opened = screen.tickets, screen.open
    standing.keep(screen)
    opened.section, opened.shows, opened.views, opened.sought = standing.SEARCH, "tickets", [], ""
    tickets.found = screen.messages.found = None
    tickets.empty = sentences_as_lines([sentence], tickets.line_width)
    tickets.start("tickets", ())
    tickets.set_ids([], keep=False)
    screen.close_ticket()


def _count(screen: MainScreen) -> str:
    number = len(screen.tickets.ids)
    if number >= limits.FOUND_TICKETS:
        return _("the newest {number}").format(number=number)
    return n_("{count} ticket", "{count} tickets", number).format(count=number)


async def _offer(screen: MainScreen) -> None:
    typed = screen.search.value
    offered: list[Completion] = []
    if typed.strip() and screen.search.cursor_position == len(typed):
        offered = await screen.desk.read("query.completion.complete", typed)
    screen.search_hint.offer(offered)


def complete(screen: MainScreen, completion: Completion | None = None) -> None:
    """Go on with this, or with the first of what may follow; where nothing may, stay."""
    if completion is None:
        screen.waited(_complete(screen))
    else:
        _go_on(screen, completion)


async def _complete(screen: MainScreen) -> None:
    # what is offered may be behind what was typed
    offered = await screen.desk.read("query.completion.complete", screen.search.value)
    if offered:
        _go_on(screen, offered[0])


def _go_on(screen: MainScreen, completion: Completion) -> None:
    screen.search.value = completion.query
    screen.search.cursor_position = len(completion.query)
    if not screen.search.has_focus:
        screen.set_focus(screen.search)


async def saved(screen: MainScreen, key: str) -> tuple[str, found.Pattern | None]:
    """(the query, what is marked of it) of a section; ('', None) where it is no saved search."""
    if not key.startswith(SAVED):
        return "", None
    words = await screen.desk.read("saved_views.query", int(key.removeprefix(SAVED)))
    return words, found.pattern(await screen.desk.read("query.marking.marks", words))


def filtered(screen: MainScreen, query: str) -> None:
    """Show what the filter asks for; nothing: the section again."""
    if query:
        screen.find(query)
    else:
        screen.search.close()
        screen.set_focus(screen.sections)


async def hits(screen: MainScreen, ticket_id: int) -> list[int]:
    """The messages of a ticket that hold what the search looks for; none where nothing is looked for."""
    if screen.text.found is None:
        return []
    found: list[int] = await screen.desk.read("searching.messages_of", screen.open.sought, ticket_id)
    return found
