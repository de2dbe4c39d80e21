"""Our letters on their way: claimed before a connection is opened, settled per recipient.

waiting (undo, schedule) → queued → sending → sent | deferred | failed | unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import func, select

from deskterm import limits
from deskterm.desk import actor as actors
from deskterm.desk import drafts, history, maillog, messages, posting, tickets
from deskterm.desk.actor import SYSTEM, Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import has, require
from deskterm.desk.views import DraftView
from deskterm.i18n import _
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

ON_THE_WAY = ("waiting", "queued", "sending", "deferred")
TROUBLE = ("failed", "unknown")


class Result(Protocol):
    """What a server said of one recipient: `state` is sent, deferred, failed or unknown."""

    @property
    def state(self) -> str: ...
    @property
    def code(self) -> int | None: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that is ours to send now; its rows say `sending` as soon as this is committed."""

    outgoing_id: int
    account_id: int
    sender: str
    recipients: tuple[str, ...]
    message_key: str
    automatic: bool
    attempts: int
    raw: bytes


def release_due(work: Work) -> int:
    """Letters whose undo time or schedule is over: waiting → queued; how many rows."""
    due = select(t.outgoing.c.id).where(t.outgoing.c.open, t.outgoing.c.not_before <= work.now)
    touched = set(
        work.values(
            select(t.outbox.c.outgoing_id).where(
                t.outbox.c.state == "waiting", t.outbox.c.next_at <= work.now, t.outbox.c.outgoing_id.in_(due)
            )
        )
    )
    for outgoing_id in touched:
        _set(work, outgoing_id, ("waiting",), state="queued")
        _sum_up(work, outgoing_id)
    return len(touched)


def next_due(work: Work) -> datetime | None:
    """When the next letter wants to leave."""
    found: datetime | None = work.value(
        select(func.min(t.outbox.c.next_at)).where(t.outbox.c.state.in_(("waiting", "queued", "deferred")))
    )
    return found


def seconds_left(work: Work, actor: Actor, message_id: int) -> float:
    """How long an answer of one's own can still be taken back; 0 where nobody gets it by mail."""
    not_before = work.value(
        select(t.outgoing.c.not_before).where(
            t.outgoing.c.message_id == message_id, t.outgoing.c.agent_id == actor.agent_id
        )
    )
    return max(0.0, (not_before - work.now).total_seconds()) if not_before is not None else 0.0


def claim(work: Work, epoch: int, limit: int = 20, account_ids: Sequence[int] | None = None) -> list[Claimed]:
    """Take letters that are due: their rows say `sending`, claimed by the worker's epoch.

    An answer whose author has not seen the newest message goes back to him as a draft instead.
    """
    release_due(work)
    statement = (
        select(t.outbox.c.outgoing_id)
        .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
        .where(
            t.outbox.c.state.in_(("queued", "deferred")),
            t.outbox.c.next_at <= work.now,
            t.outgoing.c.not_before <= work.now,
        )
        .group_by(t.outbox.c.outgoing_id)
        .order_by(func.min(t.outbox.c.next_at), t.outbox.c.outgoing_id)
        .limit(limit)
    )
    if account_ids is not None:
        statement = statement.where(t.outgoing.c.account_id.in_(list(account_ids)))
    claimed = []
    for outgoing_id in work.values(statement):
        row = _find(work, outgoing_id)
        if (why := _overtaken(work, row)) is not None:
            _give_back(work, SYSTEM, row, why)
            continue
        mine = work.rows(
            select(t.outbox.c.address, t.outbox.c.attempts).where(
                t.outbox.c.outgoing_id == outgoing_id,
                t.outbox.c.state.in_(("queued", "deferred")),
                t.outbox.c.next_at <= work.now,
            )
        )
        if not mine:
            continue  # withdrawn meanwhile, with the answer it told of
        work.execute(
            t.outbox.update()
            .where(
                t.outbox.c.outgoing_id == outgoing_id,
                t.outbox.c.state.in_(("queued", "deferred")),
                t.outbox.c.next_at <= work.now,
            )
            .values(state="sending", claimed_by=epoch, attempts=t.outbox.c.attempts + 1)
        )
        _sum_up(work, outgoing_id)
        claimed.append(
            Claimed(
                outgoing_id=outgoing_id,
                account_id=row.account_id,
                sender=row.sender,
                recipients=tuple(one.address for one in mine),
                message_key=row.message_key,
                automatic=row.automatic,
                attempts=max(one.attempts for one in mine) + 1,
                raw=blobs.get(work, row.blob_sha256),
            )
        )
    return claimed


