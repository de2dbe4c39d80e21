"""`deskterm clients`, `departments`, `contacts`: who writes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import nouns, output, session
from deskterm.cli.frame import JSON, command, usage
from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.output import Column
from deskterm.cli.people import ACTIVE_ONLY, NAME
from deskterm.i18n import N_, _, n_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

WORDS = Option("words", "--words", _("Only those that hold these words."), metavar="WORDS")
CLIENT = Option("client", "--client", _("Name or number of the client."), metavar="CLIENT")


def _clients(work: Work, actor: Actor, active_only: bool = False, words: str = "") -> Sequence[Any]:
    from deskterm.desk import clients

    return clients.listed(work, actor, words, active_only=active_only)


def _client(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import cards, clients

    card = output.as_data(cards.client(work, actor, clients.find(work, key).id))
    return card["client"] | {name: card[name] for name in ("departments", "contacts", "branch", "tickets")}


def _add_client(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import clients

    return Done(values={"id": clients.add(work, actor, key, **values)})


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
        Column("status", N_("Status")),
        Column("contacts", N_("Contacts"), right=True),
        Column("domains", N_("Domains"), wide=True),
        Column("note", N_("Note"), wide=True),
        Column("active", N_("Active")),
    ),
    examples={
        "list": "--active-only",
        "show": '"Acme Ltd" --json',
        "add": '"Acme Ltd" --note "paid support" --domain acme.example',
        "edit": '"Acme Ltd" --name Acme',
        "remove": '"Acme Ltd"',
    },
    listed=_clients,
    show=_client,
    add=_add_client,
    edit=_edit_client,
    remove=_remove_client,
    options=(
        NAME,
        Option("note", "--note", _("A note for agents."), metavar="TEXT"),
        Option("status", "--status", _("Its status, of the list of client statuses."), metavar="STATUS"),
        Option("sla", "--sla", _("Its SLA level."), metavar="LEVEL"),
        Option("responsible", "--responsible", _("Login of who gets its new tickets."), metavar="LOGIN"),
        Option("team", "--team", _("Team that gets its new tickets."), metavar="TEAM"),
        Option(
            "domains", "--domain", _("A mail domain that suggests it; may be repeated."), list[str], "DOMAIN"
        ),
        Option(
            "contacts_see_all",
            "--contacts-see-all/--contacts-see-own",
            _("Whether its contacts may see the tickets of all of them."),
            bool,
        ),
        Option("active", "--active/--inactive", _("Whether it is served."), bool, verbs=("edit",)),
    ),
    filters=(ACTIVE_ONLY, WORDS),
)

clients_app = nouns.group(CLIENTS)


@command(
    clients_app,
    "import",
    _("Bring in clients and contacts from a CSV file; the same file twice changes nothing."),
    "deskterm clients import clients.csv --dry-run",
    "deskterm clients import clients.csv --json",
)
def import_clients(
    file: Path = typer.Argument(
        ..., metavar="FILE", help=_("The file, - for standard input; its first line names the columns.")
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Only say what would be done.")),
    as_json: bool = JSON,
) -> int:
    from deskterm.desk import people_csv
    from deskterm.desk.errors import BAD_DATA

    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise usage(
            _("{file} cannot be read: {why}").format(file=file, why=error.strerror or str(error))
        ) from error
    with session.desk() as desk, desk.writing() as work:
        done = people_csv.load(work, desk.actor, data, dry_run=dry_run)
    if as_json:
        output.json_document(
            output.as_data(done)
            | {"errors": [{"line": number, "error": sentence} for number, sentence in done.errors]}
        )
    else:
        _say_import(done)
    return BAD_DATA if done.errors else 0


def _say_import(done: Any) -> None:
    for number, sentence in done.errors:
        output.line(_("Line {number}: {why}").format(number=number, why=sentence))
    if done.ignored_columns:
        output.line(_("Columns passed over: {names}").format(names=", ".join(done.ignored_columns)))
    lines = n_("{number} line read.", "{number} lines read.", done.rows).format(number=done.rows)
    output.line(
        lines
        + " "
        + _(
            "Clients: {clients} new, {clients_changed} changed. Departments: {departments} new. "
            "Contacts: {contacts} new, {contacts_changed} changed. Unchanged: {unchanged}. "
            "With errors: {errors}."
        ).format(
            clients=done.clients_added,
            clients_changed=done.clients_changed,
            departments=done.departments_added,
            contacts=done.contacts_added,
            contacts_changed=done.contacts_changed,
            unchanged=done.unchanged,
            errors=len(done.errors),
        )
    )
    if done.dry_run:
        output.line(_("Nothing was changed: it was only tried."))


@command(
    clients_app,
    "merge",
    _("Make duplicates one client: contacts, departments and tickets go to the one that stays."),
    'deskterm clients merge "Acme Ltd" --duplicate ACME --duplicate "Acme Limited"',
)
def merge_clients(
    client: str = typer.Argument(..., metavar="CLIENT", help=_("The one that stays.")),
    duplicate: list[str] = typer.Option(
        ..., "--duplicate", metavar="CLIENT", help=_("One that goes into it; may be repeated.")
    ),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import clients

    with session.desk() as desk, desk.writing() as work:
        into = clients.find(work, client)
        clients.merge(work, desk.actor, [clients.find(work, name).id for name in duplicate], into.id)
    output.done(
        _("They are one client now: {name}.").format(name=into.name), as_json, id=into.id, name=into.name
    )


def _departments(
    work: Work, actor: Actor, active_only: bool = False, client: str | None = None
) -> Sequence[Any]:
    from deskterm.desk import clients, departments

    client_id = clients.find(work, client).id if client else None
    return departments.listed(work, actor, client_id, active_only=active_only)


def _department(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import departments

    return departments.show(work, actor, key)


def _add_department(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import clients, departments

    return Done(values={"id": departments.add(work, actor, clients.find(work, values["client"]).id, key)})


def _edit_department(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import departments

    departments.edit(work, actor, _department_id(work, key, values), values)


def _remove_department(work: Work, actor: Actor, key: str) -> None:
    from deskterm.desk import departments

    departments.remove(work, actor, departments.named(work, key).id)


def _department_id(work: Work, key: str, values: dict[str, Any]) -> int:
    from deskterm.desk import clients, departments

    client = values.pop("client", None)
    return departments.named(work, key, clients.find(work, client).id if client else None).id


def _client_needed(verb: str, key: str, values: dict[str, Any]) -> None:
    if verb == "add" and not values.get("client"):
        raise usage(_("Name the client: --client."))


DEPARTMENTS = Noun(
    name="departments",
    one=N_("Department"),
    help=_("Departments of clients."),
    key="name",
    key_help=_("Name of the department, or its number."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("client", N_("Client"), wide=True),
        Column("name", N_("Name"), wide=True),
        Column("contacts", N_("Contacts"), right=True),
        Column("active", N_("Active")),
    ),
    examples={
        "list": '--client "Acme Ltd"',
        "show": "Sales",
        "add": 'Sales --client "Acme Ltd"',
        "edit": 'Sales --client "Acme Ltd" --name "Inside sales"',
        "remove": "12",
    },
    listed=_departments,
    show=_department,
    add=_add_department,
    edit=_edit_department,
    remove=_remove_department,
    options=(
        CLIENT,
        NAME,
        Option("active", "--active/--inactive", _("Whether it can be chosen."), bool, verbs=("edit",)),
    ),
    filters=(ACTIVE_ONLY, CLIENT),
    prepare=_client_needed,
)


def _contacts(
    work: Work, actor: Actor, active_only: bool = False, client: str | None = None, words: str = ""
) -> Sequence[Any]:
    from deskterm.desk import clients, contacts

    client_id = clients.find(work, client).id if client else None
    return contacts.listed(work, actor, client_id, words=words, active_only=active_only)


def _contact(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import cards, contacts

    card = output.as_data(cards.contact(work, actor, contacts.id_of(work, key)))
    return card["contact"] | {name: card[name] for name in ("same_address", "tickets", "created_at")}


def _add_contact(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import clients, contacts

    client = clients.find(work, values["client"])
    id = contacts.add(
        work,
        actor,
        client.id,
        key,
        contacts.department_named(work, client.id, values.get("department")),
        _points((), values),
        language=values.get("language"),
        note=values.get("note", ""),
    )
    if values.get("sla"):
        contacts.edit(work, actor, id, {"sla": values["sla"]})
    return Done(
        _("Contact {name} of {client} was added.").format(name=key, client=client.name),
        values={"id": id, "client": client.name},
    )


def _edit_contact(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import clients, contacts

    id = contacts.id_of(work, key)
    if client := values.pop("client", None):
        contacts.move(work, actor, id, clients.find(work, client).id)
    there = contacts.find(work, id)
    if {"emails", "phones", "unused"} & set(values):
        values["points"] = _points(there.points, values)
    changes = {name: value for name, value in values.items() if name not in ("emails", "phones", "unused")}
    if changes:
        contacts.edit(work, actor, id, changes)


def _points(there: Sequence[Any], values: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """What a contact's addresses and telephones shall be: those named are in use, `unused` ones not."""
    from deskterm.desk.contact_points import point_key

    found = {(one.kind, point_key(one.kind, one.value)): one.point for one in there}
    for kind, name in (("email", "emails"), ("phone", "phones")):
        if name in values:
            found = {key: point for key, point in found.items() if key[0] != kind or not point[2]}
            for value in filter(None, values[name]):
                found[kind, point_key(kind, value)] = (kind, value, True)
    for value in values.get("unused", ()):
        kind = "email" if "@" in value else "phone"
        found[kind, point_key(kind, value)] = (kind, value, False)
    return list(found.values())


