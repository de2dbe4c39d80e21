"""Acts on the text on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens.dialogs import Read
from deskterm.screens.files import Files
from deskterm.screens.presenters.body import ALL, PICTURES

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


def quotes(screen: MainScreen) -> None:
    """Show or hide all quoted text."""
    if not screen.text.folds:
        screen.say(_("Nothing is folded here."), "faint")
        return
    screen.text.toggle(ALL)


def pictures(screen: MainScreen) -> None:
    """Show or hide the list of pictures of the text."""
    screen.text.toggle(PICTURES)


async def save(screen: MainScreen) -> None:
    """The files of the open message or letter: look at them, save one, several or all."""
    await files(screen, None)


async def files(screen: MainScreen, current: int | None) -> None:
    """The same with the cursor on one of them."""
    body = screen.open.body
    if body is None or not body.attachments:
        screen.say(_("No file came with it."), "faint")
        return
    await screen.app.push_screen_wait(
        Files(screen.desk, body.attachments, letter_id=body.letter_id, current=current)
    )


def why(screen: MainScreen) -> None:
    """Show why intake treated the letter so."""
    body = screen.open.body
    if body is None:
        return
    if not body.reasons:
        screen.say(_("No letter stands behind this message."), "faint")
        return
    text = Text()
    for number, reason in enumerate(body.reasons, 1):
        text.append(f"{number}. ", style="dim")
        text.append(clean(reason) + "\n")
    screen.app.push_screen(Read(_("Why it was treated so"), text))
