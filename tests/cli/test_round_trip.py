"""`accounts test` sends a letter of the desk to itself, and reads on its way back what is amiss."""

from __future__ import annotations

import email
import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from deskterm import limits
from deskterm.secrets import variable
from deskterm.store import tables as t
from tests.cli.conftest import Run
from tests.sync.stage import letter, open_stage
from tests.world.dovecot import Dovecot
from tests.world.postfix import Postfix
from tests.world.processes import wait_until
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import Sent, SmtpServer

OTHER = "help@other.example"
Carry = Callable[[Sent], list[tuple[str, bytes]]]
"""What a mail server between makes of a letter: (folder, bytes) of each that is put into the mailbox."""


@dataclass(slots=True)
class Way:
    """The way from the outgoing server into the mailbox of the desk."""

    pymap: PymapServer
    smtp: SmtpServer
    address: str
    password: str

    @contextmanager
    def carried(self, carry: Carry) -> Iterator[None]:
        ended = threading.Event()

        def run() -> None:
            done = len(self.smtp.sent)
            while not ended.wait(0.02):
                for sent in self.smtp.sent[done:]:
                    done += 1
                    for folder, raw in carry(sent):
                        self.pymap.deliver(self.address, raw, folder)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(10)

    def left(self, folder: str = "INBOX") -> int:
        return len(self.pymap.letters(self.address, folder))


def straight(sent: Sent) -> list[tuple[str, bytes]]:
    return [("INBOX", sent.letter)]


def answer(sent: Sent, *headers: str) -> bytes:
    """What somebody at the other end says within a moment."""
    said = email.message_from_bytes(sent.letter)
    lines = (
        f"To: {said['From']}",
        f"Subject: Re: {said['Subject']} [Ticket#4711]",
        f"In-Reply-To: {said['Message-ID']}",
        "Message-ID: <1@other.example>",
        *headers,
        "",
        "Thank you, your request is registered.",
    )
    return "\r\n".join(lines).encode()


def second_desk(sent: Sent) -> list[tuple[str, bytes]]:
    return [*straight(sent), ("INBOX", answer(sent, f"From: {OTHER}", "Auto-Submitted: auto-replied"))]


def own_autoresponder(sent: Sent) -> list[tuple[str, bytes]]:
    return [*straight(sent), ("INBOX", answer(sent, f"From: {sent.sender}", "Precedence: bulk"))]


def forwarded(sent: Sent) -> list[tuple[str, bytes]]:
    trace = (
        b"Delivered-To: desk-box@provider.example\r\n"
        b"X-Forwarded-To: desk-box@provider.example\r\n"
        b"Received: by mx.example with SMTP id 1\r\n"
        b" for <Helpdesk@example.test>; Mon, 5 Oct 2026 10:00:00 +0000\r\n"
        b"X-Original-To: " + sent.recipients[0].encode() + b"\r\n"
    )
    return [("INBOX", trace + sent.letter)]


def into_junk(sent: Sent) -> list[tuple[str, bytes]]:
    return [("Junk", sent.letter)]


def with_another_id(sent: Sent) -> list[tuple[str, bytes]]:
    head, _, rest = sent.letter.partition(b"Message-ID: ")
    return [("INBOX", head + b"Message-ID: <0102-aws@mail.example>\r\n" + rest.partition(b"\r\n")[2])]


