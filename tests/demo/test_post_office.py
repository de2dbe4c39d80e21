"""The demo's mail server answers real IMAP and SMTP, and its customers answer letters."""

from __future__ import annotations

import imaplib
import json
import os
import select
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import make_msgid
from pathlib import Path

import pytest

from deskterm.demo.people import HELP, PEOPLE, SUPPORT

LOOPBACK = "127.0.0.1"
DEADLINE = 25.0


@dataclass
class Household:
    """The running second process of a demo."""

    process: subprocess.Popen[str]
    imap_port: int
    smtp_port: int

    def tell(self, **order: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def inbox(self, address: str = SUPPORT.address) -> imaplib.IMAP4:
        mailbox = imaplib.IMAP4(LOOPBACK, self.imap_port, timeout=10)
        mailbox.login(address, "secret")
        mailbox.select("INBOX")
        return mailbox

    def send(self, sender: str, recipient: str, letter: EmailMessage, sign_in: bool = False) -> None:
        with smtplib.SMTP(LOOPBACK, self.smtp_port, timeout=10) as line:
            if sign_in:
                line.login(sender, "secret")
            line.send_message(letter, sender, [recipient])


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    process = subprocess.Popen(
        [sys.executable, "-m", "deskterm.demo.servers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({"passwords": {SUPPORT.address: "secret", HELP.address: "secret"}}) + "\n")
    process.stdin.flush()
    ports = json.loads(process.stdout.readline())
    running = Household(process, ports["imap"], ports["smtp"])
    yield running
    process.stdin.close()
    try:
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.stdout.close()


def letter(sender: str, recipient: str, subject: str, text: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, recipient, subject
    made["Message-ID"] = make_msgid(domain="test.example")
    made.set_content(text)
    return made


def wait_for_letters(mailbox: imaplib.IMAP4, count: int) -> list[EmailMessage]:
    """All letters of the INBOX once there are `count`."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        mailbox.noop()
        numbers = mailbox.search(None, "ALL")[1][0].split()
        if len(numbers) >= count:
            found = []
            for number in numbers:
                parts = mailbox.fetch(number.decode(), "(BODY.PEEK[])")[1]
                content = next(part[1] for part in parts if isinstance(part, tuple))
                found.append(message_from_bytes(content, policy=default))
            return found
        select.select([mailbox.socket()], [], [], 0.2)
    raise AssertionError(f"fewer than {count} letters came within {DEADLINE} s")


def test_a_letter_sent_by_smtp_lies_unseen_in_the_desks_inbox(household: Household) -> None:
    customer = PEOPLE[0].address
    household.send(customer, SUPPORT.address, letter(customer, SUPPORT.address, "Привет", "Не печатает.\n"))
    mailbox = household.inbox()
    (found,) = wait_for_letters(mailbox, 1)
    assert found["Subject"] == "Привет"
    assert found["Return-Path"] == f"<{customer}>"
    assert mailbox.search(None, "UNSEEN")[1][0].split() == [b"1"]


def test_idle_hears_of_a_new_letter_at_once(household: Household) -> None:
    mailbox = household.inbox()
    assert b"IDLE" in mailbox.capability()[1][0].split()
    for _ in range(3):
        mailbox.send(b"i1 IDLE\r\n")
        assert mailbox.readline().startswith(b"+")
        began = time.monotonic()
        customer = PEOPLE[1].address
        household.send(customer, SUPPORT.address, letter(customer, SUPPORT.address, "now", "now\n"))
        assert any(b"EXISTS" in mailbox.readline() for _ in range(5))
        assert time.monotonic() - began < 20
        mailbox.send(b"DONE\r\n")
        while not mailbox.readline().startswith(b"i1 OK"):
            pass


def test_a_copy_can_be_put_into_the_sent_folder(household: Household) -> None:
    mailbox = household.inbox()
    copy = letter(SUPPORT.address, PEOPLE[0].address, "Re: x", "done\n").as_bytes()
    assert mailbox.append("Sent", "\\Seen", "", copy)[0] == "OK"
    assert mailbox.select("Sent")[1] == [b"1"]


def test_a_wrong_password_is_refused_by_both_servers(household: Household) -> None:
    with pytest.raises(imaplib.IMAP4.error):
        imaplib.IMAP4(LOOPBACK, household.imap_port, timeout=10).login(SUPPORT.address, "wrong")
    with smtplib.SMTP(LOOPBACK, household.smtp_port, timeout=10) as line:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            line.login(SUPPORT.address, "wrong")


@pytest.mark.parametrize(
    ("recipient", "sign_in", "code"),
    [
        (PEOPLE[0].address, False, b"5.7.1"),
        ("me@my-real-mailbox.test", True, b"never leave"),
        ("nobody@" + PEOPLE[0].company.domain, True, b"No such mailbox"),
    ],
)
def test_letters_that_may_not_go_out_are_refused(
    household: Household, recipient: str, sign_in: bool, code: bytes
) -> None:
    mail = letter(SUPPORT.address, recipient, "x", "x\n")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        household.send(SUPPORT.address, recipient, mail, sign_in)
    assert code in refusal.value.recipients[recipient][1]


def test_a_customer_writes_within_seconds_and_answers_an_agents_reply(household: Household) -> None:
    household.tell(begin=7)
    mailbox = household.inbox()
    first = wait_for_letters(mailbox, 1)[0]
    customer = first["From"].addresses[0].addr_spec
    reply = letter(SUPPORT.address, customer, f"Re: {first['Subject']}", "Which version?\n")
    reply["In-Reply-To"] = reply["References"] = first["Message-ID"]
    household.send(SUPPORT.address, customer, reply, sign_in=True)
    deadline = time.monotonic() + DEADLINE
    answer = None
    while answer is None and time.monotonic() < deadline:
        letters = wait_for_letters(mailbox, 2)
        answer = next((each for each in letters if each["In-Reply-To"] == reply["Message-ID"]), None)
    assert answer is not None
    assert answer["References"].split() == [first["Message-ID"], reply["Message-ID"]]
    assert answer["From"] == first["From"]
    plain = answer.get_body(("plain",))
    assert plain is not None and "Which version?" in plain.get_content()


def test_when_the_console_is_gone_its_folder_and_its_worker_go_too(
    household: Household, tmp_path: Path
) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "store.db").write_text("x")
    worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    household.tell(watch=[worker.pid])
    household.tell(folder=str(folder))
    assert household.process.stdin is not None
    household.process.stdin.close()
    assert worker.wait(10) != 0
    assert household.process.wait(10) == 0
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(household.process.pid, 0)
