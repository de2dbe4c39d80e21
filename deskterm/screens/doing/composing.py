"""Acts where one writes: what goes with the text, and finding one's way in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.widgets.text_area import Selection

from deskterm.i18n import _
from deskterm.screens.dialogs import Ask

if TYPE_CHECKING:
    from deskterm.screens.composer import Composer
    from deskterm.screens.new_ticket import NewTicketForm


def status(composer: Composer) -> None:
    """The status the ticket gets with the text."""
    composer.action_form("status")


def template(composer: Composer) -> None:
    """One of the desk's texts."""
    composer.action_form("template")


def article(composer: Composer) -> None:
    """An article of the knowledge base."""
    composer.action_form("article")


def recipients(composer: Composer) -> None:
    """Who gets it."""
    composer.action_form("recipients")


def fields(composer: Composer) -> None:
    """Other fields of the ticket, and the time spent."""
    composer.action_form("fields")


def later(composer: Composer) -> None:
    """When it leaves."""
    composer.action_form("later")


def find(composer: Composer) -> None:
    """The next place of some words in the text, and from its end on again from its beginning."""
    composer.action_form("find")


async def ask_and_find(composer: Composer) -> None:
    """Ask for words, those of the last time to begin with, and go to their next place."""
    words = await composer.app.push_screen_wait(
        Ask(_("Find in what you write"), _("Enter goes to the next place."), composer.sought)
    )
    if not words:
        return
    composer.sought = words
    area = composer.area
    found = next_place(area.document.lines, words, max(area.selection))
    if found is None:
        composer.say(_("Not found: {words}").format(words=words), "warning")
        return
    row, column = found
    area.selection = Selection((row, column), (row, column + len(words)))
    area.scroll_cursor_visible(center=True)


def next_place(lines: Sequence[str], words: str, after: tuple[int, int]) -> tuple[int, int] | None:
    """Row and column of the next place of words behind another, whatever their case; then from the start."""
    row, column = after
    for at in (*range(row, len(lines)), *range(row + 1)):
        line, wanted = lines[at].casefold(), words.casefold()
        if len(line) != len(lines[at]):
            # some letters become two; such a line is looked through as it stands
            line, wanted = lines[at], words
        found = line.find(wanted, column)
        column = 0
        if found >= 0:
            return at, found
    return None


def to_start(composer: Composer) -> None:
    """To the beginning of the text."""
    composer.area.move_cursor((0, 0))


def to_end(composer: Composer) -> None:
    """To the end of the text."""
    composer.area.move_cursor(composer.area.document.end)


def select_all(composer: Composer) -> None:
    """The whole text, to be cut, copied or typed over."""
    composer.area.action_select_all()


def who(form: NewTicketForm) -> None:
    """Who asks."""
    form.action_ask("who")


def card(form: NewTicketForm) -> None:
    """The card of the client."""
    form.action_ask("card")


def form_template(form: NewTicketForm) -> None:
    """One of the desk's texts."""
    form.action_ask("template")


def into(form: NewTicketForm) -> None:
    """An open ticket to add it to."""
    form.action_ask("into")


def form_fields(form: NewTicketForm) -> None:
    """Fields, the letter of confirmation, the address it goes to."""
    form.action_ask("fields")
