"""A ticket made by hand: somebody telephoned, came by, or wrote elsewhere.

Its first message is the customer's, written down by an agent. The contact gets a letter that tells of the
registration, and every later letter of the ticket is a reply to that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import (
    addresses,
    answer_form,
    automatic,
    clients,
    contacts,
    drafts,
    fields,
    history,
    notices,
    participants,
    posting,
    reading,
    responsible,
    sending,
    settings,
    statuses,
    templates,
    tickets,
    visibility,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.intake import apply as intake
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.desk.views import Choosable
from deskterm.desk.writing_views import ContactChoice, NewTicketDone
from deskterm.i18n import N_, _
from deskterm.mail.letter import Address
from deskterm.mail.message_ids import without_tokens
from deskterm.store import tables as t
from deskterm.store.work import Work

TYPES: Final[dict[str, str]] = {"phone": N_("phone call"), "console": N_("console"), "email": N_("e-mail")}
"""How the request reached the agent; the source of the ticket and the type of its first message."""

FURTHER: Final = ("branch", "due_at", "source")
"""Fields a new ticket may be given beside those an answer may set."""

ACT: Final = "ticket.new"


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact made on the spot, with a client of that name where `client_id` is None."""

    name: str
    client_id: int | None = None
    client: str = ""
    department_id: int | None = None
    points: tuple[tuple[str, str, bool], ...] = ()
    """('email' | 'phone', value, in use)."""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class NewTicket:
    """All the form says. Without a contact `name` and `address` say who it is."""

    subject: str
    text: str
    client_id: int | None = None
    contact_id: int | None = None
    contact: NewContact | None = None
    """Made first, where `contact_id` is None."""
    name: str = ""
    address: str = ""
    type: str = "phone"
    account_id: int | None = None
    """None: the desk's main one."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """By name, as `answer_form.FIELDS`, and 'branch', 'due_at', 'source'."""
    status_id: int | None = None
    draft_key: str | None = None
    """The draft whose files go along; what is made of it is made once."""
    confirm: bool = True
    """Whether the contact is told by mail."""
    seconds_spent: int | None = None


@dataclass(frozen=True, slots=True)
class _Author:
    """Whose request it is."""

    client_id: int | None
    contact_id: int | None
    name: str
    addresses: tuple[str, ...]
    language: str | None


@undoable(ACT)
def make(work: Work, actor: Actor, new: NewTicket, into_ticket_id: int | None = None) -> NewTicketDone:
    """Make a ticket of a request, or add the request to an open one; what became of it.

    A draft is used once: a second call with its key gives what the first one made.
    """
    require(work, actor, "answer", ACT, into_ticket_id)
    if (done := _made_already(work, actor, new.draft_key)) is not None:
        return done
    subject = _subject(new.subject)
    if not new.text.strip():
        raise BadData(_("The text is empty."))
    if new.type not in TYPES:
        raise BadData(
            _("A request comes by {types}, not by {type}.").format(types=", ".join(TYPES), type=new.type)
        )
    if into_ticket_id is None and not subject:
        raise BadData(_("A ticket needs a subject."))
    author = _author(work, actor, new)
    columns = _columns(work, actor, new, into_ticket_id)
    if into_ticket_id is not None:
        return _added(work, actor, new, author, columns, into_ticket_id, subject)
    account = _account(work, new.account_id)
    language = author.language or (account.language if account is not None else "en")
    values: dict[str, Any] = {
        "account_id": account.id if account is not None else None,
        "source_id": tickets.source(work, new.type),
        "client_id": author.client_id,
        "contact_id": author.contact_id,
        "customer": author.name or (author.addresses[0] if author.addresses else ""),
        "customer_key": addresses.key(author.addresses[0]) if author.addresses else "",
        "language": language,
        "creator_id": actor.agent_id,
        **columns,
    }
    why = responsible.fill(work, values, passing=columns.get("responsible_id"))
    ticket_id = tickets.make(work, actor, subject=subject, **values)
    responsible.say(work, ticket_id, why)
    participants.add(work, ticket_id, _places(author))
    message_id = _message(work, actor, new, author, ticket_id, subject)
    outgoing_id, untold = _tell(work, new, author, ticket_id, message_id)
    return NewTicketDone(ticket_id, message_id, outgoing_id, untold)


def open_tickets(
    work: Work,
    actor: Actor,
    *,
    contact_id: int | None = None,
    client_id: int | None = None,
    words: str = "",
    limit: int = limits.PAGE_ROWS,
) -> list[Choosable]:
    """The open tickets of a contact or client to add a request to, the latest first: `number — subject`.

    `words` filters by what the subject holds, or by the number as it is typed.
    """
    require(work, actor, "see own", "ticket.choose")
    c = t.ticket.c
    statement = select(c.id, c.subject, c.customer).where(
        visibility.tickets(actor), c.merged_into.is_(None), c.status_class != "closed"
    )
    if contact_id is not None:
        statement = statement.where(c.contact_id == contact_id)
    elif client_id is not None:
        statement = statement.where(c.client_id == client_id)
    wanted = words.strip().casefold()
    found: list[Choosable] = []
    # subjects are compared here: SQLite's lower() knows ASCII only
    for row in work.rows(statement.order_by(c.last_message_at.desc(), c.id.desc()).limit(20 * limit)):
        if wanted and wanted not in row.subject.casefold() and not str(row.id).startswith(wanted):
            continue
        found.append(Choosable(row.id, f"{row.id} — {row.subject}", row.customer))
        if len(found) == limit:
            break
    return found


def contact_choices(work: Work, actor: Actor, client_id: int) -> list[ContactChoice]:
    """The active contacts of a client, by department and name, with their addresses and phones."""
    require(work, actor, "see own", "contact.list")
    p = t.contact_point.c
    points: dict[int, list[Any]] = {}
    for point in work.rows(
        select(p.contact_id, p.kind, p.value, p.active)
        .join(t.contact, t.contact.c.id == p.contact_id)
        .where(t.contact.c.client_id == client_id)
        .order_by(p.id)
    ):
        points.setdefault(point.contact_id, []).append(point)
    rows = work.rows(
        select(t.contact.c.id, t.contact.c.name, t.department.c.name.label("department"))
        .outerjoin(t.department, t.department.c.id == t.contact.c.department_id)
        .where(t.contact.c.client_id == client_id, t.contact.c.active)
        .order_by(t.department.c.key, t.contact.c.key, t.contact.c.id)
    )
    return [
        ContactChoice(
            id=row.id,
            name=row.name,
            department=row.department or "",
            addresses=_of_kind(points.get(row.id, ()), "email"),
            phones=_of_kind(points.get(row.id, ()), "phone"),
            inactive=tuple(point.value for point in points.get(row.id, ()) if not point.active),
        )
        for row in rows
    ]


def _of_kind(points: Sequence[Any], kind: str) -> tuple[str, ...]:
    return tuple(point.value for point in points if point.kind == kind and point.active)


def _author(work: Work, actor: Actor, new: NewTicket) -> _Author:
    """Who asks: a contact, one made now, or a name and an address."""
    contact_id = new.contact_id
    if contact_id is None and new.contact is not None:
        client_id = new.contact.client_id or new.client_id
        if client_id is None:
            client_id = clients.add(work, actor, new.contact.client)
        contact_id = contacts.add(
            work,
            actor,
            client_id,
            new.contact.name,
            department_id=new.contact.department_id,
            points=new.contact.points,
            language=new.contact.language,
        )
    if contact_id is not None:
        return _of_contact(work, contact_id, new)
    address = new.address.strip()
    if address and ("@" not in address.strip("@") or len(address.split()) > 1):
        raise BadData(_("{address} is no e-mail address.").format(address=address))
    known = addresses.customer(work, addresses.key(address)) if address else addresses.Customer()
    if known.contact_id is not None and new.client_id in (None, known.client_id):
        return _of_contact(work, known.contact_id, new)
    client_id = new.client_id or known.client_id
    name = " ".join(new.name.split())[: limits.NAME_CHARACTERS]
    if client_id is not None:
        row = work.first(select(t.client.c.name).where(t.client.c.id == client_id))
        if row is None:
            raise NotFound(_("There is no client {name}.").format(name=client_id))
        name = name or (row.name if not address else "")
    if not name and not address:
        raise BadData(_("Say whose request it is: a contact, a client, a name or an address."))
    return _Author(client_id, None, name, (address,) if address else (), None)


def _of_contact(work: Work, contact_id: int, new: NewTicket) -> _Author:
    row = work.first(select(t.contact).where(t.contact.c.id == contact_id))
    if row is None or row.erased_at is not None or not row.active:
        raise BadData(_("There is no such active contact."))
    if new.client_id is not None and new.client_id != row.client_id:
        raise BadData(_("{name} is a contact of another client.").format(name=row.name))
    p = t.contact_point.c
    active = work.values(
        select(p.value).where(p.contact_id == contact_id, p.kind == "email", p.active).order_by(p.id)
    )
    chosen = new.address.strip()
    if chosen:  # the address he named now goes first, whether or not it is marked as in use
        active = [chosen, *(one for one in active if addresses.key(one) != addresses.key(chosen))]
    return _Author(row.client_id, row.id, row.name, tuple(active), row.language)


def _columns(work: Work, actor: Actor, new: NewTicket, ticket_id: int | None) -> dict[str, Any]:
    """The fields the agent chose, checked, as columns."""
    own = {name: value for name, value in new.fields.items() if name not in FURTHER}
    columns = answer_form.values(work, actor, ACT, ticket_id, own)
    for name in FURTHER:
        if name in new.fields:
            require(work, actor, "change", ACT, ticket_id)
            known = fields.FIELDS[name]
            known.check(work, new.fields[name])
            columns[known.column] = new.fields[name]
    if new.status_id is not None:
        row = statuses.require(work, actor, ACT, new.status_id, ticket_id)
        columns["status_id"] = row.id
        if ticket_id is None:
            columns["status_class"] = row.status_class
    return columns


def _account(work: Work, account_id: int | None) -> Any | None:
    """The account the ticket is answered from: the one said, else the main one; None where there is none."""
    if account_id is None:
        return sending.account_for(work, None)
    row = work.first(select(t.account).where(t.account.c.id == account_id, t.account.c.active))
    if row is None:
        raise NotFound(_("There is no such account."))
    return row


def _places(author: _Author) -> list[tuple[Address, str]]:
    """All active addresses of the contact take part, the first as the author's."""
    return [
        (Address(author.name, address), "to" if number else "author")
        for number, address in enumerate(author.addresses)
    ]