def _remove_contact(work: Work, actor: Actor, key: str) -> Done:
    from deskterm.desk import contacts

    contacts.remove(work, actor, contacts.id_of(work, key))
    return Done(_("Contact {key} is inactive; tickets stay.").format(key=key))


CONTACTS = Noun(
    name="contacts",
    one=N_("Contact"),
    help=_("Persons of clients, with their addresses and telephones."),
    key="name",
    key_help=_("Full name, an address, or the number of the contact."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("name", N_("Name")),
        Column("client", N_("Client"), wide=True),
        Column("department", N_("Department")),
        Column("addresses", N_("Addresses"), wide=True),
        Column("phones", N_("Telephones"), wide=True),
        Column("agent", N_("Agent")),
        Column("active", N_("Active")),
    ),
    examples={
        "list": '--client "Acme Ltd" --words orlov',
        "show": "ivan@acme.example --json",
        "add": '"Ivan Orlov" --client "Acme Ltd" --email ivan@acme.example --phone +1-555-0100',
        "edit": '"Ivan Orlov" --unused ivan@old.example --email ivan@acme.example',
        "remove": "17",
    },
    listed=_contacts,
    show=_contact,
    add=_add_contact,
    edit=_edit_contact,
    remove=_remove_contact,
    options=(
        CLIENT,
        NAME,
        Option(
            "department", "--department", _("A department of the client; empty for none."), metavar="NAME"
        ),
        Option("emails", "--email", _("An address in use; may be repeated."), list[str], "ADDRESS"),
        Option("phones", "--phone", _("A telephone in use; may be repeated."), list[str], "NUMBER"),
        Option(
            "unused",
            "--unused",
            _("An address or telephone that is kept and not used; may be repeated."),
            list[str],
            "VALUE",
        ),
        Option("language", "--language", _("Language: en, ru."), metavar="CODE"),
        Option("note", "--note", _("A note for agents."), metavar="TEXT"),
        Option("sla", "--sla", _("SLA level; empty for none."), metavar="LEVEL"),
        Option("active", "--active/--inactive", _("Whether he can be chosen."), bool, verbs=("edit",)),
    ),
    filters=(ACTIVE_ONLY, CLIENT, WORDS),
    prepare=_client_needed,
)

