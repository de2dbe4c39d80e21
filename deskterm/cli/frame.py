"""How commands are declared: plain help with examples, in the reader's language, no markup."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from deskterm.i18n import N_, _

Function = TypeVar("Function", bound=Callable[..., Any])

TICKET = typer.Argument(..., metavar="NUMBER", help=_("Number of the ticket."))
TICKETS = typer.Argument(..., metavar="NUMBER…", help=_("Numbers of the tickets."))
SOME_TICKETS = typer.Argument(None, metavar="[NUMBER…]", help=_("Numbers of the tickets."))
JSON = typer.Option(False, "--json", help=_("Print JSON instead of a table."))

# what the command library writes into a help page by itself
_LIBRARY_WORDS = (
    N_("Usage: "),
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("Options:"),
    N_("Commands:"),
    N_("Arguments:"),
    N_("Show this message and exit."),
    N_("[required]"),
    N_("[default: "),
)

_TYPE = re.compile(r"(?<=\S) <(?:int|str|float|path|list\[\w+\])>")
_SEVERAL = re.compile(r"\[?(\[?\w+…\]?)\]?\.\.\.")
"""The library says once more of a list of arguments that there may be several."""
_BRACED = re.compile(r"\{([^\s{}]+)\}")


def _in_language(formatter: Any) -> None:
    for at, piece in enumerate(formatter.buffer):
        for words in _LIBRARY_WORDS:
            if words in piece:
                piece = piece.replace(words, _(words))
        piece = _SEVERAL.sub(r"\1", _BRACED.sub(r"\1", piece)).replace("[[", "[").replace("]]", "]")
        # what Python calls an argument's type is nobody's business; the columns stay where they are
        formatter.buffer[at] = _TYPE.sub(lambda found: " " * len(found[0]), piece)


class Command(TyperCommand):
    """A command whose help page is in the language in use."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super().format_help(ctx, formatter)
        _in_language(formatter)


class Group(TyperGroup):
    """A group of commands; an unknown one is answered with the one that was probably meant."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super().format_help(ctx, formatter)
        _in_language(formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            sentence = _("There is no command '{name}'.").format(name=args[0])
            meant = difflib.get_close_matches(args[0], list(self.commands), n=1)
            if meant:
                sentence += " " + _("Did you mean '{name}'?").format(name=meant[0])
            ctx.fail(sentence)
        return super().resolve_command(ctx, args)


def examples(*lines: str) -> str:
    """The end of a help page; the lines stay as they are."""
    return "\b\n" + _("Examples:") + "\n" + "\n".join(f"  {line}" for line in lines)


def new_group(help: str, *lines: str, bare: bool = False) -> typer.Typer:
    """A noun whose verbs are added to it; `bare`: it also does something without one."""
    return typer.Typer(
        cls=Group,
        help=help,
        short_help=_first_sentence(help),
        epilog=examples(*lines),
        no_args_is_help=not bare,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )


def command(app: typer.Typer, name: str, help: str, *lines: str) -> Callable[[Function], Function]:
    """Declare a command with its help and at least one example."""
    return app.command(
        name,
        cls=Command,
        help=help,
        epilog=examples(*lines),
        short_help=_first_sentence(help),
        context_settings={"help_option_names": ["--help", "-h"]},
    )


def _first_sentence(help: str) -> str:
    return re.split(r"[.;:]\s|\.?$", help, maxsplit=1)[0]


def usage(sentence: str) -> Exception:
    """A wrong argument, to be raised: exit code 2."""
    return typer.BadParameter(sentence)


def choice(value: str, allowed: Sequence[str], name: str) -> str:
    """One of the words allowed, or a usage error that lists them."""
    if value not in allowed:
        raise usage(
            _("{name} is one of {words}, not '{value}'.").format(
                name=name, words=", ".join(allowed), value=value
            )
        )
    return value
