"""Where an agent stood in a list: he stands there again when it is read anew, or when he comes back to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from deskterm.screens.lines import Id

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

SEARCH: Final = "search"
ONE_LETTER: Final = "letter:"
"""A list of one letter, whatever became of it, by its number: no line of the tree."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The line of a list the cursor stands on, and how far below the top of the list."""

    id: Id
    below_top: int


def keep(screen: MainScreen) -> None:
    """Remember where the agent stands in the section he leaves; a search has no place to come back to."""
    key, tickets = screen.open.section, screen.tickets
    if key == SEARCH or key.startswith(ONE_LETTER):
        return
    screen.stood.pop(key, None)
    if tickets.cursor is not None:
        screen.stood[key] = Standing(tickets.cursor, tickets.below_top)


async def whole(
    screen: MainScreen, key: str, rows: list[Any], stands: Standing | None
) -> Sequence[int] | None:
    """All tickets of a section whose first page does not show what must be shown; None where it does.

    That is the ticket one stands on, if it is still there, and on a list that is read again its marks. The
    tickets around it come to `rows`, so that nothing is missing where one looks.
    """
    tickets = screen.tickets
    there: set[Id] = {row.id for row in rows}
    again = key == screen.open.section
    lost = set(tickets.marks - there) if again else set()
    if stands is not None and stands.id not in there:
        if not again and not await _belongs(screen, key, int(stands.id)):
            stands = None
        else:
            lost.add(stands.id)
    if not lost:
        return None
    ids = await all_of(screen, key)
    if stands is not None and stands.id in ids:
        top = max(0, ids.index(int(stands.id)) - max(stands.below_top, 0))
        near = [id for id in ids[top : top + tickets.size.height] if id not in there]
        if near:
            rows.extend((await screen.desk.read("listing.ticket_rows", near)).values())
    return ids


async def _belongs(screen: MainScreen, key: str, id: int) -> bool:
    _rows, belonging = await screen.desk.read("listing.touched", key, [id], screen.open.tab)
    return id in belonging


async def all_of(screen: MainScreen, key: str) -> Sequence[int]:
    """The ids of a section, or of what is found, in the order of the list."""
    found: Sequence[int]
    if key == SEARCH:
        found = await screen.desk.read("listing.search_ids", screen.open.words)
    else:
        tickets = screen.tickets
        found = await screen.desk.read(
            "listing.ticket_ids", key, tickets.sort, tickets.descending, screen.open.tab
        )
    return found
