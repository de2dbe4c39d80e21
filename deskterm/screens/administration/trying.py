"""Trying rules on letters that lie on the disk; nothing is kept or sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskterm.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.mail.letter import Letter
    from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class TriedLetter:
    """What the rules say of a letter, and what would become of it."""

    sender: str
    subject: str
    rules: Sequence[Any]
    verdict: str
    reasons: Sequence[str]


def own_addresses(work: Work, actor: Actor) -> frozenset[str]:
    """The desk's own addresses, which reading a letter needs."""
    from deskterm.desk import rights
    from deskterm.desk.intake import receive

    rights.require(work, actor, "see own", "rule.test")
    return receive.own_addresses(work)


def read_file(file: Path, own: frozenset[str]) -> Letter:
    """The letter of a file, the first of an mbox, read by a limited process. Raises Trouble."""
    from deskterm.mail.mailbox_files import letters_in
    from deskterm.screens.desk_link import Trouble

    raw = next((raw for _name, raw in letters_in(str(file)) if raw.strip()), None) if file.is_file() else None
    if raw is None:
        raise Trouble(_("There is no letter in {file}.").format(file=file), 65)
    return read_bytes(str(file), raw, own)


def read_bytes(name: str, raw: bytes, own: frozenset[str]) -> Letter:
    """A letter, read by a limited process. Raises Trouble."""
    from deskterm.mail.limited import LimitedReader, ReaderFailed
    from deskterm.screens.desk_link import Trouble

    with LimitedReader() as reader:
        try:
            return reader.read(raw, own)
        except ReaderFailed as failure:
            raise Trouble(_("{what}: {why}").format(what=name, why=failure.reason), 65, failure) from failure


def tried(work: Work, actor: Actor, letter: Letter, account: str) -> TriedLetter:
    """What the rules of an account, '' for the desk's first, say of a letter."""
    from deskterm.desk import accounts, rights, rules
    from deskterm.desk.errors import NotFound
    from deskterm.desk.intake import explain

    rights.require(work, actor, "see own", "rule.test")
    account_id = accounts.find(work, account).id if account else accounts.first(work)
    if account_id is None:
        raise NotFound(_("This desk has no account yet."))
    judged = explain.explain_in(work, letter, account_id)
    sender = letter.sender.address if letter.sender is not None else ""
    found = rules.test(work, letter, account_id)
    return TriedLetter(sender, letter.subject, found, str(judged["verdict"]), judged["reasons"])
