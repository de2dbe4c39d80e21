"""A mailbox on a POP3 server (RFC 1939): letters by UIDL, as the bytes the server holds.

poplib gives the greeting, the login and the good-bye; letters and lists are read here, since poplib
refuses lines of more than 2,048 octets and takes the ends of lines off.
"""

from __future__ import annotations

import poplib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, Final

from deskterm import limits
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.net import Connection, Fault, Settings, Stage, Step, WireError, connect

# RFC 2449, RFC 3206: the mailbox is locked, or the server has a passing trouble of its own.
_LATER: Final = frozenset({"IN-USE", "LOGIN-DELAY", "SYS/TEMP"})
_CODE = re.compile(r"^\[([A-Z/-]+)[^\]]*\]\s*")
_PLAIN_KEY = re.compile(rb"[\x21-\x7e]{1,200}")
_RECEIVED = re.compile(rb"^received:((?:[^\n]*\n[ \t])*[^\n]*)", re.IGNORECASE | re.MULTILINE)
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Taken:
    """Of a letter the octets that were kept, and how many came."""

    raw: bytes
    size: int


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
    """One POP3 connection. Every method raises `WireError`.

    Letters have numbers that mean something on this connection only. What `delete` named is deleted
    by `commit`; a connection that ends otherwise deletes nothing.
    """

    def __init__(self, endpoint: Endpoint, settings: Settings | None = None) -> None:
        self.endpoint = endpoint
        self.capabilities: frozenset[str] = frozenset()
        self.reading = 0
        """The number of the letter being read: the one a fault is about."""
        self._connection = connect(endpoint, settings or Settings())
        try:
            with self._speaking(Stage.GREETING, Step.GREETING):
                self._client: Any = _Client(self._connection)
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
        if self.endpoint.security == "none":
            offered = self._capabilities()
            if "STLS" in offered and "USER" not in offered:
                raise WireError(
                    Stage.LOGIN, self.endpoint, step=Step.LOGIN, thing=login, fault=Fault.TLS_WANTED
                )
        with self._speaking(Stage.LOGIN, Step.LOGIN, login):
            self._client.user(login)
            self._client.pass_(password)
        self.capabilities = self._capabilities()

    def count(self) -> int:
        """How many letters there are."""
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            return int(self._client.stat()[0])

    def knows_unique_ids(self) -> bool:
        """Whether letters can be told apart from one session to the next (UIDL)."""
        return self._numbered("UIDL") is not None

    def sizes(self) -> dict[int, int]:
        """The size in octets of each letter by its number, as the server says it."""
        listed = self._numbered("LIST")
        if listed is None:
            raise self._connection.error(Stage.PROTOCOL, "no LIST")
        return {number: int(word) for number, word in listed.items() if word.isdigit()}

    def unique_ids(self, numbers: Iterable[int]) -> dict[int, str]:
        """A key for each of these letters that stays the same from one session to the next.

        By UIDL; where the server has none, by the hash of the letter's head, or of all of it where the
        server has no TOP either. Servers may give equal letters one UIDL (RFC 1939): the second has a
        number behind it. A server may give the UIDL of a letter that is gone to another one.
        """
        said = self._numbered("UIDL") or {}
        seen: dict[str, int] = {}
        keys: dict[int, str] = {}
        for number in numbers:
            key = _key(said[number]) if said.get(number) else self._hash(number)
            if not key:
                continue  # gone while we looked
            seen[key] = seen.get(key, 0) + 1
            keys[number] = key if seen[key] == 1 else f"{key} {seen[key]}"
        return keys

    def fetch_block(self, numbers: Sequence[int], sizes: Mapping[int, int]) -> dict[int, bytes]:
        """These letters whole, by number; one the server does not give is left out.

        All commands are sent at once where the server takes them so (PIPELINING, RFC 2449).
        """
        taken: dict[int, bytes] = {}
        piped = "PIPELINING" in self.capabilities
        for run in [list(numbers)] if piped else [[number] for number in numbers]:
            # Servers say sizes in their own line ends, and dots are doubled on the way
            total = sum(2 * sizes.get(number, 0) for number in run)
            with self._speaking(Stage.PROTOCOL, Step.COMMAND):
                self._connection.allow_size(total, total + limits.RESPONSE_BYTES)
                self._connection.sendall(b"".join(b"RETR %d\r\n" % number for number in run))
                for number in run:
                    self.reading = number
                    with suppress(poplib.error_proto):
                        self._client._getresp()
                        taken[number] = self._dotted(2 * limits.LETTER_BYTES).raw
        self.reading = 0
        return taken

    def fetch_start(
        self, number: int, size: int, octets: int = limits.TOO_LARGE_KEPT_BYTES, *, head_only: bool = False
    ) -> bytes | None:
        """The beginning of a letter that is too large to be taken whole; None if it is not given.

        By TOP; a server without it sends all of the letter, of which the rest is thrown away.
        """
        self.reading = number
        lines = 0 if head_only else octets // 80
        start = self._ask(f"TOP {number} {lines}", octets, limits.RESPONSE_BYTES, carries=octets)
        if start is None and not head_only:
            most = 2 * size + limits.RESPONSE_BYTES
            start = self._ask(f"RETR {number}", octets, most, carries=size)
        self.reading = 0
        return start.raw if start is not None else None

    def is_same(self, number: int, raw: bytes) -> bool:
        """Whether the letter of this number is the one with these bytes, as far as its head tells."""
        head = self._ask(f"TOP {number} 0", limits.TOO_LARGE_KEPT_BYTES, limits.RESPONSE_BYTES)
        if head is None:
            size = 2 * len(raw) + limits.RESPONSE_BYTES
            whole = self._ask(f"RETR {number}", size, size, carries=len(raw))
            return whole is not None and whole.raw == raw
        lines = head.raw.replace(b"\r\n", b"\n").rstrip(b"\n")
        there = raw.replace(b"\r\n", b"\n")
        return there.startswith(lines) and there[len(lines) : len(lines) + 2] in (b"\n\n", b"\n", b"")

    def delete(self, numbers: Sequence[int]) -> None:
        """Name letters to be deleted by `commit`; one that is gone already is none of our business."""
        for number in numbers:
            with self._speaking(Stage.PROTOCOL, Step.COMMAND), suppress(poplib.error_proto):
                self._client.dele(number)

    def commit(self) -> None:
        """Say good-bye, upon which the server deletes; a fault means that it may have deleted nothing."""
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            self._client._shortcmd("QUIT")
        self._connection.close()

    def close(self) -> None:
        """End without deleting anything."""
        self._connection.hurry()
        with suppress(WireError, poplib.error_proto, OSError):
            if self._connection.fileno() >= 0:
                self._client._shortcmd("RSET")
                self._client._shortcmd("QUIT")
        self._connection.close()

    def _start_tls(self) -> None:
        self._connection.step = Step.TLS
        if "STLS" not in self._capabilities():
            raise self._connection.error(Stage.TLS, fault=Fault.NO_STARTTLS)
        with self._speaking(Stage.TLS, Step.TLS):
            self._client._shortcmd("STLS")
            self._connection.secure()

    def _capabilities(self) -> frozenset[str]:
        """What the server says it can do (RFC 2449); nothing where it does not know the question."""
        said = self._ask("CAPA", limits.RESPONSE_BYTES, limits.RESPONSE_BYTES)
        lines = said.raw.decode("ascii", "replace").splitlines() if said is not None else []
        return frozenset(line.split()[0].upper() for line in lines if line.split())

    def _numbered(self, command: str) -> dict[int, bytes] | None:
        """The answer to LIST or UIDL by number; None where the server refuses."""
        said = self._ask(command, limits.SEARCH_BYTES, limits.SEARCH_BYTES)
        if said is None:
            return None
        found: dict[int, bytes] = {}
        for line in said.raw.splitlines():
            number, _, word = line.strip().partition(b" ")
            if number.isdigit() and len(number) < 10:
                found[int(number)] = word.strip().split(b" ")[0] if command == "LIST" else word.strip()
        return found

    def _hash(self, number: int) -> str:
        head = self._ask(f"TOP {number} 0", limits.RESPONSE_BYTES, limits.RESPONSE_BYTES)
        if head is not None:
            return f"head:{sha256(head.raw).hexdigest()}"
        octets = 2 * limits.LETTER_BYTES
        whole = self._ask(f"RETR {number}", octets, octets, carries=limits.LETTER_BYTES)
        return f"letter:{sha256(whole.raw).hexdigest()}" if whole is not None else ""

    def _ask(self, command: str, kept: int, octets: int, *, carries: int = 0) -> Taken | None:
        """The answer of several lines to a command, of it so much as is kept; None where refused.

        It may bring `octets`; for what it `carries` it is given more time.
        """
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            self._connection.allow_size(carries, octets)
            self._connection.sendall(command.encode("ascii") + b"\r\n")
            try:
                self._client._getresp()
            except poplib.error_proto:
                return None
            return self._dotted(kept)

    def _dotted(self, kept: int) -> Taken:
        """The lines up to the lone dot, doubled dots made single, each line with the end it came with."""
        lines: list[bytes] = []
        size = 0
        while (line := self._connection.readline()) not in (b".\r\n", b".\n"):
            if line[:1] == b".":
                line = line[1:]
            if size < kept:
                lines.append(line[: kept - size])
            size += len(line)
        return Taken(b"".join(lines), size)

    @contextmanager
    def _speaking(self, stage: Stage, step: Step, thing: str = "") -> Iterator[None]:
        self._connection.step = step
        try:
            yield
        except WireError:
            self._connection.close()
            raise
        except poplib.error_proto as refusal:
            said = refusal.args[0] if refusal.args else b""
            words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            detail = words.removeprefix("-ERR").strip()
            code = _CODE.match(detail)
            fault = None
            if stage is Stage.LOGIN and code:
                fault = Fault.LATER if code[1] in _LATER else None
            detail = detail[code.end() :] if code else detail
            raise WireError(
                stage, self.endpoint, step=step, thing=thing, detail=detail, fault=fault
            ) from refusal
        except (ValueError, IndexError, KeyError) as fault_of_answer:
            self._connection.close()
            name = type(fault_of_answer).__name__
            raise self._connection.error(Stage.PROTOCOL, name) from fault_of_answer


def arrival(raw: bytes, now: datetime) -> datetime:
    """When the receiving server says it got the letter: POP3 has no word for it.

    The topmost Received header is that server's own; without one, or with a date to come, it is now.
    """
    end = min((at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0), default=len(raw))
    found = _RECEIVED.search(raw[: min(end, limits.HEADER_BYTES)])
    date = found[1].decode("ascii", "replace").rpartition(";")[2] if found else ""
    try:
        said = parsedate_to_datetime(_COMMENT.sub("", date).strip())
        aware = said.replace(tzinfo=UTC) if said.tzinfo is None else said
        return min(aware.astimezone(UTC), now)
    except (ValueError, OverflowError, IndexError, TypeError):
        return now


def _key(said: bytes) -> str:
    """A UIDL as a key; a strange one by its hash."""
    return said.decode("ascii") if _PLAIN_KEY.fullmatch(said) else f"uidl:{sha256(said).hexdigest()}"
