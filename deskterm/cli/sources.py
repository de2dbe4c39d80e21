"""Where letters on disk come from: a file, an mbox, a Maildir, a folder of files, standard input."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from deskterm.i18n import _

STANDARD_INPUT = "-"

# "From somebody@example.org Sat Jan  3 01:05:34 1996": the line between two letters of an mbox (RFC 4155)
_SEPARATOR = re.compile(rb"From .*\b\d{1,2}:\d{2}.*\b\d{4}\b")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """One letter as it lies on the disk, or why it could not be read."""

    file: str
    raw: bytes
    problem: str = ""


def letters(paths: Sequence[str], mbox: bool = False) -> Iterator[Source]:
    """Every letter of every path in order; what cannot be read is given as a problem, never raised.

    Standard input is one letter, since a mail server's pipe escapes no `From ` line, unless `mbox` is set.
    """
    for path in paths:
        try:
            if path == STANDARD_INPUT:
                yield from _of_stream(path, sys.stdin.buffer, mbox)
            else:
                yield from _of_path(Path(path), path)
        except OSError as problem:
            yield Source(path, b"", problem.strerror or type(problem).__name__)


def _of_path(path: Path, name: str) -> Iterator[Source]:
    if not path.is_dir():
        with path.open("rb") as stream:
            start = stream.readline()
            stream.seek(0)
            yield from _of_stream(name, stream, mbox=_SEPARATOR.match(start) is not None)
        return
    folders = [folder for folder in (path / "cur", path / "new") if folder.is_dir()] or [path]
    files = [file for folder in folders for file in folder.iterdir() if _is_letter(file)]
    if not files and folders == [path]:
        yield Source(name, b"", _("no letters in this folder"))
    for file in sorted(files, key=lambda file: (_arrival(file.name), file.name)):
        try:
            yield Source(str(file), file.read_bytes())
        except OSError as problem:
            yield Source(str(file), b"", problem.strerror or type(problem).__name__)


def _is_letter(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(".")


def _arrival(name: str) -> int:
    """Maildir names begin with the second of delivery; other files sort by name alone."""
    start = name.partition(".")[0]
    return int(start) if start.isascii() and start.isdigit() else 0


def _of_stream(name: str, stream: BinaryIO, mbox: bool) -> Iterator[Source]:
    if mbox:
        yield from _of_mbox(name, stream)
        return
    raw = stream.read()
    yield Source(name, raw, "" if raw.strip() else _("empty"))


def _of_mbox(name: str, stream: BinaryIO) -> Iterator[Source]:
    """The letters between separator lines, their `>From ` lines as they were written."""
    pieces: list[bytes] = []
    open_letter = False
    after_blank = True
    for line in stream:
        if after_blank and _SEPARATOR.match(line):
            if open_letter:
                yield Source(name, _letter(pieces))
            pieces, open_letter = [], True
        elif open_letter or line.strip():
            open_letter = True
            pieces.append(line)
        after_blank = not line.strip(b"\r\n")
    if open_letter:
        yield Source(name, _letter(pieces))
    else:
        yield Source(name, b"", _("no letters in this mbox"))


def _letter(pieces: list[bytes]) -> bytes:
    if len(pieces) > 1 and not pieces[-1].strip(b"\r\n"):
        pieces.pop()  # the blank line belongs to the mbox
    raw = b"".join(pieces)
    return _ESCAPED.sub(rb"\1", raw) if b">From " in raw else raw
