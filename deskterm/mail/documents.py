"""The text of documents that come with letters (PDF, Word, Excel), read in a process of its own.

Documents are hostile input to large parsers: the child has little memory, little time, no passwords and
no files to write. `python -m deskterm.mail.documents KIND` reads a document from standard input and writes
one JSON object: `{"text": …, "cut": …}` or `{"why": …}`.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from deskterm import limits
from deskterm.i18n import N_, _


@dataclass(frozen=True, slots=True)
class Text:
    """What a document says; `why` is a sentence where nothing could be read."""

    text: str
    cut: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its title, the library that reads it, its types and name endings."""

    name: str
    title: str
    library: str
    endings: tuple[str, ...]
    types: tuple[str, ...]


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."

KINDS: Final[tuple[Kind, ...]] = (
    Kind("pdf", "PDF", "pypdf", (".pdf",), ("application/pdf", "application/x-pdf")),
    Kind("word", "Word", "docx", (".docx", ".docm"), (_OFFICE + "wordprocessingml.document",)),
    Kind(
        "excel",
        "Excel",
        "python_calamine",
        (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
        (
            _OFFICE + "spreadsheetml.sheet",
            "application/vnd.ms-excel",
            "application/vnd.ms-excel.sheet.macroenabled.12",
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
    ),
)

_REASONS: Final[dict[str, str]] = {
    "locked": N_("The document is protected by a password."),
    "empty": N_("The document holds no text; perhaps it is a scan."),
    "broken": N_("The document cannot be read: it is damaged or of another kind than its name says."),
    "large": N_("The document is too large to be shown here."),
    "library": N_("Documents of this kind cannot be shown here: the library {library} is not installed."),
    "time": N_("The document could not be read in time."),
    "died": N_("The document could not be read: its reader died of it."),
}


def kind_of(name: str, type: str) -> Kind | None:
    """The kind of a document by its name, else by the type it was sent as."""
    ending = os.path.splitext(name)[1].casefold()
    for kind in KINDS:
        if ending in kind.endings:
            return kind
    media = type.partition(";")[0].strip().casefold()
    return next((kind for kind in KINDS if media in kind.types and not ending), None)


def read(kind: Kind, data: bytes, seconds: float = limits.PREVIEW_SECONDS) -> Text:
    """The text of a document, read by a child process; never raises for what the document is."""
    if len(data) > limits.PREVIEW_BYTES:
        return _because("large", kind)
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "deskterm.mail.documents", kind.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # it reads hostile bytes: it is given no passwords
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("DESKTERM_")},
            "PYTHONPATH": path,
        },
        start_new_session=True,
    )
    try:
        out, _err = child.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired:
        return _because("time", kind)
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError:
        return _because("died", kind)
    if answer.get("why") in _REASONS:
        return _because(str(answer["why"]), kind)
    return Text(str(answer.get("text", "")), bool(answer.get("cut")))


def _because(reason: str, kind: Kind) -> Text:
    return Text("", why=_(_REASONS[reason]).format(library=kind.library))


# What the child does


class _Refused(Exception):
    """A document that gives no text; the reason is a key of `_REASONS`."""


def _pdf(data: bytes) -> Iterator[str]:
    pypdf = import_module("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(data))
    # many are encrypted with an empty password, which forbids printing and not reading
    if reader.is_encrypted and not reader.decrypt(""):
        raise _Refused("locked")
    for number, page in enumerate(reader.pages[: limits.PREVIEW_PAGES]):
        if number:
            yield "\f"
        yield page.extract_text() or ""


def _word(data: bytes) -> Iterator[str]:
    _check_packed(data)
    document = import_module("docx").Document(io.BytesIO(data))
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                yield "\t".join(_one_line(cell.text) for cell in row.cells)
        else:
            yield block.text


def _excel(data: bytes) -> Iterator[str]:
    if data.startswith(b"PK"):
        _check_packed(data)
    book = import_module("python_calamine").CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        yield f"— {_one_line(name)} —"
        for number, row in enumerate(book.get_sheet_by_name(name).iter_rows()):
            if number == limits.PREVIEW_ROWS:
                yield "…"
                break
            cells = [_cell(value) for value in row[: limits.PREVIEW_COLUMNS]]
            while cells and not cells[-1]:
                cells.pop()
            yield "\t".join(cells)


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return _one_line(str(value))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check_packed(data: bytes) -> None:
    """A packed document that would unpack into very much is refused before a library unpacks it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > limits.PREVIEW_UNPACKED_BYTES:
            raise _Refused("large")


_READERS: Final[dict[str, Callable[[bytes], Iterator[str]]]] = {"pdf": _pdf, "word": _word, "excel": _excel}


def text_of(kind: str, data: bytes) -> dict[str, Any]:
    """What the child answers for a document: its lines up to `PREVIEW_CHARACTERS`, or why there are none."""
    kept: list[str] = []
    length = 0
    try:
        for line in _READERS[kind](data):
            kept.append(line)
            length += len(line) + 1
            if length > limits.PREVIEW_CHARACTERS:
                break
    except _Refused as refused:
        return {"why": str(refused)}
    except ModuleNotFoundError:
        return {"why": "library"}
    except (MemoryError, RecursionError):
        return {"why": "large"} if not kept else {"text": "\n".join(kept), "cut": True}
    except Exception as error:  # noqa: BLE001  whatever a library makes of hostile bytes is one answer
        if "password" in str(error).casefold() or "encrypt" in str(error).casefold():
            return {"why": "locked"}
        return {"why": "broken"} if not kept else {"text": "\n".join(kept), "cut": True}
    text = "\n".join(kept)
    if not text.strip("\f\n\t ✓✗—"):
        return {"why": "empty"}
    cut = len(text) > limits.PREVIEW_CHARACTERS
    return {"text": text[: limits.PREVIEW_CHARACTERS].encode("utf-8", "replace").decode(), "cut": cut}


def _limit() -> None:
    import resource

    for what, most in (
        (resource.RLIMIT_AS, limits.PREVIEW_MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.PREVIEW_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main() -> None:
    """The child: nothing but the answer may reach the pipe, so whatever prints goes elsewhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    data = sys.stdin.buffer.read(limits.PREVIEW_BYTES + 1)
    # libraries are imported under the limits too; byte code needs no file written
    sys.dont_write_bytecode = True
    _limit()
    with suppress(BrokenPipeError):
        answers.write(json.dumps(text_of(sys.argv[1], data)).encode())
        answers.flush()


if __name__ == "__main__":
    main()
