"""`deskterm attachments`: the files of a ticket, saved or shown as text."""

from __future__ import annotations

from pathlib import Path

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command, new_group, usage
from deskterm.i18n import N_, _

app = new_group(
    _("Files of tickets: list, save, show as text."),
    "deskterm attachments list 42",
    "deskterm attachments save --ticket 42 --to ~/files",
    "deskterm attachments show 117",
)

_COLUMNS = (
    output.Column("id", N_("Number"), right=True),
    output.Column("message_id", N_("Message"), right=True),
    output.Column("at", N_("When")),
    output.Column("author", N_("From")),
    output.Column("type", N_("Type")),
    output.Column("size", N_("Bytes"), right=True),
    output.Column("inline", N_("In the text")),
    output.Column("name", N_("Name"), wide=True),
)


@command(
    app,
    "list",
    _("List the files of a ticket, the oldest first."),
    "deskterm attachments list 42",
    "deskterm attachments list 42 --no-inline --json",
)
def list_(
    ticket: int = typer.Argument(..., metavar="TICKET", help=_("Number of the ticket.")),
    inline: bool = typer.Option(True, "--inline/--no-inline", help=_("Pictures in the text too.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import ticket_files

    with session.desk() as desk, desk.reading() as work:
        rows = ticket_files.listed(work, desk.actor, ticket, inline=inline)
    output.listing(_COLUMNS, rows, as_json)


@command(
    app,
    "save",
    _("Save files into a folder; nothing there is ever overwritten."),
    "deskterm attachments save 117 118 --to ~/files",
    "deskterm attachments save --ticket 42 --to ~/files",
)
def save(
    numbers: list[int] = typer.Argument(None, metavar="[NUMBER…]", help=_("Numbers of the files.")),
    ticket: int | None = typer.Option(None, "--ticket", metavar="N", help=_("All files of this ticket.")),
    to: Path = typer.Option(Path(), "--to", metavar="FOLDER", help=_("The folder; otherwise this one.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import ticket_files

    if bool(numbers) == (ticket is not None):
        raise usage(_("Name files by number, or a ticket: --ticket N."))
    with session.desk() as desk, desk.reading() as work:
        if ticket is not None:
            numbers = [row.id for row in ticket_files.listed(work, desk.actor, ticket)]
        paths = ticket_files.save(work, desk.actor, numbers, to.expanduser())
    if as_json:
        output.json_document([str(path) for path in paths])
        return
    for path in paths:
        output.line(str(path))


@command(
    app,
    "show",
    _("Show a file as text: texts, and PDF, Word and Excel documents."),
    "deskterm attachments show 117",
)
def show(
    number: int = typer.Argument(..., metavar="NUMBER", help=_("Number of the file.")), as_json: bool = JSON
) -> None:
    from deskterm.desk import attachments, previews
    from deskterm.desk.errors import BadData

    with session.desk() as desk:
        with desk.reading() as work:
            name, kind, data = attachments.read(work, desk.actor, number)
        # a document may take seconds: no transaction waits for it
        found = previews.text(name, kind, data)
    if as_json:
        output.json_document(found)
        return
    if found.why:
        raise BadData(found.why)
    output.block(found.text)
    if found.cut:
        output.line(_("… and more: save the file to see all of it."))
