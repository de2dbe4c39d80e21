"""`deskterm import`: letters of long ago into the desk, quietly, with the numbers told at the end."""

from __future__ import annotations

import itertools
from collections import Counter

import typer

from deskterm import limits
from deskterm.cli import ingest, lookup, output, session, sources
from deskterm.cli.frame import JSON, command
from deskterm.cli.main import complain
from deskterm.cli.progress import Progress
from deskterm.i18n import N_, _, n_

VERDICTS = {
    "new": "tickets",
    "append": "appended",
    "append unverified": "unverified",
    "hold": "held",
    "bounce note": "bounces",
    "blocked": "blocked",
    "refused": "refused",
    "ignored": "ignored",
    "filed": "filed",
}
"""What counts a letter, by its verdict."""
TITLES = {
    "tickets": N_("new tickets"),
    "appended": N_("joined tickets"),
    "unverified": N_("joined, not verified"),
    "held": N_("held in Triage"),
    "bounces": N_("reports about letters of ours"),
    "blocked": N_("blocked"),
    "refused": N_("refused"),
    "ignored": N_("ignored"),
    "filed": N_("filed"),
    "duplicates": N_("there already"),
    "unreadable": N_("unreadable"),
}


def add(root: typer.Typer) -> None:
    command(
        root,
        "import",
        _(
            "Bring in letters of long ago: they keep their dates, nobody is written to, and what was "
            "imported before is passed over. Clients and contacts: deskterm clients import."
        ),
        "deskterm import archive.mbox --account support@example.org",
        "deskterm import ~/Maildir letters/*.eml --account support@example.org --json",
    )(import_)


def import_(
    paths: list[str] = typer.Argument(
        ..., metavar="PATH…", help=_("Letters: .eml, mbox, Maildir, a folder, or - for standard input.")
    ),
    account: str = typer.Option(..., "--account", metavar="ADDRESS", help=_("The account they came to.")),
    mbox: bool = typer.Option(False, "--mbox", help=_("Standard input is an mbox, not one letter.")),
    as_json: bool = JSON,
) -> int:
    from deskterm.desk import rights
    from deskterm.mail.limited import LimitedReader

    counts: Counter[str] = Counter()
    progress = Progress()
    with session.desk() as desk, LimitedReader() as reader:
        with desk.writing() as work:
            rights.require(work, desk.actor, "administer", "letters.import")
            account_id = lookup.account(work, account)
        found = sources.letters(paths, mbox)
        while batch := list(itertools.islice(found, limits.INTAKE_BATCH_LETTERS)):
            for source in batch:
                if source.problem:
                    complain(f"{source.file}: {source.problem}")
            letters = [source for source in batch if not source.problem]
            counts["unreadable"] += len(batch) - len(letters)
            for line, known in ingest.take(desk, reader, account_id, letters, long_ago=True):
                counts["letters"] += 1
                repeated = known or (line["verdict"] == "ignored" and line["message"] is None)
                counts["duplicates" if repeated else VERDICTS[line["verdict"]]] += 1
            progress.tell(account, counts["letters"], counts["letters"])
    _say(counts, as_json)
    return ingest.BAD_DATA if counts["unreadable"] else 0


def _say(counts: Counter[str], as_json: bool) -> None:
    if as_json:
        output.json_document({name: counts[name] for name in ("letters", *TITLES)})
        return
    told = [f"{_(title)}: {counts[name]}" for name, title in TITLES.items() if counts[name]]
    letters = n_("{count} letter", "{count} letters", counts["letters"]).format(count=counts["letters"])
    output.line(f"{letters} ({', '.join(told)})" if told else letters)
