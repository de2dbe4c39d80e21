"""`deskterm log`: what was done with mail, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import typer

from deskterm.cli import lookup, output, session
from deskterm.cli.frame import JSON, command, new_group, usage
from deskterm.i18n import N_, _, n_

DEFAULT_LIMIT = 200

app = new_group(
    _(
        "The mail log: what was done with each letter, received or sent, and why, the newest first. "
        "It can be cleared without touching anything else."
    ),
    "deskterm log",
    "deskterm log --address ann@example.org --since 2026-11-01",
    "deskterm log --act failed --json",
    "deskterm log clear --before 2026-01-01",
)

_COLUMNS = (
    output.Column("at", N_("When")),
    output.Column("title", N_("What")),
    output.Column("account", N_("Account")),
    output.Column("address", N_("Address")),
    output.Column("ticket_id", N_("Ticket"), right=True),
    output.Column("letter_id", N_("Letter"), right=True),
    output.Column("rule", N_("Rule")),
    output.Column("subject", N_("Subject"), wide=True),
    output.Column("detail", N_("Why"), wide=True),
)


@app.callback(invoke_without_command=True, no_args_is_help=False)
def log(
    context: typer.Context,
    account: str = typer.Option("", "--account", metavar="ADDRESS", help=_("Only of this account.")),
    rule: int | None = typer.Option(None, "--rule", metavar="N", help=_("Only what this rule decided.")),
    address: str = typer.Option(
        "", "--address", metavar="ADDRESS", help=_("Only with this address, or @domain.")
    ),
    since: str = typer.Option("", "--since", metavar="DATE", help=_("From this day or moment on.")),
    until: str = typer.Option("", "--until", metavar="DATE", help=_("Up to this day or moment.")),
    act: str = typer.Option(
        "", "--act", metavar="ACT", help=_("Only this: created, held, blocked, sent, failed, …")
    ),
    limit: int = typer.Option(DEFAULT_LIMIT, "--limit", metavar="N", min=1, help=_("At most so many.")),
    as_json: bool = JSON,
) -> None:
    if context.invoked_subcommand is not None:
        return
    from deskterm.desk import maillog

    filters: dict[str, Any] = {
        "rule": rule,
        "address": address or None,
        "since": _moment(since, "--since"),
        "until": _moment(until, "--until", end=True),
        "act": act or None,
    }
    rows: list[Any] = []
    after: tuple[Any, ...] | None = None
    with session.desk() as desk, desk.reading() as work:
        if account:
            filters["account"] = lookup.account(work, account)
        while len(rows) < limit:
            some = min(limit - len(rows), DEFAULT_LIMIT)
            page = maillog.listed(work, desk.actor, **filters, after=after, limit=some)
            rows.extend(page.rows)
            after = page.after
            if after is None:
                break
    output.listing(_COLUMNS, rows, as_json)


@command(
    app,
    "clear",
    _("Empty the mail log, or what is older than a day; tickets and letters stay as they are."),
    "deskterm log clear",
    "deskterm log clear --before 2026-01-01",
)
def clear(
    before: str = typer.Option("", "--before", metavar="DATE", help=_("Only what is older than this.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import maillog

    moment = _moment(before, "--before")
    with session.desk() as desk, desk.writing() as work:
        gone = maillog.clear(work, desk.actor, moment)
    sentence = n_("{number} line was removed.", "{number} lines were removed.", gone)
    output.done(sentence.format(number=gone), as_json, removed=gone)


def _moment(text: str, name: str, end: bool = False) -> datetime | None:
    """A day or moment of this machine's time zone, aware; a day's `end` is the next one's beginning."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise usage(
            _("{name} is a day or moment like 2026-11-02 or 2026-11-02T14:30, not '{value}'.").format(
                name=name, value=text
            )
        ) from None
    if end and len(text.strip()) <= len("2026-11-02"):
        found += timedelta(days=1)
    try:
        return found.astimezone()
    except (OverflowError, ValueError):
        raise usage(_("{name} lies outside the calendar.").format(name=name)) from None