def settle(work: Work, outgoing_id: int, results: Mapping[str, Result]) -> None:
    """Write what became of each recipient (keys are addresses as claimed); others stay as they are."""
    row = _find(work, outgoing_id)
    filed = False
    for address, result in results.items():
        values: dict[str, Any] = {"code": result.code, "reply": result.text[:2000], "state": result.state}
        one = work.first(
            select(t.outbox).where(
                t.outbox.c.outgoing_id == outgoing_id,
                t.outbox.c.key == address.strip().casefold(),
                t.outbox.c.state == "sending",
            )
        )
        if one is None:
            continue
        if result.state == "deferred":
            if work.now - one.created_at > timedelta(seconds=limits.GIVE_UP_SECONDS):
                values["state"] = "failed"
            wait = limits.RETRY_SECONDS[min(one.attempts, len(limits.RETRY_SECONDS)) - 1]
            values["next_at"] = work.now + timedelta(seconds=wait)
        if values["state"] != "deferred":
            values["settled_at"] = work.now
        filed = filed or values["state"] == "sent"
        work.update(t.outbox, one.id, **values)
        _log(work, row, values["state"], one.address, _said(result.code, result.text))
        if values["state"] == "failed":
            _bring_back(work, row)
    if filed and row.filed == "none":
        files = work.value(select(t.account.c.files_sent).where(t.account.c.id == row.account_id))
        if files == "append":
            work.update(t.outgoing, outgoing_id, filed="pending")
    _sum_up(work, outgoing_id)
    states = {address: result.state for address, result in results.items()}
    history.record(
        work,
        SYSTEM,
        "outgoing.settled",
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        subject=("outgoing", outgoing_id),
        changes=[("delivery", None, state) for state in sorted(set(states.values()))],
    )


def put_off(work: Work, account_id: int, epoch: int, sentence: str, seconds: int) -> int:
    """The account's server cannot be reached: what we claimed goes back to the queue, no attempt counted."""
    ones = work.rows(
        select(t.outbox.c.id, t.outbox.c.outgoing_id, t.outbox.c.address, t.outbox.c.reply)
        .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
        .where(
            t.outgoing.c.account_id == account_id,
            t.outbox.c.state == "sending",
            t.outbox.c.claimed_by == epoch,
        )
    )
    for one in ones:
        work.update(
            t.outbox,
            one.id,
            state="deferred",
            reply=sentence[:2000],
            attempts=t.outbox.c.attempts - 1,
            next_at=work.now + timedelta(seconds=seconds),
        )
        if one.reply != sentence[:2000]:  # a server that is away for days is one line, not one a try
            _log(work, _find(work, one.outgoing_id), "deferred", one.address, sentence)
    for outgoing_id in {one.outgoing_id for one in ones}:
        _sum_up(work, outgoing_id)
    return len(ones)


def recover(work: Work, epoch: int) -> int:
    """Rows a dead worker left `sending`: nobody knows whether they arrived."""
    rows = work.rows(
        select(t.outbox.c.id, t.outbox.c.outgoing_id, t.outbox.c.address).where(
            t.outbox.c.state == "sending", t.outbox.c.claimed_by != epoch
        )
    )
    why = _("The worker stopped while it was sending: nobody knows whether the letter arrived.")
    for row in rows:
        work.update(
            t.outbox,
            row.id,
            state="unknown",
            settled_at=work.now,
            reply=why,
        )
        _log(work, _find(work, row.outgoing_id), "unknown", row.address, why)
    for outgoing_id in {row.outgoing_id for row in rows}:
        _sum_up(work, outgoing_id)
        row = _find(work, outgoing_id)
        history.record(
            work,
            SYSTEM,
            "outgoing.settled",
            ticket_id=row.ticket_id,
            message_id=row.message_id,
            subject=("outgoing", outgoing_id),
            changes=[("delivery", None, "unknown")],
        )
    return len(rows)


def file_pending(work: Work, account_id: int | None = None, limit: int = 20) -> list[tuple[int, int, bytes]]:
    """Sent letters whose copy is not in the Sent folder yet: (outgoing id, account id, bytes)."""
    statement = select(t.outgoing.c.id, t.outgoing.c.account_id, t.outgoing.c.blob_sha256).where(
        t.outgoing.c.filed == "pending"
    )
    if account_id is not None:
        statement = statement.where(t.outgoing.c.account_id == account_id)
    return [
        (row.id, row.account_id, blobs.get(work, row.blob_sha256))
        for row in work.rows(statement.order_by(t.outgoing.c.id).limit(limit))
    ]


