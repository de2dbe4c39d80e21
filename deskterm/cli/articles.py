"""`deskterm articles` and `deskterm answers`: the knowledge base, and the texts agents answer with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command, new_group, usage
from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.writing import message_text
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

app = new_group(
    _("The knowledge base: solved answers kept for the next time."),
    "deskterm articles search printer offline",
    "deskterm articles add --message 117",
    "deskterm articles show 3",
)

_COLUMNS = (
    output.Column("id", N_("Number"), right=True),
    output.Column("title", N_("Title"), wide=True),
    output.Column("used", N_("Used"), right=True),
    output.Column("author", N_("Author")),
    output.Column("ticket_id", N_("Ticket"), right=True),
    output.Column("updated_at", N_("Changed")),
)

NUMBER = typer.Argument(..., metavar="NUMBER", help=_("Number of the article."))
TEXT = typer.Argument("", metavar="[TEXT]", help=_("The text; without it standard input or $EDITOR."))
FILE = typer.Option("", "--file", metavar="FILE", help=_("A file with the text; - is standard input."))


@command(
    app,
    "list",
    _("List them, the most used first."),
    "deskterm articles list",
    "deskterm articles list --all",
)
def list_(
    retired: bool = typer.Option(False, "--all", help=_("Those taken away too.")), as_json: bool = JSON
) -> None:
    from deskterm.desk import articles

    with session.desk() as desk, desk.reading() as work:
        rows = articles.listed(work, desk.actor, retired)
    output.listing(_COLUMNS, rows, as_json)


@command(app, "search", _("Find articles by their words."), "deskterm articles search принтер не печатает")
def search(
    words: list[str] = typer.Argument(..., metavar="WORDS", help=_("Words.")), as_json: bool = JSON
) -> None:
    from deskterm.desk import articles

    with session.desk() as desk, desk.reading() as work:
        rows = articles.search(work, desk.actor, " ".join(words))
    output.listing(_COLUMNS, rows, as_json)


@command(app, "show", _("Show one."), "deskterm articles show 3", "deskterm articles show 3 --json")
def show(number: int = NUMBER, as_json: bool = JSON) -> None:
    from deskterm.desk import articles

    with session.desk() as desk, desk.reading() as work:
        found = articles.show(work, desk.actor, number)
    if as_json:
        output.json_document(found)
        return
    output.line(f"{found.id}  {found.title}")
    output.block(found.body)


@command(
    app,
    "add",
    _("Write one, or make one of a public answer."),
    'deskterm articles add "Paper jams" --file jams.txt',
    "deskterm articles add --message 117",
)
def add(
    title: str = typer.Argument("", metavar="[TITLE]", help=_("Its title.")),
    text: str = TEXT,
    file: str = FILE,
    message: int | None = typer.Option(
        None, "--message", metavar="N", help=_("Make it of this answer, by the number of the message.")
    ),
    language: str = typer.Option("en", "--language", "-l", metavar="CODE", help=_("Language: en, ru.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import articles

    if (message is None) == (not title):
        raise usage(_("Give a title, or the number of a message: --message N."))
    body = "" if message is not None else _text(text, file, title)
    with session.desk() as desk, desk.writing() as work:
        if message is not None:
            id = articles.of_message(work, desk.actor, message)
        else:
            id = articles.add(work, desk.actor, title, body, language)
    output.done(_("Article {number} was written.").format(number=id), as_json, article=id)


@command(
    app,
    "edit",
    _("Change one; what is not named stays. Without options its text opens in the editor."),
    'deskterm articles edit 3 --title "Paper jams"',
    "deskterm articles edit 3 --file jams.txt",
    "deskterm articles edit 3 --active",
)
def edit(
    number: int = NUMBER,
    text: str = TEXT,
    file: str = FILE,
    title: str | None = typer.Option(None, "--title", metavar="TITLE", help=_("New title.")),
    language: str | None = typer.Option(
        None, "--language", "-l", metavar="CODE", help=_("Language: en, ru.")
    ),
    active: bool | None = typer.Option(None, "--active/--inactive", help=_("Whether it is found.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import articles

    with session.desk() as desk:
        body: str | None = None
        if text or file or (title is None and language is None and active is None):
            with desk.reading() as work:
                before = articles.show(work, desk.actor, number)
            body = _text(text, file, before.title, before.body)
        with desk.writing() as work:
            articles.edit(work, desk.actor, number, title=title, body=body, language=language, active=active)
    output.done(_("Article {number} was changed.").format(number=number), as_json, article=number)


@command(app, "remove", _("Take one away; `edit --active` brings it back."), "deskterm articles remove 3")
def remove(number: int = NUMBER, as_json: bool = JSON) -> None:
    from deskterm.desk import articles

    with session.desk() as desk, desk.writing() as work:
        articles.remove(work, desk.actor, number)
    output.done(_("Article {number} was taken away.").format(number=number), as_json, article=number)


def _text(text: str, file: str, title: str, before: str = "") -> str:
    """A text as an argument, from a file or standard input, or from the editor."""
    if text and file:
        raise usage(_("The text was given twice."))
    if file and file != "-":
        text = Path(file).read_text(encoding="utf-8")
    return message_text(text, "", _("The text of {kind} opens in the editor.").format(kind=title), before)


# The texts agents answer with


def _templates(work: Work, actor: Actor) -> Sequence[Any]:
    from deskterm.desk import answer_templates

    return answer_templates.listed(work, actor)


def _template(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import answer_templates

    return answer_templates.find(work, actor, key)


def _read_file(verb: str, key: str, values: dict[str, Any]) -> None:
    """The text before the store is opened: from its option, a file, standard input or the editor."""
    file = values.pop("file", "")
    text = values.pop("text", "")
    if text or file or verb == "add":
        values["body"] = _text(text, file, key)


def _add_template(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import answer_templates

    id = answer_templates.add(work, actor, key, values["body"], values.get("language", "en"))
    return Done(values={"id": id})


def _edit_template(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import answer_templates

    answer_templates.edit(work, actor, answer_templates.find(work, actor, key).id, **values)


def _remove_template(work: Work, actor: Actor, key: str) -> None:
    from deskterm.desk import answer_templates

    answer_templates.remove(work, actor, answer_templates.find(work, actor, key).id)


ANSWERS = Noun(
    name="answers",
    one=N_("The answer template"),
    help=_("Texts agents answer with; placeholders like {contact_first_name} are filled in."),
    key="name",
    key_help=_("Name of the template, or its number."),
    columns=(
        output.Column("id", N_("Number"), right=True),
        output.Column("name", N_("Name")),
        output.Column("language", N_("Language")),
        output.Column("body", N_("Text"), wide=True),
    ),
    examples={
        "list": "",
        "show": "Thanks",
        "add": 'Thanks --text "Thank you, {contact_first_name}. Ticket {number} is closed."',
        "edit": "Thanks --file thanks.txt --language ru",
        "remove": "Thanks",
    },
    listed=_templates,
    show=_template,
    add=_add_template,
    edit=_edit_template,
    remove=_remove_template,
    options=(
        Option("text", "--text", _("The text.")),
        Option("file", "--file", _("A file with the text; - is standard input.")),
        Option("language", "--language -l", _("Language: en, ru."), metavar="CODE"),
        Option("name", "--name", _("New name."), verbs=("edit",)),
    ),
    prepare=_read_file,
)
