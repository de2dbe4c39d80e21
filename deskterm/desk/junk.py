"""Junk: a letter a person recognised goes to the server's Junk folder, which trains the server's filter."""

from __future__ import annotations

from sqlalchemy import select

from deskterm.desk import history, letters, maillog, tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.intake import folders
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


@undoable("letter.junk")
def mark(
    work: Work,
    actor: Actor,
    letter_id: int | None = None,
    *,
    message_id: int | None = None,
    seen_version: int | None = None,
) -> int:
    """Say that a letter, or the letter a message came as, is junk; how many copies the worker will move.

    It leaves its section; a ticket made of it stays. 0 copies: it came by POP3 or was handed in.
    """
    require(work, actor, "triage", "letter.junk")
    row = work.first(
        select(t.letter).where(
            t.letter.c.id == (letter_id if letter_id is not None else _letter_of(work, actor, message_id)),
            visibility.letters(actor),
        )
    )
    if row is None:
        raise NotFound(_("There is no letter {number}.").format(number=letter_id))
    letters.check_seen(work, actor, row, seen_version)
    if row.triage in ("waiting", *letters.STOPPED.values()):
        work.update(t.letter, row.id, triage="done", version=t.letter.c.version + 1)
    history.record(work, actor, "letter.junk", subject=("letter", row.id), ticket_id=row.ticket_id)
    maillog.note(
        work,
        "junk",
        account_id=row.account_id,
        address=row.from_address,
        subject=row.subject,
        ticket_id=row.ticket_id,
        letter_id=row.id,
        detail=maillog.by(actor),
    )
    return folders.wish(work, row.id, folders.JUNK)


def _letter_of(work: Work, actor: Actor, message_id: int | None) -> int:
    row = work.first(
        select(t.message.c.ticket_id, t.message.c.letter_id).where(
            t.message.c.id == message_id, t.message.c.deleted_at.is_(None)
        )
    )
    if row is None:
        raise NotFound(_("There is no message {number}.").format(number=message_id))
    tickets.find(work, actor, row.ticket_id)
    if row.letter_id is None:
        raise BadData(_("This message did not come as a letter."))
    return int(row.letter_id)