def filed(work: Work, outgoing_id: int, done: bool) -> None:
    """The copy is in the Sent folder, or was given up."""
    work.update(t.outgoing, outgoing_id, filed="done" if done else "failed")


def unknown_answers(work: Work, account_id: int) -> list[tuple[int, str]]:
    """People's answers of unknown fate: (outgoing id, Message-ID) to look for in the Sent folder."""
    return [
        (row.id, row.message_key)
        for row in work.rows(
            select(t.outgoing.c.id, t.outgoing.c.message_key)
            .join(t.outbox, t.outbox.c.outgoing_id == t.outgoing.c.id)
            .where(
                t.outgoing.c.account_id == account_id,
                t.outgoing.c.automatic.is_(False),
                t.outbox.c.state == "unknown",
            )
            .distinct()
        )
    ]


def found_sent(work: Work, outgoing_id: int) -> None:
    """An unknown letter was found in the provider's Sent folder: it arrived."""
    row = _find(work, outgoing_id)
    for address in work.values(
        select(t.outbox.c.address).where(t.outbox.c.outgoing_id == outgoing_id, t.outbox.c.state == "unknown")
    ):
        _log(work, row, "sent", address, _("found in the Sent folder"))
    _set(work, outgoing_id, ("unknown",), state="sent", settled_at=work.now)
    _sum_up(work, outgoing_id)


def arrived(work: Work, actor: Actor, outgoing_id: int) -> None:
    """An agent says an unknown letter arrived, or that a failed one needs nothing more."""
    row = _mine(work, actor, outgoing_id, "outgoing.arrived")
    _set(work, outgoing_id, ("unknown",), state="sent", settled_at=work.now)
    _set(work, outgoing_id, ("failed",), state="withdrawn", settled_at=work.now)
    _sum_up(work, outgoing_id)
    history.record(
        work,
        actor,
        "outgoing.arrived",
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        subject=("outgoing", outgoing_id),
    )


def retry(work: Work, actor: Actor, outgoing_id: int) -> None:
    """Send again now what failed, is unknown or deferred: the same letter, the same Message-ID."""
    row = _mine(work, actor, outgoing_id, "outgoing.retry")
    changed = _set(
        work, outgoing_id, (*TROUBLE, "deferred"), state="queued", next_at=work.now, settled_at=None
    )
    if not changed:
        raise BadData(_("This letter needs no other try."))
    _sum_up(work, outgoing_id)
    history.record(
        work,
        actor,
        "outgoing.retry",
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        subject=("outgoing", outgoing_id),
    )


def withdraw(work: Work, actor: Actor, outgoing_id: int) -> DraftView:
    """Take a letter back before it left: it is a draft again, with what the answer had set undone."""
    row = _mine(work, actor, outgoing_id, "outgoing.withdraw")
    if row.automatic or row.message_id is None:
        raise BadData(_("Only an answer can be taken back."))
    if row.agent_id != actor.agent_id:
        raise BadData(_("Only its author can take an answer back."))
    left = work.values(
        select(t.outbox.c.state).where(
            t.outbox.c.outgoing_id == outgoing_id, t.outbox.c.state.not_in(("waiting", "queued"))
        )
    )
    tried = work.value(select(func.max(t.outbox.c.attempts)).where(t.outbox.c.outgoing_id == outgoing_id))
    if left or tried:
        raise BadData(_("The letter has left already and cannot be taken back."))
    return _give_back(work, actor, row, "")


def _give_back(work: Work, actor: Actor, row: Any, why: str) -> DraftView:
    """Make a draft of an answer that has not left."""
    message = work.first(select(t.message).where(t.message.c.id == row.message_id))
    assert message is not None
    _set(work, row.id, ("waiting", "queued", "deferred"), state="withdrawn", settled_at=work.now)
    _withdraw_notices(work, message)
    key = posting.new_key()
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
        started_at=work.now,
        updated_at=work.now,
    )
    work.execute(
        t.attachment.update()
        .where(t.attachment.c.message_id == message.id)
        .values(message_id=None, draft_id=draft_id)
    )
    _sum_up(work, row.id)
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
    """An answer that never left is not told to observers."""
    c = t.outgoing.c
    for id in work.values(
        select(c.id).where(
            c.ticket_id == message.ticket_id, c.kind == "notice", c.seen_message_id == message.id
        )
    ):
        _set(work, id, ("waiting", "queued", "deferred"), state="withdrawn", settled_at=work.now)
        _sum_up(work, id)


