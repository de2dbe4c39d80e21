"""Notices: what happened to a ticket in a unit of work, told once to each whom it concerns.

Acts say which events they wrote (`tell`); what is told is read from these events when the unit of work
is about to be committed (`telling`), so that several changes make one letter and what was rolled back
makes none.
"""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select

from deskterm import limits
from deskterm.desk.keys import keys
from deskterm.mail.message_ids import ticket_of_message_id
from deskterm.store import tables as t
from deskterm.store.work import Work

_MESSAGE_ID: Final = re.compile(rb"(?im)^message-id:\s*<([^<>\s]{1,900})>")
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")


class _Pending(dict[int, list[int]]):
    """Events to tell of, by ticket; called when the unit of work is about to be committed."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work

    def __call__(self) -> None:
        from deskterm.desk import telling  # what it stands on marks its acts as undoable, and undoing tells

        told = dict(self)
        self.clear()
        telling.tell(self._work, told)


def tell(work: Work, ticket_id: int, event_id: int) -> None:
    """Say that an event of this ticket is one people may be told of."""
    if work.quiet:
        return
    pending = next((act for act in work.before_commit if isinstance(act, _Pending)), None)
    if pending is None:
        pending = _Pending(work)
        work.before_commit.append(pending)
    pending.setdefault(ticket_id, []).append(event_id)


def is_copy(work: Work, raw: bytes) -> bool:
    """Whether the bytes of a letter are, by signature, a notice of this desk that came to a mailbox of it."""
    head = raw[: limits.HEADER_BYTES].lstrip()
    end = _END_OF_HEAD.search(head)
    found = _MESSAGE_ID.search(head, 0, end.start() if end else len(head))
    if found is None:
        return False
    key = found[1].decode("ascii", "replace").casefold()
    if ticket_of_message_id(keys(work), key) is None:
        return False
    return bool(work.value(select(t.outgoing.c.kind).where(t.outgoing.c.message_key == key)) == "notice")
