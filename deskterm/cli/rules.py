"""`deskterm rules`: what becomes of new letters, account by account, the first rule that matches decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import lookup, nouns, output, session, sources, words
from deskterm.cli.frame import JSON, command, usage
from deskterm.cli.main import complain
from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.output import Column
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.mail.letter import Letter
    from deskterm.store.work import Work

BAD_DATA = 65
FLAGS = ("hold", "file", "silent")


def _listed(work: Work, actor: Actor, account: str | None = None) -> Sequence[Any]:
    from deskterm.desk import rules

    return rules.listed(work, actor, account)


def _show(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import rules

    return rules.show(work, actor, key)


def _add(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import rules

    id = rules.add(work, actor, key, **values)
    return Done(_("Rule {id} “{name}” was added.").format(id=id, name=key), key, {"id": id})


def _edit(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import rules

    rules.edit(work, actor, key, values)


def _remove(work: Work, actor: Actor, key: str) -> Done:
    from deskterm.desk import rules

    if rules.remove(work, actor, key):
        return Done(values={"deleted": True})
    return Done(
        _("Rule {key} is switched off: letters and tickets name it.").format(key=key),
        values={"deleted": False},
    )


def _prepare(verb: str, key: str, values: dict[str, Any]) -> None:
    """Conditions and effects as the desk takes them."""
    if "conditions" in values:
        values["conditions"] = [text for text in values["conditions"] if text.strip()]
    effects: dict[str, Any] = {}
    for text in values.pop("effects", ()):
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign:
            raise usage(_("--set is said as EFFECT=VALUE, not '{text}'.").format(text=text))
        if name == "attachments" and value.strip():
            value = str(Path(value.strip()).expanduser().absolute())
        together = name == "tag" and effects.get(name)
        effects[name] = f"{effects[name]},{value}" if together else value
    for flag in FLAGS:
        if flag in values:
            effects[flag] = values.pop(flag)
    if effects:
        values["effects"] = effects


RULES = Noun(
    name="rules",
    one=N_("Rule"),
    help=_("What becomes of new letters: each account's rules in order, then those of every account; ")
    + _("the first whose conditions all hold decides."),
    key="name",
    key_help=_("Name of the rule, or its number."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("account", N_("Account")),
        Column("position", N_("Position"), right=True),
        Column("name", N_("Name")),
        Column("conditions", N_("Conditions"), wide=True),
        Column("effects", N_("Effects"), wide=True),
        Column("hits", N_("Hits"), right=True),
        Column("active", N_("Active")),
    ),
    examples={
        "list": "--account support@example.org",
        "show": "3",
        "add": "Invoices --if 'subject contains invoice' --if 'size smaller 5 MB' --set rubric=Accounts",
        "edit": "3 --set responsible=anna --no-hold",
        "remove": "3",
    },
    listed=_listed,
    show=_show,
    add=_add,
    edit=_edit,
    remove=_remove,
    options=(
        Option(
            "account",
            "--account",
            _("The account it is for; otherwise it is asked of every account's letters."),
            metavar="ADDRESS",
            verbs=("add",),
        ),
        Option("name", "--name", _("New name."), metavar="NAME", verbs=("edit",)),
        Option(
            "conditions",
            "--if",
            _(
                "A condition, FIELD OPERATOR VALUE; may be repeated, all must hold. Fields: subject, sender, "
                "recipient, header:NAME, list-id, body, size, attachments, attachment-name, attachment-type, "
                "kind, registered. Operators: contains, is, begins, ends, one of (A, B), matches (with * and "
                "?), larger, smaller, yes, no."
            ),
            list[str],
            "CONDITION",
        ),
        Option(
            "effects",
            "--set",
            _(
                "An effect, NAME=VALUE; may be repeated, an empty value takes it away. Effects: rubric, "
                "category, kind, criticality, client, responsible, team, tag, answer=yes|no (confirm), "
                "who=everybody|registered|review (may write), attachments=FOLDER."
            ),
            list[str],
            "EFFECT=VALUE",
        ),
        Option("hold", "--hold/--no-hold", _("Hold it for a person."), bool),
        Option("file", "--file/--no-file", _("Keep it without a ticket."), bool),
        Option("silent", "--silent/--not-silent", _("Never send anything to its author."), bool),
        Option("position", "--position", _("Its place in the order, the first is 1."), int, "N", ("add",)),
        Option("active", "--active/--inactive", _("Whether it is asked."), bool),
    ),
    filters=(
        Option("account", "--account", _("Only what is asked of this account's letters."), metavar="ADDRESS"),
    ),
    prepare=_prepare,
)

app = nouns.group(RULES)


@command(
    app,
    "move",
    _("Put a rule at another place in its order."),
    "deskterm rules move 3 1",
)
def move(
    rule: str = typer.Argument(..., metavar="RULE", help=_("Number or name of the rule.")),
    position: int = typer.Argument(..., metavar="POSITION", help=_("Its new place, the first is 1.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import rules

    with session.desk() as desk, desk.writing() as work:
        rules.move(work, desk.actor, rule, position)
        found = rules.show(work, desk.actor, rule)
    output.done(
        _("Rule {id} “{name}” is number {position} now.").format(
            id=found.id, name=found.name, position=found.position
        ),
        as_json,
        id=found.id,
        position=found.position,
    )


@command(
    app,
    "test",
    _("Show which rule letters match and why, and why the ones before it do not. Nothing is kept or sent."),
    "deskterm rules test letter.eml --account support@example.org",
    "deskterm rules test --json archive.mbox | jq .rule",
)
def test(
    files: list[str] = typer.Argument(
        ..., metavar="FILE…", help=_("Letters: .eml, mbox, Maildir, a folder, or - for standard input.")
    ),
    account: str = typer.Option(
        "", "--account", metavar="ADDRESS", help=_("The account they come to; otherwise the desk's first.")
    ),
    mbox: bool = typer.Option(False, "--mbox", help=_("Standard input is an mbox, not one letter.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON object a letter, one a line.")),
) -> int:
    from deskterm.desk import rights
    from deskterm.desk.intake import receive

    bad = 0
    with session.desk() as desk:
        with desk.reading() as work:
            rights.require(work, desk.actor, "see own", "rule.test")
            account_id = _account(work, account)
            own = receive.own_addresses(work)
        for file, letter, problem in _letters(files, mbox, own):
            if letter is None:
                complain(f"{file}: {problem}")
                bad = BAD_DATA
                continue
            with desk.reading() as work:
                line = _tested(work, file, letter, account_id)
            if as_json:
                output.json_line(line)
            else:
                _print(line)
    return bad


def _letters(
    files: Sequence[str], mbox: bool, own: frozenset[str]
) -> Iterator[tuple[str, Letter | None, str]]:
    """Every letter as it was read, or why it could not be."""
    from deskterm.mail.limited import LimitedReader, ReaderFailed

    with LimitedReader() as reader:
        for source in sources.letters(files, mbox):
            if source.problem:
                yield source.file, None, source.problem
                continue
            try:
                yield source.file, reader.read(source.raw, own), ""
            except ReaderFailed as failure:
                yield source.file, None, str(failure)


def _account(work: Work, account: str) -> int:
    from deskterm.desk import accounts
    from deskterm.desk.actor import SYSTEM
    from deskterm.desk.errors import NotFound

    if account:
        return lookup.account(work, account)
    there = sorted(accounts.listed(work, SYSTEM), key=lambda one: (not one.active, one.id))
    if not there:
        raise NotFound(_("This desk has no account. Add one: deskterm accounts add"))
    return there[0].id


def _tested(work: Work, file: str, letter: Letter, account_id: int) -> dict[str, Any]:
    from deskterm.desk import rules
    from deskterm.desk.intake import explain

    tried = rules.test(work, letter, account_id)
    matching = next((one for one in tried if one.matches), None)
    judged = explain.explain_in(work, letter, account_id)
    return {
        "file": file,
        "from": judged["from"] or {"name": "", "address": ""},
        "subject": letter.subject,
        "rule": matching.rule_id if matching else None,
        "name": matching.name if matching else "",
        "tried": tried,
        "verdict": judged["verdict"],
        "reasons": judged["reasons"],
    }


def _print(line: dict[str, Any]) -> None:
    output.line(f"{line['file']}: {line['from']['address']}: {line['subject']}")
    for one in line["tried"]:
        says = _("matches: {why}") if one.matches else _("does not match: {why}")
        output.line(
            "  "
            + _("rule {id} “{name}”").format(id=one.rule_id, name=one.name)
            + " "
            + says.format(why=one.why)
        )
    if line["rule"] is None:
        output.line("  " + _("no rule matches"))
    output.line("  " + _("verdict: {verdict}").format(verdict=words.verdict(line["verdict"])))
