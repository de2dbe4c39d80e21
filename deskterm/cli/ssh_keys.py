"""`deskterm agents ssh-key`: agents who come over OpenSSH, by their public keys."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command, new_group
from deskterm.i18n import N_, _, n_

app = new_group(
    _("Public keys by which agents come in over OpenSSH: into the console, and nowhere else."),
    "deskterm agents ssh-key add anna anna.pub",
    "deskterm agents ssh-key list",
    "deskterm agents ssh-key remove anna",
)
LOGIN = typer.Argument(..., metavar="LOGIN", help=_("Login of the agent."))
FILE = typer.Option(
    None, "--file", metavar="FILE", help=_("The file of keys, instead of ~/.ssh/authorized_keys.")
)
_COLUMNS: Sequence[output.Column] = (
    output.Column("login", N_("Login")),
    output.Column("name", N_("Name")),
    output.Column("kind", N_("Kind")),
    output.Column("fingerprint", N_("Fingerprint"), wide=True),
    output.Column("comment", N_("Comment"), wide=True),
    output.Column("editor", N_("Editor")),
    output.Column("active", N_("Active")),
)


def file_of_keys(given: str | None) -> Path:
    """The file OpenSSH asks for the account this runs as."""
    return Path(given).expanduser().absolute() if given else Path.home() / ".ssh" / "authorized_keys"


@command(
    app,
    "add",
    _("Let an agent in by a public key; run it as the account that owns the store."),
    "deskterm agents ssh-key add anna anna.pub",
    "ssh-keygen -y -f key | deskterm agents ssh-key add anna",
)
def add(
    login: str = LOGIN,
    key: str = typer.Argument(
        "-", metavar="KEY_FILE", help=_("The file that ends in .pub; - reads it here.")
    ),
    editor: str = typer.Option(
        "",
        "--editor",
        metavar="COMMAND",
        help=_("An editor for long texts; only one that opens no shell and no other file, like `rnano`."),
    ),
    file: str = FILE,
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import ssh_keys

    text = sys.stdin.read() if key == "-" else Path(key).read_text(encoding="utf-8", errors="replace")
    place = file_of_keys(file)
    with session.desk() as desk, desk.writing() as work:
        database = "" if desk.home.is_local else desk.home.database
        opened = ssh_keys.Session(desk.home.folder, database, editor)
        fingerprint = ssh_keys.add(work, desk.actor, login, text, place, opened)
    output.done(
        _("{login} may come in by the key {fingerprint}: ssh -t {account}@…").format(
            login=login, fingerprint=fingerprint, account=os.environ.get("USER", "")
        ),
        as_json,
        login=login,
        fingerprint=fingerprint,
        file=str(place),
    )


@command(app, "list", _("List the keys of agents."), "deskterm agents ssh-key list --json")
def listing(
    login: str = typer.Argument("", metavar="LOGIN", help=_("Only this agent's.")),
    file: str = FILE,
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import ssh_keys

    with session.desk() as desk, desk.reading() as work:
        rows: Any = ssh_keys.listed(work, desk.actor, file_of_keys(file), login or None)
    output.listing(_COLUMNS, rows, as_json)


@command(
    app,
    "remove",
    _("Take a key of an agent away, or all of his."),
    "deskterm agents ssh-key remove anna",
    "deskterm agents ssh-key remove anna SHA256:2Qv1J1Vb9D1mXv0w2jTt8zG1cVqk7R8cN0f3mYb1a9A",
)
def remove(
    login: str = LOGIN,
    fingerprint: str = typer.Argument("", metavar="FINGERPRINT", help=_("As `list` shows it; empty: all.")),
    file: str = FILE,
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import ssh_keys

    with session.desk() as desk, desk.writing() as work:
        gone = ssh_keys.remove(work, desk.actor, login, fingerprint or None, file_of_keys(file))
    output.done(
        n_(
            "{count} key was removed; sessions that are open go on until they end.",
            "{count} keys were removed; sessions that are open go on until they end.",
            len(gone),
        ).format(count=len(gone)),
        as_json,
        login=login,
        removed=gone,
    )
