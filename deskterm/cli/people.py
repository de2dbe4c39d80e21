"""`deskterm agents`, `clients`, `contacts`: who works here and who writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command, new_group
from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.output import Column
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

_ACTIVE_ONLY = Option("active_only", "--active-only", _("Hide inactive ones."), bool)


def _agents(work: Work, actor: Actor, active_only: bool = False) -> Sequence[Any]:
    from deskterm.desk import agents

    return agents.listed(work, actor, active_only=active_only)


def _agent(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import agents

    return agents.show(work, actor, key)


def _add_agent(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import agents

    return Done(values={"id": agents.add(work, actor, key, **values)})


def _edit_agent(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import agents

    agents.edit(work, actor, key, values)


def _remove_agent(work: Work, actor: Actor, key: str) -> Done:
    from deskterm.desk import agents

    agents.remove(work, actor, key)
    return Done(_("Agent {key} is inactive and stays in history.").format(key=key))


AGENTS = Noun(
    name="agents",
    one=N_("Agent"),
    help=_("Members of the support staff."),
    key="login",
    key_help=_("Login of the agent: his name at the operating system, or at PostgreSQL."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("login", N_("Login")),
        Column("name", N_("Name")),
        Column("role_name", N_("Role")),
        Column("addresses", N_("Addresses"), wide=True),
        Column("day_off", N_("Day off")),
        Column("active", N_("Active")),
    ),
    examples={
        "list": "--active-only",
        "show": "anna",
        "add": "anna --name 'Anna Petrova' --email anna@example.org --role agent",
        "edit": "anna --day-off",
        "remove": "anna",
    },
    listed=_agents,
    show=_agent,
    add=_add_agent,
    edit=_edit_agent,
    remove=_remove_agent,
    options=(
        Option("name", "--name", _("Full name."), metavar="NAME"),
        Option(
            "role",
            "--role",
            _("Key or name of a role, for example agent, viewer, administrator."),
            metavar="ROLE",
        ),
        Option("addresses", "--email", _("An address of his; may be repeated."), list[str], "ADDRESS"),
        Option("branch", "--branch", _("Branch."), metavar="NAME"),
        Option("extension", "--extension", _("Telephone extension."), metavar="NUMBER"),
        Option("signature", "--signature", _("Ends his answers."), metavar="TEXT"),
        Option("language", "--language", _("His language: en, ru."), metavar="CODE"),
        Option("day_off", "--day-off/--no-day-off", _("Whether he has a day off."), bool, verbs=("edit",)),
        Option("active", "--active/--inactive", _("Whether he may work here."), bool, verbs=("edit",)),
    ),
    filters=(_ACTIVE_ONLY,),
)


def _clients(work: Work, actor: Actor, active_only: bool = False) -> Sequence[Any]:
    from deskterm.desk import clients

    return [row for row in clients.listed(work, actor) if row.active or not active_only]


def _client(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import clients

    found = clients.find(work, key)
    contacts = clients.contacts(work, actor, key)
    return output.as_data(found) | {"contacts": output.as_data(contacts)}


def _add_client(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import clients

    return Done(values={"id": clients.add(work, actor, key, values.get("note", ""))})


def _edit_client(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import clients

    clients.edit(work, actor, key, values)


def _remove_client(work: Work, actor: Actor, key: str) -> Done:
    from deskterm.desk import clients

    clients.remove(work, actor, key)
    return Done(_("Client {key} is inactive; its tickets stay.").format(key=key))


CLIENTS = Noun(
    name="clients",
    one=N_("Client"),
    help=_("Organisations customers belong to."),
    key="name",
    key_help=_("Name or number of the client."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("name", N_("Name"), wide=True),
        Column("contacts", N_("Contacts"), right=True),
        Column("note", N_("Note"), wide=True),
        Column("active", N_("Active")),
    ),
    examples={
        "list": "--active-only",
        "show": '"Acme Ltd" --json',
        "add": '"Acme Ltd" --note "paid support"',
        "edit": '"Acme Ltd" --name Acme',
        "remove": '"Acme Ltd"',
    },
    listed=_clients,
    show=_client,
    add=_add_client,
    edit=_edit_client,
    remove=_remove_client,
    options=(
        Option("name", "--name", _("New name."), metavar="NAME", verbs=("edit",)),
        Option("note", "--note", _("A note for agents."), metavar="TEXT"),
        Option("active", "--active/--inactive", _("Whether it is served."), bool, verbs=("edit",)),
    ),
    filters=(_ACTIVE_ONLY,),
)

contacts_app = new_group(
    _("Persons of clients, with their addresses and telephones."),
    'deskterm contacts list "Acme Ltd"',
    'deskterm contacts add "Acme Ltd" "Ivan Orlov" --email ivan@acme.example',
)

CLIENT = typer.Argument(..., metavar="CLIENT", help=_("Name or number of the client."))

_CONTACT_COLUMNS = (
    Column("id", N_("Number"), right=True),
    Column("name", N_("Name")),
    Column("addresses", N_("Addresses"), wide=True),
    Column("phones", N_("Telephones"), wide=True),
    Column("active", N_("Active")),
)


@command(
    contacts_app,
    "list",
    _("List the contacts of a client."),
    'deskterm contacts list "Acme Ltd" --json',
)
def list_contacts(client: str = CLIENT, as_json: bool = JSON) -> None:
    from deskterm.desk import clients

    with session.desk() as desk, desk.reading() as work:
        rows = clients.contacts(work, desk.actor, client)
    output.listing(_CONTACT_COLUMNS, rows, as_json)


@command(
    contacts_app,
    "add",
    _("Add a contact to a client."),
    'deskterm contacts add "Acme Ltd" "Ivan Orlov" --email ivan@acme.example --phone +1-555-0100',
)
def add_contact(
    client: str = CLIENT,
    name: str = typer.Argument(..., metavar="NAME", help=_("Full name.")),
    email: list[str] = typer.Option([], "--email", metavar="ADDRESS", help=_("May be repeated.")),
    phone: list[str] = typer.Option([], "--phone", metavar="NUMBER", help=_("May be repeated.")),
    language: str = typer.Option("", "--language", metavar="CODE", help=_("Language: en, ru.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import clients

    with session.desk() as desk, desk.writing() as work:
        id = clients.add_contact(work, desk.actor, client, name, email, phone, language or None)
    output.done(
        _("Contact {name} of {client} was added.").format(name=name, client=client),
        as_json,
        id=id,
        client=client,
        name=name,
    )
