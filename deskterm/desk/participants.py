"""Who takes part in a ticket: who gets its public messages, who does not and why.

Participants are rows, made of the heads of letters and by agents. Beside them take part all active
addresses of the ticket's contact, and of contacts that were added, whether or not they have a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, bindparam, select

from deskterm import limits
from deskterm.desk import addresses, history, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import N_, _
from deskterm.mail.letter import Address, Letter
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

PLACES: Final[dict[str, str]] = {
    "author": N_("author"),
    "writes": N_("writes, answers go elsewhere"),
    "to": N_("To"),
    "cc": N_("Cc"),
    "added": N_("added"),
    "contact": N_("contact added"),
}
"""What made somebody take part, in the order of a letter's head."""

_ORDER: Final = tuple(PLACES)

WHY_NOT: Final[dict[str, str]] = {
    "excluded": N_("excluded"),
    "writes": N_("answers to his letters go to another address"),
    "own": N_("an address of the desk itself"),
    "agent": N_("an agent's address"),
    "inactive": N_("marked inactive on the contact"),
    "silent": N_("nothing is ever sent to the author of this ticket"),
}


@dataclass(frozen=True, slots=True)
class Participant:
    """An address that takes part; a negative `id` is a contact's address without a row of its own.

    `left_out` is '' for who gets the next public message, else a key of `WHY_NOT`.
    """

    id: int
    address: str
    key: str
    name: str
    place: str
    contact_id: int | None
    excluded: bool
    left_out: str


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A participant as an agent sees him: `why` says why he does not get the next public message."""

    id: int
    address: str
    name: str
    place: str
    excluded: bool
    gets: bool
    why: str


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
    there = {row.key for row in work.rows(_KEYS, {"ticket_id": ticket_id})}
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


def take_over(work: Work, ticket_id: int, before: str, now: Address) -> None:
    """Make an address the author of a ticket in place of another, who goes on as one who writes."""
    work.update_where(
        t.participant,
        and_(
            t.participant.c.ticket_id == ticket_id,
            t.participant.c.key == before,
            t.participant.c.place == "author",
        ),
        place="writes",
    )
    row = _put(work, ticket_id, now, "author", addresses.customer(work, now.key).contact_id)
    work.update(t.participant, row, place="author")


def knows(work: Work, ticket_id: int, sender_key: str) -> str | None:
    """Why mail from this address may join: 'participant', 'same client', 'staff'; None: it may not."""
    if work.value(_OF_KEY, {"ticket_id": ticket_id, "key": sender_key}):
        return "participant"
    client_id = work.value(_CLIENT, {"ticket_id": ticket_id})
    if client_id is not None and work.value(_COLLEAGUE, {"client_id": client_id, "key": sender_key}):
        return "same client"
    return "staff" if addresses.staff(work, sender_key) is not None else None


def recipients(work: Work, ticket_id: int) -> list[Participant]:
    """Who gets the next public message, the author first: nobody excluded, no address of ours.

    An address marked inactive on a contact is left out, unless that person wrote from it.
    """
    return [one for one in of_ticket(work, ticket_id) if not one.left_out]


def of_ticket(work: Work, ticket_id: int) -> list[Participant]:
    """Everybody who takes part, in the order of a letter's head."""
    ticket = work.first(_TICKET, {"ticket_id": ticket_id})
    if ticket is None:
        return []
    rows: list[Any] = list(work.rows(_ROWS, {"ticket_id": ticket_id}))
    contacts = {row.contact_id for row in rows if row.place == "contact" and not row.excluded}
    points = _points(work, {*contacts, ticket.contact_id} - {None})
    there = {row.key for row in rows}
    rows += list(
        {
            point.key: _Virtual(
                id=-point.id,
                address=point.value,
                key=point.key,
                name=point.name,
                place="author" if point.contact_id == ticket.contact_id else "contact",
                contact_id=point.contact_id,
            )
            for point in points
            if point.active and point.key not in there
        }.values()
    )
    own_requests = {ticket.customer_key, *(p.key for p in points if p.contact_id == ticket.contact_id)}
    unused = _unused(work, ticket_id)
    silent = bool(ticket.silent or ticket.account_silent)
    own_addresses = addresses.own(work)
    agents = addresses.of_agents(work)

    def why(row: Any) -> str:
        if row.excluded:
            return "excluded"
        if addresses.is_own(row.key, own_addresses):
            return "own"
        if row.key in agents and row.key not in own_requests:
            return "agent"
        if row.place == "writes":
            return "writes"
        if row.key in unused:
            return "inactive"
        return "silent" if silent and (row.place == "author" or row.key == ticket.customer_key) else ""

    found = [
        Participant(
            row.id, row.address, row.key, row.name, row.place, row.contact_id, bool(row.excluded), why(row)
        )
        for row in rows
    ]
    # the address that wrote stands before further ones of the same person
    return sorted(found, key=lambda one: (_ORDER.index(one.place), one.id < 0, abs(one.id)))


