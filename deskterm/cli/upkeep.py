"""`deskterm sync`, `check`, `demo`: what keeps a desk running."""

from __future__ import annotations

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command, usage
from deskterm.i18n import _


def add(root: typer.Typer) -> None:
    command(
        root,
        "sync",
        _("Run the mail worker: receive, make tickets, send. A second one stands by for the first."),
        "deskterm sync",
        "deskterm sync --once",
    )(sync)
    command(
        root,
        "check",
        _("Ask the running worker to look for mail now."),
        "deskterm check",
    )(check)
    command(
        root,
        "demo",
        _("Show a working desk with a mail server and customers of its own; nothing is left behind."),
        "deskterm demo",
    )(demo)


def sync(
    once: bool = typer.Option(
        False, "--once", help=_("Look into every mailbox once, send what is due, and end.")
    ),
    linger: bool = typer.Option(
        False, "--linger", help=_("End a minute after the last console has gone; log to a file.")
    ),
) -> int:
    if once and linger:
        raise usage(_("--once and --linger exclude each other."))
    from deskterm.sync.worker import run

    return run(session.home(), once=once, linger=linger)


def check(as_json: bool = JSON) -> None:
    from deskterm.desk import settings
    from deskterm.store import lease
    from deskterm.sync.worker import LEASE

    with session.desk() as desk, desk.writing() as work:
        settings.check_mail_now(work, desk.actor)
        worker = lease.holder(work, LEASE)
        mail_on = bool(settings.get(work, "mail_on"))
    if not mail_on:
        sentence = _("Receiving and sending are switched off: deskterm settings edit mail_on on")
    elif worker is None:
        sentence = _("No worker runs; it will look when it starts: deskterm sync")
    else:
        sentence = _("The worker was asked to look for mail now.")
    output.done(sentence, as_json, worker=worker, mail_on=mail_on)


def demo() -> int:
    from deskterm.cli.demo import run_demo

    return run_demo()
