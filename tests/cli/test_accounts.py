"""Accounts by the command: ports, passwords, and the exact fault of a server."""

from __future__ import annotations

import io
import socket
from pathlib import Path
from typing import Any

import pytest

from deskterm.config import Home
from deskterm.secrets import SecretStore
from tests.cli.conftest import Run
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer
from tests.world.tls import Certificates

ADDRESS = "support@example.org"
DESK = "desk@example.test"
SERVERS = ("--in-host", "imap.example.org", "--out-host", "smtp.example.org")
NO_SERVERS = ("--incoming", "none", "--outgoing", "none")


def servers(run: Run, address: str = ADDRESS) -> tuple[Any, ...]:
    shown = run("accounts", "show", address, "--json").json
    return tuple(shown[f"{way}_{name}"] for way in ("incoming", "outgoing") for name in ("port", "security"))


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("said", "ports"),
    [
        (SERVERS, (993, "tls", 465, "tls")),
        ((*SERVERS, "--security", "starttls"), (143, "starttls", 587, "starttls")),
        (("--incoming", "pop3", *SERVERS), (995, "tls", 465, "tls")),
        (("--in-host", "tls://mail", "--out-host", "ssl://mail"), (143, "starttls", 465, "tls")),
        (("--in-host", "mail:143", "--out-host", "tls://mail:25"), (143, "starttls", 25, "starttls")),
        ((*SERVERS, "--in-port", "1993", "--out-security", "starttls"), (1993, "tls", 587, "starttls")),
    ],
    ids=lambda value: " ".join(str(one) for one in value),
)
def test_ports_follow_from_protocol_and_security(
    run: Run, said: tuple[str, ...], ports: tuple[Any, ...]
) -> None:
    added = run("accounts", "add", ADDRESS, *said, "--json")
    assert added.json["address"] == ADDRESS
    assert servers(run) == ports


def test_a_new_host_keeps_port_and_security_that_were_not_named(run: Run, desk: str) -> None:
    run("accounts", "add", ADDRESS, "--in-host", "tls://old:1143", "--out-host", "old")
    run("accounts", "edit", ADDRESS, "--in-host", "new")
    assert servers(run)[:2] == (1143, "starttls")
    assert run("accounts", "show", ADDRESS, "--json").json["incoming_host"] == "new"
    run("accounts", "edit", ADDRESS, "--in-host", "ssl://new")
    assert servers(run)[:2] == (993, "tls")
    run("accounts", "edit", ADDRESS, "--in-security", "starttls")
    assert servers(run)[:2] == (143, "starttls")


@pytest.mark.usefixtures("desk")
def test_accounts_are_listed_in_the_order_they_were_made(run: Run) -> None:
    for address in ("zoe@example.org", "anna@example.org", "mia@example.org"):
        run("accounts", "add", address, *NO_SERVERS)
    run("accounts", "edit", "anna@example.org", "--inactive")
    rows = run("accounts", "list", "--json").json
    assert [row["address"] for row in rows] == ["zoe@example.org", "anna@example.org", "mia@example.org"]
    assert [row["active"] for row in rows] == [True, False, True]
    active = run("accounts", "list", "--active-only", "--json").json
    assert [row["address"] for row in active] == ["zoe@example.org", "mia@example.org"]
    assert "anna" not in run("accounts", "list", "--active-only").out