def _undo_answer(work: Work, actor: Actor, row: Any) -> None:
    """Put back what the answer set, where nobody set it anew since."""
    event = work.first(
        select(t.event.c.changes)
        .where(t.event.c.message_id == row.message_id, t.event.c.act == "ticket.answered")
        .order_by(t.event.c.id.desc())
    )
    if event is None or not event.changes:
        return
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == row.ticket_id))
    if ticket is None:
        return
    back = {
        field: before
        for field, before, after in event.changes
        if field in ("status_id", "responsible_id", "turn") and ticket._mapping[field] == after
    }
    if back:
        tickets.change(
            work, SYSTEM if actor.kind != "agent" else actor, "ticket.answer_undone", row.ticket_id, back
        )


def _overtaken(work: Work, row: Any) -> str | None:
    """Why an answer must go back to its author: a person wrote what he had not seen (send guard)."""
    if row.kind != "answer" or row.agent_id is None or row.message_id is None:
        return None
    if work.value(select(func.max(t.outbox.c.attempts)).where(t.outbox.c.outgoing_id == row.id)):
        return None  # part of it may be with somebody already
    login = work.value(select(t.agent.c.login).where(t.agent.c.id == row.agent_id))
    author = actors.of_agent(work, str(login), "worker")
    if author is None:
        return None
    newest = messages.newest_by_person(work, author, row.ticket_id)
    if newest is None or newest.id <= row.seen_message_id:
        return None
    return _("{who} wrote before your answer left.").format(who=newest.from_name or newest.from_address)


def _bring_back(work: Work, row: Any) -> None:
    """A refused answer brings its ticket back to its responsible."""
    if row.kind != "answer" or row.ticket_id is None:
        return
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == row.ticket_id))
    if ticket is None:
        return
    values: dict[str, Any] = {"turn": "ours"}
    if ticket.status_class != "active":
        status = work.value(
            select(t.status.c.id)
            .where(t.status.c["class"] == "active", t.status.c.active)
            .order_by(t.status.c.key != "consideration", t.status.c.position)
        )
        if status is not None:
            values["status_id"] = status
    tickets.change(work, SYSTEM, "ticket.undelivered", row.ticket_id, values, message_id=row.message_id)


def _find(work: Work, outgoing_id: int) -> Any:
    row = work.first(select(t.outgoing).where(t.outgoing.c.id == outgoing_id))
    if row is None:
        raise NotFound(_("There is no letter {number} in the outbox.").format(number=outgoing_id))
    return row


def _mine(work: Work, actor: Actor, outgoing_id: int, act: str) -> Any:
    """The letter, where the actor may decide on it: its author, who answers, or an administrator."""
    row = _find(work, outgoing_id)
    if row.ticket_id is not None:
        tickets.find(work, actor, row.ticket_id)
    if row.agent_id != actor.agent_id or not has(actor, "answer"):
        require(work, actor, "administer" if row.agent_id else "answer", act, row.ticket_id)
    return row


def _log(work: Work, row: Any, act: str, address: str, detail: str) -> None:
    """A line of the mail log about one recipient of a letter of ours."""
    maillog.note(
        work,
        act,
        account_id=row.account_id,
        address=address,
        subject=row.subject,
        ticket_id=row.ticket_id,
        outgoing_id=row.id,
        detail=detail,
    )


def _said(code: int | None, text: str) -> str:
    """What a server said, its code before it."""
    return text if code is None or text.startswith(str(code)) else f"{code} {text}"


def _set(work: Work, outgoing_id: int, states: Sequence[str], **values: Any) -> int:
    return work.execute(
        t.outbox.update()
        .where(t.outbox.c.outgoing_id == outgoing_id, t.outbox.c.state.in_(list(states)))
        .values(**values)
    ).rowcount


# The worst first: what a message with several recipients is shown as
_WORST = ("failed", "unknown", "bounced", "deferred", "sending", "queued", "waiting", "sent", "withdrawn")


def _sum_up(work: Work, outgoing_id: int) -> None:
    row = _find(work, outgoing_id)
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
