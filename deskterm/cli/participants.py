"""`deskterm participants`: who takes part in a ticket and who gets its public messages."""

from __future__ import annotations

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, TICKET, command, new_group, usage
from deskterm.i18n import N_, _

app = new_group(
    _("Who takes part in a ticket: who gets its public messages, who does not and why."),
    "deskterm participants list 17",
    "deskterm participants add 17 bill@example.com",
    "deskterm participants exclude 17 bill@example.com",
)

_COLUMNS = (
    output.Column("id", N_("Number"), right=True),
    output.Column("address", N_("Address"), wide=True),
    output.Column("name", N_("Name")),
    output.Column("place", N_("Place")),
    output.Column("gets", N_("Gets answers")),
    output.Column("why", N_("Why not")),
)

ADDRESSES = typer.Argument(..., metavar="ADDRESS...", help=_("E-mail address of a participant."))


@command(
    app, "list", _("List them, and who will get the next answer."), "deskterm participants list 17 --json"
)
def list_(number: int = TICKET, as_json: bool = JSON) -> None:
    from deskterm.desk import participants

    with session.desk() as desk, desk.reading() as work:
        rows = participants.listed(work, desk.actor, number)
    output.listing(_COLUMNS, rows, as_json)


@command(
    app,
    "add",
    _("Let an address, or a contact with all his addresses, take part."),
    "deskterm participants add 17 bill@example.com --name 'Bill Baker'",
    "deskterm participants add 17 --contact 4",
)
def add(
    number: int = TICKET,
    address: str = typer.Argument("", metavar="[ADDRESS]", help=_("E-mail address.")),
    name: str = typer.Option("", "--name", metavar="NAME", help=_("Whose address it is.")),
    contact: int = typer.Option(
        None, "--contact", metavar="N", help=_("A contact of any client, by his number.")
    ),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import participants

    if bool(address) == (contact is not None):
        raise usage(_("Name an address or a contact."))
    with session.desk() as desk, desk.writing() as work:
        if contact is not None:
            ids = participants.add_contact(work, desk.actor, number, contact)
        else:
            ids = [participants.add_address(work, desk.actor, number, address, name)]
    sentence = _("{who} takes part in ticket {number}.").format(who=address or contact, number=number)
    output.done(sentence, as_json, ticket=number, ids=ids)


@command(
    app,
    "exclude",
    _("Send answers to these addresses no longer; they may still write."),
    "deskterm participants exclude 17 bill@example.com",
)
def exclude(number: int = TICKET, address: list[str] = ADDRESSES, as_json: bool = JSON) -> None:
    from deskterm.desk import participants

    with session.desk() as desk, desk.writing() as work:
        ids = [participants.find(work, desk.actor, number, one) for one in address]
        participants.exclude(work, desk.actor, number, ids)
    sentence = _("{who} gets no answers in ticket {number}.").format(who=", ".join(address), number=number)
    output.done(sentence, as_json, ticket=number, excluded=address)


@command(
    app,
    "include",
    _("Bring excluded addresses back."),
    "deskterm participants include 17 bill@example.com",
)
def include(number: int = TICKET, address: list[str] = ADDRESSES, as_json: bool = JSON) -> None:
    from deskterm.desk import participants

    with session.desk() as desk, desk.writing() as work:
        ids = [participants.find(work, desk.actor, number, one) for one in address]
        participants.include(work, desk.actor, number, ids)
    sentence = _("{who} takes part in ticket {number}.").format(who=", ".join(address), number=number)
    output.done(sentence, as_json, ticket=number, included=address)
