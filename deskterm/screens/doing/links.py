"""Acts on the links of the text: they are opened only after their true address was shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from deskterm.clean import clean
from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens import browser, loading, reach
from deskterm.screens.dialogs import AskAbout, Choose
from deskterm.screens.presenters import links as presenter
from deskterm.screens.presenters.links import Link

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

WORDS = 60
"""Characters of a link's own words in the list."""


async def links(screen: MainScreen) -> None:
    """Choose one of the links of the text."""
    await loading.hidden_links(screen)
    there = screen.text.links
    if not there:
        screen.say(_("There is no link in this text."), "faint")
        return
    number: int | None = there[0].number
    if len(there) > 1:
        picture = _("a picture")
        entries = [
            Choosable(
                link.number,
                f"{link.number}  {clean(' '.join(link.words.split()))[:WORDS] or picture}",
                ("! " if presenter.warnings(link) else "") + presenter.whereto(link.target),
            )
            for link in there
        ]
        number = await screen.app.push_screen_wait(Choose(_("Links of this text"), entries))
    if number is not None:
        await about(screen, number)


async def about(screen: MainScreen, number: int) -> None:
    """Show where a link truly leads; then open it, or copy its address."""
    if not screen.text.links_known:
        # what stands in the text may lead elsewhere, and have another number then
        await links(screen)
        return
    link = next((each for each in screen.text.links if each.number == number), None)
    if link is None:
        return
    opener = reach.opener(screen.app) if presenter.can_be_opened(link.target) else ()
    answers = [("copy", "c", _("copy its address")), ("leave", "n", _("leave it"))]
    if opener:
        answers.insert(0, ("open", "o", _("open it in the browser")))
    answer = await screen.app.push_screen_wait(
        AskAbout(_("Link {number}").format(number=number), told(link), answers)
    )
    if answer == "open":
        await screen.desk.aside(partial(browser.open_address, opener, link.target))
        screen.say(_("The browser was asked to open it."))
    elif answer == "copy":
        screen.app.copy_to_clipboard(clean(link.target))
        screen.say(_("Its address is copied, where the terminal allows it."))


def told(link: Link) -> Text:
    """All there is to know of a link before one follows it."""
    text = Text()
    for label, value, style in (
        (_("The text says"), clean(" ".join(link.words.split())) or _("a picture"), ""),
        (_("It leads to"), presenter.whereto(link.target), "bold"),
        (_("Whole address"), clean(link.target), "dim"),
    ):
        text.append(f"{label}: ", "dim")
        text.append(f"{value}\n", style)
    for sentence in presenter.warnings(link):
        text.append(f"! {sentence}\n", "bold")
    return text
