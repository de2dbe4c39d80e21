"""`deskterm session`: what OpenSSH starts for an agent's key, and the web server for a browser.

Without a command of the client the console opens. With one it is about the files in the agent's folder, or
refused; nothing of it ever reaches a shell.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

import typer

from deskterm import limits
from deskterm.cli import output, session
from deskterm.cli.frame import command, usage
from deskterm.cli.main import USAGE, complain
from deskterm.config import Home
from deskterm.confinement import WEB, Confinement, shut
from deskterm.i18n import _

NOT_ALLOWED = 77
CANNOT_WRITE = 73
BAD_DATA = 65
ASKED = "SSH_ORIGINAL_COMMAND"


def add(root: typer.Typer) -> None:
    command(
        root,
        "session",
        _("A session of an agent without an account here; started by OpenSSH and `deskterm web`."),
        "deskterm session anna --key SHA256:2Qv1J1Vb9D1mXv0w2jTt8zG1cVqk7R8cN0f3mYb1a9A",
    )(run)


def run(
    login: str = typer.Argument(..., metavar="LOGIN", help=_("Login of the agent.")),
    key: str = typer.Option(
        ..., "--key", metavar="FINGERPRINT", help=_("The key it was opened by; history says so.")
    ),
    editor: str = typer.Option("", "--editor", metavar="COMMAND", help=_("An editor that is allowed.")),
) -> int:
    home = session.home()
    try:
        confinement = Confinement.of(home.folder, login, key, editor)
    except ValueError:
        raise usage(_("The login or the editor holds odd signs.")) from None
    # nobody waits behind this program who could be returned to
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    confinement.make()
    confined = home.confined(confinement)
    asked = os.environ.get(ASKED, "").strip()
    if asked:
        return _asked(confined, confinement, asked)
    if key != WEB and not (sys.stdin.isatty() and sys.stdout.isatty()):
        complain(
            _("The console needs a terminal: ssh -t. For files: files, get NAME, put NAME, remove NAME.")
        )
        return USAGE
    shut(confinement, home.folder)
    from deskterm.screens.app import run as run_console

    return run_console(confined, worker=False)


def _asked(home: Home, confinement: Confinement, asked: str) -> int:
    """What a client asked for instead of the console."""
    from deskterm.desk import ssh_keys
    from deskterm.desk.actor import settle
    from deskterm.store.opening import open_store

    store = open_store(home, create=False)
    try:
        actor = settle(store, home)
        verb, _blank, name = asked.partition(" ")
        done = _VERBS.get(verb)
        if done is None or bool(name) != (verb != "files"):
            with store.work(write=True) as work:
                ssh_keys.refused(work, actor, asked)
            complain(_("There are no commands here but: files, get NAME, put NAME, remove NAME."))
            return NOT_ALLOWED
    finally:
        store.close()
    shut(confinement, home.folder)
    try:
        return done(confinement, name)
    except OSError as error:
        complain(_("{what}: {why}").format(what=name, why=error.strerror or _("there is no such file")))
        return BAD_DATA if isinstance(error, FileNotFoundError) else CANNOT_WRITE


def _files(confinement: Confinement, name: str) -> int:
    for each in confinement.names():
        output.line(f"{(confinement.files / each).lstat().st_size:>12}  {each}")
    return 0


def _get(confinement: Confinement, name: str) -> int:
    with confinement.open(name) as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return 0


def _put(confinement: Confinement, name: str) -> int:
    file = confinement.create(name)
    try:
        with file:
            whole = _received(sys.stdin.buffer, file)
    except BaseException:
        confinement.remove(name)
        raise
    if not whole:
        confinement.remove(name)
        complain(_("{name} is larger than anything that goes by mail; it was not kept.").format(name=name))
        return BAD_DATA
    return 0


def _received(source: BinaryIO, target: BinaryIO) -> bool:
    """Copy to the end; False where there is more than a file may have."""
    left = 2 * limits.AGENT_ATTACHMENT_BYTES
    while data := source.read(min(1 << 16, left + 1)):
        left -= len(data)
        if left < 0:
            return False
        target.write(data)
    return True


def _remove(confinement: Confinement, name: str) -> int:
    confinement.remove(name)
    return 0


_VERBS: dict[str, Callable[[Confinement, str], int]] = {
    "files": _files,
    "get": _get,
    "put": _put,
    "remove": _remove,
}
