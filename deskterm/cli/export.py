"""`deskterm export`: tickets as their original letters, as JSON, as CSV; only what one may see."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import typer

from deskterm.clean import clean, spreadsheet
from deskterm.cli import output, session
from deskterm.cli.frame import SOME_TICKETS, command, new_group, usage
from deskterm.cli.progress import Progress
from deskterm.cli.tickets import COLUMNS, QUERY, SECTION, as_data, ids_of
from deskterm.i18n import _, n_

if TYPE_CHECKING:
    from deskterm.cli.session import Desk

ROWS = 500
"""Rows of tickets read at a time."""
STANDARD_OUTPUT = "-"

app = new_group(
    _("Tickets for other programs: only what one may see, others' private messages and secrets never."),
    "deskterm export mbox all.mbox",
    "deskterm export json --query 'client:acme since:30d' acme.jsonl",
    "deskterm export csv --section waiting - > waiting.csv",
)

FILE = typer.Argument(
    ..., metavar="FILE", help=_("The file to write; none is overwritten. - is standard output.")
)


@dataclass(slots=True)
class Done:
    """What was written."""

    tickets: int = 0
    letters: int = 0
    passed_over: int = 0
    """Messages without a letter: notes, calls."""


def _add(name: str, help: str, *examples: str) -> Callable[[Callable[..., Iterator[bytes]]], None]:
    """Declare an export: a function that gives, for tickets by their numbers, the bytes of the file."""

    def declare(pieces: Callable[[Desk, Sequence[int], Done], Iterator[bytes]]) -> None:
        @command(app, name, help, *examples)
        def export(
            file: str = FILE, numbers: list[int] = SOME_TICKETS, query: str = QUERY, section: str = SECTION
        ) -> None:
            done = Done()
            with session.desk() as desk:
                ids = ids_of(desk, section, query, numbers or [])
                with _opened(file) as out:
                    progress = Progress()
                    for piece in pieces(desk, ids, done):
                        out.write(piece)
                        progress.tell(name, done.tickets, len(ids))
            _say(done, file)

    return declare


def _say(done: Done, file: str) -> None:
    told = [n_("{count} ticket", "{count} tickets", done.tickets).format(count=done.tickets)]
    if done.letters:
        told.append(n_("{count} letter", "{count} letters", done.letters).format(count=done.letters))
    if done.passed_over:
        told.append(
            n_(
                "{count} message without a letter left out",
                "{count} messages without a letter left out",
                done.passed_over,
            ).format(count=done.passed_over)
        )
    sentence = _("Exported: {what}.").format(what=", ".join(told))
    print(clean(sentence), file=sys.stderr if file == STANDARD_OUTPUT else sys.stdout)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """The file to write, whole or not at all; standard output for `-`."""
    if file == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(file).expanduser()
    if path.exists():
        raise usage(_("There is a file {file} already.").format(file=path))
    made = path.with_name(f".{path.name}.making")
    try:
        with os.fdopen(
            os.open(made, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb"
        ) as out:
            yield out
        os.replace(made, path)
    finally:
        made.unlink(missing_ok=True)


def _mbox(desk: Desk, ids: Sequence[int], done: Done) -> Iterator[bytes]:
    from deskterm.desk import originals, showing
    from deskterm.mail.mailbox_files import mbox_entry

    for id in ids:
        with desk.reading() as work:
            letters = 0
            for one in originals.of_ticket(work, desk.actor, id):
                letters += 1
                yield mbox_entry(one.raw, one.sender, one.at)
            done.passed_over += len(showing.messages(work, desk.actor, id)) - letters
        done.letters += letters
        done.tickets += 1


def _json(desk: Desk, ids: Sequence[int], done: Done) -> Iterator[bytes]:
    for id in ids:
        with desk.reading() as work:
            data = as_data(work, desk.actor, id)
        done.tickets += 1
        yield (output.json_text(data) + "\n").encode()


def _csv(desk: Desk, ids: Sequence[int], done: Done) -> Iterator[bytes]:
    from deskterm.desk import listing

    lines = _Lines()
    table = csv.writer(lines)
    heads = ("id", *(column.key for column in COLUMNS if column.key != "id"), "customer", "created_at")
    table.writerow(heads)
    for at in range(0, len(ids), ROWS):
        some = ids[at : at + ROWS]
        with desk.reading() as work:
            rows = listing.ticket_rows(work, desk.actor, some)
        for id in some:
            if id in rows:
                data = output.as_data(rows[id])
                values = (data[name] for name in heads)
                table.writerow([spreadsheet(one) if isinstance(one, str) else one for one in values])
                done.tickets += 1
        yield lines.taken()
    yield lines.taken()


class _Lines:
    """What a CSV writer writes to."""

    def __init__(self) -> None:
        self._written: list[str] = []

    def write(self, text: str) -> None:
        """Take a line."""
        self._written.append(text)

    def taken(self) -> bytes:
        """All lines since the last time."""
        written, self._written = "".join(self._written), []
        return written.encode()


_add(
    "mbox",
    _("The letters of tickets as they came and left, in one mbox that every mail program reads."),
    "deskterm export mbox all.mbox",
    "deskterm export mbox 42.mbox 42",
)(_mbox)
_add(
    "json",
    _("Tickets with all that is known of them and their messages: one JSON object a ticket, one a line."),
    "deskterm export json all.jsonl",
    "deskterm export json --query 'client:acme' - | jq .subject",
)(_json)
_add(
    "csv",
    _("A line for each ticket, for a spreadsheet."),
    "deskterm export csv open.csv --query 'status:open'",
)(_csv)
