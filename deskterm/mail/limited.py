"""The parser's child: a process with little memory and little time, so that no letter can hurt the worker.

One child reads many letters; it is replaced after a crash, a time-out, `PARSER_LETTERS` letters, and where it
holds more than it may beside a large letter. The pipe carries frames: a request is two lengths (own addresses
as JSON, letter), then both; an answer is two lengths (the letter as JSON, its search words), then both.
`python -m deskterm.mail.limited` is a child that makes no words.
"""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from deskterm import heap, limits
from deskterm.i18n import _
from deskterm.mail.letter import Letter
from deskterm.mail.letter_json import letter_from_json, letter_to_json

_REQUEST: Final = struct.Struct(">II")
_ANSWER: Final = struct.Struct(">II")
_MOST_ANSWER: Final = 512 * limits.MIB
_CHUNK: Final = 256 * limits.KIB
_LARGE: Final = 64 * limits.KIB
"""Bytes of a letter for which the child's memory is looked at; a pipe holds as many."""


class ReaderFailed(Exception):
    """The child died on, or did not finish, this letter; the reason says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter as the child understood it, and the search words its program makes of one."""

    letter: Letter
    words: str


class LimitedReader:
    """Letters in, `Letter` values out, through one long-lived child; to be closed, or used as a context.

    `program` is the module the child runs.
    """

    def __init__(
        self,
        *,
        seconds: float = limits.PARSE_SECONDS,
        letters: int = limits.PARSER_LETTERS,
        program: str = "deskterm.mail.limited",
    ) -> None:
        self._seconds = seconds
        self._letters = letters
        self._program = program
        self._read = 0
        self._child: subprocess.Popen[bytes] | None = None
        self._ahead: bytes | None = None
        """The letter the child was given while it had another one."""
        self._unsent: deque[memoryview] = deque()

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        return self._child.pid if self._child is not None else None

    def read(self, raw: bytes, own_addresses: frozenset[str] = frozenset()) -> Letter:
        """The letter as the child understood it; raises ReaderFailed where the child did not survive it."""
        return self._reading(raw, own_addresses, None).letter

    def read_each(
        self, raws: Iterable[bytes], own_addresses: frozenset[str] = frozenset()
    ) -> Iterator[Reading | ReaderFailed]:
        """What the child understood of each letter, or why it did not survive it.

        Small letters it is given before it is asked for: it reads the next one while the last one is used.
        """
        coming = iter(raws)
        raw = next(coming, None)
        try:
            while raw is not None:
                following = next(coming, None)
                try:
                    reading: Reading | ReaderFailed = self._reading(raw, own_addresses, following)
                except ReaderFailed as failure:
                    reading = failure
                yield reading
                raw = following
        finally:
            if self._ahead is not None:
                self.close()  # nobody would take the answer

    def _reading(self, raw: bytes, own_addresses: frozenset[str], following: bytes | None) -> Reading:
        if self._child is not None and (
            self._read >= self._letters
            or self._child.poll() is not None
            or (len(raw) >= _LARGE and _swollen(self._child.pid, len(raw)))
        ):
            self.close()
        child = self._child or self._start()
        was_ahead, self._ahead = self._ahead is raw, None
        if not was_ahead:
            self._give(raw, own_addresses)
        self._read += 1
        small = following is not None and max(len(raw), len(following)) < _LARGE
        if following is not None and small and self._read < self._letters:
            self._give(following, own_addresses)
            self._ahead = following
        try:
            reading = self._answer(child, time.monotonic() + self._seconds)
        except ReaderFailed:
            self.close()
            raise
        except TimeoutError:
            self.close()
            raise ReaderFailed(_("not read within {seconds:g} s").format(seconds=self._seconds)) from None
        except EOFError:
            status = self._ended()
            if was_ahead:  # it may have been dead before it came to this letter
                return self._reading(raw, own_addresses, None)
            raise ReaderFailed(_("the reader died ({status})").format(status=status)) from None
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise ReaderFailed(_("the reader answered nonsense: {error}").format(error=error)) from None
        if len(raw) >= limits.PARSER_LAST_BYTES or (len(raw) >= _LARGE and _swollen(child.pid, _LARGE)):
            self._read = self._letters
        return reading

    def _give(self, raw: bytes, own_addresses: frozenset[str]) -> None:
        """Put a request behind what the child was not given yet."""
        own = json.dumps(sorted(own_addresses)).encode()
        self._unsent.append(memoryview(_REQUEST.pack(len(own), len(raw)) + own))
        if raw:
            self._unsent.append(memoryview(raw))

    def _answer(self, child: subprocess.Popen[bytes], deadline: float) -> Reading:
        length, words = _ANSWER.unpack(self._receive(child, _ANSWER.size, deadline))
        if length + words > _MOST_ANSWER:
            raise ReaderFailed(_("the reader's answer has {length} bytes").format(length=length + words))
        letter = letter_from_json(self._receive(child, length, deadline))
        return Reading(letter, self._receive(child, words, deadline).decode())

    def _receive(self, child: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
        """So many octets of the child's; meanwhile it is given what it was not given yet."""
        if child.stdin is None or child.stdout is None:
            raise EOFError
        answers, requests = child.stdout.fileno(), child.stdin.fileno()
        received = bytearray()
        while len(received) < count:
            self._push(requests)
            try:
                piece = os.read(answers, min(_CHUNK, count - len(received)))
            except BlockingIOError:
                _wait(deadline, answers, requests if self._unsent else None)
                continue
            if not piece:
                raise EOFError
            received += piece
        return bytes(received)

    def _push(self, pipe: int) -> None:
        """Give the child as much as the pipe takes now."""
        while self._unsent:
            piece = self._unsent[0]
            try:
                sent = os.write(pipe, piece[:_CHUNK])
            except BlockingIOError:
                return
            except BrokenPipeError:
                self._unsent.clear()  # what it answered before it died can still be read
                return
            if sent < len(piece):
                self._unsent[0] = piece[sent:]
            else:
                self._unsent.popleft()

    def close(self) -> None:
        """End the child."""
        self._ended()

    def _ended(self) -> str:
        """Kill the child where it still runs; how it ended, in words."""
        child, self._child = self._child, None
        self._ahead = None
        self._unsent.clear()
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
            [sys.executable, "-P", "-m", self._program],
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


def _wait(deadline: float, to_read: int, to_write: int | None) -> None:
    """Wait until one of the pipes can be used; TimeoutError past the deadline."""
    poller = select.poll()
    poller.register(to_read, select.POLLIN)
    if to_write is not None:
        poller.register(to_write, select.POLLOUT)
    left = deadline - time.monotonic()
    if left <= 0 or not poller.poll(left * 1000):
        raise TimeoutError


def _swollen(pid: int, size: int) -> bool:
    """Whether the child holds more than it may beside a letter of so many bytes; True where none can tell."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return True
    room = max(0, limits.MIB - size) * limits.PARSER_REST_FOR_EACH_BYTE
    return resident > limits.PARSER_REST_BYTES + room


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


def _answer_all(requests: BinaryIO, answers: BinaryIO, words: Callable[[Letter], str]) -> None:
    """Answer requests until the parent closes the pipe."""
    from deskterm.mail.parse import read_letter

    while len(head := requests.read(_REQUEST.size)) == _REQUEST.size:
        own_length, length = _REQUEST.unpack(head)
        own = frozenset(json.loads(requests.read(own_length)))
        raw = requests.read(length)
        if len(raw) < length:
            return
        _limit_processor_time()
        letter = read_letter(raw, own_addresses=own)
        del raw
        answer = letter_to_json(letter)
        if length >= _LARGE:
            heap.give_back()  # before words are made
        line = words(letter).encode()
        del letter
        if length >= _LARGE:
            heap.give_back()  # before the parent looks at what is left
        answers.write(_ANSWER.pack(len(answer), len(line)))
        answers.write(answer)
        answers.write(line)
        answers.flush()
        del answer, line


def serve(words: Callable[[Letter], str] = lambda letter: "") -> None:
    """The child: nothing but the protocol may reach the pipe, so whatever prints goes elsewhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_memory()
    with suppress(BrokenPipeError):
        _answer_all(sys.stdin.buffer, answers, words)


if __name__ == "__main__":
    serve()
