"""Cards of clients, contacts and agents, with all their tickets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from deskterm import limits
from deskterm.desk import (
    addresses,
    agents,
    clients,
    contacts,
    departments,
    listing,
    presence,
    rights,
    schedules,
    searching,
    tickets,
    visibility,
)
from deskterm.desk.actor import Actor
from deskterm.desk.addresses import Suggested
from deskterm.desk.card_views import AgentCard, ClientCard, ContactCard, Numbers, SenderView
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.views import Page
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


def client(work: Work, actor: Actor, client_id: int) -> ClientCard:
    """The card of a client."""
    require(work, actor, "see own", "card.client")
    there = clients.find(work, client_id)
    persons = contacts.listed(work, actor, client_id)
    c = t.branch.c
    return ClientCard(
        client=there,
        departments=tuple(departments.listed(work, actor, client_id, active_only=True)),
        contacts=tuple(sorted(persons, key=lambda one: (one.department.casefold(), one.name.casefold()))),
        branch=str(work.value(select(c.name).where(c.client_id == client_id).order_by(c.id)) or ""),
        tickets=_numbers(work, actor, t.ticket.c.client_id == client_id),
        created_at=work.value(select(t.client.c.created_at).where(t.client.c.id == client_id)),
    )


def contact(work: Work, actor: Actor, contact_id: int) -> ContactCard:
    """The card of a contact."""
    require(work, actor, "see own", "card.contact")
    there = contacts.find(work, contact_id)
    keys = [addresses.key(address) for address in there.addresses]
    others = contacts.views(
        work,
        t.contact.c.id != contact_id,
        t.contact.c.active,
        t.contact.c.id.in_(
            select(t.contact_point.c.contact_id).where(
                t.contact_point.c.kind == "email", t.contact_point.c.key.in_(keys)
            )
        ),
    )
    return ContactCard(
        contact=there,
        client=clients.find(work, there.client_id),
        tickets=_numbers(work, actor, t.ticket.c.contact_id == contact_id),
        same_address=tuple(f"{other.name} ({other.client})" for other in others),
        created_at=work.value(select(t.contact.c.created_at).where(t.contact.c.id == contact_id)),
    )


def agent(work: Work, actor: Actor, agent_id: int) -> AgentCard:
    """The card of an agent, active or not."""
    require(work, actor, "see own", "card.agent")
    there = agents.by_id(work, agent_id)
    given = {
        right
        for granted in work.values(
            select(t.role.c.rights).where(
                or_(
                    t.role.c.id.in_(select(t.agent.c.role_id).where(t.agent.c.id == agent_id)),
                    t.role.c.id.in_(
                        select(t.team.c.role_id)
                        .join(t.agent, t.agent.c.team_id == t.team.c.id)
                        .where(t.agent.c.id == agent_id, t.team.c.active)
                    ),
                )
            )
        )
        for right in granted
    }
    return AgentCard(
        agent=there,
        rights=tuple(right for right in rights.RIGHTS if right in given or "administer" in given),
        contact=None if there.contact_id is None else contacts.find(work, there.contact_id),
        schedule=schedules.show(work, actor, agent_id),
        online=agent_id in presence.online(work),
        tickets=_numbers(work, actor, t.ticket.c.responsible_id == agent_id),
    )


def tickets_of(
    work: Work,
    actor: Actor,
    *,
    client_id: int | None = None,
    contact_id: int | None = None,
    agent_id: int | None = None,
    words: str = "",
    open_only: bool = False,
    after: tuple[Any, ...] | None = None,
    limit: int = limits.PAGE_ROWS,
) -> Page:
    """A page of the tickets of a client, contact or (responsible) agent, the latest first, merged ones too.

    `words` are looked for in visible messages, subject and number. Rows are TicketRows.
    """
    require(work, actor, "see own", "card.tickets")
    c = t.ticket.c
    whose: list[ColumnElement[bool]] = [
        column == id
        for column, id in ((c.client_id, client_id), (c.contact_id, contact_id), (c.responsible_id, agent_id))
        if id is not None
    ]
    if not whose:
        raise BadData(_("Say whose tickets are meant."))
    wanted = [*whose, visibility.tickets(actor)]
    if open_only:
        wanted.append(c.status_class != "closed")
    if words.strip():
        wanted.append(_found(work, actor, words))
    if after is not None:
        wanted.append(tuple_(c.last_message_at, c.id) < tuple_(*after))
    ids = work.rows(
        select(c.id, c.last_message_at)
        .where(and_(*wanted))
        .order_by(c.last_message_at.desc(), c.id.desc())
        .limit(limit)
    )
    rows = listing.ticket_rows(work, actor, [row.id for row in ids])
    last = ids[-1] if len(ids) == limit else None
    return Page(
        rows=tuple(rows[row.id] for row in ids if row.id in rows),
        after=None if last is None else (last.last_message_at, last.id),
    )


def suggested(work: Work, actor: Actor, ticket_id: int) -> Suggested | None:
    """The client the domain of a ticket's author suggests, while none is set (B12)."""
    require(work, actor, "see own", "card.suggested", ticket_id)
    row = tickets.find(work, actor, ticket_id)
    return None if row.client_id is not None else addresses.suggested(work, row.customer_key)


def of_ticket(work: Work, actor: Actor, ticket_id: int) -> tuple[int | None, int | None]:
    """(client, contact) of a ticket, for the keys that open their cards."""
    require(work, actor, "see own", "card.of_ticket", ticket_id)
    row = tickets.find(work, actor, ticket_id)
    if row.client_id is None and row.contact_id is None:
        raise NotFound(row.client_why or _("Ticket {number} has no client yet.").format(number=ticket_id))
    return row.client_id, row.contact_id


def of_message(work: Work, actor: Actor, message_id: int) -> SenderView:
    """Who wrote a message, for the key that opens his card; a contact also by his address alone."""
    require(work, actor, "see own", "card.of_message")
    c = t.message.c
    row = work.first(
        select(c.author_agent_id, c.author_contact_id, c.from_name, c.from_address).where(
            c.id == message_id, visibility.messages(actor)
        )
    )
    if row is None:
        raise NotFound(_("There is no such message."))
    contact_id = row.author_contact_id
    if contact_id is None and row.author_agent_id is None and row.from_address:
        contact_id = addresses.customer(work, addresses.key(row.from_address)).contact_id
    return SenderView(row.author_agent_id, contact_id, row.from_name, row.from_address)


def _found(work: Work, actor: Actor, words: str) -> ColumnElement[bool]:
    c = t.ticket.c
    number = words.strip().lstrip("#№")
    # SQLite folds ASCII only: the subject as typed, capitalised and in capitals
    said = {words.strip(), words.strip().casefold(), words.strip().capitalize(), words.strip().upper()}
    found = or_(*(c.subject.contains(form, autoescape=True) for form in said))
    if number.isascii() and number.isdigit() and len(number) < 18:
        found = or_(found, c.id == int(number))
    return or_(found, searching.found(work, actor, words))


def _numbers(work: Work, actor: Actor, whose: ColumnElement[bool]) -> Numbers:
    c = t.ticket.c
    by_class = {
        row.status_class: row.number
        for row in work.rows(
            select(c.status_class, func.count().label("number"))
            .where(whose, visibility.tickets(actor))
            .group_by(c.status_class)
        )
    }
    closed = by_class.pop("closed", 0)
    return Numbers(open=sum(by_class.values()), closed=closed)
