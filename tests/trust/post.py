"""Two ways for a customer and a desk to write to each other, and how a customer's mail program sees it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.sync.test_worker import receiving, sending
from tests.world.dovecot import Dovecot
from tests.world.postfix import Postfix
from tests.world.processes import find_program, missing
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as its writer thinks of it; ids without angle brackets."""

    subject: str
    body: str
    message_id: str
    answers: Sequence[str] = ()
    """The letters it answers, the one before it last."""

    @property
    def headers(self) -> dict[str, str]:
        # swaks puts this name so into its letters, and knows it so only
        named = {"Subject": self.subject, "Message-Id": f"<{self.message_id}>"}
        if self.answers:
            named["In-Reply-To"] = f"<{self.answers[-1]}>"
            named["References"] = " ".join(f"<{one}>" for one in self.answers)
        return named


class Post(Protocol):
    """A mail server between a customer and the desk."""

    def account(self, desk: str) -> dict[str, Any]:
        """Open the desk's mailbox; what an account of it is to be told, `password` among it."""

    def open_mailbox(self, customer: str) -> None:
        """Open the customer's mailbox."""

    def write(self, customer: str, desk: str, letter: Written) -> None:
        """The customer's own mail program sends a letter to the desk."""

    def received(self, customer: str) -> list[bytes]:
        """What the customer has got, in order of arrival."""

    def delivered(self, desk: str) -> list[bytes]:
        """What has been put into the desk's INBOX."""

    def filed(self, desk: str) -> list[bytes]:
        """What lies in the desk's Sent folder."""


@dataclass(frozen=True, slots=True)
class DebianPost:
    """swaks hands letters to Postfix, which delivers to Dovecot, whoever they are for."""

    dovecot: Dovecot
    postfix: Postfix

    def account(self, desk: str) -> dict[str, Any]:
        return {
            "password": self.dovecot.add_user(desk),
            "incoming_host": "localhost",
            "incoming_port": self.dovecot.imap_port,
            "incoming_security": "starttls",
            "outgoing": "smtp",
            "outgoing_host": "localhost",
            "outgoing_port": self.postfix.submissions_port,
            "outgoing_security": "tls",
            "ca_file": str(self.dovecot.ca_file),
        }

    def open_mailbox(self, customer: str) -> None:
        self.dovecot.add_user(customer)

    def write(self, customer: str, desk: str, letter: Written) -> None:
        missing("swaks")
        headers = [
            part for name, value in letter.headers.items() for part in ("--header", f"{name}: {value}")
        ]
        done = subprocess.run(
            [
                "swaks", "--server", self.postfix.host, "--port", str(self.postfix.smtp_port),
                "--from", customer, "--to", desk, *headers, "--body", letter.body,
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def received(self, customer: str) -> list[bytes]:
        return self.dovecot.letters(customer)

    def delivered(self, desk: str) -> list[bytes]:
        return self.dovecot.letters(desk)

    def filed(self, desk: str) -> list[bytes]:
        return self.dovecot.letters(desk, "Sent")


@dataclass(frozen=True, slots=True)
class PythonPost:
    """pymap keeps the desk's mailbox, aiosmtpd takes what it sends: there is one on every machine."""

    pymap: PymapServer
    smtp: SmtpServer

    def account(self, desk: str) -> dict[str, Any]:
        password = self.pymap.add_user(desk)
        return {"password": password} | receiving(self.pymap) | sending(self.smtp, desk, password)

    def open_mailbox(self, customer: str) -> None:
        """What is sent to anybody is kept by the server itself."""

    def write(self, customer: str, desk: str, letter: Written) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in letter.headers.items())
        body = letter.body.replace("\n", "\r\n")
        self.pymap.deliver(desk, f"From: {customer}\r\nTo: {desk}\r\n{head}\r\n{body}\r\n".encode())

    def received(self, customer: str) -> list[bytes]:
        return [sent.letter for sent in list(self.smtp.sent) if customer in sent.recipients]

    def delivered(self, desk: str) -> list[bytes]:
        return self.pymap.letters(desk)

    def filed(self, desk: str) -> list[bytes]:
        return self.pymap.letters(desk, "Sent")


def notmuch_sees(folder: Path, letters: Sequence[bytes]) -> tuple[int, int]:
    """How many messages and how many threads notmuch makes of these letters, indexed in an empty folder."""
    missing("notmuch")
    mail = folder / "mail"
    for part in ("new", "cur", "tmp"):
        (mail / part).mkdir(parents=True)
    for number, raw in enumerate(letters):
        (mail / "cur" / f"{number}:2,").write_bytes(raw)
    settings = folder / "notmuch-config"
    settings.write_text(f"[database]\npath={mail}\n[user]\nname=Anna\nprimary_email=anna@example.test\n")

    def notmuch(*words: str) -> str:
        environment = {**os.environ, "NOTMUCH_CONFIG": str(settings)}
        return subprocess.run(
            [find_program("notmuch") or "notmuch", *words],
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
            check=True,
        ).stdout

    notmuch("new")
    return int(notmuch("count", "*")), int(notmuch("count", "--output=threads", "*"))
