"""All commands together, and what becomes of their errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import typer

from deskterm.cli import (
    accounts,
    articles,
    attachments,
    backup,
    blacklist,
    confined,
    customers,
    doctor,
    explain,
    export,
    importing,
    ingest,
    letters,
    lists,
    log,
    migrate,
    notices,
    nouns,
    observers,
    outbox,
    participants,
    people,
    report,
    rules,
    secrets,
    senders,
    session,
    settings,
    ssh_keys,
    templates,
    ticket_moves,
    tickets,
    upkeep,
    web,
)
from deskterm.cli.frame import Group, examples
from deskterm.cli.main import INTERRUPTED, USAGE, complain
from deskterm.i18n import N_, _

NOUNS: tuple[tuple[str, typer.Typer], ...] = (
    ("tickets", tickets.app),
    ("bin", ticket_moves.bin_app),
    ("accounts", accounts.app),
    ("letters", letters.app),
    ("rules", rules.app),
    ("senders", senders.app),
    ("outbox", outbox.app),
    ("log", log.app),
    ("report", report.app),
    ("export", export.app),
    ("blacklist", blacklist.app),
    ("clients", customers.clients_app),
    ("contacts", customers.contacts_app),
    ("attachments", attachments.app),
    ("articles", articles.app),
    ("templates", templates.app),
    ("notices", notices.app),
    ("observers", observers.app),
    ("participants", participants.app),
    ("settings", settings.app),
    ("secrets", secrets.app),
    ("migrate", migrate.app),
)
PLAIN_NOUNS = (
    articles.ANSWERS,
    people.AGENTS,
    people.ROLES,
    people.TEAMS,
    people.BRANCHES,
    people.SCHEDULES,
    customers.DEPARTMENTS,
    lists.STATUSES,
    *lists.CHOICES,
)
INNER: dict[str, tuple[tuple[str, typer.Typer], ...]] = {"agents": (("ssh-key", ssh_keys.app),)}
"""Nouns within a plain noun."""
VERBS = (
    tickets.add_search,
    explain.add,
    ingest.add,
    importing.add,
    upkeep.add,
    backup.add,
    doctor.add,
    confined.add,
    web.add,
)


def build() -> typer.Typer:
    """The command tree."""
    app = typer.Typer(
        cls=Group,
        name="deskterm",
        help=_("A help desk for people who live in a terminal. Without a command it opens the console."),
        epilog=examples(
            "deskterm",
            "deskterm demo",
            "deskterm accounts add support@example.org --in-host mx.example.org --out-host mx.example.org",
            "deskterm --home /srv/desk tickets list --json",
        ),
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback(invoke_without_command=True)(_root)
    for name, noun in NOUNS:
        app.add_typer(noun, name=name)
    for plain in PLAIN_NOUNS:
        group = nouns.group(plain)
        for name, inner in INNER.get(plain.name, ()):
            group.add_typer(inner, name=name)
        app.add_typer(group, name=plain.name)
    for add in VERBS:
        add(app)
    return app


_LIBRARY_HELP = {
    "install_completion": N_("Complete commands in this shell from now on."),
    "show_completion": N_("Show what completes commands in this shell, to copy or change it."),
}
"""Help of options the command library adds by itself."""


@cache
def tree() -> Any:
    """The commands as they are called, made once per process."""
    found: Any = typer.main.get_command(build())
    for parameter in found.params:
        parameter.help = _(_LIBRARY_HELP.get(parameter.name, "")) or parameter.help
    return found


def _show_version(asked: bool) -> None:
    if asked:
        from deskterm import __version__

        print(f"deskterm {__version__}")
        raise typer.Exit


def _root(
    context: typer.Context,
    home: str = typer.Option("", "--home", metavar="DIR", help=_("Folder of the desk (also DESKTERM_HOME).")),
    as_login: str = typer.Option(
        "", "--as", metavar="LOGIN", help=_("Act as this agent; only for the owner of the store.")
    ),
    lang: str = typer.Option("", "--lang", metavar="CODE", help=_("Language: en, ru (also DESKTERM_LANG).")),
    version: bool = typer.Option(
        False, "--version", is_eager=True, callback=_show_version, help=_("Show the version and exit.")
    ),
) -> None:
    session.invocation.set(session.Invocation(home or None, as_login or None))
    if context.invoked_subcommand is None:
        context.fail(_("No command was given."))


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; what it raises is said by `main`."""
    try:
        result = tree().main(args=list(arguments), prog_name="deskterm", standalone_mode=False)
    except typer.Abort:
        print(file=sys.stderr)
        return INTERRUPTED
    except typer.TyperException as problem:
        return _usage(problem)
    except SystemExit:
        raise BrokenPipeError from None  # the command library ends the process itself only there
    return result if isinstance(result, int) and not isinstance(result, bool) else 0


_BOUND = re.compile(r"(greater|less) than or equal to (\S+)")
"""What the command library says of a number outside its bounds."""


def _usage(problem: typer.TyperException) -> int:
    """The command library's complaint as one sentence and where to read on."""
    kind = type(problem).__name__
    if kind == "NoArgsIsHelpError":
        print(problem.format_message(), file=sys.stderr)
        return USAGE
    context: Any = getattr(problem, "ctx", None)
    hint = getattr(problem, "param_hint", None)
    parameter: Any = getattr(problem, "param", None)
    name = hint or (_name_of(parameter) if parameter is not None else getattr(problem, "option_name", ""))
    if kind == "NoSuchOption":
        sentence = _("There is no option {name}.").format(name=name)
        meant = getattr(problem, "possibilities", None)
        if meant:
            sentence += " " + _("Did you mean '{name}'?").format(name=sorted(meant)[0])
    elif kind == "MissingParameter":
        sentence = _("{name} is missing.").format(name=name)
    elif kind == "BadOptionUsage" and "requires" in problem.message:
        sentence = _("{name} needs a value.").format(name=name)
    elif problem.message.startswith("Got unexpected extra argument"):
        extra = problem.message.rpartition(" (")[2].removesuffix(")")
        sentence = _("Too many arguments: {extra}.").format(extra=extra)
    elif "valid integer" in problem.message:
        sentence = _("{name} must be a whole number.").format(name=name)
    elif "valid number" in problem.message:
        sentence = _("{name} must be a number.").format(name=name)
    elif found := _BOUND.search(problem.message):
        told = _("{name} is {bound} or more.") if found[1] == "greater" else _("{name} is {bound} or less.")
        sentence = told.format(name=name, bound=found[2])
    elif kind == "BadParameter" and name:
        sentence = f"{name}: {problem.message.rstrip('.')}."
    else:
        sentence = problem.message
    if context is not None:
        sentence += " " + _("See `{command} --help`.").format(command=context.command_path)
    complain(sentence)
    return problem.exit_code


def _name_of(parameter: Any) -> str:
    """How a person would type the parameter."""
    if getattr(parameter, "param_type_name", "") == "argument":
        return str(parameter.metavar or parameter.name).upper()
    return str(max(parameter.opts, key=len))
