"""`deskterm explain`: how letters would be treated and why; nothing is kept, nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import lookup, output, session, sources, words
from deskterm.cli.frame import command
from deskterm.cli.main import complain
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from deskterm.mail.letter import Letter

BAD_DATA = 65

Judge = Callable[["Letter"], dict[str, Any]]

KEYS = (
    "file",
    "kind",
    "verdict",
    "reasons",
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message_id",
    "references",
    "text",
    "visible_text",
    "html",
    "attachments",
    "may_answer",
)
"""The contract of a line, in this order (docs: command line)."""

_TITLES = (
    ("file", N_("File")),
    ("from", N_("From")),
    ("to", N_("To")),
    ("cc", N_("Cc")),
    ("subject", N_("Subject")),
    ("date", N_("Date")),
    ("kind", N_("Kind")),
    ("verdict", N_("Verdict")),
    ("may_answer", N_("May be answered automatically")),
    ("attachments", N_("Attachments")),
)

_WORDS = {"kind": words.letter_kind, "verdict": words.verdict}


def add(root: typer.Typer) -> None:
    command(
        root,
        "explain",
        _("Show how letters would be treated, step by step, and why. Nothing is kept or sent."),
        "deskterm explain letter.eml",
        "deskterm explain --json archive.mbox Maildir/ | jq .verdict",
        "deskterm explain --account support@example.org - < letter.eml",
    )(explain)


def explain(
    files: list[str] = typer.Argument(
        ..., metavar="FILE…", help=_("Letters: .eml, mbox, Maildir, a folder, or - for standard input.")
    ),
    account: str = typer.Option(
        "", "--account", metavar="ADDRESS", help=_("Judge as this account of your desk would.")
    ),
    mbox: bool = typer.Option(False, "--mbox", help=_("Standard input is an mbox, not one letter.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON object a letter, one a line.")),
) -> int:
    from deskterm.mail.limited import LimitedReader, ReaderFailed

    bad = 0
    first = True
    with _judge(account) as (judge, own), LimitedReader() as reader:
        for source in sources.letters(files, mbox):
            if source.problem:
                complain(f"{source.file}: {source.problem}")
                bad = BAD_DATA
                continue
            try:
                line = line_of(source.file, judge(reader.read(source.raw, own)))
            except ReaderFailed as failure:
                line = unreadable(source.file, str(failure))
            if as_json:
                output.json_line(line)
            else:
                if not first:
                    print()
                print_line(line)
            first = False
    return bad


@contextmanager
def _judge(account: str) -> Iterator[tuple[Judge, frozenset[str]]]:
    """What judges a letter, and the desk's own addresses: the store of this home, else an empty desk."""
    from deskterm.desk.intake import explain as plain

    if not account and not session.exists():
        yield plain.explain, frozenset()
        return
    from deskterm.desk.intake import receive

    with session.desk() as desk:
        with desk.reading() as work:
            account_id = _account_id(work, account)
            own = receive.own_addresses(work)

        def judged(letter: Letter) -> dict[str, Any]:
            if account_id is None:
                return plain.explain(letter)
            with desk.reading() as work:
                return plain.explain_in(work, letter, account_id)

        yield judged, own


def _account_id(work: Any, account: str) -> int | None:
    """The account named, else the desk's first one."""
    if account:
        return lookup.account(work, account)
    from deskterm.desk import accounts

    return accounts.first(work)


def line_of(file: str, judged: dict[str, Any]) -> dict[str, Any]:
    """The keys of the contract in their order, then whatever more is known."""
    given = {"file": file} | judged
    given["from"] = given["from"] or {"name": "", "address": ""}
    return {key: given[key] for key in KEYS} | {key: value for key, value in given.items() if key not in KEYS}


def unreadable(file: str, why: str) -> dict[str, Any]:
    """The line of a letter that broke the reader: it would be held for a person."""
    return line_of(
        file,
        {
            "kind": "person",
            "verdict": "hold",
            "reasons": [why],
            "from": {"name": "", "address": ""},
            "to": [],
            "cc": [],
            "subject": "",
            "date": None,
            "message_id": "",
            "references": [],
            "text": "",
            "visible_text": "",
            "html": False,
            "attachments": [],
            "may_answer": False,
        },
    )


def print_line(line: dict[str, Any]) -> None:
    """A judged letter as a person reads it: who, what, and every step that led to the verdict."""
    for key, title in _TITLES:
        value = _written(key, line[key])
        if value:
            output.line(f"{_(title)}: {value}")
    for number, reason in enumerate(line["reasons"], 1):
        output.line(f"  {number}. {reason}")


def _written(key: str, value: Any) -> str:
    if key == "from":
        return _address(value)
    if key in ("to", "cc"):
        return ", ".join(_address(item) for item in value)
    if key == "attachments":
        return ", ".join(f"{item['name']} ({item['type']}, {item['size']})" for item in value)
    if key in _WORDS:
        return output.cell(_WORDS[key](value))
    return output.cell(value)


def _address(value: dict[str, str]) -> str:
    return f"{value['name']} <{value['address']}>" if value.get("name") else value.get("address", "")
