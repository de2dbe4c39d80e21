"""An IMAP server that needs no installation: pymap in a thread, its mailboxes in memory."""

from __future__ import annotations

import asyncio
import ssl
import threading
from argparse import Namespace
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Event, Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.fetchattr import FetchRequirement
from pymap.selected import SelectedMailbox
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from tests.world.processes import LOOPBACK
from tests.world.tls import Certificates

Answer = TypeVar("Answer")

_ANSWER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class PymapServer:
    """A running pymap over one set of mailboxes: `imap_port` wants STARTTLS before a password, `imaps_port`
    speaks TLS at once, `clear_port` knows no TLS."""

    host: str
    imap_port: int
    imaps_port: int
    clear_port: int
    ca_file: Path
    users: dict[str, str]
    _loop: asyncio.AbstractEventLoop
    _login: Login

    def add_user(self, address: str, password: str = "secret-1", folders: tuple[str, ...] = ("Sent",)) -> str:
        """Open a mailbox with these folders beside INBOX and return its password."""
        self._run(self._add_user(address, password, folders))
        self.users[address] = password
        return password

    def deliver(
        self, address: str, letter: bytes, folder: str = "INBOX", when: datetime | None = None
    ) -> None:
        """Put a letter into a mailbox as a mail server does; sessions in IDLE hear of it at once."""
        self._run(self._deliver(address, letter, folder, when or datetime.now(UTC)))

    def letters(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """The letters of a folder in UID order, read without setting flags."""
        return self._run(self._letters(address, folder))

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_ANSWER_SECONDS)

    async def _mailboxes(self, address: str) -> MailboxSet:
        async with Identity(address, self._login, None, frozenset()).new_session() as session:
            return session.mailbox_set

    async def _add_user(self, address: str, password: str, folders: tuple[str, ...]) -> None:
        user = UserMetadata(self._login.config, address, password=password)
        self._login.users_dict[address] = user
        mailboxes = await self._mailboxes(address)
        for folder in folders:
            await mailboxes.add_mailbox(folder)

    async def _deliver(self, address: str, letter: bytes, folder: str, when: datetime) -> None:
        mailbox = await (await self._mailboxes(address)).get_mailbox(folder)
        await mailbox.append(AppendMessage(letter, when), recent=True)

    async def _letters(self, address: str, folder: str) -> list[bytes]:
        mailbox = await (await self._mailboxes(address)).get_mailbox(folder)
        found = []
        async for message in mailbox.messages():
            found.append(bytes((await message.load_content(FetchRequirement.CONTENT)).content))
        return found


_wait_for_update = MailboxData.update_selected


async def _update_selected(
    mailbox: MailboxData, selected: SelectedMailbox, *, wait_on: Event | None = None
) -> SelectedMailbox:
    """pymap's IDLE waits for the next letter without a look at what came since the command before, so that a
    letter delivered between the two is announced together with the next one; other servers tell at once."""
    known = selected.mod_sequence
    if known is not None and known < mailbox._mod_sequences.highest:
        wait_on = None
    return await _wait_for_update(mailbox, selected, wait_on=wait_on)


MailboxData.update_selected = _update_selected  # type: ignore[method-assign, assignment]


class _Settings(Config):
    """pymap's settings without a look-up of this machine's name, which can take seconds."""

    @property
    def greeting(self) -> bytes:
        return b"pymap is ready"


def _settings(context: ssl.SSLContext, *, tls_enabled: bool) -> Config:
    return _Settings(
        Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None),
        host=LOOPBACK,
        port=0,
        ssl_context=context,
        tls_enabled=tls_enabled,
        reject_dnsbl=False,
        hash_context=Cleartext(),
        cpu_subsystem=Subsystem.for_asyncio(),
        max_append_len=32 * 1024 * 1024,
        bad_command_limit=None,
        demo_data=False,
        demo_user="",
        demo_password="",
        invalid_user_sleep=0.0,
    )


@contextmanager
def running_pymap(certificates: Certificates, users: Mapping[str, str]) -> Iterator[PymapServer]:
    """Run an IMAP server with these mailboxes in a thread of its own; gone with the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="pymap", daemon=True)
    thread.start()
    context = certificates.server_context()
    with_starttls = _settings(context, tls_enabled=True)
    without = _settings(context, tls_enabled=False)
    login = Login(with_starttls)

    async def listen(config: Config, tls: ssl.SSLContext | None) -> asyncio.Server:
        config.apply_context()
        callback = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(login, config))
        return await asyncio.start_server(callback, host=LOOPBACK, port=0, ssl=tls)

    async def close(servers: list[asyncio.Server]) -> None:
        for server in servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    servers: list[asyncio.Server] = []
    try:
        for config, tls in ((with_starttls, None), (without, context), (without, None)):
            listening = asyncio.run_coroutine_threadsafe(listen(config, tls), loop)
            servers.append(listening.result(_ANSWER_SECONDS))
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        server = PymapServer(LOOPBACK, *ports, certificates.ca_file, {}, loop, login)
        for address, password in users.items():
            server.add_user(address, password)
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(close(servers), loop).result(_ANSWER_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_ANSWER_SECONDS)
        loop.close()