def bounced(sent: Sent) -> list[tuple[str, bytes]]:
    report = (
        "From: MAILER-DAEMON@example.test\r\nTo: x\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <bounce@example.test>\r\nMIME-Version: 1.0\r\nReturn-Path: <>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.test\r\n\r\n"
        f"Final-Recipient: rfc822; {sent.recipients[0]}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
    )
    return [("INBOX", report.encode() + sent.letter + b"\r\n--b--\r\n")]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTERM_KEYRING", "off")
    monkeypatch.setattr(limits, "TRIAL_ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(limits, "TRIAL_LOOK_SECONDS", 0.2)


def password_of(monkeypatch: pytest.MonkeyPatch, address: str, password: str) -> None:
    monkeypatch.setenv(variable(address), password)


@pytest.fixture
def way(
    own_world: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    pymap_server: PymapServer,
    smtp_server: SmtpServer,
    new_address: Callable[[str], str],
) -> Way:
    """An account on running servers; who carries letters from the one to the other is said by the test."""
    address = new_address("desk")
    password = pymap_server.add_user(address, folders=("Sent", "Junk"))
    smtp_server.users[address] = password
    password_of(monkeypatch, address, password)
    run(
        *("accounts", "add", address, "--in-host", f"ssl://localhost:{pymap_server.imaps_port}"),
        *("--out-host", f"ssl://localhost:{smtp_server.smtps_port}", "--ca-file", str(pymap_server.ca_file)),
    )
    return Way(pymap_server, smtp_server, address, password)


def tried(run: Run, address: str, code: int = 0, wait: str = "20s") -> dict[str, Any]:
    """The steps beyond the servers', by name."""
    shown = run("accounts", "test", address, "--wait", wait, "--json", code=code).json
    assert shown["ok"] is (code == 0)
    ours = ("round_trip", "message_id", "junk", "forwarding", "second_desk")
    found = {step["step"]: step for step in shown["steps"] if step["step"] in ours}
    assert all(step["remedy"] for step in found.values() if not step["ok"])
    return found


def test_a_letter_that_comes_back_is_removed_and_becomes_no_ticket(run: Run, way: Way) -> None:
    way.pymap.deliver(way.address, letter(1, "anna@customers.test", way.address))
    with way.carried(straight):
        steps = tried(run, way.address)
    assert list(steps) == ["round_trip"] and steps["round_trip"]["ok"]
    assert "was back after" in steps["round_trip"]["sentence"]
    assert way.left() == 1, "only what was there before"
    [sent] = way.smtp.sent
    assert (sent.sender, sent.recipients) == (way.address, (way.address,))
    # As if the worker had been there first
    way.pymap.deliver(way.address, sent.letter)
    run("sync", "--once")
    assert [row["subject"] for row in run("tickets", "list", "--json").json] == ["Printer 1 is out of toner"]
    assert run("letters", "list", "--json").json == []
    [line] = [one for one in run("log", "--json").json if "Test of the mailbox" in one["subject"]]
    assert "signed by us" in str(line)
    assert "--no-round-trip" in run("accounts", "test", "--help").out
    assert "round_trip" not in run("accounts", "test", way.address, "--no-round-trip", "--json").out


def test_a_letter_that_does_not_come_back(run: Run, way: Way) -> None:
    steps = tried(run, way.address, 69, wait="1s")
    assert "within 1 s" in steps["round_trip"]["sentence"]
    assert all(word in steps["round_trip"]["remedy"] for word in ("Junk", "Greylisting", "forwarded"))


def test_a_letter_that_the_server_does_not_take(run: Run, way: Way) -> None:
    way.smtp.behaviour.sender_answers[way.address] = "553 5.7.1 not your address"
    steps = tried(run, way.address, 69)
    assert "553 5.7.1 not your address" in steps["round_trip"]["sentence"]


def test_a_letter_that_is_reported_undeliverable(run: Run, way: Way) -> None:
    with way.carried(bounced):
        steps = tried(run, way.address, 69)
    assert list(steps) == ["round_trip"]
    assert "550 no such user" in steps["round_trip"]["sentence"]


def test_forwarding_is_noticed_and_the_offered_entry_makes_it_known(run: Run, way: Way) -> None:
    with way.carried(forwarded):
        steps = tried(run, way.address)
        assert "desk-box@provider.example, helpdesk@example.test" in steps["forwarding"]["sentence"]
        command = steps["forwarding"]["remedy"].partition(": ")[2]
        run(*shlex.split(command)[1:])
        assert list(tried(run, way.address)) == ["round_trip"]
    shown = run("settings", "show", "own_addresses", "--json").json
    assert shown["value"] == "desk-box@provider.example, helpdesk@example.test"
    assert "no e-mail address" in run("settings", "edit", "own_addresses", "nobody", code=65).err


def test_a_second_help_desk_is_noticed_and_the_offered_entry_silences_it(run: Run, way: Way) -> None:
    with way.carried(second_desk):
        steps = tried(run, way.address, 78)
        assert OTHER in steps["second_desk"]["sentence"] and steps["round_trip"]["ok"]
        command = steps["second_desk"]["remedy"].partition(": ")[2]
        run(*shlex.split(command)[1:])
        assert tried(run, way.address)["second_desk"]["ok"]
    rows = run("rules", "list", "--json").json
    assert [row["account"] for row in rows] == [way.address]


def test_an_answer_in_the_desks_own_name_is_another_program_on_the_mailbox(run: Run, way: Way) -> None:
    with way.carried(own_autoresponder):
        steps = tried(run, way.address, 78)
    assert "as the desk itself" in steps["second_desk"]["remedy"]


def test_mail_that_is_taken_for_junk(run: Run, way: Way) -> None:
    with way.carried(into_junk):
        steps = tried(run, way.address, 78)
    assert steps["round_trip"]["ok"] and "Junk" in steps["junk"]["sentence"]
    assert "--read-junk" in steps["junk"]["remedy"]
    assert way.left("Junk") == 0


def test_a_server_that_replaces_message_ids(run: Run, way: Way) -> None:
    with way.carried(with_another_id):
        steps = tried(run, way.address)
    assert list(steps) == ["round_trip", "message_id"] and steps["message_id"]["remedy"]
    assert way.left() == 0


def test_accounts_that_only_receive_or_only_send_lean_on_others(
    run: Run, way: Way, new_address: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = ("--ca-file", str(way.pymap.ca_file))
    only_sends, only_receives = new_address("out"), new_address("in")
    way.smtp.users[only_sends] = "out-secret"
    password_of(monkeypatch, only_sends, "out-secret")
    password_of(monkeypatch, only_receives, way.pymap.add_user(only_receives))
    sends = ("--out-host", f"ssl://localhost:{way.smtp.smtps_port}", "--incoming", "none", *ca)
    run("accounts", "add", only_sends, *sends)
    receives = ("--in-host", f"ssl://localhost:{way.pymap.imaps_port}", "--outgoing", "none", *ca)
    run("accounts", "add", only_receives, *receives)
    with way.carried(straight):
        assert tried(run, only_sends)["round_trip"]["ok"]
    way.address = only_receives
    with way.carried(straight):
        assert tried(run, only_receives)["round_trip"]["ok"]
    assert [(sent.sender, sent.recipients[0]) for sent in way.smtp.sent] == [
        (only_sends, run("accounts", "list", "--json").json[0]["address"]),
        (run("accounts", "list", "--json").json[0]["address"], only_receives),
    ]
    run("accounts", "edit", run("accounts", "list", "--json").json[0]["address"], "--inactive")
    run("accounts", "edit", only_sends, "--inactive")
    steps = tried(run, only_receives)
    assert steps["round_trip"]["ok"] and "no account of the desk can send" in steps["round_trip"]["sentence"]


FORWARDED = """\
Delivered-To: desk-box@provider.example
Return-Path: <helpdesk+caf_=desk-box=provider.example@example.test>
Received: by mx.provider.example with SMTP id 2
 for <desk-box@provider.example>; Mon, 5 Oct 2026 10:00:01 +0000
X-Forwarded-To: desk-box@provider.example
X-Forwarded-For: helpdesk@example.test desk-box@provider.example
Resent-From: helpdesk@example.test
Resent-To: desk-box@provider.example
Delivered-To: helpdesk@example.test
From: Anna <anna@customers.test>
To: helpdesk@example.test
Cc: boss@customers.test
Subject: Toner
Message-ID: <forwarded@customers.test>

It is out again.
"""


def test_what_comes_by_forwarding_is_its_writers_and_is_never_answered_to_the_forwarder(
    run: Run, way: Way, tmp_path: Path
) -> None:
    run("settings", "edit", "own_addresses", "Helpdesk@example.test; desk-box@provider.example")
    run("settings", "edit", "undo_seconds", "0")
    file = tmp_path / "forwarded.eml"
    file.write_text(FORWARDED)
    [judged] = run("ingest", str(file), "--account", way.address, "--json").lines
    assert (judged["verdict"], judged["from"]["address"]) == ("new", "anna@customers.test")
    run("tickets", "reply", str(judged["ticket"]), "--text", "Toner is on its way.")
    run("sync", "--once")
    assert {to for sent in way.smtp.sent for to in sent.recipients} == {
        "anna@customers.test",
        "boss@customers.test",
    }


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_through_postfix_and_dovecot_while_the_worker_deletes_what_it_has(
    database_url: str,
    run: Run,
    protocol: str,
    dovecot: Dovecot,
    postfix: Postfix,
    new_address: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = new_address("desk")
    password = dovecot.add_user(address)
    with open_stage() as stage:
        account = stage.add_account(
            address,
            password,
            incoming=protocol,
            incoming_host="localhost",
            incoming_port=dovecot.imaps_port if protocol == "imap" else dovecot.pop3s_port,
            outgoing="smtp",
            outgoing_host="localhost",
            outgoing_port=postfix.submission_port,
            outgoing_security="starttls",
            after="delete",
            poll_seconds=5,
            ca_file=str(dovecot.ca_file),
        )
        password_of(monkeypatch, address, password)
        if protocol == "imap":
            stage.worker()
            stage.wait_for_incoming(account, "idle")
        assert tried(run, address, wait="60s")["round_trip"]["ok"]
        wait_until(lambda: dovecot.letters(address) == [], "the mailbox is empty")
        assert stage.count(t.ticket) == stage.count(t.outgoing) == 0
        verdicts = set(stage.read(lambda work: work.values(select(t.delivery.c.verdict))))
        assert verdicts <= {"ignored", None, ""}
