"""Which files and programs of the machine a console reaches: the agent's own; confined, one folder."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens import browser
from deskterm.screens.dialogs import Ask, Choose, Sorry
from deskterm.screens.path_completion import PathSuggester

if TYPE_CHECKING:
    from deskterm.screens.app import Console


async def file_asked(app: Console, title: str, told: str) -> Path | None:
    """A file to read: its path typed or picked from a list; confined, one of the agent's folder by name."""
    confinement = app.home.confinement
    if confinement is not None:
        names = confinement.names()
        if not names:
            told = _("Your folder is empty. Bring a file: ssh … put NAME < FILE")
            await app.push_screen_wait(Sorry(title, told))
            return None
        entries = [Choosable(number, name) for number, name in enumerate(names)]
        chosen = await app.push_screen_wait(Choose(title, entries))
        return None if chosen is None else confinement.files / names[chosen]
    typed, asked = "", told
    while True:
        answer = await app.push_screen_wait(Ask(title, asked, typed, suggester=PathSuggester()))
        if answer is None:
            return None
        typed = answer.strip()
        path = Path(typed).expanduser() if typed else Path.home()
        if await asyncio.to_thread(path.is_dir):
            return await _picked(app, title, path)
        if await asyncio.to_thread(path.exists):
            return path
        # what was typed is not lost: a letter of it may be wrong
        asked = _("There is no file {path}.").format(path=path) + " " + told


async def _picked(app: Console, title: str, folder: Path) -> Path | None:
    from textual_fspicker import FileOpen

    found: Path | None = await app.push_screen_wait(
        FileOpen(folder, title, open_button=_("Take it"), cancel_button=_("Leave"))
    )
    return found


async def folder_asked(app: Console, told: str) -> Path | None:
    """A folder to save into, the last one offered again; confined, the agent's own without a question."""
    if app.home.confinement is not None:
        return app.home.confinement.files
    answer = await app.push_screen_wait(
        Ask(
            _("Save to which folder?"),
            told,
            str(app.save_folder),
            suggester=PathSuggester(folders_only=True),
        )
    )
    if not answer:
        return None
    app.save_folder = Path(answer).expanduser()
    return app.save_folder


def saved_as(app: Console, path: Path) -> str:
    """Says where a file was saved, and confined how to get at it."""
    if app.home.confinement is not None:
        return _("Saved in your folder: ssh … get {name}").format(name=path.name)
    return _("Saved as {path}").format(path=path)


def editor(app: Console) -> Sequence[str]:
    """The command of the agent's editor; none where there is none or it is not allowed."""
    if app.home.confinement is not None:
        return shlex.split(app.home.confinement.editor)
    return shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")


def opener(app: Console) -> Sequence[str]:
    """The command that opens addresses in a browser; confined there is none."""
    return () if app.home.confinement is not None else browser.command()
