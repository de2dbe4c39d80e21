"""`deskterm doctor`: looks at installation and data and says what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command
from deskterm.config import Home
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from deskterm.store.engine import Store
    from deskterm.store.work import Work

GOOD = "good"
WARNING = "warning"
BAD = "bad"

BAD_DATA = 65
CANNOT_WRITE = 73
CONFIGURATION = 78

DISK_WARNING_BYTES = 1024**3
DISK_BAD_BYTES = 64 * 1024**2
CLOCK_SECONDS = 5
WAITING_LETTER_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    state: str
    """'good', 'warning', 'bad'."""
    detail: str
    remedy: str = ""
    exit_code: int = 0


_COLUMNS = (
    output.Column("check", N_("Check")),
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
    )(doctor)


def doctor(as_json: bool = JSON) -> int:
    findings = list(_everything(session.home()))
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


def _everything(home: Home) -> Iterator[Finding]:
    yield _folder(home)
    yield _files(home)
    yield _disk(home)
    yield from _secrets(home)
    from deskterm.store.errors import StoreError
    from deskterm.store.opening import open_store

    try:
        store = open_store(home, create=False)
    except StoreError as problem:
        yield Finding("store", BAD, problem.sentence, exit_code=problem.exit_code)
        return
    try:
        for check in _STORE_CHECKS:
            with store.work() as work:
                yield from check(home, store, work)
    except StoreError as problem:
        yield Finding("store", BAD, problem.sentence, exit_code=problem.exit_code)
    finally:
        store.close()


def _folder(home: Home) -> Finding:
    try:
        state = home.folder.stat()
    except OSError as problem:
        return Finding(
            "folder",
            BAD,
            f"{home.folder}: {problem.strerror}",
            _("Start `deskterm` once to make it, or name another with --home."),
            CONFIGURATION,
        )
    if state.st_uid != os.geteuid():
        return Finding(
            "folder",
            BAD,
            _("{path} belongs to another user.").format(path=home.folder),
            _("Use your own with --home."),
            CONFIGURATION,
        )
    mode = stat.S_IMODE(state.st_mode)
    if mode & 0o077:
        return Finding(
            "folder",
            WARNING,
            _("{path} is open to others (mode {mode:o}).").format(path=home.folder, mode=mode),
            f"chmod 700 {home.folder}",
        )
    return Finding("folder", GOOD, str(home.folder))


def _files(home: Home) -> Finding:
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
        return Finding(
            "files",
            BAD,
            _("Others can read: {names}.").format(names=", ".join(exposed)),
            "chmod 600 " + " ".join(str(home.folder / name) for name in exposed),
            CONFIGURATION,
        )
    return Finding("files", GOOD, _("{number} files, for their owner only.").format(number=number))


def _disk(home: Home) -> Finding:
    place = next((path for path in (home.folder, *home.folder.parents) if path.exists()), home.folder)
    free = shutil.disk_usage(place).free
    detail = _("{megabytes} MB free.").format(megabytes=free // 1024**2)
    if free < DISK_BAD_BYTES:
        return Finding(
            "disk", BAD, detail, _("Make room; until then letters wait on the server."), CANNOT_WRITE
        )
    if free < DISK_WARNING_BYTES:
        return Finding("disk", WARNING, detail, _("Make room."))
    return Finding("disk", GOOD, detail)


def _secrets(home: Home) -> Iterator[Finding]:
    from deskterm.secrets import SecretStore

    for place in SecretStore(home).status():
        if place.name == "file" and not place.usable:
            yield Finding("secrets", BAD, place.detail, "", CONFIGURATION)
        elif place.name in ("keyring", "file"):
            yield Finding("secrets", GOOD, f"{place.name}: {place.detail} {place.protects}".strip())


def _store(home: Home, store: Store, work: Work) -> Iterator[Finding]:
    from deskterm.store.migrations import HEAD
    from deskterm.store.opening import revision

    yield Finding(
        "store",
        GOOD,
        _("{name} ({dialect}), version {version} of {head}.").format(
            name=store.name, dialect=store.dialect, version=revision(work.connection), head=HEAD
        ),
    )
    if home.is_local:
        yield Finding("access", GOOD, _("A file of one user: only who may read it sees the desk."))
    else:
        yield Finding(
            "access",
            GOOD,
            _("PostgreSQL: an agent who holds the database's address is trusted with everything in it."),
            _("For walls between agents give them OpenSSH forced commands."),
        )


def _integrity(home: Home, store: Store, work: Work) -> Iterator[Finding]:
    if work.dialect != "sqlite":
        return
    found = [str(row[0]) for row in work.connection.exec_driver_sql("pragma quick_check(5)")]
    astray = work.connection.exec_driver_sql("pragma foreign_key_check").first()
    if found != ["ok"]:
        yield Finding("integrity", BAD, "; ".join(found), _("Restore a backup."), BAD_DATA)
    elif astray is not None:
        yield Finding(
            "integrity",
            BAD,
            _("A row of {table} points to one that is not there.").format(table=astray[0]),
            _("Restore a backup, or report it."),
            BAD_DATA,
        )
    else:
        yield Finding("integrity", GOOD, _("The file is whole and its rows fit together."))


def _counters(home: Home, store: Store, work: Work) -> Iterator[Finding]:
    from deskterm.desk import counts

    kept, counted = counts.all_places(work), counts.counted(work)
    wrong = {place for place, _number in set(kept.items()) ^ set(counted.items())}
    if wrong:
        yield Finding(
            "counters",
            BAD,
            _("{number} places of the sections' numbers differ from the tickets.").format(number=len(wrong)),
            _("Report it with the output of `deskterm doctor --json`."),
            BAD_DATA,
        )
    else:
        yield Finding(
            "counters",
            GOOD,
            _("{number} tickets, counted and kept alike.").format(number=sum(counted.values())),
        )


def _accounts(home: Home, store: Store, work: Work) -> Iterator[Finding]:
    from sqlalchemy import select

    from deskterm.secrets import SecretError, SecretStore
    from deskterm.store import tables as t

    secrets = SecretStore(home)
    rows = work.rows(
        select(
            t.account.c.address,
            t.account.c.incoming.label("receives"),
            t.account.c.outgoing.label("sends"),
            t.account.c.outgoing_login,
            t.account_state.c.incoming,
            t.account_state.c.incoming_detail,
            t.account_state.c.outgoing,
            t.account_state.c.outgoing_detail,
        )
        .select_from(t.account.outerjoin(t.account_state, t.account_state.c.account_id == t.account.c.id))
        .where(t.account.c.active)
        .order_by(t.account.c.id)
    )
    if not rows:
        yield Finding(
            "accounts",
            WARNING,
            _("There is no active account."),
            "deskterm accounts add ADDRESS --in-host HOST",
        )
    for row in rows:
        wants = row.receives != "none" or (row.sends != "none" and row.outgoing_login)
        try:
            place = secrets.where(row.address) if wants else ""
        except SecretError as problem:
            yield Finding("password", BAD, f"{row.address}: {problem.sentence}", "", CONFIGURATION)
            continue
        if place is None:
            yield Finding(
                "password",
                BAD,
                _("{address} has no password.").format(address=row.address),
                f"deskterm secrets set {row.address}",
                CONFIGURATION,
            )
        failing = [
            detail
            for state, detail in (
                (row.incoming, row.incoming_detail),
                (row.outgoing, row.outgoing_detail),
            )
            if state == "failing"
        ]
        if failing:
            yield Finding(
                "account",
                WARNING,
                f"{row.address}: {' '.join(failing)}",
                f"deskterm accounts test {row.address}",
            )
        else:
            state = row.incoming or "unknown"
            yield Finding("account", GOOD, f"{row.address}: {state}")


def _worker(home: Home, store: Store, work: Work) -> Iterator[Finding]:
    from deskterm.store import lease

    holder = lease.holder(work, "worker")
    if holder is None:
        yield Finding(
            "worker", WARNING, _("No worker runs: mail is neither received nor sent."), "deskterm sync"
        )
    else:
        yield Finding("worker", GOOD, _("Runs as {holder}.").format(holder=holder))


def _letters(home: Home, store: Store, work: Work) -> Iterator[Finding]:
    from sqlalchemy import func, select

    from deskterm.store import tables as t

    broken = work.value(select(func.count()).select_from(t.delivery).where(t.delivery.c.state == "broken"))
    late = work.value(
        select(func.count())
        .select_from(t.delivery)
        .where(
            t.delivery.c.state == "stored",
            t.delivery.c.stored_at < work.now - timedelta(minutes=WAITING_LETTER_MINUTES),
        )
    )
    trouble = work.value(
        select(func.count()).select_from(t.outbox).where(t.outbox.c.state.in_(("failed", "unknown")))
    )
    if broken:
        yield Finding(
            "letters",
            WARNING,
            _("{number} letters could not be read.").format(number=broken),
            "deskterm letters list --state broken",
        )
    if late:
        yield Finding(
            "letters",
            WARNING,
            _("{number} letters wait to be treated.").format(number=late),
            "deskterm sync --once",
        )
    if trouble:
        yield Finding(
            "outbox",
            WARNING,
            _("{number} letters of ours did not surely arrive.").format(number=trouble),
            "deskterm outbox list",
        )
    if not (broken or late or trouble):
        yield Finding("letters", GOOD, _("All letters were treated, none of ours is in trouble."))


def _clock(home: Home, store: Store, work: Work) -> Iterator[Finding]:
    from sqlalchemy import func, select

    from deskterm.store import tables as t

    apart = abs((work.now - datetime.now(UTC)).total_seconds())
    newest = work.value(select(func.max(t.event.c.at)))
    if apart > CLOCK_SECONDS:
        yield Finding(
            "clock",
            WARNING,
            _("This machine's clock and the database's are {seconds} seconds apart.").format(
                seconds=round(apart)
            ),
            _("Switch on time synchronisation."),
        )
    elif newest is not None and newest > work.now + timedelta(seconds=CLOCK_SECONDS):
        yield Finding(
            "clock",
            WARNING,
            _("The newest event of the store lies in the future."),
            _("Switch on time synchronisation."),
        )
    else:
        yield Finding("clock", GOOD, output.cell(work.now))


_STORE_CHECKS: tuple[Callable[[Home, Store, Work], Iterator[Finding]], ...] = (
    _store,
    _integrity,
    _counters,
    _accounts,
    _worker,
    _letters,
    _clock,
)
