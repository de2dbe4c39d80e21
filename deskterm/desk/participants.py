"""Who gets the public messages of a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import addresses
from deskterm.mail.letter import Address, Letter
from deskterm.store import tables as t
from deskterm.store.work import Work

AUTHOR_PLACES = ("author", "writes", "to", "cc", "added")


def from_letter(work: Work, ticket_id: int, letter: Letter, *, author: bool) -> None:
    """Make the letter's sender, To and Cc participants, as far as mail may go there.

    Where Reply-To differs from From, the answer goes to Reply-To: From is kept as one who writes.
    """
    own_addresses = addresses.own(work)
    agents = addresses.of_agents(work)
    sender = letter.sender
    wanted: list[tuple[Address, str]] = []
    answers_elsewhere = bool(letter.reply_to) and all(
        reply.key != (sender.key if sender else "") for reply in letter.reply_to
    )
    if sender is not None:
        wanted.append((sender, "writes" if answers_elsewhere else "author" if author else "to"))
    if answers_elsewhere:
        wanted.extend((reply, "author" if author else "to") for reply in letter.reply_to)
    wanted.extend((address, "to") for address in letter.to)
    wanted.extend((address, "cc") for address in letter.cc)
    sender_key = sender.key if sender else ""
    keep = [
        (address, place)
        for address, place in wanted[: limits.ADDRESSES_PER_LETTER]
        if "@" in address.address
        and not addresses.is_own(address.key, own_addresses)
        # an agent's address is mailed only where the request is his own
        and (address.key not in agents or (author and address.key == sender_key))
    ]
    add(work, ticket_id, keep)


def add(work: Work, ticket_id: int, wanted: Iterable[tuple[Address, str]]) -> None:
    """Add addresses that are not there yet; one who was only writing stays so."""
    there = {
        row.key
        for row in work.rows(select(t.participant.c.key).where(t.participant.c.ticket_id == ticket_id))
    }
    for address, place in wanted:
        if address.key in there:
            continue
        there.add(address.key)
        contact = addresses.customer(work, address.key)
        work.insert(
            t.participant,
            ticket_id=ticket_id,
            address=address.address,
            key=address.key,
            name=address.name,
            contact_id=contact.contact_id,
            place=place,
            created_at=work.now,
        )


def knows(work: Work, ticket_id: int, sender_key: str) -> str | None:
    """Why mail from this address may join: 'participant', 'same client', 'staff'; None: it may not."""
    if work.value(
        select(t.participant.c.id).where(
            t.participant.c.ticket_id == ticket_id, t.participant.c.key == sender_key
        )
    ):
        return "participant"
    client_id = work.value(select(t.ticket.c.client_id).where(t.ticket.c.id == ticket_id))
    if client_id is not None and work.value(
        select(t.contact.c.id)
        .join(t.contact_point, t.contact_point.c.contact_id == t.contact.c.id)
        .where(
            t.contact.c.client_id == client_id,
            t.contact.c.active,
            t.contact_point.c.kind == "email",
            t.contact_point.c.key == sender_key,
        )
    ):
        return "same client"
    return "staff" if addresses.staff(work, sender_key) is not None else None


def recipients(work: Work, ticket_id: int) -> list[Any]:
    """The rows that get the next public message, the author first: nobody excluded, no address of ours.

    An address marked inactive on a contact is left out, unless that person wrote from it.
    """
    own_addresses = addresses.own(work)
    agents = addresses.of_agents(work)
    author_key = work.value(select(t.ticket.c.customer_key).where(t.ticket.c.id == ticket_id))
    rows = work.rows(
        select(t.participant).where(
            t.participant.c.ticket_id == ticket_id,
            t.participant.c.excluded.is_(False),
            t.participant.c.place != "writes",
        )
    )
    inactive = set(
        work.values(
            select(t.contact_point.c.key).where(
                t.contact_point.c.key.in_([row.key for row in rows]),
                t.contact_point.c.kind == "email",
                t.contact_point.c.active.is_(False),
            )
        )
    )
    wrote = set(
        work.values(
            select(t.letter.c.from_key).where(
                t.letter.c.ticket_id == ticket_id, t.letter.c.from_key.in_(inactive)
            )
        )
    )
    kept = [
        row
        for row in rows
        if not addresses.is_own(row.key, own_addresses)
        and (row.key not in agents or row.key == author_key)
        and (row.key not in inactive or row.key in wrote)
    ]
    return sorted(kept, key=lambda row: (AUTHOR_PLACES.index(row.place), row.id))


def excluded(work: Work, ticket_id: int) -> Sequence[Any]:
    return work.rows(
        select(t.participant).where(t.participant.c.ticket_id == ticket_id, t.participant.c.excluded)
    )
