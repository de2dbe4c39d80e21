"""The only place that opens a connection: names, TCP, verified TLS, deadlines and caps.

A deadline is absolute and covers a whole command with its answer, so a server that trickles a byte
now and then does not hold us. Whatever goes wrong in here is a `WireError`.
"""

from __future__ import annotations

import errno
import functools
import queue
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from deskterm import limits
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.faults import Fault, Stage, Step, WireError, exit_code, explain, remedy, what

__all__ = [
    "Connection",
    "Fault",
    "Settings",
    "Stage",
    "Step",
    "WireError",
    "connect",
    "exit_code",
    "explain",
    "remedy",
    "tls_context",
    "what",
]

# The codes of X509_verify_cert_error_string(3).
_CERTIFICATE_FAULTS: Final[dict[int, Fault]] = {
    9: Fault.NOT_YET_VALID,
    10: Fault.EXPIRED,
    18: Fault.SELF_SIGNED,
    19: Fault.UNKNOWN_ISSUER,
    20: Fault.UNKNOWN_ISSUER,
    21: Fault.UNKNOWN_ISSUER,
    62: Fault.WRONG_NAME,
    64: Fault.WRONG_NAME,
}
# By the names systems have for them; macOS calls the first one otherwise.
_KEEPALIVE: Final = (
    ("TCP_KEEPIDLE", limits.KEEPALIVE_IDLE_SECONDS),
    ("TCP_KEEPALIVE", limits.KEEPALIVE_IDLE_SECONDS),
    ("TCP_KEEPINTVL", limits.KEEPALIVE_INTERVAL_SECONDS),
    ("TCP_KEEPCNT", limits.KEEPALIVE_PROBES),
)
_CHUNK = 256 * limits.KIB
_Done = TypeVar("_Done")
_Address: TypeAlias = tuple[socket.AddressFamily, tuple[Any, ...]]


class HasFileno(Protocol):
    """What can be waited for, such as one end of a socket pair."""

    def fileno(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How long to wait, and which authorities to trust besides the machine's own."""

    connect_seconds: float = limits.CONNECT_SECONDS
    command_seconds: float = limits.COMMAND_SECONDS
    ca_file: str = ""


def tls_context(ca_file: str = "") -> ssl.SSLContext:
    """A context that verifies chain and name, TLS 1.2 at least.

    Trusted are the system's authorities (or those of SSL_CERT_FILE) and the ones in `ca_file`, where
    the server's own certificate may stand too.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # The same on every Python: 3.13 alone would refuse authorities of private networks for want of
    # extensions that nobody needs to verify a chain.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


class Reader:
    """The reading side of a connection, as the protocol libraries want it; closing it closes nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, size: int) -> bytes:
        """Exactly so many octets."""
        return self._connection.read(size)

    def readline(self, limit: int = -1) -> bytes:
        """One line with its end."""
        return self._connection.readline()

    def close(self) -> None:
        """Nothing: the connection closes itself."""


