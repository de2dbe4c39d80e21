"""A letter the desk writes to itself to try an account, and what is learned from its way back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select

from deskterm import limits
from deskterm.desk import addresses, blacklist, history, rules
from deskterm.desk.accounts import AccountView
from deskterm.desk.actor import Actor
from deskterm.desk.keys import keys
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.mail import compose
from deskterm.mail.headers import decode_words, read_head, unfolded
from deskterm.mail.letter import Address, Letter
from deskterm.mail.message_ids import new_loose_message_id
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

TRACES: Final = (
    "delivered-to",
    "x-delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "x-forwarded-to",
    "x-forwarded-for",
    "resent-to",
    "original-recipient",
)
"""Fields in which servers note for whom a letter was on its way to the mailbox."""

_FOR: Final = re.compile(r"\bfor\s+<?([^\s<>;,()\"]{1,256}@[^\s<>;,()\"]{1,256})")
_ADDRESS: Final = re.compile(r"[^\s<>;:,()\"]{1,256}@[^\s<>;:,()\"]{1,256}")


@dataclass(frozen=True, slots=True)
class Trial:
    """A letter of the desk to itself, ready to be sent."""

    message_id: str
    mark: str
    """Stands in its subject: servers that replace Message-IDs leave that alone."""
    raw: bytes
    account_id: int
    """The account it is awaited in."""
    after: int
    """The number of the newest delivery before it."""


class Came(StrEnum):
    """What a letter that came meanwhile has to do with the trial."""

    OURS = "ours"
    REPLACED = "replaced"
    """It is ours, and a server gave it another Message-ID."""
    ANSWER = "answer"
    OTHER = "other"


def write(work: Work, actor: Actor, sender: AccountView, receiver: AccountView) -> Trial:
    """Compose a letter from one account of the desk to another, or to itself.

    It carries no mark of automatic mail, so that whatever answers there by itself shows.
    """
    require(work, actor, "administer", "account.test")
    message_id = new_loose_message_id(keys(work), sender.address.rpartition("@")[2] or "localhost")
    mark = message_id.partition(".")[0]
    letter = compose.Outgoing(
        visibility="public",
        sender=Address(sender.name, sender.address),
        to=(Address("", receiver.address),),
        subject=_("Test of the mailbox {address} ({mark})").format(address=receiver.address, mark=mark),
        message_id=message_id,
        date=work.now,
        text=_("This letter tries whether mail to this address comes back. Nobody needs to answer it."),
        language=receiver.language,
        marker=False,
    )
    history.record(work, actor, "account.test", subject=("account", receiver.id))
    after = int(work.value(select(func.max(t.delivery.c.id))) or 0)
    return Trial(message_id, mark, compose.compose(letter), receiver.id, after)


def fetched(work: Work, trial: Trial) -> list[bytes]:
    """What the worker stored of the account since the trial was written: it may be faster than we."""
    c = t.delivery.c
    rows = work.values(
        select(c.blob_sha256).where(c.account_id == trial.account_id, c.id > trial.after).order_by(c.id)
    )
    return [blobs.get(work, sha256)[: limits.TOO_LARGE_KEPT_BYTES] for sha256 in rows]


def told(raw: bytes, trial: Trial) -> Came:
    """What this letter has to do with the trial."""
    head = read_head(raw, 0, len(raw))
    message_id = unfolded(head.first("message-id") or b"").strip("<> ").casefold()
    if message_id == trial.message_id:
        return Came.OURS
    subject = decode_words(unfolded(head.first("subject") or b""))
    parents = b" ".join((*head.every("in-reply-to"), *head.every("references"))).lower()
    if trial.message_id.encode() in parents:
        return Came.ANSWER
    if trial.mark in subject:
        return Came.REPLACED if subject.startswith(_subject_start(trial)) else Came.ANSWER
    # a report of a server brings the letter along
    return Came.ANSWER if trial.message_id.encode() in raw[head.body :].lower() else Came.OTHER


def other_names(work: Work, raw: bytes) -> list[str]:
    """Addresses the letter passed on its way into the mailbox that are not known as the desk's own."""
    head = read_head(raw, 0, len(raw))
    own = addresses.own(work)
    found = [
        address.rstrip(".").casefold()
        for name in TRACES
        for value in head.every(name)
        for address in _ADDRESS.findall(unfolded(value))
    ]
    found += [
        address.rstrip(".").casefold()
        for value in head.every("received")
        for address in _FOR.findall(unfolded(value))
    ]
    return [address for address in dict.fromkeys(found) if not addresses.is_own(address, own)]


def is_kept_from(work: Work, account_id: int, answer: Letter) -> bool:
    """Whether an entry of the black list or a rule sees to it that this sender gets no automatic mail."""
    sender = answer.sender.key if answer.sender is not None else ""
    if blacklist.match(blacklist.active(work), sender, answer.subject, answer.text) is not None:
        return True
    rule = rules.matching(work, account_id, answer, addresses.is_known(work, sender))
    return rule is not None and (bool(rule.effects.get("silent")) or rule.effects.get("answer") == "no")


def _subject_start(trial: Trial) -> str:
    head = read_head(trial.raw, 0, len(trial.raw))
    return decode_words(unfolded(head.first("subject") or b"")).partition(trial.mark)[0]
