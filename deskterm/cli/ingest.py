"""`deskterm ingest`: letters from files or a pipe into the desk, as if an account had received them."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from deskterm import limits
from deskterm.cli import lookup, output, session, sources
from deskterm.cli.explain import line_of, print_line, unreadable
from deskterm.cli.frame import command
from deskterm.cli.main import complain
from deskterm.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from deskterm.cli.session import Desk
    from deskterm.cli.sources import Source
    from deskterm.desk.intake.receive import Outcome, Prepared
    from deskterm.mail.letter import Letter
    from deskterm.mail.limited import LimitedReader

BAD_DATA = 65
UNAVAILABLE = 69
CANNOT_WRITE = 73
TRY_AGAIN = 75

FOLDER = "ingest"


def add(root: typer.Typer) -> None:
    command(
        root,
        "ingest",
        _("Take letters into the desk as if an account had received them; the same letter twice is one."),
        "deskterm ingest letter.eml --account support@example.org",
        "deskterm ingest archive.mbox Maildir/ --account support@example.org --json",
        "procmail:  | deskterm ingest - --account support@example.org",
    )(ingest)


def ingest(
    paths: list[str] = typer.Argument(
        ..., metavar="PATH…", help=_("Letters: .eml, mbox, Maildir, a folder, or - for standard input.")
    ),
    account: str = typer.Option(..., "--account", metavar="ADDRESS", help=_("The account they come to.")),
    mbox: bool = typer.Option(False, "--mbox", help=_("Standard input is an mbox, not one letter.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON object a letter, one a line.")),
) -> int:
    from deskterm.store.errors import StoreError

    try:
        return _ingest(paths, account, mbox, as_json)
    except StoreError as problem:
        if sources.STANDARD_INPUT in paths:
            # a mail server bounces on any other code: the letter must wait with it instead
            complain(problem.sentence)
            return TRY_AGAIN
        raise


def _ingest(paths: Sequence[str], account: str, mbox: bool, as_json: bool) -> int:
    from deskterm.desk import rights
    from deskterm.mail.limited import LimitedReader

    bad = 0
    first = True
    with session.desk() as desk, LimitedReader() as reader:
        with desk.writing() as work:
            rights.require(work, desk.actor, "administer", "letters.ingest")
            account_id = lookup.account(work, account)
        found = sources.letters(paths, mbox)
        while batch := list(itertools.islice(found, limits.INTAKE_BATCH_LETTERS)):
            letters = [source for source in batch if not source.problem]
            for source in batch:
                if source.problem:
                    complain(f"{source.file}: {source.problem}")
                    bad = BAD_DATA
            for line, _known in take(desk, reader, account_id, letters):
                if as_json:
                    output.json_line(line)
                else:
                    if not first:
                        print()
                    print_line(line)
                    _print_numbers(line)
                first = False
    return bad


def _print_numbers(line: dict[str, Any]) -> None:
    if line["ticket"]:
        output.line(
            _("Ticket {ticket}, message {message}").format(ticket=line["ticket"], message=line["message"])
        )


def take(
    desk: Desk,
    reader: LimitedReader,
    account_id: int,
    letters: Sequence[Source],
    *,
    long_ago: bool = False,
) -> list[tuple[dict[str, Any], bool]]:
    """Store a batch of letters, then read and treat those nobody has treated yet.

    What is told of each, and whether it had been treated before. Letters of `long_ago` came when they
    were sent, and nobody is told of them by mail.
    """
    from deskterm.desk.intake import receive

    if not letters:
        return []
    with desk.writing() as work:
        arrived = [
            receive.Arrived(
                key=hashlib.sha256(letter.raw).hexdigest(),
                raw=letter.raw,
                arrived_at=_sent(letter.raw, work.now) if long_ago else work.now,
            )
            for letter in letters
        ]
        ids = receive.store(work, account_id, FOLDER, "", arrived)
    with desk.reading() as work:
        own = receive.own_addresses(work)
    read = [_read(reader, letter.raw, own) for letter in letters]
    with desk.reading() as work:
        waiting = receive.untreated(work, ids)
    prepared: dict[int, Prepared] = {}
    for id, (letter, problem) in zip(ids, read, strict=True):
        if id in waiting:
            prepared[id] = receive.prepare(id, letter) if letter else receive.Prepared(id, None, problem)
    with desk.writing() as work:
        work.quiet = long_ago
        outcomes = {
            outcome.delivery_id: outcome for outcome in receive.process(work, list(prepared.values()))
        }
    return [
        (_line(desk, account_id, source.file, id, letter, problem, outcomes.get(id)), id not in waiting)
        for source, id, (letter, problem) in zip(letters, ids, read, strict=True)
    ]


def _sent(raw: bytes, now: datetime) -> datetime:
    """When a letter was sent, by its own date; now where it says none, or one to come."""
    from deskterm.mail.dates import read_date
    from deskterm.mail.headers import read_head, text_of

    at = read_date(text_of(read_head(raw, 0, len(raw)).first("date")))
    return at if at is not None and at < now else now


def _read(reader: LimitedReader, raw: bytes, own: frozenset[str]) -> tuple[Letter | None, str]:
    from deskterm.mail.limited import ReaderFailed

    try:
        return reader.read(raw, own), ""
    except ReaderFailed as failure:
        return None, str(failure)


def _line(
    desk: Desk,
    account_id: int,
    file: str,
    delivery_id: int,
    letter: Letter | None,
    problem: str,
    outcome: Outcome | None,
) -> dict[str, Any]:
    from deskterm.desk.intake import explain, receive

    line = unreadable(file, problem) if letter is None else line_of(file, explain.explain(letter))
    if outcome is None:  # treated earlier
        with desk.reading() as work:
            outcome = receive.outcome(work, delivery_id)
    if outcome is None:
        return line | {"ticket": None, "message": None}
    numbers = {"ticket": outcome.ticket_id, "message": outcome.message_id}
    return line | {"verdict": outcome.verdict, "reasons": list(outcome.reasons)} | numbers
