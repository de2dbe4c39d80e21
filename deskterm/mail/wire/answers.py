"""What an IMAP server answers, taken apart: pure functions over what imaplib collected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

UID = re.compile(rb"[( ]UID (\d{1,10})")
SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d{1,12})")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    rb'INTERNALDATE "\s?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"'
)
_ITEM = re.compile(rb"\d+ \(")
_SHORT_BODY = re.compile(rb'BODY\[\](?:<\d+>)? (?:NIL|"((?:[^"\\]|\\.)*)")')
_FOLDER = re.compile(rb'\(([^)]*)\) (?:"(?:\\?(.))"|NIL) (.*)', re.DOTALL)
_SET_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder's name and its attributes, such as `\\Sent`, in lower case."""

    name: str
    attributes: frozenset[str]
    separator: str


def items(data: Iterable[Any]) -> Iterator[tuple[bytes, bytes | None]]:
    """Each FETCH answer as its text without literals, and the body among them."""
    text, body, is_open = b"", None, False
    for piece in data:
        if isinstance(piece, tuple):
            head, literal = piece
            if not is_open or _ITEM.match(head):
                text, body, is_open = b"", None, True
            text += b" " + head
            if b"BODY[]" in head:
                body = literal
        elif isinstance(piece, bytes):
            if is_open:
                yield text + b" " + piece, body
            else:
                short = _SHORT_BODY.search(piece)
                inside = re.sub(rb"\\(.)", rb"\1", short[1] or b"") if short else None
                yield b" " + piece, inside
            is_open = False


def internaldate(text: bytes) -> datetime:
    """When the server got the letter; now, where it does not say so understandably."""
    found = _DATE.search(text)
    if found:
        month = found[2].decode("ascii").lower()
        zone = timedelta(hours=int(found[8]), minutes=int(found[9])) * (-1 if found[7] == b"-" else 1)
        with suppress(ValueError):
            hour, minute, second = (int(found[at]) for at in (4, 5, 6))
            day, year = int(found[1]), int(found[3])
            return datetime(year, _MONTHS.index(month) + 1, day, hour, minute, second, tzinfo=timezone(zone))
    return datetime.now(UTC)


def numbers(data: Iterable[Any]) -> list[int]:
    """The numbers of a SEARCH answer."""
    return [
        int(word) for piece in data if isinstance(piece, bytes) for word in piece.split() if word.isdigit()
    ]


def sets(uids: Iterable[int]) -> Iterator[str]:
    """UIDs as IMAP sets, runs as ranges, each short enough for a command line."""
    runs: list[list[int]] = []
    for uid in sorted(set(uids)):
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    line = ""
    for first, last in runs:
        written = str(first) if first == last else f"{first}:{last}"
        if line and len(line) + len(written) + 1 > _SET_CHARACTERS:
            yield line
            line = ""
        line = f"{line},{written}" if line else written
    if line:
        yield line


def folders_of(data: Iterable[Any], decode: Callable[[bytes], str]) -> Iterator[Folder]:
    """The folders of a LIST answer; a name that is no modified UTF-7 stays as it was written."""
    for piece in data:
        line, literal = piece if isinstance(piece, tuple) else (piece, None)
        found = _FOLDER.match(line) if isinstance(line, bytes) else None
        if not found:
            continue
        name = literal if literal is not None else found[3]
        if literal is None and name[:1] == b'"':
            name = re.sub(rb"\\(.)", rb"\1", name.strip()[1:-1])
        attributes = frozenset(found[1].decode("ascii", "replace").lower().split())
        yield Folder(_name(name, decode), attributes, (found[2] or b"").decode("ascii", "replace"))


def _name(name: bytes, decode: Callable[[bytes], str]) -> str:
    # Bad base64 in a name is a ValueError too.
    with suppress(ValueError):
        return decode(name)
    return name.decode("utf-8", "replace")


def last(data: Any) -> bytes:
    """The last line of an answer."""
    last = data[-1] if data else b""
    return last if isinstance(last, bytes) else str(last).encode("utf-8", "replace")


def words(data: Any) -> str:
    """The last line of an answer as text."""
    return last(data).decode("utf-8", "replace")
