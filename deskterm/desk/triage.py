"""Held letters: what a person makes of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from deskterm.desk import (
    blacklist,
    history,
    letters,
    maillog,
    participants,
    posting,
    statuses,
    tickets,
    visibility,
)
from deskterm.desk.actor import Actor
from deskterm.desk.addresses import customer as customer_of
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.intake import apply, receive
from deskterm.desk.intake.case import Sender
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.letter import Letter
from deskterm.mail.parse import read_letter
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work


@undoable("letter.make_ticket")
def make_ticket(work: Work, actor: Actor, letter_id: int, seen_version: int | None = None) -> int:
    """Make a ticket of a held letter and give its number; several can be made of one letter.

    With `seen_version` this and the other acts on a letter raise Changed where somebody else did something
    with it since the actor saw that version.
    """
    require(work, actor, "triage", "letter.make_ticket")
    row, letter = _letter(work, actor, letter_id, seen_version)
    return _make_ticket(work, actor, row, letter, "created")


def _make_ticket(work: Work, actor: Actor, row: Any, letter: Letter, log: str) -> int:
    letter_id = int(row.id)
    unverified = _unverified_of(work, letter_id)
    if unverified is not None:
        return detach(work, actor, unverified.id)
    account = work.first(select(t.account).where(t.account.c.id == row.account_id))
    assert account is not None
    ticket_id, _message_id = apply.new_ticket(
        work, account, letter, letter_id, _sender(work, letter), _words(letter), actor=actor
    )
    _done(work, actor, row, "letter.make_ticket", ticket_id)
    _log(work, actor, row, log, ticket_id)
    return ticket_id


@undoable("letter.add_to")
def add_to(work: Work, actor: Actor, letter_id: int, ticket_id: int, seen_version: int | None = None) -> int:
    """Add a held letter to an open ticket and give the message's id.

    Where it stands unverified in that ticket it is accepted there, in another one it is taken out.
    """
    require(work, actor, "triage", "letter.add_to")
    row, letter = _letter(work, actor, letter_id, seen_version)
    ticket = tickets.find(work, actor, tickets.target(work, ticket_id))
    unverified = _unverified_of(work, letter_id)
    if unverified is not None and unverified.ticket_id == ticket.id:
        accept(work, actor, unverified.id)
        return int(unverified.id)
    if unverified is not None:
        _take_out(work, actor, unverified)
    if letters.holds(work, letter_id, ticket.id):
        raise BadData(_("This letter is in ticket {number} already.").format(number=ticket.id))
    message_id = apply.append(work, ticket.id, letter, letter_id, _sender(work, letter), _words(letter))
    _done(work, actor, row, "letter.add_to", ticket.id)
    _log(work, actor, row, "appended", ticket.id)
    return message_id


@undoable("letter.reviewed")
def reviewed(work: Work, actor: Actor, letter_id: int, seen_version: int | None = None) -> None:
    """Mark a letter as looked at: it leaves its section and stays in the mail log."""
    require(work, actor, "triage", "letter.reviewed")
    row = _row(work, actor, letter_id, seen_version)
    work.update(t.letter, letter_id, triage="reviewed", version=t.letter.c.version + 1)
    history.record(
        work,
        actor,
        "letter.reviewed",
        subject=("letter", letter_id),
        changes=[("triage", row.triage, "reviewed")],
    )
    _log(work, actor, row, "reviewed")


@undoable("letter.review_and_close")
def review_and_close(
    work: Work, actor: Actor, letter_id: int, seen_version: int | None = None
) -> tuple[int, ...]:
    """Mark a letter as looked at and close the open tickets made of it; their numbers."""
    reviewed(work, actor, letter_id, seen_version)
    numbers = open_tickets(work, actor, letter_id)
    if numbers:
        tickets.set_status(work, actor, numbers, statuses.closing(work).id)
    return numbers


def open_tickets(work: Work, actor: Actor, letter_id: int) -> tuple[int, ...]:
    """The tickets made of a letter that are not closed, of those the actor may see."""
    made = letters.tickets_of(work, actor, [letter_id]).get(letter_id, ())
    c = t.ticket.c
    return tuple(work.values(select(c.id).where(c.id.in_(made), c.status_class != "closed").order_by(c.id)))


@undoable("letter.block")
def block(work: Work, actor: Actor, letter_id: int, seen_version: int | None = None) -> int:
    """Put the sender on the black list and the letter among the blocked ones; the entry's number."""
    require(work, actor, "triage", "letter.block")
    row = _row(work, actor, letter_id, seen_version)
    if not row.from_key:
        raise BadData(_("The letter names no sender to block."))
    entry_id = blacklist.add(work, actor, row.from_key, "address")
    work.update(
        t.letter,
        letter_id,
        triage="blocked",
        triage_why=_("blocked {by}").format(by=maillog.by(actor)),
        black_entry_id=entry_id,
        verdict="blocked",
        version=t.letter.c.version + 1,
    )
    blacklist.hit(work, entry_id)
    history.record(
        work,
        actor,
        "letter.block",
        subject=("letter", letter_id),
        changes=[("triage", row.triage, "blocked")],
    )
    _log(work, actor, row, "blocked")
    return entry_id


