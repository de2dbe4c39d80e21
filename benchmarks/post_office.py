"""Mailboxes full of letters on a Dovecot of this machine, and desks that fetch from them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.letters import letters
from deskterm.config import Home
from deskterm.desk import accounts, actor, agents
from deskterm.desk.accounts import AccountInput
from deskterm.secrets import variable
from deskterm.store.opening import open_store
from tests.world.dovecot import Dovecot, running_dovecot
from tests.world.tls import make_certificates

PASSWORD = "secret-1"
AGENTS = 10


@dataclass(frozen=True, slots=True)
class PostOffice:
    """A server with the same letters in every mailbox."""

    dovecot: Dovecot
    pid: int
    """The server's first process."""
    scratch: Path
    count: int
    octets: int


@contextmanager
def open_post_office(boxes: Sequence[str], count: int, folder: Path) -> Iterator[PostOffice]:
    """Start the server with `count` letters in each mailbox; they are written once and kept in `folder`."""
    kept = _kept(count, folder)
    with tempfile.TemporaryDirectory(prefix="bench-mail-") as scratch:
        certificates = make_certificates(Path(scratch))
        with running_dovecot(certificates, dict.fromkeys(boxes, PASSWORD)) as dovecot:
            octets = 0
            for box in boxes:
                octets = _fill(dovecot, box, kept)
            pid = _pid(dovecot)
            yield PostOffice(dovecot, pid, Path(scratch), count, octets)


def _kept(count: int, folder: Path) -> Path:
    """The folder with the letters as files, made where it is not there yet."""
    kept = folder / f"letters-{count}"
    if not kept.is_dir():
        making = folder / f"letters-{count}.making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        for number, letter in enumerate(letters(count)):
            (making / f"{1_760_000_000 + number}.M{number}P1.bench").write_bytes(letter)
        making.rename(kept)
    return kept


def _fill(dovecot: Dovecot, box: str, kept: Path) -> int:
    """Put the letters into a mailbox; their octets."""
    maildir = dovecot.folder / "mail" / box
    owner = (dovecot.folder / "mail").stat()
    for part in ("new", "cur", "tmp"):
        (maildir / part).mkdir(parents=True, exist_ok=True)
    octets = 0
    for letter in kept.iterdir():
        octets += letter.stat().st_size
        shutil.copyfile(letter, maildir / "new" / letter.name)
    for path in (maildir, *maildir.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    return octets


def _pid(dovecot: Dovecot) -> int:
    return int((dovecot.folder / "run" / "master.pid").read_text())


def desk_for(office: PostOffice, box: str, folder: Path) -> tuple[Home, dict[str, str]]:
    """A new desk with ten agents and one account, and the surroundings its worker runs in."""
    home = Home.find(str(folder), {})
    folder.mkdir(mode=0o700)
    store = open_store(home)
    boss = actor.settle(store, home)
    with store.work(write=True) as work:
        for number in range(AGENTS):
            agents.add(work, boss, f"agent{number}", name=f"Agent {number}")
        account = AccountInput(
            address=box,
            login=box,
            incoming_host="127.0.0.1",
            incoming_port=office.dovecot.imap_port,
            incoming_security="none",
            outgoing="none",
            after="leave",
        )
        accounts.add(work, boss, account)
    store.close()
    environment = {
        **os.environ,
        "DESKTERM_HOME": str(folder),
        "DESKTERM_KEYRING": "off",
        variable(box): PASSWORD,
    }
    return home, environment
