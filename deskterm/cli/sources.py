"""Where letters on disk come from: a file, an mbox, a Maildir, a folder of files, standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deskterm.i18n import _

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """One letter as it lies on the disk, or why it could not be read."""

    file: str
    raw: bytes
    problem: str = ""


def letters(paths: Sequence[str], mbox: bool = False) -> Iterator[Source]:
    """Every letter of every path in order; what cannot be read is given as a problem, never raised.

    Standard input is one letter unless `mbox` is set: a mail server's pipe escapes no `From ` line, so a
    letter's text could otherwise pretend to be the next letter.
    """
    for path in paths:
        if path == STANDARD_INPUT and not mbox:
            yield _found(path, _unwrapped(sys.stdin.buffer.read()))
        elif path != STANDARD_INPUT and Path(path).is_dir():
            yield from _of_folder(path)
        else:
            yield from _of_file(path)


def _of_folder(path: str) -> Iterator[Source]:
    """A Maildir's letters in the order they arrived, or all files of any other folder by name."""
    try:
        boxes = [box for box in (Path(path) / "cur", Path(path) / "new") if box.is_dir()] or [Path(path)]
        files = [file for box in boxes for file in box.iterdir() if _is_letter(file)]
    except OSError as problem:
        yield Source(path, b"", problem.strerror or type(problem).__name__)
        return
    if not files and boxes == [Path(path)]:
        yield Source(path, b"", _("there are no letters in this folder"))
    for file in sorted(files, key=lambda file: (_arrival(file.name), file.name)):
        yield from _of_file(str(file))


def _is_letter(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(".")


def _arrival(name: str) -> int:
    """Maildir names begin with the second of delivery; other files sort by name alone."""
    start = name.partition(".")[0]
    return int(start) if start.isascii() and start.isdigit() else 0


def _of_file(path: str) -> Iterator[Source]:
    from deskterm.mail.mailbox_files import letters_in

    try:
        for _name, raw in letters_in(path):
            yield _found(path, raw)
    except OSError as problem:
        yield Source(path, b"", problem.strerror or type(problem).__name__)


def _found(path: str, raw: bytes) -> Source:
    return Source(path, raw, "" if raw.strip() else _("the letter is empty"))


def _unwrapped(raw: bytes) -> bytes:
    """The letter without the `From ` line a mail server puts before what it pipes."""
    if raw.startswith(b"From "):
        return raw.partition(b"\n")[2]
    return raw
