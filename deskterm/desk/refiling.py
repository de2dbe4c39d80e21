"""Refiling: a letter goes to another folder of its IMAP server."""

from __future__ import annotations

from sqlalchemy import select

from deskterm.desk import history, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.intake import folders
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


@undoable("letter.refile")
def wish(work: Work, actor: Actor, letter_id: int, folder: str) -> int:
    """Ask for a letter to be moved to a folder on the server; how many copies the worker will move."""
    require(work, actor, "triage", "letter.refile")
    there = work.value(select(t.letter.c.id).where(t.letter.c.id == letter_id, visibility.letters(actor)))
    if there is None:
        raise NotFound(_("There is no letter {number}.").format(number=letter_id))
    folder = folder.strip()
    if not folder or any(not sign.isprintable() for sign in folder):
        raise BadData(_("Say which folder of the server the letter goes to."))
    copies = folders.wish(work, letter_id, "move", folder)
    if not copies:
        raise BadData(_("This letter lies on no IMAP server."))
    history.record(
        work, actor, "letter.refile", subject=("letter", letter_id), changes=[("folder", None, folder)]
    )
    return copies