@undoable("letter.release")
def release(work: Work, actor: Actor, letter_id: int, seen_version: int | None = None) -> int:
    """Let a blocked or refused letter into normal processing: it becomes a ticket."""
    require(work, actor, "triage", "letter.release")
    row, letter = _letter(work, actor, letter_id, seen_version)
    if row.verdict not in ("blocked", "refused", "hold", "filed"):
        raise BadData(_("This letter was not stopped."))
    return _make_ticket(work, actor, row, letter, "released")


def try_again(work: Work, actor: Actor, letter_id: int) -> int:
    """Have an unreadable letter read once more; how many deliveries wait for it."""
    require(work, actor, "triage", "letter.retry")
    count = receive.again(work, letter_id)
    if not count:
        raise BadData(_("This letter was read; there is nothing to try again."))
    history.record(work, actor, "letter.retry", subject=("letter", letter_id))
    return count


@undoable("message.accept")
def accept(work: Work, actor: Actor, message_id: int) -> None:
    """Accept an unverified message: its sender takes part, and the ticket's status follows."""
    require(work, actor, "triage", "message.accept")
    row = _unverified(work, actor, message_id)
    letter_row, letter = _letter(work, actor, row.letter_id)
    work.update(t.message, message_id, unverified="accepted")
    participants.from_letter(work, row.ticket_id, letter, author=False)
    refs = [(letter.message_id, "seen")]
    refs += [(ref, "mentioned") for ref in (*letter.in_reply_to, *letter.references)]
    posting.reference(work, row.ticket_id, message_id, refs)
    work.update(t.letter, row.letter_id, triage="done", version=t.letter.c.version + 1)
    history.record(
        work,
        actor,
        "message.accept",
        ticket_id=row.ticket_id,
        message_id=message_id,
        subject=("letter", row.letter_id),
        changes=[("unverified", "waiting", "accepted")],
    )
    _log(work, actor, letter_row, "accepted", row.ticket_id)
    apply.customer_wrote(work, actor, row.ticket_id, message_id)


@undoable("message.detach")
def detach(work: Work, actor: Actor, message_id: int) -> int:
    """Take an unverified message out of the ticket into one of its own, and give that one's number."""
    require(work, actor, "triage", "message.detach")
    row = _unverified(work, actor, message_id)
    letter_row, letter = _letter(work, actor, row.letter_id)
    account = work.first(select(t.account).where(t.account.c.id == letter_row.account_id))
    assert account is not None
    _take_out(work, actor, row)
    ticket_id, _message_id = apply.new_ticket(
        work, account, letter, row.letter_id, _sender(work, letter), _words(letter), actor=actor
    )
    _done(work, actor, letter_row, "letter.make_ticket", ticket_id)
    _log(work, actor, letter_row, "detached", ticket_id)
    return ticket_id


def _take_out(work: Work, actor: Actor, message: Any) -> None:
    """Take an unverified message out of its ticket; the letter goes elsewhere."""
    posting.take_out(work, message.ticket_id, message.id)
    letters.unlinked(work, message.letter_id, message.ticket_id)
    work.update(t.message, message.id, unverified="detached")
    history.record(work, actor, "message.detach", ticket_id=message.ticket_id, message_id=message.id)


def _done(work: Work, actor: Actor, row: Any, act: str, ticket_id: int) -> None:
    work.update(
        t.letter,
        row.id,
        triage="done" if row.triage else None,
        ticket_id=ticket_id,
        version=t.letter.c.version + 1,
    )
    history.record(
        work,
        actor,
        act,
        ticket_id=ticket_id,
        subject=("letter", row.id),
        changes=[("triage", row.triage, "done")],
    )


def _log(work: Work, actor: Actor, row: Any, act: str, ticket_id: int | None = None) -> None:
    """A line of the mail log about what a person did with a letter."""
    maillog.note(
        work,
        act,
        account_id=row.account_id,
        rule_id=row.rule_id,
        address=row.from_address,
        subject=row.subject,
        ticket_id=ticket_id,
        letter_id=row.id,
        detail=maillog.by(actor),
    )


def _row(work: Work, actor: Actor, letter_id: int, seen_version: int | None = None) -> Any:
    row = work.first(select(t.letter).where(t.letter.c.id == letter_id, visibility.letters(actor)))
    if row is None:
        raise NotFound(_("There is no letter {number}.").format(number=letter_id))
    letters.check_seen(work, actor, row, seen_version)
    return row


def _letter(work: Work, actor: Actor, letter_id: int, seen_version: int | None = None) -> tuple[Any, Letter]:
    row = _row(work, actor, letter_id, seen_version)
    return row, read_letter(blobs.get(work, row.blob_sha256))


def _unverified_of(work: Work, letter_id: int) -> Any:
    """The message a letter is while it waits unverified in a ticket, or None."""
    c = t.message.c
    return work.first(
        select(c.id, c.ticket_id, c.letter_id).where(
            c.letter_id == letter_id, c.unverified == "waiting", c.deleted_at.is_(None)
        )
    )


def _unverified(work: Work, actor: Actor, message_id: int) -> Any:
    row = work.first(select(t.message).where(t.message.c.id == message_id, t.message.c.deleted_at.is_(None)))
    if row is None or row.unverified != "waiting":
        raise BadData(_("This message does not wait to be accepted."))
    tickets.find(work, actor, row.ticket_id)
    return row


def _sender(work: Work, letter: Letter) -> Sender:
    if letter.sender is None:
        return Sender()
    found = customer_of(work, letter.sender.key)
    return Sender(found.client_id, found.contact_id, found.name, found.why)


def _words(letter: Letter) -> str:
    return receive.prepare(0, letter).words
