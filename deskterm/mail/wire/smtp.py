"""Sending over SMTP, command by command, so that what became of a letter is known for each recipient.

smtplib raises one exception for a line lost before and after the server took responsibility; here the
final dot divides the two.
"""

from __future__ import annotations

import base64
import re
import smtplib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from deskterm import limits
from deskterm.i18n import _
from deskterm.mail.encode import wire_address
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.net import Connection, Fault, Settings, Stage, Step, WireError, connect

_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_DOTS = re.compile(rb"^\.", re.MULTILINE)
_BLOCK = 64 * limits.KIB
_CLOSING: Final = 421


class State(StrEnum):
    """What became of a letter for one recipient."""

    SENT = "sent"
    DEFERRED = "deferred"
    """Not taken this time: nothing was sent, it may be tried again."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The line was lost after the final dot: taken or not, nobody can say."""


@dataclass(frozen=True, slots=True)
class Result:
    """The server's last word on one recipient; `code` is 0 where it said none."""

    state: State
    code: int
    text: str


class _Refused(Exception):
    """A transaction that ended before the final dot: the same for all recipients."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.result = Result(_state(code), code, text)


class SmtpSender:
    """One connection to an SMTP server, kept for several letters and made again when it went away."""

    def __init__(
        self,
        endpoint: Endpoint,
        login: str = "",
        password: str = "",
        settings: Settings | None = None,
        data_seconds: float = limits.DATA_SECONDS,
    ) -> None:
        self.endpoint = endpoint
        self._login = login
        self._password = password
        self._settings = settings or Settings()
        self._data_seconds = data_seconds
        self._connection: Connection | None = None
        self._client: Any = None
        self._heard_at = float("-inf")

    def __enter__(self) -> SmtpSender:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def extensions(self) -> frozenset[str]:
        """What the server offers, in upper case, once connected."""
        return (
            frozenset(name.upper() for name in self._client.esmtp_features) if self._client else frozenset()
        )

    @property
    def largest(self) -> int:
        """The octets of the largest letter the server takes; 0 where it does not say."""
        said = self._client.esmtp_features.get("size", "") if self._client else ""
        return int(said) if said.isascii() and said.isdecimal() else 0

    def connect(self) -> None:
        """Be ready to send: a living connection is kept, else one is made, secured and logged in.

        Raises WireError; nothing has been sent then.
        """
        if self._connection is not None and self._lives():
            return
        self._drop()
        connection = connect(self.endpoint, self._settings)
        self._connection = connection
        self._client = smtplib.SMTP(local_hostname=connection.own_literal)
        self._client.sock = connection
        try:
            with self._speaking(Stage.GREETING, Step.GREETING):
                self._expect(self._client.getreply(), 220)
                self._hello()
            if self.endpoint.security == "starttls":
                self._start_tls(connection)
            if self._login:
                self._authenticate()
        except WireError:
            self._drop()
            raise

    def send(
        self, envelope_from: str, recipients: Sequence[str], raw: bytes, *, instead_of_null: str = ""
    ) -> dict[str, Result]:
        """Send one letter; the result of each recipient under the address as it was given.

        `envelope_from` '' is the null return path <>; where the server refuses it, `instead_of_null`
        is tried. Raises WireError only where no connection could be made: nothing was sent then.
        """
        self.connect()
        results = self._transaction(envelope_from, recipients, raw)
        refused = all(result.state is State.FAILED for result in results.values())
        if not envelope_from and instead_of_null and results and refused and self._connection is not None:
            results = self._transaction(instead_of_null, recipients, raw)
        return results

    def close(self) -> None:
        """Say good-bye where the server still listens, and close."""
        if self._connection is not None:
            self._connection.hurry()
            with suppress(WireError, smtplib.SMTPException, OSError):
                self._command("QUIT")
        self._drop()

    def _transaction(self, envelope_from: str, recipients: Sequence[str], raw: bytes) -> dict[str, Result]:
        results: dict[str, Result] = {}
        routes: dict[str, str] = {}
        for recipient in recipients:
            try:
                routes[recipient] = wire_address(recipient)
            except ValueError:
                results[recipient] = Result(State.FAILED, 0, _("no address"))
        accepted: list[str] = []
        dotted = False
        try:
            try:
                octets = _LINE_ENDS.sub(b"\r\n", raw)
                self._announce(envelope_from, octets, routes, results)
                for recipient in [one for one in routes if one not in results]:
                    code, text = self._command(f"RCPT TO:<{routes[recipient]}>")
                    if code in (250, 251, 252):
                        accepted.append(recipient)
                        continue
                    results[recipient] = Result(_state(code), code, text)
                    if code == _CLOSING:
                        raise _Refused(code, text)
                if accepted:
                    self._data(octets)
                    dotted = True
                    outcome = self._end_of_data()
                    results.update(dict.fromkeys(accepted, outcome))
                else:
                    self._reset()
            except (smtplib.SMTPException, ValueError, OSError) as fault:
                raise self._error(Stage.PROTOCOL, str(fault)) from fault
        except _Refused as refused:
            results.update({one: refused.result for one in routes if one not in results})
            self._reset()
        except WireError as fault:
            state = State.UNKNOWN if dotted else State.DEFERRED
            left = [one for one in routes if one not in results]
            results.update({one: Result(state, 0, str(fault)) for one in left})
            self._drop()
        return {recipient: results[recipient] for recipient in recipients}

    def _announce(
        self, envelope_from: str, octets: bytes, routes: dict[str, str], results: dict[str, Result]
    ) -> None:
        """MAIL FROM with what the letter needs; recipients the server cannot know are given up."""
        offers = self.extensions
        sender = wire_address(envelope_from) if envelope_from else ""
        options = []
        if "SIZE" in offers:
            if 0 < self.largest < len(octets):
                why = _("{size} octets are more than the {most} the server takes")
                raise _Refused(552, why.format(size=len(octets), most=self.largest))
            options.append(f"SIZE={len(octets)}")
        head, _between, body = octets.partition(b"\r\n\r\n")
        foreign = [one for one, route in routes.items() if not route.isascii()]
        if not head.isascii() or not sender.isascii() or foreign:
            if "SMTPUTF8" in offers:
                options.append("SMTPUTF8")
            else:
                why = _("the server knows no addresses beyond ASCII (SMTPUTF8)")
                if not head.isascii() or not sender.isascii():
                    raise _Refused(550, why)
                unknown = Result(State.FAILED, 553, why)
                results.update(dict.fromkeys(foreign, unknown))
        if "8BITMIME" in offers and not (head + body).isascii():
            options.append("BODY=8BITMIME")
        if "SMTPUTF8" in options:
            self._client.command_encoding = "utf-8"
        code, text = self._command(" ".join([f"MAIL FROM:<{sender}>", *options]))
        if code != 250:
            raise _Refused(code, text)

    def _data(self, octets: bytes) -> None:
        """Everything of the letter but its end: up to here the server cannot have taken it."""
        code, text = self._command("DATA")
        if code != 354:
            raise _Refused(code, text)
        connection = self._connected()
        connection.allow_size(len(octets))
        stuffed = _DOTS.sub(b"..", octets)
        if not stuffed.endswith(b"\r\n"):
            stuffed += b"\r\n"
        for at in range(0, len(stuffed), _BLOCK):
            connection.sendall(stuffed[at : at + _BLOCK])

    def _end_of_data(self) -> Result:
        connection = self._connected()
        connection.allow(self._data_seconds)
        connection.sendall(b".\r\n")
        code, text = self._reply()
        if not 200 <= code < 600 or 300 <= code < 400:
            raise self._error(Stage.PROTOCOL, f"{code} {text}")
        if code == _CLOSING:
            self._drop()
        return Result(_state(code), code, text)

    def _reset(self) -> None:
        if self._connection is not None:
            try:
                if self._command("RSET")[0] != 250:
                    self._drop()
            except (WireError, smtplib.SMTPException, OSError):
                self._drop()

    def _lives(self) -> bool:
        if time.monotonic() - self._heard_at < limits.FRESH_SECONDS:
            return True
        try:
            return self._command("NOOP")[0] == 250
        except (WireError, smtplib.SMTPException, OSError):
            return False

    def _hello(self) -> None:
        self._connected().allow()
        code, text = self._client.ehlo()
        if code != 250:
            self._connected().allow()
            code, text = self._client.helo()
        self._expect((code, text), 250)

    def _start_tls(self, connection: Connection) -> None:
        connection.step = Step.TLS
        if "STARTTLS" not in self.extensions:
            raise connection.error(Stage.TLS, fault=Fault.NO_STARTTLS)
        with self._speaking(Stage.TLS, Step.TLS):
            code, text = self._command("STARTTLS")
            if code != 220:
                raise connection.error(Stage.TLS, text)
            connection.secure()
            # What was offered in the clear is worth nothing (RFC 3207 4.2).
            self._client.ehlo_resp = self._client.helo_resp = None
            self._client.esmtp_features = {}
            self._client.does_esmtp = False
        with self._speaking(Stage.GREETING, Step.GREETING):
            self._hello()

    def _authenticate(self) -> None:
        """PLAIN or LOGIN, in UTF-8, else what smtplib knows."""
        connection = self._connected()
        connection.step = Step.LOGIN
        if "AUTH" not in self.extensions:
            fault = None if connection.encrypted else Fault.TLS_WANTED
            raise WireError(
                Stage.LOGIN,
                self.endpoint,
                step=Step.LOGIN,
                thing=self._login,
                detail="" if fault else _("AUTH is not offered"),
                fault=fault,
            )
        known = self._client.esmtp_features.get("auth", "").upper().split()
        with self._speaking(Stage.LOGIN, Step.LOGIN):
            if "PLAIN" in known or not {"LOGIN", "CRAM-MD5"} & set(known):
                both = "\0".join(("", self._login, self._password))
                code, text = self._command(f"AUTH PLAIN {_coded(both)}")
            elif "LOGIN" in known:
                code, text = self._command(f"AUTH LOGIN {_coded(self._login)}")
                if code == 334:
                    code, text = self._command(_coded(self._password))
            else:
                self._client.user, self._client.password = self._login, self._password
                code, text = _said(self._client.auth("CRAM-MD5", self._client.auth_cram_md5))
        if code not in (235, 503):
            later = Fault.LATER if 400 <= code < 500 else None
            raise WireError(
                Stage.LOGIN, self.endpoint, step=Step.LOGIN, thing=self._login, detail=text, fault=later
            )

    def _command(self, line: str) -> tuple[int, str]:
        self._connected().allow()
        self._client.putcmd(line)
        return self._reply()

    def _reply(self) -> tuple[int, str]:
        said = _said(self._client.getreply())
        self._heard_at = time.monotonic()
        return said

    def _expect(self, reply: tuple[int, bytes], code: int) -> None:
        said, text = _said(reply)
        if said != code:
            stage = Stage.SMTP if 400 <= said < 600 else Stage.GREETING
            raise self._error(stage, f"{said} {text}" if said > 0 else text)

    def _connected(self) -> Connection:
        if self._connection is None:
            raise WireError(Stage.LOST, self.endpoint)
        return self._connection

    def _error(self, stage: Stage, detail: str) -> WireError:
        step = self._connection.step if self._connection else Step.COMMAND
        return WireError(stage, self.endpoint, step=step, detail=detail)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._client = None
        self._heard_at = float("-inf")

    @contextmanager
    def _speaking(self, stage: Stage, step: Step) -> Iterator[None]:
        self._connected().step = step
        try:
            yield
        except (smtplib.SMTPException, ValueError, OSError) as fault:
            thing = self._login if stage is Stage.LOGIN else ""
            detail = _said(fault.args)[1] if isinstance(fault, smtplib.SMTPResponseException) else str(fault)
            raise WireError(stage, self.endpoint, step=step, thing=thing, detail=detail) from fault


def _state(code: int) -> State:
    if 200 <= code < 300:
        return State.SENT
    return State.FAILED if 500 <= code < 600 else State.DEFERRED


def _said(reply: tuple[Any, ...]) -> tuple[int, str]:
    code, text = reply[0], reply[1]
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return int(code), " ".join(words.split())


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