def listed(work: Work, actor: Actor, ticket_id: int) -> list[ParticipantView]:
    """Who takes part in a ticket, and who will get its next public message."""
    _ticket(work, actor, ticket_id)
    return [
        ParticipantView(
            id=one.id,
            address=one.address,
            name=one.name,
            place=one.place,
            excluded=one.excluded,
            gets=not one.left_out,
            why=_(WHY_NOT[one.left_out]) if one.left_out else "",
        )
        for one in of_ticket(work, ticket_id)
    ]


@undoable("participant.add")
def add_address(work: Work, actor: Actor, ticket_id: int, address: str, name: str = "") -> int:
    """Let an address take part, one that was excluded too; the participant's id."""
    require(work, actor, "change", "participant.add", ticket_id)
    _ticket(work, actor, ticket_id)
    found = usable(address, name)
    _mailable(work, ticket_id, found)
    id = _put(work, ticket_id, found, "added", addresses.customer(work, found.key).contact_id)
    _record(work, actor, "participant.add", ticket_id, id, (None, found.address))
    return id


@undoable("participant.add")
def add_contact(work: Work, actor: Actor, ticket_id: int, contact_id: int) -> list[int]:
    """Let a contact of any client take part, with all his active addresses; their ids."""
    require(work, actor, "change", "participant.add", ticket_id)
    _ticket(work, actor, ticket_id)
    points = [point for point in _points(work, {contact_id}) if point.active]
    if not points:
        raise BadData(_("This contact has no active e-mail address."))
    ids = []
    for point in points:
        address = Address(point.name, point.value)
        _mailable(work, ticket_id, address)
        id = _put(work, ticket_id, address, "contact", contact_id)
        _record(work, actor, "participant.add", ticket_id, id, (None, address.address))
        ids.append(id)
    return ids


@undoable("participant.exclude")
def exclude(work: Work, actor: Actor, ticket_id: int, participant_ids: Sequence[int]) -> None:
    """Send public messages to these addresses no longer; they may still write into the ticket."""
    require(work, actor, "change", "participant.exclude", ticket_id)
    _ticket(work, actor, ticket_id)
    for one in _chosen(work, ticket_id, participant_ids):
        if one.excluded:
            continue
        id = one.id
        if id < 0:
            id = work.insert(
                t.participant,
                ticket_id=ticket_id,
                address=one.address,
                key=one.key,
                name=one.name,
                contact_id=one.contact_id,
                place=one.place,
                excluded=True,
                created_at=work.now,
            )
        else:
            work.update(t.participant, id, excluded=True)
        _record(work, actor, "participant.exclude", ticket_id, id, (one.address, None))


@undoable("participant.include")
def include(work: Work, actor: Actor, ticket_id: int, participant_ids: Sequence[int]) -> None:
    """Bring excluded addresses back."""
    require(work, actor, "change", "participant.include", ticket_id)
    _ticket(work, actor, ticket_id)
    for one in _chosen(work, ticket_id, participant_ids):
        if one.excluded:
            work.update(t.participant, one.id, excluded=False)
            _record(work, actor, "participant.include", ticket_id, one.id, (None, one.address))


def excluded(work: Work, ticket_id: int) -> Sequence[Any]:
    return work.rows(
        select(t.participant).where(t.participant.c.ticket_id == ticket_id, t.participant.c.excluded)
    )


def find(work: Work, actor: Actor, ticket_id: int, words: str) -> int:
    """The id of a participant by his address or his number; NotFound names what was looked for."""
    _ticket(work, actor, ticket_id)
    key = addresses.key(words)
    for one in of_ticket(work, ticket_id):
        if key in (one.key, str(one.id)):
            return one.id
    raise NotFound(_("{address} takes no part in ticket {number}.").format(address=words, number=ticket_id))


def usable(address: str, name: str = "") -> Address:
    """An address a person typed; BadData where it is none."""
    address = address.strip()
    local, at, domain = address.rpartition("@")
    good = local and at and domain and len(address) <= limits.ADDRESS_CHARACTERS
    if not good or any(not mark.isprintable() or mark in ' ,;<>"' for mark in address):
        raise BadData(_("{address} is no e-mail address.").format(address=address or "''"))
    return Address(" ".join(name.split()), address)


@dataclass(frozen=True, slots=True)
class _Virtual:
    """A contact's address that takes part without a row."""

    id: int
    address: str
    key: str
    name: str
    place: str
    contact_id: int | None
    excluded: bool = False


