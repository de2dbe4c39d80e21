"""From a Dovecot mailbox to tickets: deskterm beside django-helpdesk's gateway, its download beside mbsync.

All of them read the same letters from the same server on this machine, one after the other in one run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.letters import letters
from deskterm.config import Home
from deskterm.desk import accounts, actor, agents
from deskterm.desk.accounts import AccountInput
from deskterm.secrets import variable
from deskterm.store import tables as t
from deskterm.store.opening import open_store
from tests.world.dovecot import Dovecot, running_dovecot
from tests.world.tls import make_certificates

PASSWORD = "secret-1"
HELPDESK = "django-helpdesk==2.6.1"
DOWNLOAD = """
import sys
import time
from deskterm.config import Home
from deskterm.desk.orders import orders
from deskterm.mail.wire.blocks import blocks
from deskterm.secrets import SecretStore
from deskterm.store import lease
from deskterm.store.opening import open_store
from deskterm.sync import fetch, memory
from deskterm.sync.bell import Bell
from deskterm.sync.duty import Duty
from deskterm.sync.servers import open_imap
home = Home.find()
store = open_store(home)
memory.be_small(store)
duty = Duty(home, store, lease.take(store, "worker", "bench", 600), SecretStore(home), Bell())
with store.work() as work:
    account = orders(work).accounts[0]
began = time.perf_counter()
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
print(time.perf_counter() - began)
store.close()
"""
"""The worker's own way of fetching: the letters alone, or with their bytes committed in the store."""
SETTINGS = """
import os
BASE = os.path.dirname(__file__)
SECRET_KEY = "bench"
DEBUG = False
USE_TZ = True
SITE_ID = 1
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.sites",
    "django.contrib.humanize", "rest_framework", "helpdesk"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages", "django.template.context_processors.request"]}}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(BASE, "db.sqlite3")}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
MEDIA_ROOT = os.path.join(BASE, "media")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_VALID_EXTENSIONS = [".pdf", ".txt", ".html", ".eml"]
HELPDESK_VALIDATE_ATTACHMENT_TYPES = False
"""
QUEUE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
from django.contrib.auth.models import User
from helpdesk.models import Queue
for number in range(10):
    User.objects.create_user(f"agent{number}", is_staff=True)
Queue.objects.create(title="Support", slug="support", email_address=os.environ["BOX"], email_box_type="imap",
    email_box_host="127.0.0.1", email_box_port=int(os.environ["PORT"]), email_box_user=os.environ["BOX"],
    email_box_pass=os.environ["SECRET"], email_box_ssl=False, email_box_imap_folder="INBOX",
    allow_email_submission=True, email_box_interval=0, logging_type="none")
"""
COUNT = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
from helpdesk.models import FollowUp, Ticket
print(Ticket.objects.count(), FollowUp.objects.count())
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run took: seconds of wall clock, processor seconds, and the most memory of its processes."""

    seconds: float
    worker_mib: float = 0.0
    child_mib: float = 0.0


