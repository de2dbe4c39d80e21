"""Letters that did not reach everybody: edited and sent again as new ones, the old ones settled.

Sending the same letter once more is `outbox.retry`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from deskterm.desk import answer_form, drafts, outbox, posting, tickets
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData
from deskterm.desk.rights import has
from deskterm.desk.undo import undoable
from deskterm.desk.views import DraftView
from deskterm.desk.writing_views import TroubledLetter
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

UNREACHED: Final = ("failed", "unknown", "bounced")


def of_message(work: Work, actor: Actor, message_id: int) -> TroubledLetter | None:
    """The letter of an answer that did not reach everybody; None where all is well or on its way."""
    row = work.first(
        select(t.outgoing)
        .where(t.outgoing.c.message_id == message_id, t.outgoing.c.kind == "answer")
        .order_by(t.outgoing.c.id.desc())
    )
    if row is None:
        return None
    tickets.find(work, actor, row.ticket_id)
    states = _states(work, row.id)
    failed = tuple(one.address for one in states if one.state in UNREACHED)
    if not failed:
        return None
    mine = row.agent_id == actor.agent_id or has(actor, "administer")
    return TroubledLetter(
        outgoing_id=row.id,
        ticket_id=row.ticket_id,
        message_id=message_id,
        failed=failed,
        reached=tuple(one.address for one in states if one.state == "sent"),
        may_retry=mine and any(one.state in outbox.TROUBLE for one in states),
        may_edit=mine and has(actor, "answer"),
    )


@undoable("outgoing.resend")
def edit_and_resend(work: Work, actor: Actor, outgoing_id: int) -> DraftView:
    """A draft with the text and files of an answer that did not arrive, to those it did not reach.

    It leaves as a letter of its own; only then is the old one settled, so that a draft thrown away hides
    no trouble. Asked again before that it gives the same draft.
    """
    row = outbox.mine(work, actor, outgoing_id, "outgoing.resend")
    if row.kind != "answer" or row.message_id is None:
        raise BadData(_("Only an answer can be edited and sent again."))
    states = _states(work, outgoing_id)
    if not any(one.state in UNREACHED for one in states):
        raise BadData(_("This letter needs no other try."))
    for begun in drafts.of_ticket(work, actor, row.ticket_id):
        if begun.form.get(outbox.INSTEAD_OF) == outgoing_id:
            return begun
    message = work.first(select(t.message).where(t.message.c.id == row.message_id))
    if message is None or message.deleted_at is not None:
        raise BadData(_("The answer is not there any more."))
    ticket = tickets.find(work, actor, message.ticket_id)
    unreached = {one.key for one in states if one.state in UNREACHED}
    left_out = [one.address for one in answer_form.receiving(work, ticket) if one.key not in unreached]
    draft_id = work.insert(
        t.draft,
        key=posting.new_key(),
        agent_id=actor.agent_id,
        ticket_id=message.ticket_id,
        visibility="public",
        body=message.body,
        seen_message_id=row.seen_message_id,
        form={outbox.INSTEAD_OF: outgoing_id, "recipients_left_out": left_out, "keep_status": False},
        started_at=work.now,
        updated_at=work.now,
    )
    c = t.attachment.c
    for file in work.rows(select(t.attachment).where(c.message_id == message.id).order_by(c.position, c.id)):
        copied = {
            name: value
            for name, value in file._mapping.items()
            if name not in ("id", "message_id", "draft_id", "save_to")
        }
        work.insert(t.attachment, draft_id=draft_id, **copied)
    outbox.record(work, actor, "outgoing.resend", row)
    key = work.value(select(t.draft.c.key).where(t.draft.c.id == draft_id))
    return drafts.find(work, actor, key)


def replaced(work: Work, actor: Actor, form: Mapping[str, Any], message_id: int) -> None:
    """An answer, this message, replaces another: what of that one did not arrive counts as withdrawn.

    The history keeps how its copies stood, for an answer that is taken back (`outbox.give_back`).
    """
    outgoing_id = form.get(outbox.INSTEAD_OF)
    if not isinstance(outgoing_id, int):
        return
    row = outbox.mine(work, actor, outgoing_id, "outgoing.resend")
    copies = {one.id: one.state for one in _states(work, outgoing_id) if one.state in UNREACHED}
    if outbox.set_state(work, outgoing_id, UNREACHED, state="withdrawn", settled_at=work.now):
        outbox.sum_up(work, outgoing_id)
        changes = [("replaced_by", None, message_id), ("copies", list(copies.items()), None)]
        outbox.record(work, actor, outbox.REPLACED, row, changes)


def _states(work: Work, outgoing_id: int) -> list[Any]:
    c = t.outbox.c
    return list(
        work.rows(select(c.id, c.address, c.key, c.state).where(c.outgoing_id == outgoing_id).order_by(c.id))
    )
