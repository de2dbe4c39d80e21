"""`deskterm tickets history|read|unread`: what happened to a ticket, and what one has read."""

from __future__ import annotations

from typing import Any

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, TICKET, TICKETS, command
from deskterm.i18n import N_, _

HISTORY = (
    output.Column("at", N_("When")),
    output.Column("who", N_("Who")),
    output.Column("title", N_("Act")),
    output.Column("message_id", N_("Message"), right=True),
    output.Column("changes", N_("Changes"), wide=True),
)


def add_to(app: typer.Typer) -> None:
    """Declare the commands among those of `deskterm tickets`."""
    command(
        app,
        "history",
        _("All that happened to a ticket: who, when, what, before and after."),
        "deskterm tickets history 42",
        "deskterm tickets history 42 --json",
    )(_history)
    command(app, "read", _("Mark all messages of tickets read."), "deskterm tickets read 42 43")(_read)
    command(
        app,
        "unread",
        _("Mark the newest message of each ticket that somebody else wrote unread."),
        "deskterm tickets unread 42",
    )(_unread)


def _history(number: int = TICKET, as_json: bool = JSON) -> None:
    from deskterm.desk import tickets, timeline

    with session.desk() as desk, desk.reading() as work:
        rows = timeline.events(work, desk.actor, tickets.target(work, number))
    if as_json:
        output.json_document(rows)
        return
    output.table(HISTORY, [output.as_data(row) | {"at": row.at, "changes": _told(row)} for row in rows])


def _told(row: Any) -> list[str]:
    return [f"{one.field}: {one.before or '—'} → {one.after or '—'}" for one in row.changes]


def _read(numbers: list[int] = TICKETS, as_json: bool = JSON) -> None:
    from deskterm.desk import reading

    with session.desk() as desk, desk.writing() as work:
        reading.read_tickets(work, desk.actor, numbers)
    output.done(_("Read."), as_json, tickets=numbers)


def _unread(numbers: list[int] = TICKETS, as_json: bool = JSON) -> None:
    from deskterm.desk import reading

    with session.desk() as desk, desk.writing() as work:
        reading.unread_tickets(work, desk.actor, numbers)
    output.done(_("Unread."), as_json, tickets=numbers)
