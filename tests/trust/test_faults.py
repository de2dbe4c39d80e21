"""What can break around a desk: one clear sentence, the right exit code, nothing lost, and it passes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text

from deskterm import limits
from deskterm.cli.main import main
from deskterm.secrets import SecretStore
from deskterm.store import tables as t
from tests.sync.stage import ROOT, Stage, letter, open_stage
from tests.terminal.pty_terminal import PtyTerminal
from tests.trust.post import PythonPost
from tests.world.processes import free_port, wait_until
from tests.world.pymap_server import PymapServer, running_pymap
from tests.world.smtp_server import SmtpServer, running_smtp
from tests.world.tls import Certificates, make_certificates

CUSTOMER = "anna@customers.test"
OK, UNAVAILABLE, CANNOT_WRITE, TRY_AGAIN, NOT_ALLOWED, CONFIGURATION = 0, 69, 73, 75, 77, 78


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage
        # Shown where the test failed
        for worker in stage.workers:
            print(worker.said)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Servers whose certificate, by an authority of their own, is for another name."""
    theirs = make_certificates(tmp_path_factory.mktemp("others"), names=("other.example",), addresses=())
    with running_pymap(theirs, {}) as imap, running_smtp(theirs, {}) as smtp:
        yield {
            "others_in": str(imap.imaps_port),
            "others_out": str(smtp.submission_port),
            "others_ca": str(theirs.ca_file),
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an account: options of `accounts edit`, and what is said of it."""

    name: str
    sentence: str
    code: int
    """Of `accounts test`; `sync --once`, which tries many accounts, says 69 of any fault."""
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    password: str = ""


FAULTS = (
    Fault(
        "wrong password",
        "localhost does not accept the login {desk} with this password",
        NOT_ALLOWED,
        ("--poll", "90s"),
        ("--poll", "90s"),
        password="not the right one",
    ),
    Fault(
        "untrusted certificate",
        "The certificate of localhost is from an authority this machine does not know",
        UNAVAILABLE,
        ("--ca-file", "{strange_ca}"),
        ("--ca-file", "{strange_ca}"),
    ),
    Fault(
        "certificate for another name",
        "The certificate shown is for another server, not for localhost",
        UNAVAILABLE,
        ("--in-port", "{others_in}", "--ca-file", "{others_ca}"),
        ("--out-port", "{others_out}", "--ca-file", "{others_ca}"),
    ),
    Fault(
        "closed port",
        "localhost refuses connections on port {closed}",
        UNAVAILABLE,
        ("--in-port", "{closed}"),
        ("--out-port", "{closed}"),
    ),
    Fault(
        "unreachable server",
        "127.255.255.255 cannot be reached",
        UNAVAILABLE,
        ("--in-host", "127.255.255.255"),
        ("--out-host", "127.255.255.255"),
    ),
    Fault(
        "unresolvable server",
        "There is no host named nowhere.invalid",
        UNAVAILABLE,
        ("--in-host", "nowhere.invalid"),
        ("--out-host", "nowhere.invalid"),
    ),
    Fault(
        "unknown folder", "localhost has no usable folder Nowhere", CONFIGURATION, ("--folder", "Nowhere"), ()
    ),
)
OUTGOING = tuple(fault for fault in FAULTS if fault.outgoing)
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
each_outgoing_fault = pytest.mark.parametrize("fault", OUTGOING, ids=lambda fault: fault.name)


@dataclass(slots=True)
class Office:
    """A desk with an account, and the commands of its administrator."""

    stage: Stage
    post: PythonPost
    address: str
    password: str
    values: dict[str, str]
    right: tuple[str, ...]
    """Options of `accounts edit` with which all is well."""
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: str, code: int = OK) -> tuple[str, str]:
        """What a command prints and complains of; it has to end with the code."""
        self.capsys.readouterr()
        ended = main(list(words))
        said = self.capsys.readouterr()
        assert ended == code, f"{words}: {ended}\n{said.out}\n{said.err}"
        return said.out, said.err

    def spoil(self, fault: Fault, options: tuple[str, ...]) -> str:
        """Give the account the fault; the sentence that is to be said of it."""
        SecretStore(self.stage.home).set(self.address, fault.password or self.password)
        self.run("accounts", "edit", self.address, *(option.format(**self.values) for option in options))
        return fault.sentence.format(**self.values)

    def mend(self) -> None:
        SecretStore(self.stage.home).set(self.address, self.password)
        self.run("accounts", "edit", self.address, *self.right)

    def mend_incoming(self) -> None:
        self.run("accounts", "edit", self.address, *self.right[:6])

    def deliver(self, number: int) -> None:
        self.post.pymap.deliver(self.address, letter(number, CUSTOMER, self.address))


@pytest.fixture
def office(
    stage: Stage,
    pymap_server: PymapServer,
    smtp_server: SmtpServer,
    others: dict[str, str],
    strange_certificates: Certificates,
    new_address: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Office:
    monkeypatch.setenv("DESKTERM_KEYRING", "off")
    # What is put off is due again at the next round
    monkeypatch.setattr(limits, "BACKOFF_FIRST_SECONDS", 0)
    address = new_address("desk")
    password = pymap_server.add_user(address)
    smtp_server.users[address] = password
    right = (
        *("--in-host", "localhost", "--in-port", str(pymap_server.imaps_port), "--in-security", "tls"),
        *("--out-host", "localhost", "--out-port", str(smtp_server.submission_port)),
        *("--out-security", "starttls", "--ca-file", str(pymap_server.ca_file), "--folder", "INBOX"),
        *("--after", "delete"),
    )
    values = others | {
        "desk": address,
        "closed": str(free_port()),
        "strange_ca": str(strange_certificates.ca_file),
    }
    office = Office(stage, PythonPost(pymap_server, smtp_server), address, password, values, right, capsys)
    SecretStore(stage.home).set(address, password)
    office.run("accounts", "add", address, *right)
    return office


class TestOfAnAccount:
    @each_fault
    def test_what_cannot_be_received_stays_on_the_server_and_comes_later(
        self, office: Office, fault: Fault
    ) -> None:
        office.deliver(1)
        sentence = office.spoil(fault, fault.incoming)
        told, _ = office.run("accounts", "test", office.address, code=fault.code)
        assert sentence in told
        _, complaint = office.run("sync", "--once", code=UNAVAILABLE)
        told_once(complaint, f"{office.address}: {sentence}")
        assert len(office.post.delivered(office.address)) == 1
        assert office.stage.count(t.delivery) == 0
        office.mend()
        office.run("accounts", "test", office.address, "--no-round-trip")
        office.run("sync", "--once")
        assert office.stage.threads() == [("Letter number 1.",)]
        assert [sent.recipients for sent in office.post.smtp.sent] == [(CUSTOMER,)]
        assert office.post.delivered(office.address) == []

    @each_outgoing_fault
    def test_what_cannot_be_sent_waits_in_the_outbox_and_leaves_later(
        self, office: Office, fault: Fault, tmp_path: Path
    ) -> None:
        file = tmp_path / "letter.eml"
        file.write_bytes(letter(1, CUSTOMER, office.address))
        office.run("ingest", str(file), "--account", office.address)
        sentence = office.spoil(fault, fault.outgoing)
        told, _ = office.run("accounts", "test", office.address, code=fault.code)
        assert sentence in told
        for _ in range(2):
            _, complaint = office.run("sync", "--once", code=UNAVAILABLE)
            waits = [line for line in complaint.splitlines() if line.endswith("waits, nothing is lost.")]
            told_once("\n".join(waits), f"{office.address}: {sentence}")
            assert office.stage.outbox() == {"deferred": 1}
        assert sentence in office.run("outbox", "list", "--json")[0].replace("\\", "")
        assert office.post.smtp.sent == []
        office.mend()
        office.run("sync", "--once")
        assert office.stage.outbox() == {"sent": 1}
        assert [sent.recipients for sent in office.post.smtp.sent] == [(CUSTOMER,)]

    def test_the_status_line_of_the_console_says_each_as_it_comes_and_that_it_has_passed(
        self, office: Office, open_pty: Callable[..., PtyTerminal]
    ) -> None:
        office.stage.limits |= {
            "BACKOFF_FIRST_SECONDS": 0.2,
            "BACKOFF_MOST_SECONDS": 0.4,
            "WORKER_TICK_SECONDS": 0.1,
        }
        office.stage.worker()
        console = open_pty(
            [sys.executable, "-m", "tests.terminal.console", str(office.stage.home.folder)],
            columns=200,
            rows=40,
            folder=ROOT,
        )
        console.wait_for(f"{office.address} live")
        for number, fault in enumerate(FAULTS):
            sentence = office.spoil(fault, fault.incoming)
            console.wait_for(f"{office.address} failing: {sentence}")
            office.deliver(number)
            office.mend()
            console.wait_for(f"{office.address} live")
            console.wait_for(f"Printer {number} is out of toner")
        office.post.smtp.wait_for(len(FAULTS))
        # Both ways, then only the one: what is seen of the one says that the worker knows of the other
        both = FAULTS[3]
        sentence = office.spoil(both, both.incoming + both.outgoing)
        console.wait_for(f"{office.address} failing: {sentence}")
        office.mend_incoming()
        console.wait_for(f"{office.address} live")
        office.deliver(99)
        console.wait_for(f"{office.address} cannot send: {sentence}")
        office.mend()
        console.wait_for(f"{office.address} live")
        office.post.smtp.wait_for(len(FAULTS) + 1)
        console.send("q")
        assert console.wait_for_exit() == 0


def told_once(complaint: str, *parts: str) -> None:
    """Standard error holds one line, apart from those of the log, and it says all of this; no traceback."""
    lines = [line for line in complaint.splitlines() if line.startswith(parts[0])]
    assert len(lines) == 1, complaint
    assert all(part in lines[0] for part in parts)
    assert "Traceback" not in complaint


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestOfTheDisk:
    """A process that may not write files as large as it wants meets what it meets on a full disk."""

    @pytest.fixture
    def large(self, office: Office, tmp_path: Path) -> Path:
        """A letter for which there is no room."""
        file = tmp_path / "large.eml"
        noise = os.urandom(1_000_000).hex().encode()
        lines = b"\r\n".join(noise[at : at + 76] for at in range(0, len(noise), 76))
        file.write_bytes(letter(1, CUSTOMER, office.address) + lines)
        return file

    def full(self, office: Office, *words: str, stdin: bytes = b"", code: int) -> str:
        """What a command complains of that runs while the disk is full."""
        room = Path(office.stage.home.database).stat().st_size + 300_000
        done = subprocess.run(
            [sys.executable, "-m", "deskterm", *words],
            input=stdin,
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "DESKTERM_KEYRING": "off"},
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (room, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
            ),
            timeout=60,
        )
        assert done.returncode == code, done
        return done.stderr.decode()

    def test_commands_say_so_and_take_the_letter_when_there_is_room(
        self, office: Office, large: Path
    ) -> None:
        name = f"The store {office.stage.home.database} cannot be written"
        ingest = ("ingest", str(large), "--account", office.address)
        complaint = self.full(office, *ingest, code=CANNOT_WRITE)
        assert complaint.startswith(f"deskterm: {name}") and complaint.count("\n") == 1
        piped = ("ingest", "-", "--account", office.address)
        complaint = self.full(office, *piped, stdin=large.read_bytes(), code=TRY_AGAIN)
        assert complaint.startswith(f"deskterm: {name}") and complaint.count("\n") == 1
        office.post.pymap.deliver(office.address, large.read_bytes())
        complaint = self.full(office, "sync", "--once", code=CANNOT_WRITE)
        told_once(complaint, f"deskterm: {name}")
        assert self.full(office, "tickets", "list", code=OK) == "", "what is there can be read"
        assert office.stage.count(t.delivery) == 0
        assert len(office.post.delivered(office.address)) == 1, "the server keeps what is not stored"
        office.run(*ingest)
        office.run("sync", "--once")
        assert office.stage.count(t.ticket) == 1
        assert office.post.delivered(office.address) == []
        assert [sent.recipients for sent in office.post.smtp.sent] == [(CUSTOMER,)]

    def test_the_worker_waits_until_there_is_room(self, office: Office, large: Path) -> None:
        office.stage.limits |= {"BACKOFF_FIRST_SECONDS": 0.5, "BACKOFF_MOST_SECONDS": 1}
        worker = office.stage.worker()
        account = office.stage.read(lambda work: work.value(select(t.account.c.id)))
        office.stage.wait_for_incoming(account, "idle")
        _, hard = resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE)
        room = Path(office.stage.home.database).stat().st_size + 300_000
        resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (room, hard))
        office.post.pymap.deliver(office.address, large.read_bytes())
        sentence = f"The store {office.stage.home.database} cannot be written"
        wait_until(lambda: worker.said.count(sentence) >= 2, "it says so and tries again")
        assert "Traceback" not in worker.said
        assert worker.process.poll() is None
        assert len(office.post.delivered(office.address)) == 1
        resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        office.stage.wait_for_tickets(1)
        assert [sent.recipients for sent in office.post.smtp.wait_for(1)] == [(CUSTOMER,)]
        wait_until(lambda: office.post.delivered(office.address) == [], "it is stored, and deleted there")
        assert office.stage.count(t.message, t.message.c.type == "email") == 1


class TestOfTheStore:
    def test_one_from_a_newer_version_is_left_alone(self, office: Office, tmp_path: Path) -> None:
        file = tmp_path / "letter.eml"
        file.write_bytes(letter(1, CUSTOMER, office.address))
        office.run("ingest", str(file), "--account", office.address)
        with office.stage.store.work(write=True) as work:
            [ours] = work.execute(text("select version_num from alembic_version")).scalars()
            work.execute(text("update alembic_version set version_num = '9999_newer'"))
        home = office.stage.home
        before = Path(home.database).read_bytes() if home.is_local else b""
        for words in (
            ("accounts", "test", office.address),
            ("sync", "--once"),
            ("ingest", str(file), "--account", office.address),
            ("tickets", "list"),
            ("tickets", "reply", "1", "Toner is on its way."),
            ("migrate",),
        ):
            out, complaint = office.run(*words, code=CONFIGURATION)
            assert out == ""
            assert complaint.startswith("deskterm: The store") and "newer deskterm" in complaint
            assert complaint.count("\n") == 1
        assert not home.is_local or Path(home.database).read_bytes() == before
        with office.stage.store.work(write=True) as work:
            work.execute(text("update alembic_version set version_num = :ours"), {"ours": ours})
        office.run("sync", "--once")
        assert [sent.recipients for sent in office.post.smtp.sent] == [(CUSTOMER,)]