def _message(work: Work, actor: Actor, new: NewTicket, author: _Author, ticket_id: int, subject: str) -> int:
    """The request as a public message of the customer's, with the files of the draft."""
    files = drafts.files(work, actor, new.draft_key)
    message_id = posting.post(
        work,
        ticket_id,
        type=new.type,
        visibility="public",
        author_contact_id=author.contact_id,
        from_name=author.name,
        from_address=author.addresses[0] if author.addresses else "",
        subject=subject,
        body=new.text.strip("\n"),
        attachments=len(files),
        seconds_spent=answer_form.spent(new.seconds_spent),
        taken_by_id=actor.agent_id,
    )
    drafts.take(work, actor, new.draft_key, message_id)
    event_id = history.record(
        work,
        actor,
        "message.registered",
        ticket_id=ticket_id,
        message_id=message_id,
        changes=[("visibility", None, "public"), ("type", None, new.type), ("draft", None, new.draft_key)],
    )
    notices.tell(work, ticket_id, event_id)
    reading.written(work, actor, ticket_id, message_id)
    return message_id


def _added(
    work: Work,
    actor: Actor,
    new: NewTicket,
    author: _Author,
    columns: Mapping[str, Any],
    ticket_id: int,
    subject: str,
) -> NewTicketDone:
    """The request becomes a message of a ticket that is there: what a customer's message changes follows."""
    ticket = tickets.find(work, actor, tickets.target(work, ticket_id))
    if ticket.status_class == "closed":
        raise BadData(
            _("Ticket {number} is closed. Reopen it first, or make a new one.").format(number=ticket.id)
        )
    participants.add(work, ticket.id, [(address, "to") for address, _place in _places(author)])
    message_id = _message(work, actor, new, author, ticket.id, subject or ticket.subject)
    intake.customer_wrote(work, actor, ticket.id, message_id)
    if columns:
        answer_form.apply(work, actor, "ticket.set", ticket.id, columns, {})
    return NewTicketDone(ticket.id, message_id, None)


