"""`deskterm senders`: who may write where only registered senders may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import nouns, output, session
from deskterm.cli.frame import JSON, command
from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.output import Column
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work


def _listed(work: Work, actor: Actor) -> Sequence[Any]:
    from deskterm.desk import senders

    return senders.listed(work, actor)


def _add(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import senders

    return Done(values={"id": senders.add(work, actor, key, values.get("name", ""))})


def _show(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import senders

    return senders.show(work, actor, key)


def _edit(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import senders

    senders.edit(work, actor, key, values["name"])


def _remove(work: Work, actor: Actor, key: str) -> None:
    from deskterm.desk import senders

    senders.remove(work, actor, key)


SENDERS = Noun(
    name="senders",
    one=N_("Sender"),
    help=_("Registered senders beside agents and contacts: they may write where only registered ones may."),
    key="value",
    key_help=_("An address, or a domain with all below it; or the entry's number."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("kind", N_("Kind")),
        Column("value", N_("Value"), wide=True),
        Column("name", N_("Name")),
        Column("created_at", N_("Since")),
    ),
    examples={
        "list": "",
        "add": "ann@example.com --name 'Ann Baker'",
        "show": "example.com",
        "edit": "ann@example.com --name 'Ann Cooper'",
        "remove": "example.com",
    },
    listed=_listed,
    show=_show,
    add=_add,
    edit=_edit,
    remove=_remove,
    options=(Option("name", "--name", _("Whose address it is."), metavar="NAME"),),
)

app = nouns.group(SENDERS)


@command(
    app,
    "register",
    _("Register the sender of a refused letter and make the letter a ticket."),
    "deskterm letters list --state refused",
    "deskterm senders register 12",
)
def register(
    number: int = typer.Argument(..., metavar="NUMBER", help=_("Number of the letter.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import senders

    with session.desk() as desk, desk.writing() as work:
        ticket = senders.register_and_process(work, desk.actor, number)
    output.done(
        _("Letter {letter} is ticket {ticket}.").format(letter=number, ticket=ticket),
        as_json,
        letter=number,
        ticket=ticket,
    )
