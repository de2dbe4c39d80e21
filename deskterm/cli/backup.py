"""`deskterm backup` and `restore`: everything a desk has as one file, and back."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command
from deskterm.cli.progress import Progress
from deskterm.config import Home
from deskterm.i18n import _, decimal, n_

if TYPE_CHECKING:
    from deskterm.store.archive import Archive

BAD_DATA = 65
CANNOT_WRITE = 73
ENDINGS = ("", "-wal", "-shm")
"""What SQLite's files are called, after the store's name."""


def add(root: typer.Typer) -> None:
    command(
        root,
        "backup",
        _(
            "Write everything into one file while the desk is at work: tickets, letters, files, settings, "
            "with checksums. Passwords of mailboxes are left out."
        ),
        "deskterm backup /srv/backups/desk-$(date +%F).tar.gz",
    )(backup)
    command(
        root,
        "restore",
        _(
            "Make the desk of a backup, on SQLite or PostgreSQL; a desk that is there makes way only with "
            "--force. Mail stays switched off until one has looked at the Outbox."
        ),
        "deskterm --home /srv/desk restore desk-2026-11-28.tar.gz",
        "deskterm restore desk-2026-11-28.tar.gz --force --mail-on",
    )(restore)


def backup(
    file: Path = typer.Argument(..., metavar="FILE", help=_("The file to write; none is overwritten.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import relocating
    from deskterm.store import archive

    path = file.expanduser().absolute()
    with session.desk() as desk:
        with desk.writing() as work:
            relocating.back_up(work, desk.actor, str(path))
        made = archive.write(desk.store, desk.home, path, Progress().tell)
    _say(made, as_json, _("Written and looked through: {file}.").format(file=path))


def restore(
    file: Path = typer.Argument(..., metavar="FILE", help=_("A backup.")),
    force: bool = typer.Option(False, "--force", help=_("Put it in the place of a desk that is there.")),
    mail_on: bool = typer.Option(
        False, "--mail-on", help=_("Receive and send at once, as the backup says; waiting letters leave.")
    ),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import relocating
    from deskterm.store import archive, copying
    from deskterm.store.errors import StoreError
    from deskterm.store.integrity import faults
    from deskterm.store.opening import open_store

    home = session.home()
    kept = _make_way(home, force)
    home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=home.folder, prefix=".restoring-") as folder:
        there = Path(folder)
        said = archive.read(file, there)
        unpacked = Home(there, str(there / archive.STORE), there)
        store = open_store(unpacked)
        try:
            with store.work(write=True) as work:
                relocating.arrived(work, mail_on=mail_on)
                found = faults(work)
            if found is not None and (found.broken or found.astray):
                raise StoreError(
                    _("The store in {file} is damaged: {why}.").format(
                        file=file, why=found.broken or found.astray
                    ),
                    BAD_DATA,
                )
            if not home.is_local:
                copying.copy_to(store, home, Progress().tell, replacing=force)
        finally:
            store.close()
        if home.is_local:
            _put_in_place(Path(unpacked.database), Path(home.database), kept)
        for name in archive.BESIDE:
            if (there / name).exists() and (force or not (home.folder / name).exists()):
                os.replace(there / name, home.folder / name)
    sentence = _("Restored as {store}, of {moment}.").format(
        store=home.database if home.is_local else copying.name_of(home),
        moment=output.cell(datetime.fromisoformat(said.made_at)),
    )
    if kept is not None and kept.exists():
        sentence += " " + _("What stood there is kept as {file}.").format(file=kept)
    _say(said, as_json, sentence, mail_on=mail_on)
    if not as_json and not mail_on:
        output.line(
            _(
                "Mail is switched off: look at the Outbox for letters that have left since, then: "
                "deskterm settings edit mail_on on"
            )
        )


def _make_way(home: Home, force: bool) -> Path | None:
    """Where the file that stands in the way is moved, None for none; refuses where it may not be moved."""
    from deskterm.desk import relocating
    from deskterm.store.errors import StoreError

    database = Path(home.database) if home.is_local else None
    if database is not None and not database.exists():
        return None
    if database is not None and not force:
        raise StoreError(
            _("There is a desk at {path} already; --force puts the backup in its place and keeps it.").format(
                path=database
            ),
            CANNOT_WRITE,
        )
    if force:
        try:
            with session.desk() as desk, desk.reading() as work:
                relocating.replace(work, desk.actor)
        except StoreError as problem:
            if problem.exit_code != BAD_DATA:
                raise  # a damaged store is what a backup is for; its file is its owner's
    if database is None:
        return None
    return database.with_name(f"{database.name}.before-restore-{datetime.now():%Y%m%d-%H%M%S}")


def _put_in_place(made: Path, place: Path, kept: Path | None) -> None:
    for before, after in ((place, kept), (made, place)):
        for ending in ENDINGS:
            if after is not None and Path(f"{before}{ending}").exists():
                os.replace(f"{before}{ending}", f"{after}{ending}")


def _say(made: Archive, as_json: bool, sentence: str, **more: Any) -> None:
    if as_json:
        output.json_document(output.as_data(made) | {"secrets": False} | more)
        return
    output.line(sentence)
    size = sum(part.size for part in made.parts)
    count = len(made.parts)
    told = n_("{count} file, {size} MB unpacked:", "{count} files, {size} MB unpacked:", count)
    output.line(
        f"{told.format(count=count, size=decimal(size / 1024 / 1024))} "
        + ", ".join(part.name for part in made.parts)
    )
    output.line(_("Passwords of mailboxes are not in it: deskterm secrets set ADDRESS"))
