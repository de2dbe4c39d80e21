"""`deskterm letters`: letters as they came, what became of them, and held ones released."""

from __future__ import annotations

import sys
from typing import Any

import typer

from deskterm.cli import lookup, output, session, words
from deskterm.cli.frame import JSON, choice, command, new_group
from deskterm.i18n import N_, _

STATES = ("held", "broken", "blocked", "refused", "filed", "all")
DEFAULT_LIMIT = 200

app = new_group(
    _("Letters as they came: what became of them and why, held and blocked ones released."),
    "deskterm letters list",
    "deskterm letters show 12",
    "deskterm letters release 12",
)

_COLUMNS = (
    output.Column("id", N_("Number"), right=True),
    output.Column("arrived_at", N_("Arrived")),
    output.Column("verdict", N_("Verdict"), word=words.verdict),
    output.Column("tickets", N_("Tickets"), right=True),
    output.Column("from_address", N_("From")),
    output.Column("subject", N_("Subject"), wide=True),
    output.Column("why", N_("Why"), wide=True),
)

NUMBER = typer.Argument(..., metavar="NUMBER", help=_("Number of the letter."))


@command(
    app,
    "list",
    _("List letters, the newest first: those held for a person, or others by --state."),
    "deskterm letters list",
    "deskterm letters list --state broken --json",
    "deskterm letters list --state all --account support@example.org --words invoice",
)
def list_(
    state: str = typer.Option(
        "held", "--state", metavar="STATE", help=_("held, broken, blocked, refused, filed or all.")
    ),
    account: str = typer.Option("", "--account", metavar="ADDRESS", help=_("Only those to this account.")),
    words: str = typer.Option("", "--words", metavar="WORDS", help=_("Only those with all of these words.")),
    limit: int = typer.Option(DEFAULT_LIMIT, "--limit", metavar="N", min=1, help=_("At most so many.")),
    as_json: bool = JSON,
) -> None:
    choice(state, STATES, "--state")
    from deskterm.desk import letters

    which: dict[str, Any] = {"held": {"triage": "waiting"}, "broken": {"broken": True}, "all": {}}
    filters = which.get(state, {"verdict": state})
    with session.desk() as desk, desk.reading() as work:
        if account:
            filters["account"] = lookup.account(work, account)
        page = letters.listed(work, desk.actor, **filters, words=words, limit=limit)
    output.listing(_COLUMNS, page.rows, as_json)


@command(
    app,
    "show",
    _("Show a letter, and every step that led to what became of it."),
    "deskterm letters show 12",
    "deskterm letters show 12 --original > letter.eml",
)
def show(
    number: int = NUMBER,
    original: bool = typer.Option(False, "--original", help=_("Print its bytes as they came.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import letters, showing

    with session.desk() as desk, desk.reading() as work:
        if original:
            sys.stdout.flush()
            sys.stdout.buffer.write(showing.original(work, desk.actor, number))
            return
        body = showing.letter_body(work, desk.actor, number)
        made = letters.tickets_of(work, desk.actor, [number]).get(number, ())
    if as_json:
        output.json_document(output.as_data(body) | {"tickets": list(made)})
        return
    facts = (
        (_("From"), f"{body.author} <{body.address}>" if body.author else body.address),
        (_("To"), ", ".join(body.to)),
        (_("Cc"), ", ".join(body.cc)),
        (_("Subject"), body.subject),
        (_("Arrived"), output.cell(body.at)),
        (_("Tickets"), output.cell(made)),
        (_("Attachments"), ", ".join(file.name for file in body.attachments)),
    )
    for title, value in facts:
        if value:
            output.line(f"{title}: {value}")
    for step, reason in enumerate(body.reasons, 1):
        output.line(f"  {step}. {reason}")
    print()
    output.block(body.text)


@command(
    app,
    "retry",
    _("Have an unreadable letter read once more by the worker."),
    "deskterm letters retry 12",
)
def retry(number: int = NUMBER, as_json: bool = JSON) -> None:
    from deskterm.desk import triage

    with session.desk() as desk, desk.writing() as work:
        triage.try_again(work, desk.actor, number)
    output.done(_("Letter {number} will be read again.").format(number=number), as_json, letter=number)


@command(
    app,
    "release",
    _("Let a held, blocked or refused letter in: it becomes a ticket."),
    "deskterm letters release 12",
)
def release(number: int = NUMBER, as_json: bool = JSON) -> None:
    from deskterm.desk import triage

    with session.desk() as desk, desk.writing() as work:
        ticket = triage.release(work, desk.actor, number)
    output.done(
        _("Letter {letter} is ticket {ticket}.").format(letter=number, ticket=ticket),
        as_json,
        letter=number,
        ticket=ticket,
    )
