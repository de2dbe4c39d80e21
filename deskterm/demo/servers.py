"""The demo's post office: an IMAP and an SMTP server on loopback over one set of mailboxes.

`python -m deskterm.demo.servers` is a process of its own, spoken to by lines of JSON (see `main`).
When its standard input ends, for whatever reason, it ends what it was told to watch, removes the
folder it was told to remove, and goes: so even a killed console leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import shutil
import signal
import smtplib
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Event, Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.selected import SelectedMailbox
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from deskterm import limits
from deskterm.demo.customers import Conversation, Customers
from deskterm.demo.people import BY_ADDRESS, COMPANIES, MAILBOXES, OF_AGENTS

LOOPBACK = "127.0.0.1"
HOST_NAME = "mail.demo.example"
CLEAR_SECONDS = 5

_OPTIONS: dict[str, Any] = {"passlib_cfg": None, "proxy_protocol": None, "inherited_sockets": None}

Sink = Callable[[str, bytes], None]


class _ImapConfig(Config):
    """pymap's settings without certificates, slow hashes and look-ups of this machine's name."""

    @property
    def greeting(self) -> bytes:
        return b"The demo desk's mail server is ready"


_wait_for_update = MailboxData.update_selected


async def _update_selected(
    mailbox: MailboxData, selected: SelectedMailbox, *, wait_on: Event | None = None
) -> SelectedMailbox:
    """pymap's IDLE waits for the next letter without a look at what came since the command before: a letter
    delivered between the two would be announced together with the next one; other servers tell at once."""
    known = selected.mod_sequence
    if known is not None and known < mailbox._mod_sequences.highest:
        wait_on = None
    return await _wait_for_update(mailbox, selected, wait_on=wait_on)


MailboxData.update_selected = _update_selected  # type: ignore[method-assign, assignment]


class PostOffice:
    """Both servers in the running event loop; `passwords` names the mailboxes that exist."""

    def __init__(self, passwords: Mapping[str, str], to_customer: Sink) -> None:
        self._passwords = dict(passwords)
        self._to_customer = to_customer
        self._config = _ImapConfig(
            Namespace(**_OPTIONS),
            host=LOOPBACK,
            port=0,
            tls_enabled=False,
            reject_dnsbl=False,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
            max_append_len=limits.LETTER_BYTES,
            demo_data=False,
            demo_user="",
            demo_password="",
        )
        self._login = Login(self._config)
        self._servers: list[asyncio.Server] = []
        self.imap_port = 0
        self.smtp_port = 0

    async def start(self, folders: Mapping[str, tuple[str, ...]]) -> None:
        """Make the mailboxes with their folders and listen on two free ports."""
        self._config.apply_context()
        for address, password in self._passwords.items():
            self._login.users_dict[address] = UserMetadata(self._config, address, password=password)
            mailboxes = await self._mailboxes(address)
            for folder in folders.get(address, ()):
                await mailboxes.add_mailbox(folder)
        callback = ProxyProtocolReader(self._config.proxy_protocol).get_callback(
            IMAPServer(self._login, self._config)
        )
        imap = await asyncio.start_server(callback, host=LOOPBACK, port=0)
        smtp = await asyncio.get_running_loop().create_server(self._smtp, host=LOOPBACK, port=0)
        self._servers = [imap, smtp]
        self.imap_port = imap.sockets[0].getsockname()[1]
        self.smtp_port = smtp.sockets[0].getsockname()[1]

    async def deliver(self, address: str, letter: bytes, when: datetime | None = None) -> None:
        """Put a letter into a mailbox's INBOX; sessions in IDLE hear of it at once."""
        inbox = await (await self._mailboxes(address)).get_mailbox("INBOX")
        await inbox.append(AppendMessage(letter, when or datetime.now(UTC)), recent=True)

    def close(self) -> None:
        """Stop listening; open connections end with the event loop."""
        for server in self._servers:
            server.close()

    async def _mailboxes(self, address: str) -> MailboxSet:
        async with Identity(address, self._login, None, frozenset()).new_session() as session:
            return session.mailbox_set

    def _smtp(self) -> SMTP:
        return SMTP(
            self,
            hostname=HOST_NAME,
            ident="demo",
            data_size_limit=limits.LETTER_BYTES,
            enable_SMTPUTF8=True,
            authenticator=self._authenticate,
            auth_require_tls=False,
        )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and (
            self._passwords.get(data.login.decode("utf-8", "replace"))
            == data.password.decode("utf-8", "replace")
        )
        return AuthResult(success=known, handled=False, auth_data=data if known else None)

    async def handle_RCPT(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take letters for the desk from anybody, for the customers from the desk, for others never."""
        if address.casefold() not in self._passwords:
            if not session.authenticated:
                return "550 5.7.1 Relaying denied: sign in first"
            if address.casefold() not in BY_ADDRESS and address.casefold() not in OF_AGENTS:
                known = any(address.casefold().endswith("@" + each.domain) for each in COMPANIES.values())
                why = "No such mailbox here" if known else "The demo's letters never leave this machine"
                return f"550 5.1.1 {why}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """File the letter for each recipient with what a receiving server adds on top."""
        content = envelope.original_content or b""
        trace = (
            f"Return-Path: <{envelope.mail_from or ''}>\r\n"
            f"Received: by {HOST_NAME} with ESMTP; {format_datetime(datetime.now(UTC))}\r\n"
        ).encode("utf-8", "replace")
        for address in map(str.casefold, envelope.rcpt_tos):
            if address in self._passwords:
                await self.deliver(address, trace + content)
            elif address not in OF_AGENTS:  # what agents are told, nobody here reads
                self._to_customer(address, trace + content)
        return "250 2.0.0 Delivered"


def send(port: int, sender: str, recipient: str, letter: bytes) -> None:
    """Hand a customer's letter to the SMTP server as any other server would."""
    with smtplib.SMTP(LOOPBACK, port, local_hostname=sender.rpartition("@")[2], timeout=10) as line:
        line.sendmail(sender, [recipient], letter)


class Household:
    """What the demo's second process keeps: post office, customers, and what to clear away at the end.

    Lines in: {"passwords": {address: password}} first; later {"know": [conversations]},
    {"begin": seed}, {"watch": [pids]}, {"folder": path}. One line out: {"imap": port, "smtp": port}.
    """

    def __init__(self) -> None:
        self._watched: list[int] = []
        self._folder: str | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._customers: Customers | None = None

    async def live(self, lines: asyncio.StreamReader) -> None:
        """Run until `lines` end."""
        opening = json.loads(await lines.readline() or b"{}")
        if "passwords" not in opening:
            return
        office = PostOffice(opening["passwords"], self._hand_over)
        await office.start({mailbox.address: mailbox.folders for mailbox in MAILBOXES})

        async def post(sender: str, recipient: str, letter: bytes) -> None:
            await asyncio.to_thread(send, office.smtp_port, sender, recipient, letter)

        self._customers = Customers(post, random.Random(0))
        sys.stdout.write(json.dumps({"imap": office.imap_port, "smtp": office.smtp_port}) + "\n")
        sys.stdout.flush()
        while line := await lines.readline():
            self._obey(json.loads(line))
        for task in self._tasks:
            task.cancel()
        office.close()

    def clear_away(self) -> None:
        """End the watched processes and remove the folder."""
        for process in self._watched:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGTERM)
        if self._folder is None:
            return
        deadline = time.monotonic() + CLEAR_SECONDS
        while any(_alive(process) for process in self._watched) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in filter(_alive, self._watched):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _hand_over(self, address: str, letter: bytes) -> None:
        if self._customers is not None:
            self._customers.receive(address, letter)

    def _obey(self, order: Mapping[str, Any]) -> None:
        if self._customers is None:
            return
        for row in order.get("know", ()):
            self._customers.know(Conversation.from_row(row))
        if "begin" in order:
            self._customers.reseed(order["begin"])
            self._tasks.append(asyncio.create_task(self._customers.write()))
        if "watch" in order:
            self._watched = list(order["watch"])
        if "folder" in order:
            self._folder = order["folder"]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=limits.LETTER_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    return reader


def main() -> None:
    """Keep house until standard input ends or SIGTERM comes."""
    logging.basicConfig(level=logging.CRITICAL)
    household = Household()

    async def live() -> None:
        lines = await _standard_input()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lines.feed_eof)
        await household.live(lines)

    try:
        asyncio.run(live())
    finally:
        household.clear_away()


if __name__ == "__main__":
    main()
