"""A server that says exactly what a test wrote down, for what honest servers never do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from deskterm.mail.endpoints import Endpoint
from deskterm.ports import Security


@dataclass
class Line:
    """The server's end of one connection."""

    sock: socket.socket
    heard: list[str]
    stopped: threading.Event
    _buffer: bytearray = field(default_factory=bytearray)

    def say(self, *lines: str) -> None:
        """Send lines."""
        self.sock.sendall("".join(line + "\r\n" for line in lines).encode())

    def hear(self) -> str:
        """The next line of the client; ends the script where there is none."""
        while b"\n" not in self._buffer:
            chunk = self.sock.recv(65536)
            if not chunk:
                raise ConnectionError
            self._buffer += chunk
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        text = line.decode("utf-8", "replace").rstrip("\r")
        self.heard.append(text)
        return text

    def be_silent(self) -> None:
        """Say nothing more until the test is over."""
        self.stopped.wait(30)


@contextmanager
def scripted(
    script: Callable[[Line], None], security: Security = "none"
) -> Iterator[tuple[Endpoint, list[str]]]:
    """Serve the script to every connection; yields where, and the lines heard."""
    heard: list[str] = []
    stopped = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    lines: list[socket.socket] = []

    def serve(sock: socket.socket) -> None:
        with sock, suppress(OSError):
            script(Line(sock, heard, stopped))

    def accept() -> None:
        with suppress(OSError):
            while True:
                sock, _ = listener.accept()
                sock.settimeout(30)
                lines.append(sock)
                threading.Thread(target=serve, args=(sock,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield Endpoint("127.0.0.1", listener.getsockname()[1], security), heard
    finally:
        stopped.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for sock in lines:
            sock.close()
        thread.join(10)


def imap_script(
    answers: Callable[[Line, str, str], bool], capabilities: str = "IMAP4rev1"
) -> Callable[[Line], None]:
    """An IMAP server that greets, logs anybody in, and asks `answers(line, tag, command)` first."""

    def script(line: Line) -> None:
        line.say("* OK ready")
        while True:
            tag, _, command = line.hear().partition(" ")
            if answers(line, tag, command):
                continue
            name = command.split(" ")[0].upper()
            if name == "CAPABILITY":
                line.say(f"* CAPABILITY {capabilities}")
            elif name in ("SELECT", "EXAMINE"):
                line.say("* 3 EXISTS", "* OK [UIDVALIDITY 7] ok", "* OK [UIDNEXT 4] ok")
            line.say(f"{tag} OK done")

    return script


def smtp_script(
    answers: Callable[[Line, str], bool], extensions: tuple[str, ...] = ("SIZE 10000", "8BITMIME")
) -> Callable[[Line], None]:
    """An SMTP server that takes everything; `answers(line, command)` is asked first."""

    def script(line: Line) -> None:
        line.say("220 ready")
        while True:
            command = line.hear()
            if answers(line, command):
                continue
            name = command.split(" ")[0].upper()
            if name == "EHLO":
                last = len(extensions)
                for number, text in enumerate(("scripted", *extensions)):
                    line.say(f"250{' ' if number == last else '-'}{text}")
            elif name == "DATA":
                line.say("354 go on")
                while line.hear() != ".":
                    pass
                if not answers(line, "."):
                    line.say("250 taken")
            elif name == "QUIT":
                line.say("221 bye")
                return
            else:
                line.say("250 ok")

    return script


@dataclass
class Pop3Shelf:
    """The letters of a POP3 mailbox, oldest first, as (UIDL, bytes), and what its server does oddly."""

    letters: list[tuple[str, bytes]]
    knows: frozenset[str] = frozenset({"CAPA", "UIDL", "TOP"})
    pipelining: bool = False
    said_size: int = 0
    """The size it gives for every letter; 0 for the true one."""
    keeps: bool = False
    """Whether it says yes to DELE and keeps the letter all the same."""
    breaks_at: bytes = b""
    """It hangs up in the middle of a whole letter with these bytes in it."""
    hangs_up_at_quit: bool = False

    def script(self, line: Line) -> None:
        """Serve one connection; numbers are those of this connection, deleting happens at QUIT."""
        there = list(self.letters)
        doomed: set[int] = set()
        line.say("+OK ready")
        while True:
            name, *words = line.hear().split(" ")
            numbers = [n for n in range(1, len(there) + 1) if n not in doomed]
            number = int(words[0]) if words and words[0].isdigit() else 0
            if name in ("CAPA", "UIDL", "TOP") and name not in self.knows:
                line.say("-ERR what?")
            elif name == "CAPA":
                pipelining = ["PIPELINING"] if self.pipelining else []
                line.say("+OK", "USER", *self.knows, *pipelining, ".")
            elif name == "LIST":
                sizes = {n: self.said_size or len(there[n - 1][1]) for n in numbers}
                line.say("+OK", *(f"{n} {size}" for n, size in sizes.items()), ".")
            elif name == "UIDL":
                line.say("+OK", *(f"{n} {there[n - 1][0]}" for n in numbers), ".")
            elif name in ("TOP", "RETR") and number in numbers:
                self._give(line, there[number - 1][1], int(words[1]) if name == "TOP" else None)
            elif name == "DELE" and number in numbers:
                doomed.add(number)
                line.say("+OK")
            elif name == "RSET":
                doomed.clear()
                line.say("+OK")
            elif name == "QUIT":
                if self.hangs_up_at_quit:
                    return
                if not self.keeps:
                    gone = [there[n - 1] for n in doomed]
                    self.letters = [one for one in self.letters if one not in gone]
                line.say("+OK bye")
                return
            else:
                line.say("+OK" if name in ("USER", "PASS") else "-ERR")

    def _give(self, line: Line, raw: bytes, lines: int | None) -> None:
        head, blank, body = raw.partition(b"\r\n\r\n")
        if lines is not None:
            raw = head + blank + b"".join(body.splitlines(keepends=True)[:lines])
        elif self.breaks_at and self.breaks_at in raw:
            line.sock.sendall(b"+OK\r\n" + raw[: len(raw) // 2])
            raise ConnectionError
        stuffed = b"".join(b"." + one if one[:1] == b"." else one for one in raw.splitlines(keepends=True))
        line.sock.sendall(b"+OK\r\n" + stuffed + (b"" if raw.endswith(b"\n") else b"\r\n") + b".\r\n")
