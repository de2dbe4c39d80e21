"""The parser's child: a process with little memory and little time, so that no letter can hurt the worker.

One child reads many letters; it is replaced after a crash, a time-out, `PARSER_LETTERS` letters, and where it
holds more than `PARSER_REST_BYTES` before or after a large letter. The pipe carries frames: a request is two
lengths (own addresses as JSON, letter), then both; an answer is one length, then the letter as JSON.
`python -m deskterm.mail.limited` is the child.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from deskterm import limits
from deskterm.i18n import _
from deskterm.mail.letter import Letter
from deskterm.mail.letter_json import letter_from_json, letter_to_json

_REQUEST: Final = struct.Struct(">II")
_ANSWER: Final = struct.Struct(">I")
_MOST_ANSWER: Final = 512 * limits.MIB
_CHUNK: Final = 256 * limits.KIB
_LARGE: Final = 64 * limits.KIB
"""Bytes of a letter for which the child's memory is looked at."""


class ReaderFailed(Exception):
    """The child died on, or did not finish, this letter; the reason says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LimitedReader:
    """Letters in, `Letter` values out, through one long-lived child; to be closed, or used as a context."""

    def __init__(
        self, *, seconds: float = limits.PARSE_SECONDS, letters: int = limits.PARSER_LETTERS
    ) -> None:
        self._seconds = seconds
        self._letters = letters
        self._read = 0
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        return self._child.pid if self._child is not None else None

    def read(self, raw: bytes, own_addresses: frozenset[str] = frozenset()) -> Letter:
        """The letter as the child understood it; raises ReaderFailed where the child did not survive it."""
        if self._child is not None and (
            self._read >= self._letters
            or self._child.poll() is not None
            or (len(raw) >= _LARGE and _swollen(self._child.pid))
        ):
            self.close()
        child = self._child or self._start()
        self._read += 1
        own = json.dumps(sorted(own_addresses)).encode()
        deadline = time.monotonic() + self._seconds
        try:
            _send(child, (_REQUEST.pack(len(own), len(raw)), own, raw), deadline)
            (length,) = _ANSWER.unpack(_receive(child, _ANSWER.size, deadline))
            if length > _MOST_ANSWER:
                raise ReaderFailed(_("the reader's answer has {length} bytes").format(length=length))
            letter = letter_from_json(_receive(child, length, deadline))
        except ReaderFailed:
            self.close()
            raise
        except TimeoutError:
            self.close()
            raise ReaderFailed(_("not read within {seconds:g} s").format(seconds=self._seconds)) from None
        except (BrokenPipeError, EOFError):
            status = self._ended()
            raise ReaderFailed(_("the reader died ({status})").format(status=status)) from None
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise ReaderFailed(_("the reader answered nonsense: {error}").format(error=error)) from None
        if len(raw) >= limits.PARSER_LAST_BYTES or (len(raw) >= _LARGE and _swollen(child.pid)):
            self._read = self._letters
        return letter

    def close(self) -> None:
        """End the child."""
        self._ended()

    def _ended(self) -> str:
        """Kill the child where it still runs; how it ended, in words."""
        child, self._child = self._child, None
        if child is None:
            return "not running"
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.2 if child.poll() is None and child.stdin and child.stdin.closed else 0)
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        code = child.wait()
        if code >= 0:
            return f"exit code {code}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "deskterm.mail.limited"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # the child reads hostile bytes: it is given no passwords
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("DESKTERM_")},
                "PYTHONPATH": path,
            },
            bufsize=0,
        )
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        self._child, self._read = child, 0
        return child

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _ready(pipe: int, event: int, deadline: float) -> None:
    """Wait until the pipe can be used; TimeoutError past the deadline."""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        left = deadline - time.monotonic()
        if left <= 0 or not selector.select(left):
            raise TimeoutError


def _send(child: subprocess.Popen[bytes], pieces: tuple[bytes, ...], deadline: float) -> None:
    if child.stdin is None:
        raise BrokenPipeError
    pipe = child.stdin.fileno()
    for piece in pieces:
        view = memoryview(piece)
        while view:
            try:
                view = view[os.write(pipe, view[:_CHUNK]) :]
            except BlockingIOError:
                _ready(pipe, selectors.EVENT_WRITE, deadline)


def _receive(child: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
    if child.stdout is None:
        raise EOFError
    pipe = child.stdout.fileno()
    received = bytearray()
    while len(received) < count:
        try:
            piece = os.read(pipe, min(_CHUNK, count - len(received)))
        except BlockingIOError:
            _ready(pipe, selectors.EVENT_READ, deadline)
            continue
        if not piece:
            raise EOFError
        received += piece
    return bytes(received)


def _swollen(pid: int) -> bool:
    """Whether the child holds more memory than it may between two letters; True where nobody can tell."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return True
    return resident > limits.PARSER_REST_BYTES


def _limit_memory() -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits.PARSER_MEMORY_BYTES, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_processor_time() -> None:
    """Processor seconds for the next letter: an orphan must not spin for ever."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 2 * limits.PARSE_SECONDS, hard)
    )


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the parent closes the pipe."""
    from deskterm.mail.parse import read_letter

    while len(head := requests.read(_REQUEST.size)) == _REQUEST.size:
        own_length, length = _REQUEST.unpack(head)
        own = frozenset(json.loads(requests.read(own_length)))
        raw = requests.read(length)
        if len(raw) < length:
            return
        _limit_processor_time()
        answer = letter_to_json(read_letter(raw, own_addresses=own))
        del raw
        if length >= _LARGE:
            # before the parent looks at what is left
            _give_back()
        answers.write(_ANSWER.pack(len(answer)))
        answers.write(answer)
        answers.flush()
        del answer


def _give_back() -> None:
    """Have the C library return the memory it holds though it is free (malloc_trim(3), glibc only)."""
    import ctypes

    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def main() -> None:
    """The child: nothing but the protocol may reach the pipe, so whatever prints goes elsewhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_memory()
    with suppress(BrokenPipeError):
        _serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
