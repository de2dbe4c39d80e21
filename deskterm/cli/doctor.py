"""`deskterm doctor`: looks at installation and data and says what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from deskterm.cli import output, session, words
from deskterm.cli.frame import JSON, command
from deskterm.config import Home
from deskterm.desk.views import BAD, GOOD, WARNING, Check
from deskterm.i18n import N_, _, n_

if TYPE_CHECKING:
    from deskterm.store.work import Work

CANNOT_WRITE = 73
CONFIGURATION = 78

DISK_WARNING_BYTES = 1024**3
DISK_BAD_BYTES = 64 * 1024**2


_COLUMNS = (
    output.Column("check", N_("Check"), word=words.check),
    output.Column("state", N_("State")),
    output.Column("detail", N_("Detail"), wide=True),
    output.Column("remedy", N_("What to do"), wide=True),
)


def add(root: typer.Typer) -> None:
    command(
        root,
        "doctor",
        _("Check installation and data: files, store, counters, passwords, accounts, worker, disk, clock."),
        "deskterm doctor",
        "deskterm doctor --json",
        "deskterm doctor --repair",
    )(doctor)


def doctor(
    repair: bool = typer.Option(
        False, "--repair", help=_("Count the sections' numbers anew first; administrators only.")
    ),
    as_json: bool = JSON,
) -> int:
    findings = [*(_repaired() if repair else ()), *_everything(session.home())]
    if as_json:
        output.json_document(findings)
    else:
        titles = {GOOD: _("good"), WARNING: _("look"), BAD: _("bad")}
        output.table(
            _COLUMNS,
            [
                {
                    "check": finding.check,
                    "state": titles[finding.state],
                    "detail": finding.detail,
                    "remedy": finding.remedy,
                }
                for finding in findings
            ],
        )
    return next((finding.exit_code for finding in findings if finding.state == BAD), 0)


def _everything(home: Home) -> Iterator[Check]:
    yield _folder(home)
    yield _files(home)
    yield _disk(home)
    yield from _secrets(home)
    yield from _sessions(home)
    from deskterm.desk import doctor as desk_doctor
    from deskterm.store.errors import StoreError
    from deskterm.store.opening import open_store

    try:
        store = open_store(home, create=False)
    except StoreError as problem:
        yield Check("store", BAD, problem.sentence, exit_code=problem.exit_code)
        return
    try:
        with store.work() as work:
            yield from desk_doctor.checks(work)
            yield from _accounts(home, work)
    except StoreError as problem:
        yield Check("store", BAD, problem.sentence, exit_code=problem.exit_code)
    finally:
        store.close()


def _repaired() -> Iterator[Check]:
    from deskterm.desk import doctor as desk_doctor

    with session.desk() as desk, desk.writing() as work:
        wrong = desk_doctor.repair(work, desk.actor)
    detail = n_(
        "{number} place of the sections' numbers was counted anew.",
        "{number} places of the sections' numbers were counted anew.",
        wrong,
    ).format(number=wrong)
    yield Check("repair", GOOD, detail)


def _folder(home: Home) -> Check:
    try:
        state = home.folder.stat()
    except OSError as problem:
        return Check(
            "folder",
            BAD,
            f"{home.folder}: {problem.strerror}",
            _("Start `deskterm` once to make it, or name another with --home."),
            CONFIGURATION,
        )
    if state.st_uid != os.geteuid():
        return Check(
            "folder",
            BAD,
            _("{path} belongs to another user.").format(path=home.folder),
            _("Use your own with --home."),
            CONFIGURATION,
        )
    mode = stat.S_IMODE(state.st_mode)
    if mode & 0o077:
        return Check(
            "folder",
            WARNING,
            _("{path} is open to others (mode {mode:o}).").format(path=home.folder, mode=mode),
            f"chmod 700 {home.folder}",
        )
    return Check("folder", GOOD, str(home.folder))


def _files(home: Home) -> Check:
    """Store, secrets and logs: for their owner only."""
    exposed: list[str] = []
    number = 0
    try:
        files = sorted(path for path in home.folder.iterdir() if path.is_file())
    except OSError:
        files = []
    for path in files:
        number += 1
        state = path.lstat()
        if stat.S_IMODE(state.st_mode) & 0o077 or state.st_uid != os.geteuid():
            exposed.append(path.name)
    if exposed:
        return Check(
            "files",
            BAD,
            _("Others can read: {names}.").format(names=", ".join(exposed)),
            "chmod 600 " + " ".join(str(home.folder / name) for name in exposed),
            CONFIGURATION,
        )
    return Check(
        "files",
        GOOD,
        n_(
            "{number} file, for its owner only.",
            "{number} files, for their owner only.",
            number,
        ).format(number=number),
    )


def _disk(home: Home) -> Check:
    place = next((path for path in (home.folder, *home.folder.parents) if path.exists()), home.folder)
    free = shutil.disk_usage(place).free
    detail = _("{megabytes} MB free.").format(megabytes=free // 1024**2)
    if free < DISK_BAD_BYTES:
        return Check(
            "disk", BAD, detail, _("Make room; until then letters wait on the server."), CANNOT_WRITE
        )
    if free < DISK_WARNING_BYTES:
        return Check("disk", WARNING, detail, _("Make room."))
    return Check("disk", GOOD, detail)


def _secrets(home: Home) -> Iterator[Check]:
    from deskterm.secrets import SecretStore

    for place in SecretStore(home).status():
        if place.name == "file" and not place.usable:
            yield Check("secrets", BAD, place.detail, "", CONFIGURATION)
        elif place.name in ("keyring", "file"):
            yield Check("secrets", GOOD, f"{place.name}: {place.detail} {place.protects}".strip())


def _sessions(home: Home) -> Iterator[Check]:
    """Who comes in over OpenSSH as this account: agents by their keys, and who gets a shell beside them."""
    from deskterm.cli.ssh_keys import file_of_keys
    from deskterm.desk import ssh_keys
    from deskterm.desk.errors import DeskError

    file = file_of_keys(None)
    try:
        ours, others = ssh_keys.of_agents(file), ssh_keys.others(file)
    except DeskError as problem:
        yield Check("sessions", WARNING, problem.sentence)
        return
    if not ours:
        return
    detail = n_(
        "{count} key lets an agent in without the store's file.",
        "{count} keys let agents in without the store's file.",
        len(ours),
    ).format(count=len(ours))
    if others:
        yield Check(
            "sessions",
            WARNING,
            detail
            + " "
            + n_(
                "{count} other key in {file} opens a shell: who holds it reads the store.",
                "{count} other keys in {file} open a shell: who holds one reads the store.",
                len(others),
            ).format(count=len(others), file=file),
            _("Give administrators accounts of their own, or know whose keys these are."),
        )
    elif stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Check("sessions", WARNING, detail, f"chmod 600 {file}")
    else:
        yield Check("sessions", GOOD, detail)


def _accounts(home: Home, work: Work) -> Iterator[Check]:
    """Each active account: whether its password is there, and what the worker says of it."""
    from deskterm.desk import doctor as desk_doctor
    from deskterm.secrets import SecretError, SecretStore

    secrets = SecretStore(home)
    mailboxes = desk_doctor.mailboxes(work)
    if not mailboxes:
        yield Check(
            "accounts",
            WARNING,
            _("There is no active account."),
            "deskterm accounts add ADDRESS --in-host HOST",
        )
    for mailbox in mailboxes:
        try:
            place = secrets.where(mailbox.address) if mailbox.wants_password else ""
        except SecretError as problem:
            yield Check("password", BAD, f"{mailbox.address}: {problem.sentence}", "", CONFIGURATION)
            continue
        if place is None:
            yield Check(
                "password",
                BAD,
                _("{address} has no password.").format(address=mailbox.address),
                f"deskterm secrets set {mailbox.address}",
                CONFIGURATION,
            )
        if mailbox.failing:
            yield Check(
                "account",
                WARNING,
                f"{mailbox.address}: {mailbox.failing}",
                f"deskterm accounts test {mailbox.address}",
            )
        else:
            yield Check("account", GOOD, f"{mailbox.address}: {mailbox.state}")
