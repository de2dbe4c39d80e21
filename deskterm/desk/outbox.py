"""Our letters in the outbox as people decide about them: taken back, sent again, said to have arrived.

waiting (undo, schedule) → queued → sending → sent | deferred | failed | unknown; who sends is `dispatch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from deskterm.desk import actor as actors
from deskterm.desk import answer_form, drafts, history, notifications, posting, tickets
from deskterm.desk.actor import SYSTEM, Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import has, require
from deskterm.desk.undo import undoable
from deskterm.desk.views import DraftView
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

ON_THE_WAY = ("waiting", "queued", "sending", "deferred")
TROUBLE = ("failed", "unknown")
ANSWER_SETS = frozenset({"status_id", "turn", *answer_form.FIELDS.values()})
"""Columns an answer sets and taking it back puts back."""
INSTEAD_OF = "instead_of"
"""In a draft's form: the letter it replaces, settled when the draft leaves."""
REPLACED = "outgoing.replaced"


def seconds_left(work: Work, actor: Actor, message_id: int) -> float:
    """How long an answer of one's own can still be taken back; 0 where nobody gets it by mail."""
    not_before = work.value(
        select(t.outgoing.c.not_before).where(
            t.outgoing.c.message_id == message_id, t.outgoing.c.agent_id == actor.agent_id
        )
    )
    return max(0.0, (not_before - work.now).total_seconds()) if not_before is not None else 0.0


@undoable("outgoing.arrived")
def arrived(work: Work, actor: Actor, outgoing_id: int) -> None:
    """An agent says an unknown letter arrived, or that a failed one needs nothing more."""
    row = mine(work, actor, outgoing_id, "outgoing.arrived")
    changed = set_state(work, outgoing_id, ("unknown",), state="sent", settled_at=work.now)
    changed += set_state(work, outgoing_id, ("failed",), state="withdrawn", settled_at=work.now)
    if not changed:
        raise BadData(_("This letter needs no word of yours."))
    _decided(work, actor, "outgoing.arrived", row)


@undoable("outgoing.retry")
def retry(work: Work, actor: Actor, outgoing_id: int) -> None:
    """Send again now what failed, is unknown or deferred: the same letter, the same Message-ID."""
    row = mine(work, actor, outgoing_id, "outgoing.retry")
    changed = set_state(
        work, outgoing_id, (*TROUBLE, "deferred"), state="queued", next_at=work.now, settled_at=None
    )
    if not changed:
        raise BadData(_("This letter needs no other try."))
    _decided(work, actor, "outgoing.retry", row)


def withdraw(work: Work, actor: Actor, outgoing_id: int) -> DraftView:
    """Take a letter back before it left: it is a draft again, with what the answer had set undone."""
    row = mine(work, actor, outgoing_id, "outgoing.withdraw")
    if row.automatic or row.message_id is None:
        raise BadData(_("Only an answer can be taken back."))
    if row.agent_id != actor.agent_id:
        raise BadData(_("Only its author can take an answer back."))
    if not untouched(work, outgoing_id):
        raise BadData(_("The letter has left already and cannot be taken back."))
    return give_back(work, actor, row, "")


def untouched(work: Work, outgoing_id: int) -> bool:
    """Whether nobody was sent this letter yet, nor was it tried."""
    c = t.outbox.c
    rows = work.rows(select(c.state, c.attempts).where(c.outgoing_id == outgoing_id))
    states = [(row.state, row.attempts) for row in rows]
    return bool(states) and all(state in ("waiting", "queued") and not tried for state, tried in states)


def _decided(work: Work, actor: Actor, act: str, row: Any) -> None:
    """Sum up and write into history what an agent decided about a letter."""
    sum_up(work, row.id)
    record(work, actor, act, row)


def give_back(work: Work, actor: Actor, row: Any, why: str) -> DraftView:
    """Make a draft of an answer that has not left."""
    message = work.first(select(t.message).where(t.message.c.id == row.message_id))
    assert message is not None
    set_state(work, row.id, ("waiting", "queued", "deferred"), state="withdrawn", settled_at=work.now)
    _withdraw_notices(work, message)
    key = posting.new_key()
    form = _form_again(work, row, message) | _not_replaced(work, message)
    _undo_answer(work, actor, row)
    posting.take_out(work, message.ticket_id, message.id)
    draft_id = work.insert(
        t.draft,
        key=key,
        agent_id=row.agent_id,
        ticket_id=message.ticket_id,
        visibility="public",
        body=message.body,
        seen_message_id=row.seen_message_id,
        returned_why=why,
        form=form,
        started_at=work.now,
        updated_at=work.now,
    )
    work.update_where(
        t.attachment, t.attachment.c.message_id == message.id, message_id=None, draft_id=draft_id
    )
    sum_up(work, row.id)
    history.record(
        work,
        actor,
        "outgoing.withdrawn" if not why else "outgoing.returned",
        ticket_id=message.ticket_id,
        message_id=None,
        subject=("outgoing", row.id),
    )
    login = work.value(select(t.agent.c.login).where(t.agent.c.id == row.agent_id))
    author = actors.of_agent(work, str(login), "console") or actor
    return drafts.find(work, author, key)


def _withdraw_notices(work: Work, message: Any) -> None:
    """An answer that never left is told to nobody."""
    notifications.withdraw_answer(work, message.id)
    c = t.outgoing.c
    for id in work.values(
        select(c.id).where(c.ticket_id == message.ticket_id, c.automatic, c.seen_message_id == message.id)
    ):
        set_state(work, id, ("waiting", "queued", "deferred"), state="withdrawn", settled_at=work.now)
        sum_up(work, id)


