"""Acts on the text on screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from deskterm.clean import clean
from deskterm.desk.views import Choosable
from deskterm.i18n import _, n_
from deskterm.screens.dialogs import Ask, Choose, Read
from deskterm.screens.path_completion import PathSuggester
from deskterm.screens.presenters import when
from deskterm.screens.presenters.body import ALL, PICTURES

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

EVERY = 0


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
    """Save one attachment or all, where the agent says."""
    body = screen.open.body
    files = list(body.attachments) if body is not None else []
    if not files:
        screen.say(_("There is nothing to save."), "faint")
        return
    chosen: int | None = files[0].id
    if len(files) > 1:
        entries = [
            Choosable(
                id=EVERY,
                name=n_("all {count} file", "all {count} files", len(files)).format(count=len(files)),
            )
        ]
        entries += [
            Choosable(
                id=each.id, name=each.name or _("(no name)"), detail=f"{when.size(each.size)}, {each.type}"
            )
            for each in files
        ]
        chosen = await screen.app.push_screen_wait(Choose(_("Save which?"), entries))
    if chosen is None:
        return
    wanted = [each for each in files if chosen in (EVERY, each.id)]
    told = ", ".join(each.name for each in wanted[:3]) + ("…" if len(wanted) > 3 else "")
    answer = await screen.app.push_screen_wait(
        Ask(
            _("Save to which folder?"),
            told,
            str(screen.app.save_folder),
            suggester=PathSuggester(folders_only=True),
        )
    )
    if not answer:
        return
    folder = Path(answer).expanduser()
    screen.app.save_folder = folder
    paths = []
    for each in wanted:
        if each.id < 0 and body is not None:  # of a letter: it has no rows of files, they are numbered
            paths.append(
                await screen.desk.read("attachments.save_letter_part", body.letter_id, -each.id - 1, folder)
            )
        else:
            paths.append(await screen.desk.read("attachments.save", each.id, folder))
    if len(paths) == 1:
        screen.say(_("Saved as {path}").format(path=paths[0]))
    else:
        screen.say(
            n_("{count} file saved in {folder}", "{count} files saved in {folder}", len(paths)).format(
                count=len(paths), folder=folder
            )
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