def measure(count: int, folder: Path) -> None:
    """Print how long `count` letters take from mailbox to tickets, and beside whom."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("dovecot") is None and not Path("/usr/sbin/dovecot").exists():
        print("mail: Dovecot is not installed, nothing measured")
        return
    with tempfile.TemporaryDirectory(prefix="bench-mail-") as scratch:
        certificates = make_certificates(Path(scratch))
        boxes = ("download@bench.example", "tickets@bench.example", "helpdesk@bench.example")
        with running_dovecot(certificates, dict.fromkeys(boxes, PASSWORD)) as dovecot:
            octets = _fill(dovecot, boxes, count)
            print(f"{count:,} letters, {octets / count / 1000:.0f} kB on average, a third of them HTML")
            _downloads(dovecot, boxes[0], Path(scratch), count)
            ours = _tickets(dovecot, boxes[1], Path(scratch), count)
            theirs = _helpdesk(dovecot, boxes[2], Path(scratch), folder)
            _say(count, ours, theirs)


def _say(count: int, ours: Taken, theirs: Taken | None) -> None:
    print(f"mailbox to tickets      {ours.seconds:7.1f} s     {count / ours.seconds:,.0f} letters a second")
    print(f"worker's memory (PSS)   {ours.worker_mib:7.0f} MiB   (wanted ≤ 100)")
    print(f"parser's child (PSS)    {ours.child_mib:7.0f} MiB")
    if theirs is not None:
        ratio = theirs.seconds / ours.seconds
        print(f"django-helpdesk         {theirs.seconds:7.1f} s     deskterm is {ratio:.1f} x (wanted ≥ 8)")


def _fill(dovecot: Dovecot, boxes: tuple[str, ...], count: int) -> int:
    """Put the letters into every mailbox; the octets of one."""
    octets = 0
    owner = (dovecot.folder / "mail").stat()
    for part in ("new", "cur", "tmp"):
        for box in boxes:
            (dovecot.folder / "mail" / box / part).mkdir(parents=True, exist_ok=True)
    for number, letter in enumerate(letters(count)):
        octets += len(letter)
        name = f"{1_760_000_000 + number}.M{number}P1.bench"
        first = dovecot.folder / "mail" / boxes[0] / "new" / name
        first.write_bytes(letter)
        for box in boxes[1:]:
            (dovecot.folder / "mail" / box / "new" / name).write_bytes(letter)
    for path in (dovecot.folder / "mail").rglob("*"):
        os.chown(path, owner.st_uid, owner.st_gid)
    return octets


def _home(dovecot: Dovecot, box: str, folder: Path) -> tuple[Home, dict[str, str]]:
    home = Home.find(str(folder), {})
    folder.mkdir(mode=0o700)
    store = open_store(home)
    boss = actor.settle(store, home)
    with store.work(write=True) as work:
        for number in range(10):
            agents.add(work, boss, f"agent{number}", name=f"Agent {number}")
        accounts.add(
            work,
            boss,
            AccountInput(
                address=box,
                login=box,
                incoming_host="127.0.0.1",
                incoming_port=dovecot.imap_port,
                incoming_security="none",
                outgoing="none",
                after="leave",
            ),
        )
    store.close()
    environment = {
        **os.environ,
        "DESKTERM_HOME": str(folder),
        "DESKTERM_KEYRING": "off",
        variable(box): PASSWORD,
    }
    return home, environment


def _downloads(dovecot: Dovecot, box: str, scratch: Path, count: int) -> None:
    """The same mailbox by us and by mbsync in turn; the first pass makes the server's index and counts not.

    Ours is timed inside the process: a worker starts once and fetches for weeks. The start is said beside.
    """
    beside = shutil.which("mbsync") is not None
    if not beside:
        print("mbsync is not installed, nothing to compare with")
    home, environment = _home(dovecot, box, scratch / "download")
    _fetched(environment, "alone")
    for what, fsync, wanted in (("alone", "no", 0.8), ("committed", "yes", 1)):
        began = time.perf_counter()
        ours = _fetched(environment, what)
        start = time.perf_counter() - began - ours
        print(f"download, {what:9}     {ours:7.1f} s     (and {start:.1f} s for the process to start)")
        if beside:
            theirs = _mbsync(dovecot, box, scratch / f"mbsync-{fsync}", fsync)
            told = f"deskterm is {theirs / ours:.2f} x (wanted ≥ {wanted})"
            print(f"mbsync, FSync {fsync:3}       {theirs:7.1f} s     {told}")
    store = open_store(home)
    with store.work() as work:
        stored = work.value(select(func.count()).select_from(t.delivery))
    store.close()
    if stored != count:
        raise SystemExit(f"{stored} of {count} letters were stored")


def _fetched(environment: dict[str, str], what: str) -> float:
    """Seconds of fetching every letter."""
    command = [sys.executable, "-c", DOWNLOAD, what]
    return float(subprocess.run(command, env=environment, check=True, text=True, capture_output=True).stdout)


def _tickets(dovecot: Dovecot, box: str, scratch: Path, count: int) -> Taken:
    home, environment = _home(dovecot, box, scratch / "tickets")
    started = time.perf_counter()
    command = [sys.executable, "-m", "deskterm", "sync", "--once"]
    with (scratch / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        with _watched(worker.pid) as peak:
            code = worker.wait()
    taken = time.perf_counter() - started
    store = open_store(home)
    with store.work() as work:
        messages = work.value(select(func.count()).select_from(t.message))
        tickets = work.value(select(func.count()).select_from(t.ticket))
    store.close()
    if code or messages != count:
        raise SystemExit(f"deskterm sync --once ended with {code}: {messages} of {count} messages")
    print(f"tickets made            {tickets:7,}       of {messages:,} messages")
    return Taken(taken, peak["worker"], peak["child"])


@contextmanager
def _watched(pid: int) -> Iterator[dict[str, float]]:
    """The most memory (PSS, MiB) of a process and of its children while the block runs."""
    peak = {"worker": 0.0, "child": 0.0}
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            peak["worker"] = max(peak["worker"], _pss(pid))
            for child in _children(pid):
                peak["child"] = max(peak["child"], _pss(child))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _children(pid: int) -> list[int]:
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _pss(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        return 0.0
    return 0.0


def _mbsync(dovecot: Dovecot, box: str, here: Path, fsync: str) -> float:
    """Seconds of mbsync for the same letters into a Maildir."""
    (here / "mail").mkdir(parents=True)
    (here / "state").mkdir()
    (here / "rc").write_text(
        f"FSync {fsync}\n"
        f"IMAPAccount bench\nHost 127.0.0.1\nPort {dovecot.imap_port}\nUser {box}\nPass {PASSWORD}\n"
        "SSLType None\nAuthMechs PLAIN\n\nIMAPStore far\nAccount bench\n\n"
        f"MaildirStore near\nInbox {here}/mail/inbox\nPath {here}/mail/\n\n"
        f"Channel all\nFar :far:\nNear :near:\nPatterns INBOX\nSync Pull\nCreate Near\n"
        f"SyncState {here}/state/\n"
    )
    began = time.perf_counter()
    subprocess.run(["mbsync", "-q", "-c", str(here / "rc"), "all"], check=True)
    return time.perf_counter() - began


def _helpdesk(dovecot: Dovecot, box: str, scratch: Path, folder: Path) -> Taken | None:
    """The same letters by django-helpdesk's gateway, in an environment of its own."""
    environment_folder = folder / "helpdesk"
    python = environment_folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", environment_folder], check=True)
        made = subprocess.run([python, "-m", "pip", "install", "--quiet", HELPDESK], check=False)
        if made.returncode:
            shutil.rmtree(environment_folder)
            print("django-helpdesk cannot be installed here, nothing to compare with")
            return None
    here = scratch / "helpdesk"
    here.mkdir()
    (here / "settings.py").write_text(SETTINGS)
    (here / "urls.py").write_text(
        'from django.urls import include, path\nurlpatterns = [path("", include("helpdesk.urls"))]\n'
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "settings",
        "PYTHONPATH": str(here),
        "BOX": box,
        "PORT": str(dovecot.imap_port),
        "SECRET": PASSWORD,
    }

    def run(*command: str, quiet: bool = True) -> str:
        done = subprocess.run(
            [str(python), *command], cwd=here, env=environment, check=True, text=True, capture_output=quiet
        )
        return done.stdout or ""

    run("-m", "django", "migrate", "--verbosity", "0")
    run("-c", QUEUE)
    started = time.perf_counter()
    run("-m", "django", "get_email", "--quiet")
    taken = time.perf_counter() - started
    tickets, further = json.loads(f"[{','.join(run('-c', COUNT).split())}]")
    print(f"django-helpdesk made    {tickets:7,}       tickets, {further:,} follow-ups")
    return Taken(taken)
