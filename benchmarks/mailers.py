"""neomutt and aerc on the newest mail of the same store: first screen, a key to the first byte, memory."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Mapping
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import select

from benchmarks.terminal import Costs, running
from deskterm.config import Home
from deskterm.store import tables as t
from deskterm.store.opening import open_store

LETTERS = 100_000
"""As many as they are given: enough for them to show how they grow."""
STARTS = 3
PRESSES = 96
ROWS = b"Customer "
MOVES = [b"j" if number // 8 % 2 == 0 else b"k" for number in range(PRESSES)]

LETTER = """\
From: {name} <{address}>
To: desk@bench.example
Subject: {subject}
Date: {date}
Message-ID: <{id}@bench.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{body}
"""
MUTT = """\
set folder={maildir} spoolfile={maildir} mbox_type=Maildir header_cache={cache} sort=reverse-date
set mail_check_stats=no confirmappend=no quit=yes
"""
AERC_ACCOUNT = """\
[bench]
source = maildir://{maildirs}
default = INBOX
from = Bench <desk@bench.example>
"""


def measure(home: Home, folder: Path) -> None:
    """Print what the two take; where one is not installed, say so."""
    maildirs = folder / f"maildir-{LETTERS}"
    _write(home, maildirs)
    print(f"  beside it, on the newest {LETTERS:,} letters of the same mail:")
    _mutt(maildirs, folder / "neomutt")
    _aerc(maildirs, folder / "aerc")


def _write(home: Home, maildirs: Path) -> None:
    inbox = maildirs / "INBOX"
    done = maildirs / ".filled"
    if done.exists():
        return
    shutil.rmtree(maildirs, ignore_errors=True)
    for part in ("cur", "new", "tmp"):
        (inbox / part).mkdir(parents=True)
    store = open_store(home)
    c = t.message.c
    newest = select(c.id, c.from_name, c.from_address, c.subject, c.body, c.at).order_by(c.id.desc())
    with store.work() as work:
        for row in work.execute(newest.limit(LETTERS).execution_options(yield_per=1000)):
            letter = LETTER.format(
                name=row.from_name,
                address=row.from_address,
                subject=row.subject,
                date=format_datetime(row.at),
                id=row.id,
                body=row.body,
            )
            (inbox / "cur" / f"{int(row.at.timestamp())}.{row.id}.bench:2,S").write_text(letter, "utf-8")
    store.close()
    done.touch()


def _mutt(maildirs: Path, folder: Path) -> None:
    if shutil.which("neomutt") is None:
        print("  neomutt is not installed: left out")
        return
    cache = folder / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    settings = folder / "neomuttrc"
    settings.write_text(MUTT.format(maildir=maildirs / "INBOX", cache=cache))
    _print("neomutt", ["neomutt", "-n", "-F", str(settings), "-f", str(maildirs / "INBOX")], {})


def _aerc(maildirs: Path, folder: Path) -> None:
    if shutil.which("aerc") is None:
        print("  aerc is not installed: left out")
        return
    settings = folder / "aerc"
    settings.mkdir(parents=True, exist_ok=True)
    accounts = settings / "accounts.conf"
    accounts.write_text(AERC_ACCOUNT.format(maildirs=maildirs))
    accounts.chmod(0o600)
    surroundings = {f"XDG_{name}_HOME": str(folder) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    _print("aerc", ["aerc"], {**surroundings, "HOME": str(folder)})


def _print(name: str, program: list[str], surroundings: Mapping[str, str]) -> None:
    seconds, worked, memory = [], [], 0.0
    costs = Costs()
    for number in range(STARTS + 1):
        with running(program, {"LANG": "C.UTF-8", **surroundings}) as terminal:
            try:
                first = terminal.wait_for(ROWS)
            except TimeoutError as error:
                print(f"  {name} was not measured: {error}")
                return
            if number:  # the first one is cold, and may make its cache
                seconds.append(first)
                worked.append(terminal.worked())
            terminal.settle(0.5)
            if number == STARTS:
                terminal.measure(MOVES, costs)
                memory = terminal.memory()
    print(
        f"  {name:10} first screen p50 {statistics.median(seconds):.2f} s"
        f" (processor {statistics.median(worked):.2f} s); a key in the list {costs.line()}; {memory:.0f} MiB",
        flush=True,
    )
