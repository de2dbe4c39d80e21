"""What is on the main screen for acts to apply to, and which thing each of them is done to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acts import Act
from deskterm.screens.lines import LineList
from deskterm.screens.presenters.line import cut

if TYPE_CHECKING:
    from deskterm.desk.views import LetterRow
    from deskterm.screens.main_screen import MainScreen

STOPPED = ("refused", "blocked")
"""States of letters that were stopped."""
MOST_OF_TITLE = 16
LAST_ON_BAR = ("menu", "help")
"""Acts that stand at the end of the action bar and are never left out."""


def things(screen: MainScreen) -> frozenset[str]:
    """What is on screen for acts to apply to."""
    found = {"desk"}
    if isinstance(screen.focused, LineList):
        found.add("list")
    if screen.focused_pane == "tree":
        found.add("tree")
        if str(screen.sections.cursor).startswith("agent:"):
            found.add("agent")
    if screen.open.shows == "tickets":
        if screen.tickets.cursor is not None:
            found.add("ticket")
            found |= _ticket_things(screen)
        if screen.open.message is not None and screen.open.message.id > 0:
            found.add("message")
            if screen.open.message.unverified:
                found.add("unverified")
    elif screen.open.shows == "letters":
        found |= _letter_things(screen)
    elif screen.tickets.cursor is not None:
        found.add("outgoing")
    if screen.open.words:
        found.add("search")
    if screen.open.section.startswith("saved:"):
        found.add("saved")
    if screen.open.body is not None:
        found.add("body")
        if screen.focused is screen.text:
            found.add("text")
    return frozenset(found)


def _ticket_things(screen: MainScreen) -> set[str]:
    found = {"binned"} if screen.open.section == "bin" else set()
    head = screen.open.ticket
    if head is not None and head.client_id is None:
        found.add("clientless")
    if head is not None and head.muted:
        found.add("muted")
    if head is not None and head.passed_on:
        found.add("passed_on")
    return found


def _letter_things(screen: MainScreen) -> set[str]:
    found = {"letters"}
    if screen.tickets.cursor is not None:
        found.add("letter")
    row: LetterRow | None = screen.tickets.current()
    if row is not None and row.state in STOPPED:
        found |= {"stopped"} if row.state != "refused" else {"stopped", "refused"}
    return found


def focus_thing(screen: MainScreen) -> str:
    """The kind of thing whose acts come first."""
    if screen.open.shows == "letters":
        return "letter"
    if screen.open.shows == "outgoing":
        return "outgoing"
    if screen.open.message is not None and screen.open.message.unverified:
        return "unverified"
    return "ticket"


def ticket_ids(screen: MainScreen) -> list[int]:
    """The tickets an act is for: the marked ones, else the one under the cursor."""
    if screen.open.shows != "tickets":
        return []
    if screen.tickets.marks:
        return [int(id) for id in screen.tickets.marks]
    # not the open one: it may still be the one before while its successor is being read
    return [int(screen.tickets.cursor)] if screen.tickets.cursor is not None else []


def target(screen: MainScreen, where: str) -> int | None:
    """The id an act of the desk gets."""
    if where in ("message", "unverified"):
        return None if screen.open.message is None else screen.open.message.id
    return None if screen.tickets.cursor is None else int(screen.tickets.cursor)


def hints(screen: MainScreen) -> list[tuple[str, str, str]]:
    """(act, key, word) of what can be done now, for the action bar."""
    here = acts.applying(things(screen), focus_thing(screen), screen.desk.rights)
    own = screen.own.get("bar", ())
    if own:
        there = {act.id: act for act in here}
        chosen = [there[name] for name in (*own, *LAST_ON_BAR) if name in there]
    else:
        chosen = sorted((act for act in here if act.hint), key=lambda act: act.id in LAST_ON_BAR)
    return [(act.id, acts.first_key(act, screen.keymap), word(act)) for act in dict.fromkeys(chosen)]


def word(act: Act) -> str:
    """An act in a word for the bar, else the beginning of its title."""
    return _(act.hint) if act.hint else cut(_(act.title), MOST_OF_TITLE)