def test_every_field_can_be_said_and_read_back(run: Run, desk: str) -> None:
    run(
        *("accounts", "add", ADDRESS, *SERVERS, "--name", "Help", "--login", "desk", "--folder", "INBOX"),
        *("--folder", "Web", "--no-out-auth", "--files-sent", "provider", "--after", "move"),
        *("--after-folder", "Done", "--poll", "2h", "--language", "ru", "--signature", "Bye", "--no-confirm"),
        *("--silent", "--inactive", "--ca-file", "/etc/ca.pem", "--sent-folder", "Out"),
    )
    shown = run("accounts", "show", ADDRESS, "--json").json
    expected = {
        "name": "Help",
        "login": "desk",
        "folders": ["INBOX", "Web"],
        "outgoing_login": False,
        "files_sent": "provider",
        "after": "move",
        "after_folder": "Done",
        "poll_seconds": 7200,
        "language": "ru",
        "signature": "Bye",
        "confirms": False,
        "silent": True,
        "active": False,
        "ca_file": "/etc/ca.pem",
        "sent_folder": "Out",
    }
    assert {name: shown[name] for name in expected} == expected
    assert "password" not in " ".join(shown)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("said", "code", "sentence"),
    [
        ([ADDRESS], 65, "incoming server is missing"),
        (["nobody", *NO_SERVERS], 65, "no e-mail address"),
        ([ADDRESS, "--in-host", "a b", "--outgoing", "none"], 2, "is no server"),
        ([ADDRESS, *SERVERS, "--security", "some"], 2, "is no server"),
        ([ADDRESS, *SERVERS, "--poll", "often"], 2, "is no time"),
        ([ADDRESS, *SERVERS, "--in-port", "imap"], 2, "--in-port must be a whole number"),
        ([ADDRESS, *SERVERS, "--after", "burn"], 65, "seen, leave, move, delete"),
        ([ADDRESS, *SERVERS, "--password", "secret"], 2, "Too many arguments"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_what_does_not_fit_is_one_sentence(run: Run, said: list[str], code: int, sentence: str) -> None:
    refused = run("accounts", "add", *said, code=code)
    assert sentence in refused.err
    assert refused.err.count("\n") == 1
    if Path(Home.find().folder).exists():
        assert run("accounts", "list", "--json").json == []


def test_a_password_is_read_from_standard_input_and_never_shown(
    run: Run, desk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret word\n"))
    added = run("accounts", "add", ADDRESS, *SERVERS, "--password-stdin")
    secrets = SecretStore(Home.find(), {"DESKTERM_KEYRING": "off"})
    assert secrets.get(ADDRESS) == "s3cret word"
    said = added.out + added.err
    for command in (("accounts", "show", ADDRESS), ("secrets", "status"), ("doctor", "--json")):
        said += run(*command).out
    assert "s3cret" not in said
    run("accounts", "remove", ADDRESS)
    assert secrets.get(ADDRESS) is None


def test_an_account_that_has_mail_is_only_made_inactive(run: Run, desk: str, tmp_path: Path) -> None:
    run("accounts", "add", ADDRESS, *NO_SERVERS)
    letter = tmp_path / "letter.eml"
    letter.write_bytes(b"From: a@customer.example\nSubject: one\n\nfirst\n")
    run("ingest", str(letter), "--account", ADDRESS)
    assert run("accounts", "remove", ADDRESS, "--json").json == {"address": ADDRESS, "deleted": False}
    assert [row["active"] for row in run("accounts", "list", "--json").json] == [False]


@pytest.fixture
def account(
    own_world: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    pymap_server: PymapServer,
    smtp_server: SmtpServer,
) -> str:
    """An account on running servers, with its right password in the environment."""
    monkeypatch.setenv("DESKTERM_KEYRING", "off")
    monkeypatch.setenv("DESKTERM_PASSWORD_DESK_EXAMPLE_TEST", pymap_server.users[DESK])
    run(
        *("accounts", "add", DESK, "--in-host", f"ssl://localhost:{pymap_server.imaps_port}"),
        *("--out-host", f"ssl://localhost:{smtp_server.smtps_port}", "--ca-file", str(pymap_server.ca_file)),
    )
    return DESK


def steps(run: Run, code: int) -> list[str]:
    tried = run("accounts", "test", DESK, "--no-round-trip", "--json", code=code).json
    assert tried["ok"] is (code == 0)
    assert all(step["remedy"] for step in tried["steps"] if not step["ok"])
    return [f"{step['server'][:3]} {step['step']}" for step in tried["steps"] if not step["ok"]]


def test_servers_in_order_are_said_to_be_so(run: Run, account: str) -> None:
    assert steps(run, 0) == []
    said = run("accounts", "test", DESK, "--no-round-trip").out
    assert "The login desk@example.test is accepted." in said and "INBOX" in said


@pytest.mark.parametrize(
    ("changes", "failed", "code"),
    [
        (("--in-host", "ssl://nowhere.invalid"), "inc dns", 69),
        (("--in-port", "{closed}"), "inc connection", 69),
        (("--in-port", "{clear}"), "inc tls", 69),
        (("--ca-file", ""), "inc tls", 69),
        (("--ca-file", "{strange}"), "inc tls", 69),
        (("--ca-file", "/nowhere.pem"), " ca_file", 78),
        (("--login", "nobody@example.test"), "inc login", 77),
        (("--folder", "Nowhere"), "inc folders", 78),
        (("--out-port", "{closed}"), "out connection", 69),
        (("--in-host", "ssl://localhost:{smtps}"), "inc greeting", 69),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_the_exact_fault_is_named(
    run: Run,
    account: str,
    pymap_server: PymapServer,
    smtp_server: SmtpServer,
    strange_certificates: Certificates,
    changes: tuple[str, ...],
    failed: str,
    code: int,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    values = {
        "closed": closed,
        "clear": pymap_server.clear_port,
        "smtps": smtp_server.smtps_port,
        "strange": strange_certificates.ca_file,
    }
    run("accounts", "edit", DESK, *(change.format(**values) for change in changes))
    assert steps(run, code)[0] == failed


def test_a_wrong_and_a_missing_password_are_told_apart(
    run: Run, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTERM_PASSWORD_DESK_EXAMPLE_TEST", "wrong")
    assert steps(run, 77) == ["inc login", "out login"]
    monkeypatch.delenv("DESKTERM_PASSWORD_DESK_EXAMPLE_TEST")
    assert steps(run, 78) == [" password"]
    assert "deskterm secrets set desk@example.test" in run("accounts", "test", DESK, code=78).out


def test_an_account_without_servers_needs_no_test(run: Run, desk: str) -> None:
    run("accounts", "add", ADDRESS, *NO_SERVERS)
    assert "ingest" in run("accounts", "test", ADDRESS).out
