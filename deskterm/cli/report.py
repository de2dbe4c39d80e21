"""`deskterm report`: what was done in a time, as a table, JSON or CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import typer

from deskterm import moments
from deskterm.cli import output, session
from deskterm.cli.frame import JSON, Command, choice, examples, new_group, usage
from deskterm.desk.report_views import GROUPINGS, KINDS, MEDIAN, TIME, Kind, Report, Scope
from deskterm.i18n import _, n_

TABLE_ROWS = 200
NONE = "none"

app = new_group(
    _("Reports over what one may see; one needs the right to see reports."),
    "deskterm report time --by agent --from 2026-11-01 --to 2026-11-30",
    "deskterm report time --by ticket --client ACME --csv",
    "deskterm report tickets --by week --json",
)

BY = typer.Option("agent", "--by", metavar="WHAT", help=_("One of {all}.").format(all=", ".join(GROUPINGS)))
SINCE = typer.Option("", "--from", metavar="DATE", help=_("First day, in the desk's time zone."))
UNTIL = typer.Option("", "--to", metavar="DATE", help=_("Last day."))
CLIENT = typer.Option("", "--client", metavar="CLIENT", help=_("Only of this client; none: of no client."))
AGENT = typer.Option("", "--agent", metavar="LOGIN", help=_("Only of this agent; none: of nobody."))
CATEGORY = typer.Option(
    "", "--category", metavar="CATEGORY", help=_("Only of this category; none: of no category.")
)
CSV = typer.Option(False, "--csv", help=_("Print CSV: seconds, and a last line that is the total."))
ROWS = typer.Option(
    TABLE_ROWS,
    "--limit",
    metavar="N",
    min=1,
    help=_("At most so many lines of a table; JSON and CSV have all."),
)


def _add(name: str, kind: Kind) -> None:
    def report(
        by: str = BY,
        since: str = SINCE,
        until: str = UNTIL,
        client: str = CLIENT,
        agent: str = AGENT,
        category: str = CATEGORY,
        limit: int = ROWS,
        as_json: bool = JSON,
        as_csv: bool = CSV,
    ) -> None:
        choice(by, list(GROUPINGS), "--by")
        if as_json and as_csv:
            raise usage(_("--json and --csv exclude each other."))
        days = _day(since, "--from"), _day(until, "--to")
        from deskterm.desk import agents, choices, clients, reports

        with session.desk() as desk, desk.reading() as work:
            scope = Scope(
                *days,
                agent_id=_id(agent, lambda login: agents.find(work, login).id),
                client_id=_id(client, lambda name: clients.find(work, name).id),
                category_id=_id(category, lambda name: choices.find(work, "category", name).id),
            )
            found = reports.run(work, desk.actor, name, by, scope)
        if as_csv:
            print(reports.as_csv(found), end="")
        elif as_json:
            output.json_document(_as_data(found))
        else:
            _print(found, limit)

    told = f"{_(kind.help)} " + _("The agent of a line is {who}.").format(who=_(kind.agent))
    app.command(
        name,
        cls=Command,
        help=told,
        short_help=_(kind.title),
        epilog=examples(
            f"deskterm report {name} --by agent --from 2026-11-01 --to 2026-11-30",
            f"deskterm report {name} --by month --json",
        ),
        context_settings={"help_option_names": ["--help", "-h"]},
    )(report)


for _name, _kind in KINDS.items():
    _add(_name, _kind)


def _id(text: str, find: Callable[[str], int]) -> int | None:
    """The number of what was named; 0 for none of them, None where nothing was said."""
    if not text:
        return None
    return 0 if text == NONE else find(text)


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text else None
    except ValueError:
        raise usage(
            _("{name} is a day like 2026-11-02, not '{value}'.").format(name=name, value=text)
        ) from None


def _as_data(report: Report) -> dict[str, Any]:
    keys = [figure.key for figure in KINDS[report.name].figures]
    return {
        "report": report.name,
        "by": report.by,
        "from": report.scope.since.isoformat() if report.scope.since else None,
        "to": report.scope.until.isoformat() if report.scope.until else None,
        "rows": [
            {"key": row.key, "title": row.title, **dict(zip(keys, row.figures, strict=True))}
            for row in report.rows
        ],
        "total": dict(zip(keys, report.total, strict=True)),
    }


def _print(report: Report, limit: int) -> None:
    figures = KINDS[report.name].figures

    def told(key: str, title: str, values: tuple[int | None, ...]) -> dict[str, Any]:
        shown = [
            moments.length(value) if value is not None and figure.of in (TIME, MEDIAN) else value
            for figure, value in zip(figures, values, strict=True)
        ]
        numbered = f"#{key}  {title}" if report.by == "ticket" and key else title
        return {"title": numbered, **dict(zip((each.key for each in figures), shown, strict=True))}

    columns = (
        output.Column("title", GROUPINGS[report.by], wide=True),
        *(output.Column(figure.key, figure.title, right=True) for figure in figures),
    )
    rows = [told(row.key, row.title, row.figures) for row in report.rows[:limit]]
    output.table(columns, [*rows, told("", _("Total"), report.total)])
    left = len(report.rows) - limit
    if left > 0:
        more = n_("… and {count} more line: --limit", "… and {count} more lines: --limit", left)
        print(more.format(count=left), file=sys.stderr)
