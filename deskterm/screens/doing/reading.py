"""Acts on the text on screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens import body_text, reach
from deskterm.screens.dialogs import Ask, Read
from deskterm.screens.files import Files
from deskterm.screens.original import Original
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


async def files_of_ticket(screen: MainScreen) -> None:
    """The files of all messages of the ticket."""
    ids = screen.ticket_ids()
    there = await screen.desk.read("ticket_files.listed", ids[0]) if ids else []
    if not there:
        screen.say(_("No file came with it."), "faint")
        return
    await screen.app.push_screen_wait(Files(screen.desk, there))


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


def behind(screen: MainScreen) -> tuple[str, int] | None:
    """The letter behind the text, as `desk.originals` asks for it; None where there is none."""
    body = screen.open.body
    if body is None or body.id < 0:
        return None
    if screen.open.shows == "letters":
        return "letter", body.id
    return ("outgoing" if screen.open.shows == "outgoing" else "message"), body.id


async def headers(screen: MainScreen) -> None:
    """Show every header field of the letter, or the usual head again."""
    asked = behind(screen)
    if screen.text.reading.fields or asked is None:
        screen.text.show_fields(())
        return
    body = screen.open.body
    fields = await screen.desk.read("originals.fields", *asked)
    if screen.open.body is body:
        screen.text.show_fields(fields)


async def original(screen: MainScreen) -> None:
    """Show the letter as it came or left, with all its codes, and save it where the agent says."""
    asked = behind(screen)
    if asked is None:
        screen.say(_("No letter stands behind this message."), "faint")
        return
    lines = await screen.desk.read("originals.lines", *asked)
    if not await screen.app.push_screen_wait(Original(lines)):
        return
    folder = await reach.folder_asked(screen.app, _("The letter as it is, an .eml file"))
    if folder is not None:
        path = await screen.desk.read("originals.save", *asked, folder)
        screen.say(reach.saved_as(screen.app, path))


async def find(screen: MainScreen) -> None:
    """Ask for words and mark them in the text; none: they are not looked for any more."""
    words = await screen.app.push_screen_wait(
        Ask(_("Find in the text"), _("Words, as they stand there"), screen.text.words)
    )
    if words is None:
        return
    screen.text.look_for(words)
    if screen.text.words:
        _tell_hit(screen, *screen.text.step_hit(0))


async def next_hit(screen: MainScreen) -> None:
    """The next place of what is looked for; where nothing is, ask."""
    await _step(screen, 1)


async def previous_hit(screen: MainScreen) -> None:
    """The place before."""
    await _step(screen, -1)


async def _step(screen: MainScreen, lines: int) -> None:
    if screen.text.words or screen.text.found is not None:
        _tell_hit(screen, *screen.text.step_hit(lines))
    else:
        await find(screen)


def _tell_hit(screen: MainScreen, which: int, many: int) -> None:
    words = screen.text.words or screen.open.sought.strip()
    if many:
        told = _("Line {which} of {many} with “{words}”")
        screen.say(told.format(which=which, many=many, words=words))
    else:
        screen.say(_("“{words}” is not in this text.").format(words=words), "warning")


def text_width(screen: MainScreen) -> None:
    """The next width of the text: whole, 100, 80 cells, lines as long as they are."""
    widths = body_text.WIDTHS
    at = widths.index(screen.text.text_width) if screen.text.text_width in widths else 0
    cells = widths[(at + 1) % len(widths)]
    screen.text.use_width(cells)
    screen.kept = replace(screen.kept, text_width=cells)
    told = {
        body_text.FULL: _("The text takes the whole width."),
        body_text.UNBROKEN: _("Lines are not broken; ← and → move along them."),
    }
    screen.say(told.get(cells) or _("Lines of the text are {count} cells wide.").format(count=cells), "faint")


def text_right(screen: MainScreen) -> None:
    """What stands further right of lines that are not broken."""
    screen.text.move_aside(body_text.ASIDE)


def text_left(screen: MainScreen) -> None:
    """Back to the left."""
    screen.text.move_aside(-body_text.ASIDE)
