"""Letters of strangers where only registered senders may write: kept, listed, politely refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import automatic, history, muting, templates
from deskterm.desk.actor import SYSTEM
from deskterm.i18n import _
from deskterm.mail.letter import Kind, Letter
from deskterm.store import tables as t
from deskterm.store.work import Work

KIND = "refusal"


def refuse(work: Work, account: Any, letter: Letter, letter_id: int) -> tuple[bool, str]:
    """Queue a polite refusal as a reply to the letter; (queued, why not).

    At most one a day to an address, none to machines, none past the flood limits.
    """
    if letter.kind is not Kind.PERSON:
        return False, _("no person wrote it")
    to = muting.answer_address(letter)
    if to is None:
        return False, _("there is no address to answer to")
    day = work.now - timedelta(hours=limits.REFUSAL_HOURS)
    if work.value(
        select(t.outbox.c.id)
        .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
        .where(t.outgoing.c.kind == KIND, t.outbox.c.key == to.key, t.outbox.c.created_at > day)
        .limit(1)
    ):
        return False, _("{address} was refused today already").format(address=to.address)
    name = (letter.sender.name or letter.sender.address) if letter.sender else to.address
    text = templates.text(
        work, KIND, account, account.language, {"subject": letter.subject, "customer": name}
    )
    outgoing_id, why = automatic.answer(work, KIND, account, letter, text, language=account.language)
    if outgoing_id is None:
        return False, why
    history.record(
        work,
        SYSTEM,
        "letter.refused",
        subject=("letter", letter_id),
        changes=[("outgoing", None, outgoing_id)],
    )
    return True, ""
