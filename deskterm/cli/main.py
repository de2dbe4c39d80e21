"""The command `deskterm`: opens the console, or runs what an administrator typed.

Nothing heavy is imported here: the console must paint its first frame before SQL, mail or keyring exist.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deskterm import i18n
from deskterm.clean import clean

USAGE = 2
INTERRUPTED = 130
COMPLETION = "_DESKTERM_COMPLETE"
_VALUED = ("--home", "--as", "--lang")


@dataclass(frozen=True, slots=True)
class Opening:
    """What was said before the command."""

    home: str | None
    as_login: str | None
    lang: str | None
    bare: bool
    """No command at all: the console is meant."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    os.umask(0o077)  # whatever this process writes is its owner's alone
    arguments = list(sys.argv[1:] if argv is None else argv)
    opening = read_opening(arguments)
    i18n.use(i18n.language_of({"DESKTERM_LANG": opening.lang}) if opening.lang else i18n.language_of())
    if opening.lang and i18n.code_of(opening.lang) not in i18n.LANGUAGES:
        told = i18n._("The language is one of {languages}, not {language}.")
        complain(told.format(languages=", ".join(i18n.LANGUAGES), language=opening.lang))
        return USAGE
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        if opening.bare and COMPLETION not in os.environ:
            return open_console(opening)
        from deskterm.cli import application

        code = application.run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # the reader went away (`| head`); what is still buffered must not complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as problem:  # noqa: BLE001  the last wall: a traceback would carry foreign text
        from deskterm.cli.faults import failed

        return failed(problem)
    return code


def read_opening(arguments: Sequence[str]) -> Opening:
    """Find the options before the command without importing what parses the rest."""
    values: dict[str, str | None] = dict.fromkeys(_VALUED)
    rest = list(arguments)
    while rest and rest[0].startswith("--"):
        name, equals, value = rest[0].partition("=")
        if name not in _VALUED or (not equals and len(rest) < 2):
            break
        values[name] = value if equals else rest[1]
        del rest[: 1 if equals else 2]
    return Opening(values["--home"], values["--as"], values["--lang"], bare=not rest)


def open_console(opening: Opening) -> int:
    """The console on the home that was asked for."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        complain(i18n._("The console needs a terminal; `deskterm --help` lists the commands."))
        return USAGE
    from deskterm import heap

    heap.put_off()
    from deskterm.config import Home

    home = Home.find(opening.home)
    use_language_of(opening, home.own)
    from deskterm.screens.app import run

    return run(home, opening.as_login)


def use_language_of(opening: Opening, own: Path) -> None:
    """The language chosen in the console, where none was said before the command or in the environment."""
    from deskterm.screens import layout

    chosen = layout.read(own).language
    if chosen and not opening.lang and not os.environ.get("DESKTERM_LANG"):
        i18n.use(chosen)


def complain(sentence: str) -> None:
    """One clear sentence to standard error."""
    print(f"deskterm: {clean(sentence)}", file=sys.stderr)
