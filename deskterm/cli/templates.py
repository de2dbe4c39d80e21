"""`deskterm templates`: the texts of automatic letters, of the desk or of one account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from deskterm.cli import lookup, output, session, words
from deskterm.cli.frame import JSON, command, new_group, usage
from deskterm.cli.writing import message_text
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from deskterm.store.work import Work

app = new_group(
    _("Texts of automatic letters: confirmations, refusals, notices to observers."),
    "deskterm templates list",
    "deskterm templates show confirmation --language ru",
    "deskterm templates set refusal --language en --file refusal.txt",
)

_COLUMNS = (
    output.Column("kind", N_("Template")),
    output.Column("language", N_("Language")),
    output.Column("account", N_("Account")),
    output.Column("origin", N_("Origin"), word=words.origin),
    output.Column("title", N_("Title"), wide=True),
)

KIND = typer.Argument(..., metavar="TEMPLATE", help=_("Its name, as `list` shows it."))
LANGUAGE = typer.Option("en", "--language", "-l", metavar="CODE", help=_("Language of the letter: en, ru."))
ACCOUNT = typer.Option(
    "", "--account", metavar="ADDRESS", help=_("For letters of this account only; otherwise the desk's.")
)


def _account(work: Work, address: str) -> int | None:
    return lookup.account(work, address) if address else None


@command(app, "list", _("List them, and where each text comes from."), "deskterm templates list --json")
def list_(as_json: bool = JSON) -> None:
    from deskterm.desk import templates

    with session.desk() as desk, desk.reading() as work:
        rows = templates.listed(work, desk.actor)
    output.listing(_COLUMNS, rows, as_json)


@command(
    app,
    "show",
    _("Show the text in force."),
    "deskterm templates show confirmation",
    "deskterm templates show notice.closed --language ru --account support@example.org",
)
def show(kind: str = KIND, language: str = LANGUAGE, account: str = ACCOUNT, as_json: bool = JSON) -> None:
    from deskterm.desk import templates

    with session.desk() as desk, desk.reading() as work:
        found = templates.show(work, desk.actor, kind, language, _account(work, account))
    if as_json:
        output.json_document(found)
    else:
        output.block(found.body)


def set_(
    kind: str = KIND,
    text: str = typer.Argument("", metavar="[TEXT]", help=_("The text.")),
    file: str = typer.Option(
        "", "--file", metavar="FILE", help=_("A file with the text; - is standard input.")
    ),
    language: str = LANGUAGE,
    account: str = ACCOUNT,
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import templates

    if text and file:
        raise usage(_("The text was given twice."))
    if file and file != "-":
        text = Path(file).read_text(encoding="utf-8")
    with session.desk() as desk:
        with desk.reading() as work:
            before = templates.show(work, desk.actor, kind, language, _account(work, account))
        body = message_text(
            text, "", _("The text of {kind} opens in the editor.").format(kind=kind), before.body
        )
        with desk.writing() as work:
            templates.set(work, desk.actor, kind, language, body, _account(work, account))
    output.done(
        _("The template {kind} was changed.").format(kind=kind),
        as_json,
        template=kind,
        language=language,
        account=account,
    )


def reset(kind: str = KIND, language: str = LANGUAGE, account: str = ACCOUNT, as_json: bool = JSON) -> None:
    from deskterm.desk import templates

    with session.desk() as desk, desk.writing() as work:
        templates.reset(work, desk.actor, kind, language, _account(work, account))
    output.done(
        _("The template {kind} was reset.").format(kind=kind),
        as_json,
        template=kind,
        language=language,
        account=account,
    )


for _verb in ("set", "add", "edit"):
    command(
        app,
        _verb,
        _("Give it a text: as an argument, from a file, from standard input, or in the editor.")
        + " "
        + _("Placeholders like {number} are filled in; a wrong one is answered with those there are."),
        f'deskterm templates {_verb} confirmation "Thank you. Your ticket is {{number}}."',
        f"deskterm templates {_verb} confirmation --language ru --file thanks.txt",
    )(set_)

for _verb in ("reset", "remove"):
    command(
        app,
        _verb,
        _("Take a text away: the desk's, or the built-in one, is in force again."),
        f"deskterm templates {_verb} confirmation --language ru",
    )(reset)
