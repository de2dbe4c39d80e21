"""`accounts test` names the exact fault, and every step that went well before it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.net import Settings
from deskterm.mail.wire.probe import Check, Finding, probe_incoming, probe_outgoing
from tests.mail.wire.scripted import Line, imap_script, scripted, smtp_script
from tests.world.dovecot import Dovecot
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer

DESK = "desk@example.test"
QUICK = Settings(connect_seconds=0.5, command_seconds=0.5)


def shown(findings: list[Finding]) -> list[str]:
    return [f"{'+' if finding.ok else '-'}{finding.step}" for finding in findings]


def trusting(server: Any) -> Settings:
    return Settings(ca_file=str(server.ca_file))


@pytest.mark.parametrize("kind", ["pymap_server", "dovecot"])
def test_a_mailbox_in_order(kind: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue(kind)
    endpoint = Endpoint("localhost", server.imaps_port, "tls")
    findings = probe_incoming(endpoint, DESK, server.users[DESK], settings=trusting(server))
    assert shown(findings) == ["+dns", "+connection", "+tls", "+greeting", "+login", "+folders", "+push"]
    assert "INBOX" in findings[5].sentence
    assert all(finding.sentence and not finding.remedy for finding in findings)


def test_a_folder_that_is_not_there_and_which_there_are(pymap_server: PymapServer) -> None:
    endpoint = Endpoint("localhost", pymap_server.imap_port, "starttls")
    password = pymap_server.users[DESK]
    findings = probe_incoming(endpoint, DESK, password, ["Help", "INBOX"], settings=trusting(pymap_server))
    assert shown(findings)[4:] == ["+login", "-folders", "+folders", "+push"]
    assert "Help" in findings[5].sentence and "INBOX" in findings[5].remedy and "Sent" in findings[5].remedy


def test_a_wrong_password(pymap_server: PymapServer) -> None:
    endpoint = Endpoint("localhost", pymap_server.imaps_port, "tls")
    findings = probe_incoming(endpoint, DESK, "wrong", settings=trusting(pymap_server))
    assert shown(findings) == ["+dns", "+connection", "+tls", "+greeting", "-login"]
    assert DESK in findings[-1].sentence and "password" in findings[-1].remedy


def test_a_certificate_nobody_vouches_for(pymap_server: PymapServer) -> None:
    findings = probe_incoming(Endpoint("localhost", pymap_server.imaps_port, "tls"), DESK, "x")
    assert shown(findings) == ["+dns", "+connection", "-tls"]
    findings = probe_incoming(Endpoint("localhost", pymap_server.imap_port, "starttls"), DESK, "x")
    assert shown(findings) == ["+dns", "+connection", "+greeting", "-tls"]
    assert "authority" in findings[-1].sentence and "certificate file" in findings[-1].remedy


def test_a_host_nobody_knows() -> None:
    findings = probe_incoming(Endpoint("nowhere.invalid", 993, "tls"), DESK, "x")
    assert shown(findings) == ["-dns"]


def test_a_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert shown(probe_incoming(Endpoint("127.0.0.1", port, "tls"), DESK, "x")) == ["+dns", "-connection"]
    assert shown(probe_outgoing(Endpoint("127.0.0.1", port, "tls"), DESK, "x")) == ["+dns", "-connection"]


def test_a_silent_server() -> None:
    with scripted(Line.be_silent) as (endpoint, _):
        for findings in (
            probe_incoming(endpoint, "a", "b", settings=QUICK),
            probe_outgoing(endpoint, settings=QUICK),
        ):
            assert shown(findings) == ["+dns", "+connection", "+tls", "-greeting"]
            assert "not encrypted" in findings[2].sentence and "in time" in findings[3].sentence


def test_a_server_without_push() -> None:
    with scripted(imap_script(lambda *_: False)) as (endpoint, _):
        findings = probe_incoming(endpoint, "a", "b", settings=QUICK)
    assert findings[-1].step is Check.PUSH and findings[-1].ok and "no IDLE" in findings[-1].sentence


def test_a_server_that_hangs_up_at_the_folder() -> None:
    def hang_up(line: Line, _tag: str, command: str) -> bool:
        if command.startswith("SELECT"):
            line.sock.shutdown(socket.SHUT_RDWR)
            raise ConnectionError
        return False

    with scripted(imap_script(hang_up)) as (endpoint, _):
        findings = probe_incoming(endpoint, "a", "b", settings=QUICK)
    assert shown(findings) == ["+dns", "+connection", "+tls", "+greeting", "+login", "-folders"]


def test_pop3(dovecot: Dovecot) -> None:
    password = dovecot.users[DESK]
    for port, security in ((dovecot.pop3s_port, "tls"), (dovecot.pop3_port, "starttls")):
        endpoint = Endpoint("localhost", port, security)  # type: ignore[arg-type]
        findings = probe_incoming(endpoint, DESK, password, protocol="pop3", settings=trusting(dovecot))
        assert [finding.ok for finding in findings] == [True] * 6
        findings = probe_incoming(endpoint, DESK, "wrong", protocol="pop3", settings=trusting(dovecot))
        assert shown(findings)[-1] == "-login"


def test_pop3_without_numbers_that_stay() -> None:
    def script(line: Line) -> None:
        line.say("+OK ready")
        while True:
            command = line.hear().split(" ")[0]
            line.say({"STAT": "+OK 1 100", "UIDL": "-ERR what", "CAPA": "-ERR what"}.get(command, "+OK"))

    with scripted(script) as (endpoint, _):
        findings = probe_incoming(endpoint, "a", "b", protocol="pop3", settings=QUICK)
    assert shown(findings)[-2:] == ["+folders", "-folders"]
    assert "1 letter." in findings[-2].sentence and "IMAP" in findings[-1].remedy


def test_a_server_that_takes_our_letters(smtp_server: SmtpServer) -> None:
    endpoint = Endpoint("localhost", smtp_server.submission_port, "starttls")
    findings = probe_outgoing(endpoint, DESK, "desk-secret", settings=trusting(smtp_server))
    assert shown(findings) == ["+dns", "+connection", "+greeting", "+tls", "+login", "+size"]
    assert "32 MiB" in findings[-1].sentence
    assert smtp_server.sent == []
    findings = probe_outgoing(endpoint, DESK, "wrong", settings=trusting(smtp_server))
    assert shown(findings)[-1] == "-login"


def test_a_server_that_offers_no_login() -> None:
    with scripted(smtp_script(lambda *_: False)) as (endpoint, _):
        findings = probe_outgoing(endpoint, "a", "b", settings=QUICK)
        assert shown(findings)[-1] == "-login" and "without encryption" in findings[-1].sentence
        assert shown(probe_outgoing(endpoint, settings=QUICK))[-1] == "+size"


def test_an_authority_file_that_cannot_be_read(pymap_server: PymapServer, tmp_path: Path) -> None:
    endpoint = Endpoint("localhost", pymap_server.imaps_port, "tls")
    (tmp_path / "ca.pem").write_text("nothing")
    findings = probe_incoming(endpoint, DESK, "x", settings=Settings(ca_file=str(tmp_path / "ca.pem")))
    assert shown(findings)[-1] == "-tls" and "ca.pem" in findings[-1].sentence