def _points(work: Work, contact_ids: set[int]) -> Sequence[Any]:
    """The e-mail addresses of active contacts, with the contacts' names."""
    if not contact_ids:
        return ()
    c = t.contact_point.c
    return work.rows(
        select(c.id, c.contact_id, c.value, c.key, c.active, t.contact.c.name)
        .join(t.contact, t.contact.c.id == c.contact_id)
        .where(c.contact_id.in_(contact_ids), c.kind == "email", t.contact.c.active)
        .order_by(c.id)
    )


def _unused(work: Work, ticket_id: int) -> set[str]:
    """Addresses marked inactive on a contact, but for those somebody wrote from in this ticket."""
    marked = work.rows(_MARKED, {"ticket_id": ticket_id})
    # an address two contacts share is in use as long as it is for one of them
    inactive = {row.key for row in marked} - {row.key for row in marked if row.active}
    if not inactive:
        return set()
    letter = t.letter.c
    wrote = work.values(
        select(letter.from_key).where(letter.ticket_id == ticket_id, letter.from_key.in_(inactive))
    )
    return inactive - set(wrote)


def _mailable(work: Work, ticket_id: int, address: Address) -> None:
    """BadData where no public message may ever go to an address."""
    if addresses.is_own(address.key, addresses.own(work)):
        raise BadData(_("{address} is an address of the desk itself.").format(address=address.address))
    author = work.value(select(t.ticket.c.customer_key).where(t.ticket.c.id == ticket_id))
    if address.key in addresses.of_agents(work) and address.key != author:
        raise BadData(
            _("{address} belongs to an agent: he watches the ticket instead.").format(address=address.address)
        )


def _put(work: Work, ticket_id: int, address: Address, place: str, contact_id: int | None) -> int:
    row = work.first(
        select(t.participant).where(
            t.participant.c.ticket_id == ticket_id, t.participant.c.key == address.key
        )
    )
    if row is None:
        return work.insert(
            t.participant,
            ticket_id=ticket_id,
            address=address.address,
            key=address.key,
            name=address.name,
            contact_id=contact_id,
            place=place,
            created_at=work.now,
        )
    values: dict[str, Any] = {"excluded": False} if row.excluded else {}
    if row.place == "writes":
        values["place"] = place  # who was only writing gets the answers too, from now on
    if values:
        work.update(t.participant, row.id, **values)
    return int(row.id)


def _chosen(work: Work, ticket_id: int, ids: Sequence[int]) -> list[Participant]:
    there = {one.id: one for one in of_ticket(work, ticket_id)}
    missing = [id for id in ids if id not in there]
    if missing:
        raise NotFound(
            _("{address} takes no part in ticket {number}.").format(address=missing[0], number=ticket_id)
        )
    return [there[id] for id in dict.fromkeys(ids)]


def _record(
    work: Work, actor: Actor, act: str, ticket_id: int, id: int, change: tuple[str | None, str | None]
) -> None:
    work.update(t.ticket, ticket_id, version=t.ticket.c.version + 1)
    history.record(
        work,
        actor,
        act,
        ticket_id=ticket_id,
        subject=("participant", id),
        changes=[("participant", *change)],
    )


def _ticket(work: Work, actor: Actor, ticket_id: int) -> None:
    if work.value(select(t.ticket.c.id).where(t.ticket.c.id == ticket_id, visibility.tickets(actor))) is None:
        raise NotFound(_("There is no ticket {number}.").format(number=ticket_id))


_TICKET = Query(
    select(
        t.ticket.c.customer_key,
        t.ticket.c.contact_id,
        t.ticket.c.silent,
        t.account.c.silent.label("account_silent"),
    )
    .outerjoin(t.account, t.account.c.id == t.ticket.c.account_id)
    .where(t.ticket.c.id == bindparam("ticket_id"))
)
_ROWS = Query(select(t.participant).where(t.participant.c.ticket_id == bindparam("ticket_id")))
_MARKED = Query(
    # what takes part without a row is an active address of a contact
    select(t.contact_point.c.key, t.contact_point.c.active)
    .join(t.participant, t.participant.c.key == t.contact_point.c.key)
    .where(t.participant.c.ticket_id == bindparam("ticket_id"), t.contact_point.c.kind == "email")
)
_KEYS = Query(select(t.participant.c.key).where(t.participant.c.ticket_id == bindparam("ticket_id")))
_OF_KEY = Query(
    select(t.participant.c.id).where(
        t.participant.c.ticket_id == bindparam("ticket_id"), t.participant.c.key == bindparam("key")
    )
)
_CLIENT = Query(select(t.ticket.c.client_id).where(t.ticket.c.id == bindparam("ticket_id")))
_COLLEAGUE = Query(
    select(t.contact.c.id)
    .join(t.contact_point, t.contact_point.c.contact_id == t.contact.c.id)
    .where(
        t.contact.c.client_id == bindparam("client_id"),
        t.contact.c.active,
        t.contact_point.c.kind == "email",
        t.contact_point.c.key == bindparam("key"),
    )
)