def _form_again(work: Work, row: Any, message: Any) -> dict[str, Any]:
    """What the form of an answer said, from what became of it: for the draft it is again."""
    form: dict[str, Any] = {}
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == message.ticket_id))
    if ticket is None:
        return form
    sent_to = set(work.values(select(t.outbox.c.key).where(t.outbox.c.outgoing_id == row.id)))
    left_out = [one.address for one in answer_form.receiving(work, ticket) if one.key not in sent_to]
    if left_out:
        form["recipients_left_out"] = left_out
    if message.seconds_spent is not None:
        form["seconds_spent"] = message.seconds_spent
    columns = {column: name for name, column in answer_form.FIELDS.items()}
    c = t.event.c
    for event in work.rows(
        select(c.act, c.changes)
        .where(c.message_id == message.id, c.act.in_(("message.reply", "ticket.answered")))
        .order_by(c.id)
    ):
        for name, _before, after in event.changes or ():
            if name == "send_at":
                form["send_at"] = after
            elif name == "status_id":
                form["status_id"] = after
            elif name in columns and (name, after) != ("responsible_id", row.agent_id):
                form.setdefault("fields", {})[columns[name]] = after
    return form


def _not_replaced(work: Work, message: Any) -> dict[str, Any]:
    """An answer taken back replaces no other any more: that one stands as it did; the draft's form of it."""
    c = t.event.c
    for event in work.rows(
        select(c.subject_id, c.changes)
        .where(c.ticket_id == message.ticket_id, c.act == REPLACED)
        .order_by(c.id.desc())
    ):
        kept = {name: (before, after) for name, before, after in event.changes or ()}
        if kept.get("replaced_by") != (None, message.id):
            continue
        for id, state in kept["copies"][0]:
            work.update_where(
                t.outbox, (t.outbox.c.id == id) & (t.outbox.c.state == "withdrawn"), state=state
            )
        sum_up(work, event.subject_id)
        return {INSTEAD_OF: event.subject_id}
    return {}


def _undo_answer(work: Work, actor: Actor, row: Any) -> None:
    """Put back what the answer set, where nobody set it anew since."""
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == row.ticket_id))
    if ticket is None or ticket.deleted_at is not None:
        return
    back: dict[str, Any] = {}
    c = t.event.c
    for changes in work.values(
        select(c.changes).where(c.message_id == row.message_id, c.act == "ticket.answered").order_by(c.id)
    ):
        for field, before, after in changes or ():
            if field in ANSWER_SETS and ticket._mapping[field] == after:
                back[field] = before
            elif field == "answered_at" and before is not None:
                back[field] = datetime.fromisoformat(before)
            elif field == "answered_at":
                back[field] = None
    if back:
        tickets.change(
            work, SYSTEM if actor.kind != "agent" else actor, "ticket.answer_undone", row.ticket_id, back
        )


def mine(work: Work, actor: Actor, outgoing_id: int, act: str) -> Any:
    """The letter, where the actor may decide on it: its author, who answers, or an administrator."""
    require(work, actor, "answer", act)
    row = find(work, outgoing_id)
    if row.ticket_id is not None:
        tickets.find(work, actor, row.ticket_id)
    if row.agent_id != actor.agent_id or not has(actor, "answer"):
        require(work, actor, "administer" if row.agent_id else "answer", act, row.ticket_id)
    return row


def find(work: Work, outgoing_id: int) -> Any:
    """A letter of ours; NotFound where there is none of that number."""
    row = work.first(select(t.outgoing).where(t.outgoing.c.id == outgoing_id))
    if row is None:
        raise NotFound(_("There is no letter {number} in the outbox.").format(number=outgoing_id))
    return row


def set_state(work: Work, outgoing_id: int, states: Sequence[str], **values: Any) -> int:
    """Change the letter's recipients that stand so; how many."""
    c = t.outbox.c
    return work.update_where(t.outbox, (c.outgoing_id == outgoing_id) & c.state.in_(list(states)), **values)


# The worst first: what a message with several recipients is shown as
_WORST = ("failed", "unknown", "bounced", "deferred", "sending", "queued", "waiting", "sent", "withdrawn")


def sum_up(work: Work, outgoing_id: int) -> None:
    """Say of the letter and its message how they stand: by the worst of the recipients."""
    row = find(work, outgoing_id)
    states = set(work.values(select(t.outbox.c.state).where(t.outbox.c.outgoing_id == outgoing_id)))
    worst = next((state for state in _WORST if state in states), "sent")
    is_open = bool(states & {*ON_THE_WAY, *TROUBLE})
    if row.open != is_open:
        work.update(t.outgoing, outgoing_id, open=is_open)
    if row.message_id is not None:
        changed = work.execute(
            t.message.update()
            .where(t.message.c.id == row.message_id, t.message.c.delivery.is_distinct_from(worst))
            .values(delivery=worst)
        ).rowcount
        if changed and row.ticket_id is not None:
            work.update(t.ticket, row.ticket_id, version=t.ticket.c.version + 1)


def record(
    work: Work, actor: Actor, act: str, row: Any, changes: Sequence[tuple[str, Any, Any]] = ()
) -> None:
    """Write into history what became of a letter."""
    history.record(
        work,
        actor,
        act,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        subject=("outgoing", row.id),
        changes=list(changes),
    )
