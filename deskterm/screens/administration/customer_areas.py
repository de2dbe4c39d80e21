"""Areas about who writes: clients, departments, contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import N_
from deskterm.screens.administration import sources
from deskterm.screens.administration.area import Area, Field
from deskterm.screens.presenters.administration import column, name_column, state_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

_RETIRING: Final = N_("put “{name}” out of use; tickets keep it")
_NONE: Final = N_("none")
POINTS: Final = ("unused", "addresses", "phones")
"""Fields that say a contact's addresses and telephones; what two name is as the later one says."""
_IN_USE: Final = Field("active", N_("in use"), "switch", verbs=("edit",), default=True)


def list_clients(work: Work, actor: Actor, words: str, after: Any, limit: int) -> Sequence[Any]:
    """A page of clients that hold the words."""
    from deskterm.desk import clients

    return clients.listed(work, actor, words, after=after, limit=limit)


def add_client(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add a client."""
    from deskterm.desk import clients

    return clients.add(work, actor, **{"name": "", **values})


def edit_client(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change a client; what somebody else changed since is said."""
    from deskterm.desk import clients

    clients.edit(work, actor, row.id, values, seen={name: getattr(row, name) for name in values})


def client_now(work: Work, actor: Actor, row: Any) -> Any:
    """The client as it is now."""
    from deskterm.desk import clients

    return clients.show(work, actor, row.id)


def remove_client(work: Work, actor: Actor, row: Any) -> None:
    """Make it inactive."""
    from deskterm.desk import clients

    clients.remove(work, actor, row.id)


CLIENTS = Area(
    "clients",
    N_("Clients"),
    N_("client"),
    list_clients,
    (
        name_column(),
        column("status", N_("Status"), 10, 20, 3),
        column("contacts", N_("Contacts"), 8, importance=2, right=True),
        column("domains", N_("Domains"), 12, 50, 4, grows=1),
        column("note", N_("Note"), 12, 60, 5, grows=1),
        state_column(1),
    ),
    (
        Field("name", N_("name")),
        Field("status", N_("status"), "choice", choices=sources.list_of("client_status"), none=_NONE),
        Field("sla", N_("SLA level"), "choice", choices=sources.list_of("sla"), none=_NONE),
        Field("responsible", N_("gets its new tickets"), "choice", choices=sources.agents, none=N_("nobody")),
        Field("team", N_("team that gets them"), "choice", choices=sources.teams, none=_NONE),
        Field("domains", N_("mail domains"), "words", hint=N_("They suggest it; commas between them.")),
        Field("note", N_("note for agents"), "lines"),
        Field("contacts_see_all", N_("contacts see all tickets"), "switch", default=False),
        _IN_USE,
    ),
    lambda row: str(row.name),
    right="change",
    paged=lambda row: row.name.casefold(),
    now=client_now,
    subject="client",
    add=add_client,
    edit=edit_client,
    remove=remove_client,
    removing=_RETIRING,
    imported=True,
    look="client_card",
    look_title=N_("card"),
)


def add_department(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add a department to a client."""
    from deskterm.desk import clients, departments

    return departments.add(work, actor, clients.find(work, values["client"]).id, values["name"])


def edit_department(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Rename it, put it into use or out of it."""
    from deskterm.desk import departments

    departments.edit(work, actor, row.id, values, seen={name: getattr(row, name) for name in values})


def remove_department(work: Work, actor: Actor, row: Any) -> None:
    """Take it away: its contacts are in none then."""
    from deskterm.desk import departments

    departments.remove(work, actor, row.id)


DEPARTMENTS = Area(
    "departments",
    N_("Departments"),
    N_("department"),
    "departments.listed",
    (
        column("client", N_("Client"), 12, 40, grows=1),
        name_column(),
        column("contacts", N_("Contacts"), 8, importance=2, right=True),
        state_column(1),
    ),
    (
        Field("client", N_("client"), "choice", choices=sources.clients, looked_up=True, verbs=("add",)),
        Field("name", N_("name")),
        _IN_USE,
    ),
    lambda row: str(row.name),
    right="change",
    add=add_department,
    edit=edit_department,
    remove=remove_department,
    removing=N_("remove “{name}”; its contacts are in none then"),
    subject="department",
    imported=True,
)


def list_contacts(work: Work, actor: Actor, words: str, after: Any, limit: int) -> Sequence[Any]:
    """A page of contacts that hold the words."""
    from deskterm.desk import contacts

    return contacts.listed(work, actor, words=words, after=after, limit=limit)


def add_contact(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add a contact with addresses and telephones to a client."""
    from deskterm.desk import clients, contacts

    client = clients.find(work, values["client"])
    department = contacts.department_named(work, client.id, values.get("department"))
    points = _points({}, values)
    id = contacts.add(
        work,
        actor,
        client.id,
        values.get("name", ""),
        department,
        points,
        language=values.get("language") or None,
        note=values.get("note", ""),
    )
    if values.get("sla"):
        contacts.edit(work, actor, id, {"sla": values["sla"]})
    return id


def edit_contact(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change a contact: another client first, then the rest, as one act."""
    from deskterm.desk import clients, contacts, undo

    changes = {name: value for name, value in values.items() if name not in (*POINTS, "client")}
    if "language" in changes:
        changes["language"] = changes["language"] or None
    seen = {name: getattr(row, name) for name in changes}
    if set(POINTS) & set(values):
        there = {"addresses": row.addresses, "phones": row.phones, "unused": _unused(row)}
        changes["points"] = _points(there, values)
    with undo.together(work, actor, "contact.edit"):
        if "client" in values:
            contacts.move(work, actor, row.id, clients.find(work, values["client"]).id)
        if changes:
            contacts.edit(work, actor, row.id, changes, seen=seen)


def _points(there: dict[str, Any], values: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Addresses and telephones as the form has them; what was not changed there stays."""
    found: dict[tuple[str, str], tuple[str, str, bool]] = {}
    for name in POINTS:
        for value in (there | values).get(name) or ():
            kind = "email" if "@" in value else "phone"
            found[kind, value.casefold()] = (kind, value, name != "unused")
    return list(found.values())


def contact_now(work: Work, actor: Actor, row: Any) -> Any:
    """The contact as he is now."""
    from deskterm.desk import contacts

    return contacts.show(work, actor, str(row.id))


def remove_contact(work: Work, actor: Actor, row: Any) -> None:
    """Make him inactive."""
    from deskterm.desk import contacts

    contacts.remove(work, actor, row.id)


def _unused(row: Any) -> list[str]:
    return [point.value for point in row.points if not point.active]


CONTACTS = Area(
    "contacts",
    N_("Contacts"),
    N_("contact"),
    list_contacts,
    (
        name_column(N_("Full name")),
        column("client", N_("Client"), 12, 40, 1, grows=1),
        column("department", N_("Department"), 10, 24, 5),
        column("addresses", N_("Addresses"), 16, 50, 3, grows=2),
        column("phones", N_("Telephones"), 14, 30, 4),
        state_column(2),
    ),
    (
        Field("client", N_("client"), "choice", choices=sources.clients, looked_up=True),
        Field("name", N_("full name")),
        Field("department", N_("department"), hint=N_("One of the client's; empty: none.")),
        Field("addresses", N_("addresses in use"), "words", hint=N_("Commas between them.")),
        Field("phones", N_("telephones in use"), "words", hint=N_("Commas between them.")),
        Field(
            "unused",
            N_("out of use"),
            "words",
            of=_unused,
            hint=N_("Addresses and telephones that are kept and not used."),
        ),
        Field("language", N_("language"), "choice", choices=sources.CODES, none=N_("the desk's")),
        Field("sla", N_("SLA level"), "choice", choices=sources.list_of("sla"), none=_NONE),
        Field("note", N_("note for agents"), "lines"),
        _IN_USE,
    ),
    lambda row: str(row.name),
    right="change",
    paged=lambda row: (row.name.casefold(), row.id),
    now=contact_now,
    subject="contact",
    add=add_contact,
    edit=edit_contact,
    remove=remove_contact,
    removing=N_("put {name} out of use; tickets keep him"),
    imported=True,
    look="contact_card",
    look_title=N_("card"),
)

AREAS: Final = (CLIENTS, DEPARTMENTS, CONTACTS)
