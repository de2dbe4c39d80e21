"""Letters out of files: .eml, mbox, Maildir, folders of letters, standard input; and into an mbox."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from deskterm import limits

STANDARD_INPUT: Final = "-"
MOST_BYTES: Final = 4 * limits.LETTER_BYTES
"""What is kept of one letter; the reader says of anything above `LETTER_BYTES` that it is too large."""

_LINE: Final = 64 * limits.KIB
_ENVELOPE: Final = re.compile(rb"From .*\d{1,2}:\d{2}.*\d{4}|From \S+\s*$|From - ")
_FIELD: Final = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>From ")
_ESCAPED: Final = re.compile(rb">+From ")
_TO_ESCAPE: Final = re.compile(rb"^(>*From )", re.MULTILINE)


def letters_in(source: str | Path | BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Every letter of a file, folder or stream, with a name; OSError where the source itself is unreadable.

    A file of a folder that cannot be read comes as an empty letter, so that it is seen and the rest goes on.
    """
    if not isinstance(source, (str, Path)):
        yield from _letters_of(source, str(getattr(source, "name", STANDARD_INPUT)))
        return
    if str(source) == STANDARD_INPUT:
        yield from _letters_of(sys.stdin.buffer, STANDARD_INPUT)
        return
    path = Path(source)
    if path.is_dir():
        for file in _files_of(path):
            try:
                with file.open("rb") as stream:
                    yield from _letters_of(stream, str(file))
            except OSError:
                yield str(file), b""
        return
    with path.open("rb") as stream:
        yield from _letters_of(stream, str(path))


def _files_of(folder: Path) -> Iterator[Path]:
    """The letters of a Maildir (new, then cur, by name, which is by time), or all files of another folder."""
    boxes = [folder / name for name in ("new", "cur") if (folder / name).is_dir()]
    for box in boxes or [folder]:
        for file in sorted(box.iterdir()):
            if not file.name.startswith(".") and not file.is_dir():
                yield file


def _letters_of(stream: BinaryIO, name: str) -> Iterator[tuple[str, bytes]]:
    """One letter, or those of an mbox where the stream begins with an envelope line."""
    first = stream.readline(_LINE)
    while first in (b"\n", b"\r\n"):
        first = stream.readline(_LINE)
    if first.startswith(b"From "):
        for number, letter in enumerate(_split(stream), start=1):
            yield f"{name}#{number}", letter
    else:
        yield name, first + stream.read(MOST_BYTES)


def _split(stream: BinaryIO) -> Iterator[bytes]:
    """The letters behind the first envelope line of an mbox; `>From` loses one sign (mboxrd).

    `From …` divides where a blank line stands before it, and it looks like an envelope or a header follows.
    """
    letter = bytearray()
    blank = False
    at_line_start = True
    line = stream.readline(_LINE)
    while line:
        following: bytes | None = None
        if at_line_start and blank and line.startswith(b"From "):
            following = stream.readline(_LINE)
            if _ENVELOPE.match(line) or _FIELD.match(following):
                yield _finished(letter)
                letter = bytearray()
                line, blank, at_line_start = following, False, True
                continue
        if at_line_start and line.startswith(b">") and _ESCAPED.match(line):
            line = line[1:]
        if len(letter) < MOST_BYTES:
            letter += line
        blank = at_line_start and line in (b"\n", b"\r\n")
        at_line_start = line.endswith(b"\n")
        line = stream.readline(_LINE) if following is None else following
    yield _finished(letter)


def _finished(letter: bytearray) -> bytes:
    """The letter without the blank line that parts it from the next."""
    for ending in (b"\r\n\r\n", b"\n\n"):
        if letter.endswith(ending):
            return bytes(letter[: -len(ending) // 2])
    return bytes(letter)


def mbox_entry(raw: bytes, sender: str, at: datetime) -> bytes:
    """A letter as it stands in an mbox (mboxrd): reading it there gives the same bytes again."""
    address = "".join(sign for sign in sender if "!" <= sign <= "~") or "MAILER-DAEMON"
    envelope = f"From {address} {time.asctime(at.astimezone(UTC).timetuple())}\n".encode()
    ending = b"\n" if raw.endswith(b"\n") else b"\n\n"
    return envelope + _TO_ESCAPE.sub(rb">\1", raw) + ending
