"""A server that says exactly what a test wrote down, for what honest servers never do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from deskterm.mail.wire.endpoints import Endpoint, Security


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
