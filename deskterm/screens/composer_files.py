"""Files that go with a text: added by path or from a list of files, looked at, taken off again."""

from __future__ import annotations

import errno
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from deskterm import limits
from deskterm.desk.views import AttachmentRow
from deskterm.i18n import _
from deskterm.screens import reach
from deskterm.screens.desk_link import DeskLink, Trouble, UnsavedDraft

if TYPE_CHECKING:
    from textual.widgets import TextArea

    from deskterm.screens.app import Console
    from deskterm.screens.files import File


class Writing(Protocol):
    """A screen on which a text is written that files may go with: an answer, the form of a ticket."""

    files: list[AttachmentRow]

    @property
    def app(self) -> Console: ...

    @property
    def desk(self) -> DeskLink: ...

    @property
    def draft_key(self) -> str: ...

    @property
    def area(self) -> TextArea: ...

    @property
    def text(self) -> str: ...

    def unsaved(self, body: str) -> UnsavedDraft: ...

    async def saved(self) -> bool: ...

    def show_files(self) -> None: ...

    def show_actions(self) -> None: ...

    def say(self, sentence: str, style: str = "good") -> None: ...


async def add(composer: Writing) -> None:
    """Ask for a file and add it to the draft."""
    path = await reach.file_asked(
        composer.app, _("Add which file?"), _("Its path; ~ is your home folder. Empty opens a list of files.")
    )
    if path is None:
        return
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    try:
        data = await composer.desk.aside(lambda: _bytes_of(path))
        # a file needs a draft to belong to, also before the first word is written
        composer.desk.unsaved[composer.draft_key] = composer.unsaved(composer.text)
        if not await composer.saved():
            return
        row = await composer.desk.act("drafts.attach", composer.draft_key, path.name, kind, data)
    except Trouble as trouble:
        composer.say(trouble.sentence, "trouble")
        return
    composer.files.append(row)
    composer.show_files()
    composer.show_actions()
    composer.say(_("{name} goes with it.").format(name=row.name))


async def show(composer: Writing) -> None:
    """The files of the draft: look at them, save them, take them off."""
    from deskterm.screens.files import Files

    async def take_off(file: File) -> bool:
        try:
            await composer.desk.act("drafts.detach", file.id)
        except Trouble as trouble:
            composer.say(trouble.sentence, "trouble")
            return False
        composer.files = [each for each in composer.files if each.id != file.id]
        composer.show_files()
        composer.show_actions()
        composer.say(_("{name} is taken off.").format(name=file.name))
        return True

    await composer.app.push_screen_wait(Files(composer.desk, composer.files, take_off=take_off))


def _bytes_of(path: Path) -> bytes:
    """The bytes of a file; one that is far too large is not even read. Raises OSError."""
    if path.stat().st_size > 4 * limits.AGENT_ATTACHMENT_BYTES:
        raise OSError(errno.EFBIG, _("larger than anything that goes by mail"), str(path))
    return path.read_bytes()
