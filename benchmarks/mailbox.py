"""From a Dovecot mailbox to tickets: deskterm beside django-helpdesk's gateway.

`python -m benchmarks.mailbox --letters 10000`: both read the same letters from the same server on this
machine, one after the other in one run. A part that fails says so, and the next one goes on.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from benchmarks import django_helpdesk, download
from benchmarks.post_office import AGENTS, PostOffice, desk_for, open_post_office
from benchmarks.spent import Spent, children_of, machine, pss_of, spent_by
from deskterm.store import tables as t
from deskterm.store.opening import open_store

OURS = "tickets@bench.example"
THEIRS = "helpdesk@bench.example"
TIMES_WANTED = 8
TIMES_WAITED = 12
"""For so many times what ours took the gateway is waited for: of many letters it reads one a second, as
Dovecot goes through the whole Maildir after each flag it sets."""
MIB_WANTED = 100
Found = TypeVar("Found")


@dataclass(slots=True)
class Peak:
    """The most memory (PSS, MiB) a worker and its parser's child held."""

    worker: float = 0.0
    child: float = 0.0

    def look(self, pid: int) -> None:
        """Look at a worker now."""
        self.worker = max(self.worker, pss_of(pid))
        self.child = max(self.child, *map(pss_of, children_of(pid)), 0.0)


def measure(count: int, folder: Path, rounds: int = 3, beside: bool = True) -> bool:
    """Print what `count` letters take, `rounds` of downloads before; whether every part came to its end."""
    if shutil.which("dovecot") is None and not Path("/usr/sbin/dovecot").exists():
        print("mail: Dovecot is not installed, nothing measured")
        return True
    boxes = (download.BOX, OURS, *([THEIRS] if beside else []))
    with open_post_office(boxes, count, folder) as office:
        mean = office.octets / count / 1000
        print(f"{count:,} letters, {mean:.0f} kB on average, a third of them HTML, {AGENTS} agents")
        print(machine(), flush=True)
        downloaded = _tried("download", lambda: download.measure(office, download.BOX, rounds))
        ours = _tried("deskterm", lambda: _tickets(office))
        well = downloaded is not None and ours is not None
        if beside:
            most = None if ours is None else TIMES_WAITED * ours.wall
            gateway = _tried("django-helpdesk", lambda: django_helpdesk.measure(office, THEIRS, folder, most))
            well = well and gateway is not None
            if gateway is not None and ours is not None:
                theirs, letters = gateway
                _say("django-helpdesk", letters, theirs)
                # what it left unread would have taken it at least as long again for each letter
                wall, cpu = theirs.wall / letters * count / ours.wall, theirs.cpu / letters * count / ours.cpu
                print(f"  deskterm is {wall:.1f} x (wanted ≥ {TIMES_WANTED}), by CPU {cpu:.1f} x")
        print(machine(), flush=True)
    return well


def _tried(what: str, part: Callable[[], Found]) -> Found | None:
    """What a part found; None, and why, where it did not come to its end."""
    try:
        return part()
    except subprocess.CalledProcessError as error:
        print(f"{what} ended with {error.returncode}: {(error.output or '')[-2000:]}", flush=True)
    except (OSError, RuntimeError, ValueError) as error:
        print(f"{what}: {error}", flush=True)
    return None


def _tickets(office: PostOffice) -> Spent:
    """What `deskterm sync --once` takes from a full mailbox to tickets with full text, counts and history."""
    home, environment = desk_for(office, OURS, office.scratch / "tickets")
    peak = Peak()
    command = [sys.executable, "-m", "deskterm", "sync", "--once"]
    _printed, spent = spent_by(command, environment, office.pid, look=peak.look)
    store = open_store(home)
    with store.work() as work:
        messages, tickets = (
            work.value(select(func.count()).select_from(one)) for one in (t.message, t.ticket)
        )
    store.close()
    if messages != office.count:
        raise RuntimeError(f"{messages} messages of {office.count} letters")
    print(f"tickets made           {tickets:7,} of {messages:,} messages")
    _say("deskterm", office.count, spent)
    print(f"worker's memory (PSS)  {peak.worker:7.0f} MiB   (wanted ≤ {MIB_WANTED})")
    print(f"parser's child (PSS)   {peak.child:7.0f} MiB", flush=True)
    return spent


def _say(who: str, count: int, spent: Spent) -> None:
    rate = f"{count / spent.wall:,.0f} letters a second"
    cpu = f"CPU {spent.cpu:.1f} s, the server's {spent.server_cpu:.1f} s"
    print(f"{who:22} {spent.wall:7.1f} s     {rate}   {cpu}", flush=True)


def main() -> None:
    """Measure; of 10,000 letters django-helpdesk alone is given some fifteen minutes."""
    parser = argparse.ArgumentParser(prog="benchmarks.mailbox", description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3, help="of downloads beside mbsync")
    parser.add_argument("--folder", type=Path, default=download.FOLDER, help="where letters are kept")
    parser.add_argument("--alone", action="store_true", help="without django-helpdesk")
    given = parser.parse_args()
    sys.exit(0 if measure(given.letters, given.folder, given.rounds, not given.alone) else 1)


if __name__ == "__main__":
    main()