def _tell(
    work: Work, new: NewTicket, author: _Author, ticket_id: int, message_id: int
) -> tuple[int | None, str]:
    """The letter that tells the contact of the registration; it waits as long as the act can be undone."""
    if not new.confirm:
        return None, _("the agent wanted no letter")
    if not author.addresses:
        return None, _("there is no address to answer to")
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == ticket_id))
    assert ticket is not None
    account = work.first(select(t.account).where(t.account.c.id == ticket.account_id))
    text = templates.text(
        work,
        "registered",
        account,
        ticket.language,
        {
            "number": str(ticket.id),
            "token": ticket.token,
            "subject": ticket.subject,
            "customer": ticket.customer,
            "text": new.text.strip(),
        },
    )
    return automatic.registered(
        work,
        ticket,
        Address(author.name, author.addresses[0]),
        text,
        message_id=message_id,
        not_before=sending.soon(work, int(settings.get(work, "undo_seconds"))),
    )


def _made_already(work: Work, actor: Actor, draft_key: str | None) -> NewTicketDone | None:
    message_id = drafts.sent_as(work, actor, draft_key)
    if message_id is None:
        return None
    ticket_id = work.value(select(t.message.c.ticket_id).where(t.message.c.id == message_id))
    outgoing_id = work.value(select(t.outgoing.c.id).where(t.outgoing.c.message_id == message_id))
    return NewTicketDone(int(ticket_id), message_id, outgoing_id)


def _subject(subject: str) -> str:
    return without_tokens(" ".join(subject.split()))[: limits.SUBJECT_CHARACTERS]
