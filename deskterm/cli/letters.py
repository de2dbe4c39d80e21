"""`deskterm letters`: letters as they came, what became of them, and held ones released."""

from __future__ import annotations

import sys
from typing import Any

import typer

from deskterm.cli import output, session
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
    output.Column("verdict", N_("Verdict")),
    output.Column("ticket_id", N_("Ticket"), right=True),
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
)
def list_(
    state: str = typer.Option(
        "held", "--state", metavar="STATE", help=_("held, broken, blocked, refused, filed or all.")
    ),
    limit: int = typer.Option(DEFAULT_LIMIT, "--limit", metavar="N", min=1, help=_("At most so many.")),
    as_json: bool = JSON,
) -> None:
    choice(state, STATES, "--state")
    from sqlalchemy import select

    from deskterm.desk import rights
    from deskterm.store import tables as t

    letter = t.letter.c
    statement = select(
        letter.id,
        letter.account_id,
        letter.arrived_at,
        letter.sent_at,
        letter.kind,
        letter.verdict,
        letter.reasons,
        letter.from_name,
        letter.from_address,
        letter.subject,
        letter.attachments,
        letter.size,
        letter.triage,
        letter.triage_why,
        letter.ticket_id,
        letter.black_entry_id,
    )
    if state == "held":
        statement = statement.where(letter.triage == "waiting")
    elif state == "broken":
        broken = select(t.delivery.c.letter_id).where(t.delivery.c.state == "broken")
        statement = statement.where(letter.id.in_(broken))
    elif state != "all":
        statement = statement.where(letter.verdict == state)
    with session.desk() as desk, desk.reading() as work:
        rights.require(work, desk.actor, "triage", "letters.list")
        found = work.rows(statement.order_by(letter.id.desc()).limit(limit))
        rows = [_row(row._mapping) for row in found]
    output.listing(_COLUMNS, rows, as_json)


def _row(row: Any) -> dict[str, Any]:
    reasons = list(row["reasons"] or ())
    return {**row, "reasons": reasons, "why": row["triage_why"] or (reasons[-1] if reasons else "")}


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
    from deskterm.desk import showing

    with session.desk() as desk, desk.reading() as work:
        if original:
            sys.stdout.flush()
            sys.stdout.buffer.write(showing.original(work, desk.actor, number))
            return
        body = showing.letter_body(work, desk.actor, number)
    if as_json:
        output.json_document(body)
        return
    facts = (
        (_("From"), f"{body.author} <{body.address}>" if body.author else body.address),
        (_("To"), ", ".join(body.to)),
        (_("Cc"), ", ".join(body.cc)),
        (_("Subject"), body.subject),
        (_("Arrived"), output.cell(body.at)),
        (_("Ticket"), str(body.ticket_id or "")),
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
