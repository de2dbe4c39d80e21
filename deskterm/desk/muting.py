"""Addresses automatic letters no longer go to: machines nothing marks as such, and floods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from deskterm import limits
from deskterm.desk import addresses, history
from deskterm.desk.actor import SYSTEM, Actor
from deskterm.desk.errors import NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.compose import reply_subject
from deskterm.mail.letter import Address, Kind, Letter
from deskterm.mail.message_ids import without_tokens
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

SLOW_ANSWERS: Final = 4
"""As many answers alike within a day are a machine's, however slowly they came."""

COMPARED_CHARACTERS: Final = 4000
_WITH_DIGITS: Final = re.compile(r"\S*\d\S*")


@dataclass(frozen=True, slots=True)
class Muted:
    """An address automatic letters no longer go to."""

    address: str
    why: str
    ticket_id: int | None
    muted_at: datetime


@dataclass(frozen=True, slots=True)
class _Ours:
    """An automatic letter of ours: its ticket, when it was queued, when it left, what its subject was."""

    ticket_id: int
    queued_at: datetime
    left_at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A letter of the other side: its ticket, when it came, what it says without quotes and signature."""

    ticket_id: int
    arrived_at: datetime
    text: str

    @property
    def pattern(self) -> str:
        """The text without numbers, dates and keys: what stays the same when a template is filled."""
        return " ".join(_WITH_DIGITS.sub(" ", self.text).split())


def answer_address(letter: Letter) -> Address | None:
    """Where an automatic answer to a letter would go: Reply-To, else From."""
    to = letter.reply_to[0] if letter.reply_to else letter.sender
    return to if to is not None and "@" in to.address else None


def why(work: Work, key: str) -> str:
    """Why no automatic letter goes to an address, '' where it may."""
    return str(work.value(_WHY, {"key": key}) or "")


def watch(work: Work, ticket_id: int, letter_id: int, letter: Letter, *, new: bool = False) -> str:
    """Mute the writer of a letter that has just come into a ticket, or made one, if a machine or a flood.

    Why he was muted, '' where he was not. Letters nobody may answer are not looked at.
    """
    if work.quiet:
        return ""  # many come at once, and none is answered
    to = answer_address(letter)
    answered = letter.may_answer or letter.kind is Kind.AUTO_GENERATED  # a rule may want those answered
    if not answered or letter.sender is None or to is None:
        return ""
    found = _floods(work, None if new else ticket_id, letter.sender)
    if not found and _is_machine(work, ticket_id, letter_id, letter, to):
        found = _("{address} answers automatic letters at once and always alike, as machines do").format(
            address=to.address
        )
    if found:
        mute(work, to.key, found, ticket_id)
    return found


def mute(work: Work, key: str, why: str, ticket_id: int) -> None:
    """Send no automatic letters to an address from now on, and say so on the ticket."""
    if work.value(_WHY, {"key": key}) is None:
        work.insert(t.muted_address, key=key, why=why, ticket_id=ticket_id, muted_at=work.now)
        history.record(work, SYSTEM, "address.muted", ticket_id=ticket_id, changes=[("address", None, key)])
    flag(work, ticket_id, why)


def flag(work: Work, ticket_id: int, why: str) -> None:
    """Say on the ticket that automatic answers on it stopped, and why."""
    before = work.value(_FLAG, {"id": ticket_id})
    if before == why:
        return
    work.update(t.ticket, ticket_id, muted=why, version=t.ticket.c.version + 1)
    history.record(work, SYSTEM, "ticket.muted", ticket_id=ticket_id, changes=[("muted", before, why)])


def listed(work: Work, actor: Actor) -> list[Muted]:
    """The muted addresses, the newest first."""
    require(work, actor, "triage", "address.muted")
    return [
        Muted(row.key, row.why, row.ticket_id, row.muted_at)
        for row in work.rows(
            select(t.muted_address).order_by(t.muted_address.c.muted_at.desc(), t.muted_address.c.key)
        )
    ]


@undoable("address.lifted")
def lift(work: Work, actor: Actor, address: str) -> None:
    """Let automatic letters go to an address again; the flags on its tickets go with it."""
    require(work, actor, "triage", "address.lift")
    key = addresses.key(address)
    row = work.first(select(t.muted_address).where(t.muted_address.c.key == key))
    if row is None:
        raise NotFound(_("Automatic letters to {address} are not stopped.").format(address=address))
    work.delete_where(t.muted_address, t.muted_address.c.key == key)
    history.record(work, actor, "address.lifted", changes=[("address", key, None)])
    flagged = (t.ticket.c.customer_key == key) | (t.ticket.c.id == row.ticket_id)
    for ticket in work.rows(select(t.ticket.c.id, t.ticket.c.muted).where(flagged, t.ticket.c.muted != "")):
        work.update(t.ticket, ticket.id, muted="", version=t.ticket.c.version + 1)
        history.record(
            work, actor, "ticket.unmuted", ticket_id=ticket.id, changes=[("muted", ticket.muted, "")]
        )


def _floods(work: Work, ticket_id: int | None, sender: Address) -> str:
    """Why a sender writes too much: into the ticket or, where it is None, by making new ones."""
    if ticket_id is None:
        opened = work.value(_OPENED, {"key": sender.key, "since": work.now - timedelta(hours=1)})
        if opened > limits.FLOOD_TICKETS_HOUR:
            return _("{address} opened too many tickets within an hour").format(address=sender.address)
        return ""
    since = work.now - timedelta(minutes=limits.FLOOD_MINUTES)
    written = work.value(_WRITTEN, {"ticket_id": ticket_id, "key": sender.key, "since": since})
    if written > limits.FLOOD_MESSAGES:
        return _("{address} wrote too often within a few minutes").format(address=sender.address)
    return ""


def _is_machine(work: Work, ticket_id: int, letter_id: int, letter: Letter, to: Address) -> bool:
    """Whether the sender answers our automatic letters as only machines do.

    Either all he wrote with this text came within seconds after automatic letters of ours; or he answers
    them within seconds, each time with the same text but for the numbers in it (another desk); or he
    sends them back so (a bouncer nothing marks as one); or he does that slowly, but all day. A person who
    writes the same thing again is none of them: the first of his letters answered nothing, and the next
    ones are no replies.
    """
    ours = _ours(work, to.key)
    if not ours or letter.sender is None:
        return False
    arrived_at = work.value(select(t.letter.c.arrived_at).where(t.letter.c.id == letter_id))
    now = _said(ticket_id, arrived_at, letter.text)
    if not now.text:
        return False
    earlier = _earlier(work, letter_id, letter.sender.key)
    same = [one for one in earlier if one.text == now.text]
    alike = [one for one in earlier if one.text != now.text and one.pattern and one.pattern == now.pattern]
    replies = _replies(letter.subject, ours)
    if _echoes(now, ours):
        before = [_echoes(one, ours) for one in same]
        always = bool(before) and all(before)
        another_desk = replies and bool(alike)
        sent_back = _holds_ours(letter.text) and (any(before) or any(_echoes(one, ours) for one in alike))
        if always or another_desk or sent_back:
            return True
    return replies and len(same) + len(alike) + 1 >= SLOW_ANSWERS


def _ours(work: Work, key: str) -> list[_Ours]:
    return [
        _Ours(row.ticket_id or 0, row.created_at, row.settled_at or row.created_at, row.subject)
        for row in work.rows(_AUTOMATIC, {"key": key, "since": work.now - timedelta(days=1)})
    ]


def _earlier(work: Work, letter_id: int, sender_key: str) -> list[_Said]:
    rows = work.rows(
        select(t.letter.c.id, t.letter.c.arrived_at, t.message.c.ticket_id, t.message.c.body)
        .join(t.message, t.message.c.letter_id == t.letter.c.id)
        .where(
            t.letter.c.from_key == sender_key,
            t.letter.c.id != letter_id,
            t.letter.c.arrived_at > work.now - timedelta(days=1),
        )
        .order_by(t.letter.c.id.desc())
        .limit(limits.ECHO_LETTERS)
    )
    by_letter: dict[int, Any] = {row.id: row for row in rows}
    return [_said(row.ticket_id, row.arrived_at, row.body) for row in by_letter.values()]


def _said(ticket_id: int, arrived_at: datetime, text: str) -> _Said:
    from deskterm.mail.quotes import fold

    text = text[: 4 * COMPARED_CHARACTERS]
    kept: list[str] = []
    at = 0
    for found in fold(text):
        kept.append(text[at : found.start])
        at = found.end
    kept.append(text[at:])
    return _Said(ticket_id, arrived_at, " ".join("".join(kept).casefold().split())[:COMPARED_CHARACTERS])


def _echoes(said: _Said, ours: Sequence[_Ours]) -> bool:
    """Whether it came within seconds after one of our automatic letters of an older ticket.

    The confirmation it got itself is not what it answers, however the clocks go.
    """
    skew = timedelta(seconds=limits.ECHO_SKEW_SECONDS)
    soon = timedelta(seconds=limits.ECHO_SECONDS)
    return any(
        one.queued_at - skew <= said.arrived_at <= one.left_at + soon
        for one in ours
        if one.ticket_id < said.ticket_id
    )


def _holds_ours(text: str) -> bool:
    """Whether a text carries the line that letters of ours begin with."""
    from deskterm.mail.quote_patterns import MARKERS

    folded = text[: 4 * COMPARED_CHARACTERS].casefold()
    return any(marker.casefold() in folded for marker in MARKERS)


def _replies(subject: str, ours: Sequence[_Ours]) -> bool:
    """Whether a subject is one of our automatic letters' with a `Re:` in front."""
    bare = reply_subject(subject, "")
    is_reply = bare != f"Re: {without_tokens(subject)}".rstrip()
    return is_reply and any(reply_subject(one.subject, "") == bare for one in ours)


_WHY = Query(select(t.muted_address.c.why).where(t.muted_address.c.key == bindparam("key")))
_FLAG = Query(select(t.ticket.c.muted).where(t.ticket.c.id == bindparam("id")))
_OPENED = Query(
    select(func.count())
    .select_from(t.ticket)
    .where(t.ticket.c.customer_key == bindparam("key"), t.ticket.c.created_at > bindparam("since"))
)
_WRITTEN = Query(
    select(func.count())
    .select_from(t.letter)
    .where(
        t.letter.c.ticket_id == bindparam("ticket_id"),
        t.letter.c.from_key == bindparam("key"),
        t.letter.c.arrived_at > bindparam("since"),
    )
)
_AUTOMATIC = Query(
    select(t.outgoing.c.ticket_id, t.outbox.c.created_at, t.outbox.c.settled_at, t.outgoing.c.subject)
    .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
    .where(
        t.outbox.c.key == bindparam("key"),
        t.outbox.c.created_at > bindparam("since"),
        t.outgoing.c.automatic,
    )
    .order_by(t.outbox.c.created_at.desc())
    .limit(limits.ECHO_LETTERS)
)