contacts_app = nouns.group(CONTACTS)

CONTACT = typer.Argument(
    ..., metavar="CONTACT", help=_("Full name, an address, or the number of the contact.")
)


@command(
    contacts_app,
    "erase",
    _("Erase a person for ever: texts, files, addresses and originals; what happened stays without texts."),
    "deskterm contacts erase 17 --yes",
)
def erase(
    contact: str = CONTACT,
    yes: bool = typer.Option(False, "--yes", help=_("Do it; without this only what is meant is shown.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import cards, contacts, erasing

    with session.desk() as desk, desk.writing() as work:
        id = contacts.id_of(work, contact)
        if not yes:
            card = cards.contact(work, desk.actor, id)
            raise usage(
                _(
                    "{name} of {client} and his tickets ({tickets}) would be erased for ever. "
                    "Say --yes to do it."
                ).format(name=card.contact.name, client=card.client.name, tickets=card.tickets.all)
            )
        done = erasing.erase(work, desk.actor, id)
    output.done(
        _(
            "Contact {id} was erased. Tickets: {tickets}. Messages: {messages}. Letters: {letters}. "
            "Letters of ours: {sent}. Files: {files}. "
            "Not reached: mail servers, files saved in folders, backups."
        ).format(
            id=id,
            tickets=done.tickets,
            messages=done.messages,
            letters=done.letters,
            sent=done.sent_letters,
            files=done.files,
        ),
        as_json,
        **output.as_data(done),
    )


@command(
    contacts_app,
    "hand-over",
    _("Give a contact's addresses to another person; old tickets stay with the first."),
    'deskterm contacts hand-over director@acme.example "Olga Orlova"',
)
def hand_over(
    contact: str = CONTACT,
    name: str = typer.Argument(..., metavar="NAME", help=_("Full name of the other person.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import contacts

    with session.desk() as desk, desk.writing() as work:
        id = contacts.hand_over(work, desk.actor, contacts.id_of(work, contact), name)
    output.done(_("It is contact {id} now: {name}.").format(id=id, name=name), as_json, id=id, name=name)


@command(
    contacts_app,
    "merge",
    _("Make duplicates one contact: addresses and tickets go to the one that stays."),
    "deskterm contacts merge 17 --duplicate 31",
)
def merge_contacts(
    contact: str = CONTACT,
    duplicate: list[str] = typer.Option(
        ..., "--duplicate", metavar="CONTACT", help=_("One that goes into it; may be repeated.")
    ),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import contacts

    with session.desk() as desk, desk.writing() as work:
        into = contacts.id_of(work, contact)
        contacts.merge(work, desk.actor, [contacts.id_of(work, name) for name in duplicate], into)
        name = contacts.find(work, into).name
    output.done(_("They are one contact now: {name}.").format(name=name), as_json, id=into, name=name)
