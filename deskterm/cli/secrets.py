"""`deskterm secrets`: where the passwords are and what that protects against."""

from __future__ import annotations

import sys

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, choice, command, new_group, usage
from deskterm.i18n import N_, _

WHAT = ("password", "refresh_token")

app = new_group(
    _("Passwords of mailboxes; they are read from a prompt, standard input or the environment."),
    "deskterm secrets status",
    "deskterm secrets set support@example.org",
)

_PLACES = (
    output.Column("name", N_("Place")),
    output.Column("usable", N_("Usable")),
    output.Column("detail", N_("Detail"), wide=True),
    output.Column("protects", N_("What it protects against"), wide=True),
)
_KEPT = (
    output.Column("address", N_("Account")),
    output.Column("what", N_("Secret")),
    output.Column("place", N_("Place")),
    output.Column("variable", N_("Variable that would win")),
)


@command(
    app,
    "status",
    _("Show where passwords are looked for, in order, and what each place is worth."),
    "deskterm secrets status",
    "deskterm secrets status --json",
)
def status(as_json: bool = JSON) -> None:
    from deskterm.secrets import SecretError, SecretStore, variable

    secrets = SecretStore(session.home())
    places = secrets.status()
    kept: list[dict[str, str | None]] = []
    for address in _addresses():
        try:
            place = secrets.where(address)
        except SecretError as problem:
            place = problem.sentence
        kept.append({"address": address, "what": "password", "place": place, "variable": variable(address)})
    if as_json:
        output.json_document({"places": places, "accounts": kept})
        return
    output.table(_PLACES, places)
    if kept:
        print()
        output.table(_KEPT, [row | {"place": row["place"] or _("none")} for row in kept])


def _addresses() -> list[str]:
    """Accounts of the store, if there is one: the places can be shown without it."""
    if not session.exists():
        return []
    from deskterm.desk import accounts

    with session.desk() as desk, desk.reading() as work:
        return [account.address for account in accounts.listed(work, desk.actor)]


@command(
    app,
    "set",
    _("Keep the password of an account: in the system's keyring, else encrypted in the desk's folder."),
    "deskterm secrets set support@example.org",
    "pass show mail/support | deskterm secrets set support@example.org --stdin",
)
def set_(
    address: str = typer.Argument(..., metavar="ADDRESS", help=_("The account.")),
    what: str = typer.Option("password", "--what", metavar="WHAT", help=_("password or refresh_token.")),
    stdin: bool = typer.Option(False, "--stdin", help=_("Read it from standard input.")),
    to: str = typer.Option(
        "", "--to", metavar="PLACE", help=_("keyring or file; otherwise the best place there is.")
    ),
) -> None:
    from deskterm.secrets import SecretStore

    choice(what, WHAT, "--what")
    if to:
        choice(to, ("keyring", "file"), "--to")
    secrets = SecretStore(session.home())
    secret = read_secret(stdin, _("Password of {address}").format(address=address))
    place = secrets.set(address, secret, what, to or None)
    output.line(_("Kept in: {place}.").format(place=place))
    winner = secrets.where(address, what)
    if winner != place:
        output.line(_("The one from {place} is still asked first.").format(place=winner))


@command(
    app,
    "forget",
    _("Remove the password of an account from the keyring and from the desk's file."),
    "deskterm secrets forget support@example.org",
)
def forget(
    address: str = typer.Argument(..., metavar="ADDRESS", help=_("The account.")),
    what: str = typer.Option("password", "--what", metavar="WHAT", help=_("password or refresh_token.")),
) -> None:
    from deskterm.secrets import SecretStore

    removed = SecretStore(session.home()).forget(address, choice(what, WHAT, "--what"))
    if removed:
        output.line(_("Removed from: {places}.").format(places=", ".join(removed)))
    else:
        output.line(_("There was none."))


def read_secret(stdin: bool, prompt: str) -> str:
    """A secret from standard input's first line, or from a prompt that does not show it."""
    if stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        secret = typer.prompt(prompt, hide_input=True, default="", show_default=False, err=True)
    else:
        raise usage(_("No terminal to ask for the password: give it on standard input."))
    if not secret:
        raise usage(_("The password is empty."))
    return secret
