"""The command `deskterm`: opens the console, or runs what an administrator typed.

Nothing heavy is imported here: the console must paint its first frame before SQL, mail or keyring exist.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from deskterm import late

if TYPE_CHECKING:
    from pathlib import Path

USAGE = 2
INTERRUPTED = 130
COMPLETION = "_DESKTERM_COMPLETE"
LATER = (
    # what reads of the desk have at hand, and no first page needs
    "deskterm.desk.choices",
    "deskterm.desk.history",
    "deskterm.desk.notices",
    "deskterm.desk.posting",
    "deskterm.desk.query.marking",
    "deskterm.desk.saved_views",
    "deskterm.desk.schedules",
    "deskterm.desk.searching",
    "deskterm.desk.statuses",
    "deskterm.desk.tickets",
    # what has nothing to do before the desk is open
    "deskterm.screens.finding",
    "deskterm.screens.following",
    "deskterm.screens.loading",
    "deskterm.screens.notices",
    "deskterm.screens.presenters.body",
    "deskterm.screens.presenters.found",
    "deskterm.screens.presenters.head",
    "deskterm.screens.presenters.links",
    "deskterm.screens.presenters.state",
    "deskterm.screens.presenters.text",
    "deskterm.screens.presenters.timeline",
)
"""Modules of ours a console runs when something of them is used: after its first frame and rows."""
_VALUED = ("--home", "--as", "--lang")


class Opening(NamedTuple):
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
    console = opening.bare and COMPLETION not in os.environ
    if console:
        late.put_off(LATER)
    from deskterm import i18n

    i18n.use(i18n.language_of({"DESKTERM_LANG": opening.lang}) if opening.lang else i18n.language_of())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        if console:
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
    from deskterm.i18n import _

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        complain(_("The console needs a terminal; `deskterm --help` lists the commands."))
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
    from deskterm import i18n
    from deskterm.screens import layout

    chosen = layout.read(own).language
    if chosen and not opening.lang and not os.environ.get("DESKTERM_LANG"):
        i18n.use(chosen)


def complain(sentence: str) -> None:
    """One clear sentence to standard error."""
    from deskterm.clean import clean

    print(f"deskterm: {clean(sentence)}", file=sys.stderr)
