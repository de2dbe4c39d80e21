"""Our letters as the worker sends them: claimed before a connection is opened, settled per recipient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import func, select

from deskterm import limits
from deskterm.desk import actor as actors
from deskterm.desk import history, maillog, messages, notices, outbox, tickets
from deskterm.desk.actor import SYSTEM
from deskterm.i18n import _
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work


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
        row = outbox.find(work, outgoing_id)
        if (why := _overtaken(work, row)) is not None:
            outbox.give_back(work, SYSTEM, row, why)
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
        outbox.sum_up(work, outgoing_id)
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
    row = outbox.find(work, outgoing_id)
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
    outbox.sum_up(work, outgoing_id)
    states = {address: result.state for address, result in results.items()}
    _record(work, row, *sorted(set(states.values())))


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
            _log(work, outbox.find(work, one.outgoing_id), "deferred", one.address, sentence)
    for outgoing_id in {one.outgoing_id for one in ones}:
        outbox.sum_up(work, outgoing_id)
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
        _log(work, outbox.find(work, row.outgoing_id), "unknown", row.address, why)
    for outgoing_id in {row.outgoing_id for row in rows}:
        outbox.sum_up(work, outgoing_id)
        row = outbox.find(work, outgoing_id)
        _record(work, row, "unknown")
    return len(rows)


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
        outbox.set_state(work, outgoing_id, ("waiting",), state="queued")
        outbox.sum_up(work, outgoing_id)
    return len(touched)


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
    row = outbox.find(work, outgoing_id)
    for address in work.values(
        select(t.outbox.c.address).where(t.outbox.c.outgoing_id == outgoing_id, t.outbox.c.state == "unknown")
    ):
        _log(work, row, "sent", address, _("found in the Sent folder"))
    outbox.set_state(work, outgoing_id, ("unknown",), state="sent", settled_at=work.now)
    outbox.sum_up(work, outgoing_id)


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
    if ticket is None or ticket.deleted_at is not None:
        return
    event_id = history.record(
        work, SYSTEM, "message.undelivered", ticket_id=row.ticket_id, message_id=row.message_id
    )
    notices.tell(work, row.ticket_id, event_id)
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


def _record(work: Work, row: Any, *states: str) -> None:
    """An event, so that other consoles paint the message anew."""
    outbox.record(work, SYSTEM, "outgoing.settled", row, [("delivery", None, state) for state in states])
