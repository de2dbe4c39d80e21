"""`deskterm blacklist`: whose letters are kept but not processed, what each entry blocked, and trying one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import nouns, output, session, words
from deskterm.cli.frame import JSON, command
from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.output import Column
from deskterm.i18n import N_, _, n_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

LETTERS = 200

_LETTER_COLUMNS = (
    Column("id", N_("Letter"), right=True),
    Column("arrived_at", N_("Arrived")),
    Column("verdict", N_("Verdict"), word=words.verdict),
    Column("tickets", N_("Tickets"), right=True),
    Column("from_address", N_("From")),
    Column("subject", N_("Subject"), wide=True),
)
_KIND = _("address, domain or text; otherwise what it looks like.")


def _entries(work: Work, actor: Actor) -> Sequence[Any]:
    from deskterm.desk import blacklist

    return blacklist.listed(work, actor)


def _block(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import blacklist

    return Done(values={"id": blacklist.add(work, actor, key, values.get("kind"))})


def _change(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import blacklist

    blacklist.edit(work, actor, key, values)


def _unblock(work: Work, actor: Actor, key: str) -> None:
    from deskterm.desk import blacklist

    blacklist.remove(work, actor, key)


_NOUN = Noun(
    name="blacklist",
    one=N_("Entry"),
    help=_("Whose letters are kept but not processed: addresses, domains, fragments of text."),
    key="value",
    key_help=_("An address, a domain or a text; or the entry's number."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("kind", N_("Kind")),
        Column("value", N_("Value"), wide=True),
        Column("hits", N_("Blocked"), right=True),
        Column("created_at", N_("Since")),
    ),
    examples={
        "list": "",
        "show": "spam.example",
        "try": "'you have won' --kind text",
        "add": "'you have won' --kind text",
        "edit": "spam.example --value spam.test",
        "remove": "spam.example",
    },
    listed=_entries,
    add=_block,
    edit=_change,
    remove=_unblock,
    options=(
        Option("value", "--value", _("What it is from now on."), metavar="VALUE", verbs=("edit",)),
        Option("kind", "--kind", _KIND, metavar="KIND"),
    ),
)

app = nouns.group(_NOUN)


@command(
    app,
    "show",
    _("Show an entry and the letters it blocked; `deskterm letters release` lets one in."),
    "deskterm blacklist show spam.example",
    "deskterm blacklist show 3 --json",
)
def show(
    value: str = typer.Argument(..., metavar="VALUE", help=_NOUN.key_help),
    limit: int = typer.Option(LETTERS, "--limit", metavar="N", min=1, help=_("At most so many letters.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import blacklist

    with session.desk() as desk, desk.reading() as work:
        entry = blacklist.show(work, desk.actor, value)
        letters = blacklist.blocked_by(work, desk.actor, entry.id, limit)
    if as_json:
        output.json_document(output.as_data(entry) | {"letters": output.as_data(letters)})
        return
    output.record(entry, False, {column.key: column.title for column in _NOUN.columns})
    print()
    output.table(_LETTER_COLUMNS, letters)


@command(
    app,
    "try",
    _("Say which stored letters an entry would have blocked; nothing is changed."),
    "deskterm blacklist try spam.example",
    "deskterm blacklist try 'you have won' --kind text --json",
)
def try_(
    value: str = typer.Argument(..., metavar="VALUE", help=_("An address, a domain or a text.")),
    kind: str = typer.Option("", "--kind", metavar="KIND", help=_KIND),
    limit: int = typer.Option(
        0, "--limit", metavar="N", min=0, help=_("Look at so many letters, the newest; otherwise 1000.")
    ),
    as_json: bool = JSON,
) -> None:
    from deskterm import limits
    from deskterm.desk import blacklist

    with session.desk() as desk, desk.reading() as work:
        tried = blacklist.try_out(work, desk.actor, value, kind or None, limit or limits.TRY_OUT_LETTERS)
    if as_json:
        output.json_document(tried)
        return
    output.table(_LETTER_COLUMNS, tried.letters)
    number = len(tried.letters)
    output.line(
        n_(
            "{number} letter would have been blocked.", "{number} letters would have been blocked.", number
        ).format(number=number)
    )
    if not tried.all:
        output.line(
            n_(
                "Only the newest {number} letter was looked at: --limit",
                "Only the newest {number} letters were looked at: --limit",
                tried.looked_at,
            ).format(number=tried.looked_at)
        )
