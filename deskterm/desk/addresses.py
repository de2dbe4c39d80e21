"""Whose an address is: the desk's own, an agent's, a contact's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select

from deskterm import limits
from deskterm.desk import settings
from deskterm.desk.errors import BadData
from deskterm.i18n import _
from deskterm.mail.message_ids import token_in_plus_address
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work


def key(address: str) -> str:
    """What addresses are compared by."""
    return address.strip().casefold()


def phone_key(number: str) -> str:
    """What telephone numbers are compared by: their digits, `+` before those with a country."""
    digits = "".join(sign for sign in number if sign.isdecimal())
    written = number.strip()
    if written.startswith("00"):
        return f"+{digits[2:]}"
    return f"+{digits}" if written.startswith("+") else digits


def checked(address: str) -> str:
    """An address as it was typed, blanks around it gone; BadData where it can be none."""
    address = address.strip()
    local, _at, domain = address.rpartition("@")
    wrong = not local or not domain or len(address) > limits.ADDRESS_CHARACTERS
    if wrong or any(sign.isspace() or not sign.isprintable() or sign in '<>",;' for sign in address):
        raise BadData(_("{address} is no e-mail address.").format(address=address))
    return address


OWN = Query(select(t.account.c.key))
ACTIVE_AGENTS = Query(select(t.agent.c.id).where(t.agent.c.active))
OF_AGENTS = Query(select(t.agent_address.c.key, t.agent_address.c.agent_id))


def own(work: Work) -> frozenset[str]:
    """The desk's own addresses: all its accounts, active or not, and those a setting names beside them."""
    return work.remembered("own addresses", lambda: _own(work))


def _own(work: Work) -> frozenset[str]:
    named = str(settings.get(work, "own_addresses")).split(",")
    return frozenset({*work.values(OWN), *(key(one) for one in named if one.strip())})


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
    there = work.remembered("active agents", lambda: frozenset(work.values(ACTIVE_AGENTS)))
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
    rows = work.rows(OF_AGENTS)
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
    rows = work.rows(_CONTACTS, {"key": address_key})
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


EVERYBODYS: Final = frozenset(
    {
        "aol.com", "bk.ru", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
        "icloud.com", "inbox.ru", "internet.ru", "list.ru", "live.com", "mail.com", "mail.ru", "me.com",
        "msn.com", "outlook.com", "proton.me", "protonmail.com", "rambler.ru", "web.de", "ya.ru",
        "yahoo.com", "yandex.com", "yandex.ru", "zoho.com",
    }
)  # fmt: skip
"""Domains where anybody has a mailbox: they suggest no client."""


def domain_key(domain: str) -> str:
    """What domains are compared by; BadData where it is none, or everybody's."""
    found = key(domain).removeprefix("@").strip(".")
    if "." not in found or "@" in found or any(sign.isspace() for sign in found):
        raise BadData(_("{domain} is no mail domain.").format(domain=domain))
    if found in EVERYBODYS:
        raise BadData(_("Anybody can have an address at {domain}: it says no client.").format(domain=found))
    return found


@dataclass(frozen=True, slots=True)
class Suggested:
    """The client a mail domain suggests; it is never set by itself."""

    client_id: int
    client: str
    domain: str


def suggested(work: Work, address_key: str) -> Suggested | None:
    """The client whose domain an address is at, or at one below it (B12)."""
    there = work.remembered("domains of clients", lambda: _domains(work))
    domain = address_key.rpartition("@")[2]
    while domain:
        if domain in there:
            client_id, name = there[domain]
            return Suggested(client_id, name, domain)
        domain = domain.partition(".")[2]
    return None


def _domains(work: Work) -> dict[str, tuple[int, str]]:
    rows = work.rows(
        select(t.client_domain.c.key, t.client.c.id, t.client.c.name)
        .join(t.client, t.client.c.id == t.client_domain.c.client_id)
        .where(t.client.c.active)
    )
    return {row.key: (row.id, row.name) for row in rows}


_CONTACTS = Query(
    select(t.contact.c.id, t.contact.c.client_id, t.contact.c.name, t.client.c.name.label("client"))
    .join(t.contact_point, t.contact_point.c.contact_id == t.contact.c.id)
    .join(t.client, t.client.c.id == t.contact.c.client_id)
    .where(
        t.contact_point.c.kind == "email",
        t.contact_point.c.key == bindparam("key"),
        t.contact.c.active,
        t.client.c.active,
    )
    .order_by(t.contact.c.id)
)
