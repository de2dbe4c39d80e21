"""`deskterm observers`: addresses told of what happens to tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import lookup, nouns, output, session, words
from deskterm.cli.frame import JSON, command
from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.output import Column
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.desk.observers import Scope
    from deskterm.store.work import Work


def _scope(work: Work, values: dict[str, Any]) -> Scope:
    from deskterm.desk.observers import Scope

    account = values.get("account")
    return Scope(
        account_id=lookup.account(work, account) if account else None,
        rule_id=values.get("rule"),
        ticket_id=values.get("ticket"),
    )


def _listed(work: Work, actor: Actor, **values: Any) -> Sequence[Any]:
    from deskterm.desk import observers

    return observers.listed(work, actor, _scope(work, values) if values else None)


def _add(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import observers

    id = observers.add(work, actor, key, _scope(work, values))
    return Done(values={"id": id})


_SCOPES = (
    Option("account", "--account", _("Tickets of this account."), metavar="ADDRESS", verbs=("add",)),
    Option("rule", "--rule", _("Tickets this rule made, by its number."), int, "N", verbs=("add",)),
    Option("ticket", "--ticket", _("This ticket only."), int, "NUMBER", verbs=("add",)),
)

_OBSERVERS = Noun(
    name="observers",
    one=N_("Observer"),
    help=_(
        "Addresses told when tickets are registered, changed, answered and closed, in one thread per ticket."
    ),
    key="address",
    key_help=_("E-mail address; a mailbox of the desk may be one."),
    columns=(
        Column("address", N_("Address"), wide=True),
        Column("scope", N_("Scope"), word=words.scope),
        Column("account", N_("Account")),
        Column("rule", N_("Rule")),
        Column("ticket_id", N_("Ticket"), right=True),
        Column("created_at", N_("Since")),
    ),
    examples={
        "list": "--ticket 17",
        "add": "boss@example.org --account support@example.org",
    },
    listed=_listed,
    add=_add,
    options=_SCOPES,
    filters=_SCOPES,
)

app = nouns.group(_OBSERVERS)


@command(
    app,
    "show",
    _("Everything an address is told of."),
    "deskterm observers show boss@example.org",
)
def show(
    address: str = typer.Argument(..., metavar="ADDRESS", help=_("E-mail address.")), as_json: bool = JSON
) -> None:
    from deskterm.desk import observers

    with session.desk() as desk, desk.reading() as work:
        rows = observers.of_address(work, desk.actor, address)
    output.listing(_OBSERVERS.columns, rows, as_json)


@command(
    app,
    "remove",
    _("Tell an address no longer; what it observes besides stays."),
    "deskterm observers remove boss@example.org",
    "deskterm observers remove boss@example.org --account support@example.org",
)
def remove(
    address: str = typer.Argument(..., metavar="ADDRESS", help=_("E-mail address.")),
    account: str = typer.Option("", "--account", metavar="ADDRESS", help=_("Tickets of this account.")),
    rule: int = typer.Option(None, "--rule", metavar="N", help=_("Tickets this rule made, by its number.")),
    ticket: int = typer.Option(None, "--ticket", metavar="NUMBER", help=_("This ticket only.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import observers

    with session.desk() as desk, desk.writing() as work:
        scope = _scope(work, {"account": account, "rule": rule, "ticket": ticket})
        observers.remove(work, desk.actor, address, scope)
    sentence = nouns.SAYS["remove"]
    output.done(_(sentence).format(noun=_(_OBSERVERS.one), key=address), as_json, address=address)


@command(
    app,
    "edit",
    _("Put another address in the place of one, in all it is told of."),
    "deskterm observers edit boss@example.org --to chief@example.org",
)
def edit(
    address: str = typer.Argument(..., metavar="ADDRESS", help=_("E-mail address.")),
    to: str = typer.Option(..., "--to", metavar="ADDRESS", help=_("The address told from now on.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import observers, undo
    from deskterm.desk.observers import Scope

    with session.desk() as desk, desk.writing() as work:
        there = observers.of_address(work, desk.actor, address)
        with undo.together(work, desk.actor, "observer.add"):
            for one in there:
                account = lookup.account(work, one.account) if one.account else None
                scope = Scope(account_id=account, rule_id=one.rule_id, ticket_id=one.ticket_id)
                observers.remove(work, desk.actor, one.address, scope)
                observers.add(work, desk.actor, to, scope)
    sentence = nouns.SAYS["edit"]
    output.done(_(sentence).format(noun=_(_OBSERVERS.one), key=to), as_json, address=to)
