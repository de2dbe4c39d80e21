"""A mailbox on a POP3 server: as far as it takes to say whether it can be used."""

from __future__ import annotations

import poplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from deskterm.mail.wire.endpoints import Endpoint
from deskterm.mail.wire.net import Connection, Fault, Settings, Stage, Step, WireError, connect


class _Client(poplib.POP3):
    """poplib over a connection of ours, with a deadline for each command."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        super().__init__(connection.endpoint.host, connection.endpoint.port)

    def _create_socket(self, timeout: float | None) -> Any:
        return self.connection

    def _putline(self, line: bytes) -> None:
        self.connection.allow()
        super()._putline(line)  # type: ignore[misc]


class Pop3Mailbox:
    """One POP3 connection. Every method raises `WireError`."""

    def __init__(self, endpoint: Endpoint, settings: Settings | None = None) -> None:
        self.endpoint = endpoint
        self._connection = connect(endpoint, settings or Settings())
        try:
            with self._speaking(Stage.GREETING, Step.GREETING):
                self._client = _Client(self._connection)
            if endpoint.security == "starttls":
                self._start_tls()
        except WireError:
            self._connection.close()
            raise

    def __enter__(self) -> Pop3Mailbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def login(self, login: str, password: str) -> None:
        """Log in by USER and PASS."""
        if any(c in "\r\n\0" for c in login + password):
            raise WireError(Stage.LOGIN, self.endpoint, step=Step.LOGIN, thing=login)
        with self._speaking(Stage.LOGIN, Step.LOGIN, login):
            self._client.user(login)
            self._client.pass_(password)

    def count(self) -> int:
        """How many letters there are."""
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            return self._client.stat()[0]

    def knows_unique_ids(self) -> bool:
        """Whether letters can be told apart from one session to the next (UIDL)."""
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            try:
                self._client.uidl()
            except poplib.error_proto:
                return False
            return True

    def close(self) -> None:
        """Say good-bye where the server still listens, and close."""
        self._connection.hurry()
        with suppress(WireError, poplib.error_proto, OSError):
            if self._connection.fileno() >= 0:
                self._client.quit()
        self._connection.close()

    def _start_tls(self) -> None:
        self._connection.step = Step.TLS
        with self._speaking(Stage.TLS, Step.TLS):
            if "STLS" not in self._client.capa():
                raise self._connection.error(Stage.TLS, fault=Fault.NO_STARTTLS)
            self._client._shortcmd("STLS")  # type: ignore[attr-defined]
            self._connection.secure()

    @contextmanager
    def _speaking(self, stage: Stage, step: Step, thing: str = "") -> Iterator[None]:
        self._connection.step = step
        try:
            yield
        except WireError:
            self._connection.close()
            raise
        except poplib.error_proto as fault:
            said = fault.args[0] if fault.args else b""
            words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            detail = words.removeprefix("-ERR").strip()
            raise WireError(stage, self.endpoint, step=step, thing=thing, detail=detail) from fault
        except (ValueError, IndexError, KeyError) as fault:
            self._connection.close()
            raise self._connection.error(Stage.PROTOCOL, type(fault).__name__) from fault