class Connection:
    """A connected socket with a deadline and a cap for the command under way; quacks like a socket."""

    def __init__(self, sock: socket.socket, endpoint: Endpoint, settings: Settings) -> None:
        self.endpoint = endpoint
        self.settings = settings
        self.step = Step.GREETING
        self.encrypted = False
        self._socket = sock
        self._received = bytearray()
        self.allow(settings.connect_seconds)

    def allow(self, seconds: float | None = None, octets: int = limits.RESPONSE_BYTES) -> None:
        """Start the clock of the next command, and say how much it may bring."""
        self._deadline = time.monotonic() + (self.settings.command_seconds if seconds is None else seconds)
        self._octets_left = octets

    def allow_size(self, size: int, octets: int = limits.RESPONSE_BYTES) -> None:
        """The same for a command that carries so many octets, however slow the line."""
        self.allow(self.settings.command_seconds + size / limits.SLOWEST_BYTES_PER_SECOND, octets)

    def hurry(self) -> None:
        """Give what comes now a short time only: a good-bye must not hold anybody up."""
        self.settings = replace(self.settings, command_seconds=limits.GOODBYE_SECONDS)

    def error(self, stage: Stage, detail: str = "", fault: Fault | None = None) -> WireError:
        """A fault of this connection at the step it is in."""
        return WireError(stage, self.endpoint, step=self.step, detail=detail, fault=fault)

    def sendall(self, octets: bytes) -> None:
        """Send everything before the deadline."""
        at = 0
        view = memoryview(octets)
        while at < len(view):
            at += self._within_deadline(functools.partial(self._socket.send, view[at : at + _CHUNK]))

    def read(self, size: int) -> bytes:
        """Exactly so many octets; more than the command may bring is a fault."""
        if size > self._octets_left:
            raise self.error(Stage.PROTOCOL, f"{size} octets at once")
        while len(self._received) < size:
            self._receive()
        return self._take(size)

    def readline(self) -> bytes:
        """One line with its end; longer than the command may bring is a fault."""
        at = 0
        while (end := self._received.find(b"\n", at)) < 0:
            at = len(self._received)
            if at > self._octets_left:
                raise self.error(Stage.PROTOCOL, f"a line of more than {self._octets_left} octets")
            self._receive()
        return self._take(end + 1)

    def wait(self, seconds: float, wake: HasFileno | int | None = None) -> bool:
        """Whether something can be read within the time; a readable `wake` ends the waiting too."""
        if self.readable:
            return True
        poller = select.poll()
        poller.register(self._socket.fileno(), select.POLLIN)
        if wake is not None:
            poller.register(wake, select.POLLIN)
        mine = self._socket.fileno()
        return any(ready == mine for ready, _ in poller.poll(max(0.0, seconds) * 1000))

    @property
    def readable(self) -> bool:
        """Whether octets are here that nobody has taken yet."""
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
        return bool(self._received) or pending

    def secure(self) -> None:
        """Put TLS on the connection, before the first octet or after STARTTLS."""
        self.step = Step.TLS
        if self._received:
            # Octets sent in the clear behind the answer to STARTTLS would be taken for encrypted ones.
            raise self.error(Stage.TLS, "unencrypted octets after STARTTLS")
        try:
            context = tls_context(self.settings.ca_file)
        except OSError as fault:
            raise WireError(
                Stage.CERTIFICATE,
                self.endpoint,
                step=Step.TLS,
                thing=self.settings.ca_file,
                detail=fault.strerror or str(fault),
                fault=Fault.NO_CA_FILE,
            ) from fault
        try:
            self._socket.settimeout(self._remaining())
            self._socket = context.wrap_socket(self._socket, server_hostname=self.endpoint.host)
        except ssl.SSLCertVerificationError as fault:
            known = _CERTIFICATE_FAULTS.get(fault.verify_code)
            raise self.error(Stage.CERTIFICATE, "" if known else fault.verify_message, known) from fault
        except TimeoutError as fault:
            raise self.error(Stage.TIMEOUT) from fault
        except ssl.SSLError as fault:
            raise self.error(Stage.TLS, (fault.reason or "").replace("_", " ").lower()) from fault
        except (OSError, ValueError) as fault:
            raise self.error(Stage.TLS, getattr(fault, "strerror", None) or "") from fault
        self.encrypted = True
        self.step = Step.GREETING

    @property
    def own_literal(self) -> str:
        """Our end of the connection as an address literal, for EHLO (RFC 5321 4.1.3)."""
        try:
            address = str(self._socket.getsockname()[0])
        except OSError:
            address = "127.0.0.1"
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    def makefile(self, *_arguments: object, **_named: object) -> Reader:
        """The reading side, whatever mode is asked for."""
        return Reader(self)

    def fileno(self) -> int:
        """The socket's number."""
        return self._socket.fileno()

    def shutdown(self, how: int) -> None:
        """Nothing of its own: `close` is enough and cannot fail."""

    def close(self) -> None:
        """Close the socket; nothing is said and nothing can go wrong."""
        self._socket.close()

    def _take(self, size: int) -> bytes:
        with memoryview(self._received) as view:
            taken = bytes(view[:size])
        del self._received[:size]
        self._octets_left -= size
        return taken

    def _receive(self) -> None:
        chunk = self._within_deadline(functools.partial(self._socket.recv, _CHUNK))
        if not chunk:
            raise self.error(Stage.LOST)
        self._received += chunk

    def _remaining(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self.error(Stage.TIMEOUT)
        return left

    def _within_deadline(self, act: Callable[[], _Done]) -> _Done:
        try:
            self._socket.settimeout(self._remaining())
            return act()
        except TimeoutError as fault:
            raise self.error(Stage.TIMEOUT) from fault
        except OSError as fault:
            raise self.error(Stage.LOST, fault.strerror or "") from fault


def connect(endpoint: Endpoint, settings: Settings) -> Connection:
    """A connection to the server, encrypted already where its security is `tls`.

    One deadline, `connect_seconds`, covers name, TCP, TLS and, what is left of it, the greeting.
    """
    deadline = time.monotonic() + settings.connect_seconds
    addresses = _resolve(endpoint, deadline)
    connection = Connection(_reach(endpoint, addresses, deadline), endpoint, settings)
    connection.allow(deadline - time.monotonic())
    if endpoint.security == "tls":
        try:
            connection.secure()
        except WireError:
            connection.close()
            raise
    return connection


def _resolve(endpoint: Endpoint, deadline: float) -> list[_Address]:
    """The host's addresses; the system's resolver has no deadline, so it is asked in a thread."""
    answers: queue.SimpleQueue[list[_Address] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
            answers.put([(entry[0], entry[4]) for entry in found])
        except (OSError, UnicodeError) as fault:
            answers.put(fault)

    threading.Thread(target=ask, name=f"resolve {endpoint.host}", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        raise WireError(Stage.TIMEOUT, endpoint, step=Step.DNS) from None
    if isinstance(answer, Exception):
        raise WireError(Stage.DNS, endpoint, step=Step.DNS) from answer
    return answer


def _reach(endpoint: Endpoint, addresses: list[_Address], deadline: float) -> socket.socket:
    """A TCP connection to the first address that takes one; each gets its share of the time left."""
    worst = WireError(Stage.UNREACHABLE, endpoint, step=Step.CONNECTION)
    for number, (family, address) in enumerate(addresses):
        share = (deadline - time.monotonic()) / (len(addresses) - number)
        if share <= 0:
            raise WireError(Stage.TIMEOUT, endpoint, step=Step.CONNECTION)
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue
        try:
            sock.settimeout(share)
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _keep_alive(sock)
            return sock
        except OSError as fault:
            sock.close()
            worst = WireError(_stage_of(fault), endpoint, step=Step.CONNECTION)
    raise worst


def _keep_alive(sock: socket.socket) -> None:
    """Have the system look whether a silent server is still there: a dead line then ends the waiting."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE:
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)


def _stage_of(fault: OSError) -> Stage:
    if isinstance(fault, TimeoutError) or fault.errno == errno.ETIMEDOUT:
        return Stage.TIMEOUT
    return Stage.REFUSED if fault.errno == errno.ECONNREFUSED else Stage.UNREACHABLE
