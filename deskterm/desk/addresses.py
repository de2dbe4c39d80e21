"""Whose an address is: the desk's own, an agent's, a contact's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from deskterm.i18n import _
from deskterm.mail.message_ids import token_in_plus_address
from deskterm.store import tables as t
from deskterm.store.work import Work


def key(address: str) -> str:
    """What addresses are compared by."""
    return address.strip().casefold()


def own(work: Work) -> frozenset[str]:
    """The desk's own addresses: all its accounts, active or not."""
    return work.remembered("own addresses", lambda: frozenset(work.values(select(t.account.c.key))))


def is_own(address: str, own_addresses: frozenset[str]) -> bool:
    """Whether an address is the desk's own, a plus-address of one included."""
    found = key(address)
    if found in own_addresses:
        return True
    local, _at, domain = found.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in own_addresses or bool(
        token_in_plus_address(found, own_addresses)
    )


def of_agents(work: Work) -> dict[str, int]:
    """Agents' addresses by key, of those who left too: nobody mails them as participants."""
    return work.remembered("agents' addresses", lambda: _of_agents(work))


def staff(work: Work, address_key: str) -> int | None:
    """The active agent an address belongs to."""
    agent_id = of_agents(work).get(address_key)
    there = work.remembered(
        "active agents", lambda: frozenset(work.values(select(t.agent.c.id).where(t.agent.c.active)))
    )
    return agent_id if agent_id in there else None


def registered(work: Work, address_key: str) -> bool:
    """Whether an address, or its domain, is on the list of registered senders."""
    there = work.remembered(
        "registered senders",
        lambda: frozenset(
            (row.kind, row.key)
            for row in work.rows(select(t.registered_sender.c.kind, t.registered_sender.c.key))
        ),
    )
    if ("address", address_key) in there:
        return True
    domain = address_key.rpartition("@")[2]
    while domain:
        if ("domain", domain) in there:
            return True
        domain = domain.partition(".")[2]
    return False


def is_known(work: Work, address_key: str) -> bool:
    """Whether it is an agent's, a contact's of any client, or a registered sender's (B2)."""
    found = customer(work, address_key)
    # a contact of several clients is of none for sure, and still a contact
    of_client = found.client_id is not None or bool(found.why)
    return of_client or staff(work, address_key) is not None or registered(work, address_key)


def _of_agents(work: Work) -> dict[str, int]:
    rows = work.rows(select(t.agent_address.c.key, t.agent_address.c.agent_id))
    return {row.key: row.agent_id for row in rows}


@dataclass(frozen=True, slots=True)
class Customer:
    """Who an address belongs to; `why` says why client or contact were left open."""

    client_id: int | None = None
    contact_id: int | None = None
    name: str = ""
    why: str = ""


def customer(work: Work, address_key: str) -> Customer:
    """Client and contact of an address (B12)."""
    rows = work.rows(
        select(t.contact.c.id, t.contact.c.client_id, t.contact.c.name, t.client.c.name.label("client"))
        .join(t.contact_point, t.contact_point.c.contact_id == t.contact.c.id)
        .join(t.client, t.client.c.id == t.contact.c.client_id)
        .where(
            t.contact_point.c.kind == "email",
            t.contact_point.c.key == address_key,
            t.contact.c.active,
            t.client.c.active,
        )
        .order_by(t.contact.c.id)
    )
    if not rows:
        return Customer()
    clients = sorted({row.client for row in rows})
    if len({row.client_id for row in rows}) > 1:
        return Customer(
            why=_("the address belongs to contacts of several clients: {clients}").format(
                clients=", ".join(clients)
            )
        )
    if len(rows) > 1:
        return Customer(
            client_id=rows[0].client_id,
            why=_("the address belongs to several contacts: {contacts}").format(
                contacts=", ".join(row.name for row in rows)
            ),
        )
    return Customer(client_id=rows[0].client_id, contact_id=rows[0].id, name=rows[0].name)
