"""An SMTP server that needs no installation: aiosmtpd in a thread, keeping every letter it takes."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.world.processes import LOOPBACK
from tests.world.tls import Certificates

_ANSWER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter the server took: envelope, bytes as sent, who signed in, was the line encrypted."""

    sender: str
    recipients: tuple[str, ...]
    letter: bytes
    login: str | None
    encrypted: bool


@dataclass(slots=True)
class Behaviour:
    """What a test wants the server to do wrong. Answers are full SMTP lines, such as `452 4.2.2 full`."""

    sender_answers: dict[str, str] = field(default_factory=dict)
    recipient_answers: dict[str, str] = field(default_factory=dict)
    data_answer: str | None = None
    # The letter is taken, or not, and the line goes dead before the sender hears of it.
    hang_up_after_data: bool = False
    hang_up_before_data: bool = False


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A running server: `smtp_port` offers STARTTLS and takes letters from anybody, `submission_port` wants
    STARTTLS and a password, `smtps_port` speaks TLS at once and wants a password."""

    host: str
    smtp_port: int
    submission_port: int
    smtps_port: int
    ca_file: Path
    users: dict[str, str]
    sent: list[Sent]
    behaviour: Behaviour
    _changed: threading.Condition

    def wait_for(self, count: int, seconds: float = 60) -> list[Sent]:
        """The letters taken so far, as soon as there are this many; fails when there never are."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.sent) >= count, seconds):
                raise AssertionError(f"{len(self.sent)} of {count} letters came in {seconds:g} s")
            return list(self.sent)

    def send(self, sender: str, recipients: list[str], letter: bytes) -> None:
        """Hand the server a letter as another server would."""
        with smtplib.SMTP(self.host, self.smtp_port, timeout=_ANSWER_SECONDS) as line:
            line.sendmail(sender, recipients, letter)


class _Line(SMTP):
    """aiosmtpd's connection, with a handle to cut it. Its own way of wanting a password warns on every
    connection of the port that is encrypted from the start."""

    wants_password = False

    def hang_up(self) -> None:
        transport = self.transport
        assert transport is not None
        transport.abort()


class _LineWithPassword(_Line):
    wants_password = True


class _Keeper:
    """The handler aiosmtpd calls."""

    def __init__(self, users: dict[str, str]) -> None:
        self.users = users
        self.sent: list[Sent] = []
        self.behaviour = Behaviour()
        self.changed = threading.Condition()

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        login, password = data.login.decode(), data.password.decode()
        known = login in self.users and self.users[login] == password
        return AuthResult(success=known, handled=False, auth_data=login if known else None)

    async def handle_MAIL(
        self, server: _Line, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if server.wants_password and not session.authenticated:
            return "530 5.7.0 Sign in first"
        answer = self.behaviour.sender_answers.get(address, "250 2.1.0 OK")
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.behaviour.recipient_answers.get(address, "250 2.1.5 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, server: _Line, session: Session, envelope: Envelope) -> str:
        if self.behaviour.hang_up_before_data:
            server.hang_up()
            return "421 4.3.0 Gone"
        if self.behaviour.data_answer is not None and not self.behaviour.data_answer.startswith("250"):
            return self.behaviour.data_answer
        with self.changed:
            self.sent.append(
                Sent(
                    sender=envelope.mail_from or "",
                    recipients=tuple(envelope.rcpt_tos),
                    letter=bytes(envelope.original_content or b""),
                    login=session.auth_data if session.authenticated else None,
                    encrypted=server.transport is not None
                    and server.transport.get_extra_info("sslcontext") is not None,
                )
            )
            self.changed.notify_all()
        if self.behaviour.hang_up_after_data:
            server.hang_up()
        return self.behaviour.data_answer or "250 2.0.0 Taken"


@contextmanager
def running_smtp(certificates: Certificates, users: Mapping[str, str]) -> Iterator[SmtpServer]:
    """Run an SMTP server in a thread of its own; gone with the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="aiosmtpd", daemon=True)
    thread.start()
    keeper = _Keeper(dict(users))
    context = certificates.server_context()

    async def listen(kind: type[_Line], tls: ssl.SSLContext | None, **options: Any) -> asyncio.Server:
        def line() -> SMTP:
            return kind(
                keeper,
                hostname="smtp.example.test",
                ident="ready",
                enable_SMTPUTF8=True,
                data_size_limit=32 * 1024 * 1024,
                authenticator=keeper.authenticate,
                loop=loop,
                **options,
            )

        return await loop.create_server(line, host=LOOPBACK, port=0, ssl=tls)

    async def close(servers: list[asyncio.Server]) -> None:
        for server in servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    servers: list[asyncio.Server] = []
    try:
        for work in (
            listen(_Line, None, tls_context=context, auth_require_tls=False),
            listen(_LineWithPassword, None, tls_context=context, require_starttls=True),
            listen(_LineWithPassword, context, auth_require_tls=False),
        ):
            servers.append(asyncio.run_coroutine_threadsafe(work, loop).result(_ANSWER_SECONDS))
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        yield SmtpServer(
            LOOPBACK,
            *ports,
            certificates.ca_file,
            keeper.users,
            keeper.sent,
            keeper.behaviour,
            keeper.changed,
        )
    finally:
        asyncio.run_coroutine_threadsafe(close(servers), loop).result(_ANSWER_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_ANSWER_SECONDS)
        loop.close()
