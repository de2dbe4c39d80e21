"""Letters fetched, and fetched and committed, beside mbsync with the same mailbox, in turn, round by round.

`python -m benchmarks.download`; ours is timed inside the process: a worker starts once and fetches for weeks.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.post_office import PASSWORD, PostOffice, desk_for, open_post_office
from benchmarks.spent import Spent, machine, spent_by
from deskterm.store import tables as t
from deskterm.store.opening import open_store

FOLDER = Path(__file__).resolve().parents[1] / ".cache" / "bench"
BOX = "download@bench.example"
FETCH = """
import json
import os
import sys
import time
from deskterm import heap
from deskterm.config import Home
from deskterm.desk.orders import orders
from deskterm.mail.wire.blocks import blocks
from deskterm.secrets import SecretStore
from deskterm.store import lease
from deskterm.store.opening import open_store
from deskterm.sync import fetch
from deskterm.sync.bell import Bell
from deskterm.sync.duty import Duty
from deskterm.sync.servers import open_imap
home = Home.find()
store = open_store(home)
heap.keep_one()
store.work_unattended()
duty = Duty(home, store, lease.take(store, "worker", "bench", 600), SecretStore(home), Bell())
with store.work() as work:
    account = orders(work).accounts[0]
began, before = time.perf_counter(), time.process_time()
if sys.argv[1] == "alone":
    mailbox = open_imap(account, duty.secrets)
    mailbox.select("INBOX")
    sizes = mailbox.sizes(mailbox.uids_after(0))
    for block in blocks(sizes):
        mailbox.fetch_block(block, sizes)
    mailbox.close()
else:
    told = fetch.look_once(duty, account)
    if told:
        sys.exit(told)
print(json.dumps([time.perf_counter() - began, time.process_time() - before]))
store.close()
"""
"""The worker's own way of fetching: the letters alone, or with their bytes committed in the store."""
PAIRS = (("alone", "no", 0.8), ("committed", "yes", 1.0))
"""What we do, mbsync's FSync beside it, how many times as fast we want to be."""


def measure(office: PostOffice, box: str, rounds: int) -> list[float]:
    """Print what each round took; how many times as fast as mbsync we are, by the medians, of each pair."""
    beside = shutil.which("mbsync") is not None
    if not beside:
        print("mbsync is not installed, nothing to compare with")
    _fetched(office, box, "warm", "alone")  # makes the server's index, which nobody is to pay for
    taken: dict[str, list[Spent]] = {}
    for round in range(rounds):
        for what, fsync, _wanted in PAIRS:
            taken.setdefault(what, []).append(_fetched(office, box, f"{what}-{round}", what))
            if beside:
                taken.setdefault(fsync, []).append(_mbsync(office, box, f"{fsync}-{round}", fsync))
    times = []
    for what, fsync, wanted in PAIRS if rounds else ():
        ours = _say(f"deskterm, {what}", taken[what])
        if beside:
            theirs = _say(f"mbsync, FSync {fsync}", taken[fsync])
            times.append(theirs / ours)
            print(f"  deskterm is {theirs / ours:.2f} x (wanted ≥ {wanted})", flush=True)
    return times


def _say(title: str, rounds: list[Spent]) -> float:
    """Print a line of figures; the median of the clock."""
    wall = statistics.median(one.wall for one in rounds)
    each = " ".join(f"{one.wall:.2f}" for one in rounds)
    cpu = statistics.median(one.cpu for one in rounds)
    server = statistics.median(one.server_cpu for one in rounds)
    print(f"{title:21} {wall:6.2f} s  ({each})   CPU {cpu:.2f} s, the server's {server:.2f} s")
    return wall


def _fetched(office: PostOffice, box: str, name: str, what: str) -> Spent:
    """What fetching every letter took."""
    home, environment = desk_for(office, box, office.scratch / name)
    printed, spent = spent_by([sys.executable, "-c", FETCH, what], environment, office.pid)
    wall, cpu = json.loads(printed.splitlines()[-1])
    store = open_store(home)
    with store.work() as work:
        stored = work.value(select(func.count()).select_from(t.delivery))
    store.close()
    if what == "committed" and stored != office.count:
        raise RuntimeError(f"{stored} of {office.count} letters were stored")
    shutil.rmtree(home.folder)
    return Spent(wall, cpu, spent.server_cpu)


def _mbsync(office: PostOffice, box: str, name: str, fsync: str) -> Spent:
    """What mbsync took for the same letters into a Maildir."""
    here = office.scratch / f"mbsync-{name}"
    (here / "mail").mkdir(parents=True)
    (here / "state").mkdir()
    (here / "rc").write_text(
        f"FSync {fsync}\n"
        f"IMAPAccount bench\nHost 127.0.0.1\nPort {office.dovecot.imap_port}\nUser {box}\nPass {PASSWORD}\n"
        "SSLType None\nAuthMechs PLAIN\n\nIMAPStore far\nAccount bench\n\n"
        f"MaildirStore near\nInbox {here}/mail/inbox\nPath {here}/mail/\n\n"
        f"Channel all\nFar :far:\nNear :near:\nPatterns INBOX\nSync Pull\nCreate Near\n"
        f"SyncState {here}/state/\n"
    )
    _printed, spent = spent_by(["mbsync", "-q", "-c", here / "rc", "all"], server=office.pid)
    shutil.rmtree(here)
    return spent


def main() -> None:
    """Measure with letters of our own making; a few seconds a round."""
    parser = argparse.ArgumentParser(prog="benchmarks.download", description=__doc__)
    parser.add_argument("--letters", type=int, default=2_500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given = parser.parse_args()
    print(machine())
    with open_post_office((BOX,), given.letters, given.folder) as office:
        mean = office.octets / office.count / 1000
        print(f"{office.count:,} letters, {mean:.0f} kB on average")
        try:
            measure(office, BOX, given.rounds)
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"{error}\n{error.output}") from error
    print(machine())


if __name__ == "__main__":
    main()
