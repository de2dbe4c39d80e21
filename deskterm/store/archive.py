"""A whole desk as one file: its store as it was at one moment, what stands beside it, checksums of both.

The store in it is always an SQLite file, whatever database it came from: it needs no program of the
database, and can be put back into either.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from deskterm.config import Home
from deskterm.i18n import _
from deskterm.store import copying, sqlite
from deskterm.store.copying import Tell
from deskterm.store.engine import Store
from deskterm.store.errors import CANNOT_WRITE, CONFIGURATION, StoreError
from deskterm.store.migrations import HEAD

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
STORE: Final = "desk.sqlite"
BESIDE: Final = ("keymap.toml", "console.json")
"""What stands beside the store and belongs to a desk; passwords are never put in."""
MANIFEST_BYTES: Final = 64 * 1024
_PIECE: Final = 1024 * 1024
BAD_DATA: Final = 65


@dataclass(frozen=True, slots=True)
class Part:
    """A file in the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Archive:
    """What an archive says of itself."""

    made_at: str
    store: str
    """Which store it was made of, without a password."""
    revision: str
    parts: tuple[Part, ...]
    format: int = FORMAT


def write(store: Store, home: Home, file: Path, tell: Tell) -> Archive:
    """Write a store and what stands beside it into a new file, while others are at work on it.

    Raises StoreError: the file is there already, cannot be written, the snapshot is damaged.
    """
    if file.exists():
        raise StoreError(_("There is a file {file} already.").format(file=file), CANNOT_WRITE)
    made = file.with_name(f".{file.name}.making")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".deskterm-backup-") as folder:
            snapshot = Path(folder) / STORE
            _snapshot(store, snapshot, tell)
            paths = {STORE: snapshot} | {name: home.own / name for name in BESIDE}
            parts = [_part(name, path) for name, path in paths.items() if path.is_file()]
            archive = Archive(datetime.now(UTC).isoformat(timespec="seconds"), store.name, HEAD, tuple(parts))
            descriptor = os.open(made, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                _pack(out, archive, paths)
                out.flush()
                os.fsync(out.fileno())
        os.replace(made, file)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            _("The backup {file} cannot be written: {why}.").format(file=file, why=_why(error)), CANNOT_WRITE
        ) from error
    finally:
        made.unlink(missing_ok=True)
    return archive


def _snapshot(store: Store, file: Path, tell: Tell) -> None:
    """The store as it is at one moment as an SQLite file, looked through."""
    if store.dialect == "sqlite":
        sqlite.back_up(store.engine, file)
    else:
        copying.copy_to(store, Home(file.parent, str(file), file.parent), tell, running=True)
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("pragma quick_check(1)").fetchone()[0]
        # in one file from here on, without a log beside it
        connection.execute("pragma journal_mode=delete")
    if found != "ok":
        raise StoreError(
            _("The store {name} is damaged: {why}. See: deskterm doctor").format(name=store.name, why=found),
            BAD_DATA,
        )


def _part(name: str, path: Path) -> Part:
    with path.open("rb") as file:
        return Part(name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _pack(out: BinaryIO, archive: Archive, paths: dict[str, Path]) -> None:
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as packed:
        said = json.dumps(asdict(archive), indent=2).encode()
        packed.addfile(_member(MANIFEST, len(said)), BytesIO(said))
        for part in archive.parts:
            with paths[part.name].open("rb") as file:
                packed.addfile(_member(part.name, part.size), file)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


# -- back


def read(file: Path, folder: Path) -> Archive:
    """Unpack an archive into a folder, each file compared with its checksum; what it says of itself.

    Raises StoreError: it is none, damaged, of a newer program; what cannot be written is an OSError.
    """
    try:
        with _unpacking(file) as packed:
            archive = _manifest(file, packed)
            wanted = {part.name: part for part in archive.parts}
            while (member := packed.next()) is not None:
                part = wanted.pop(member.name, None)
                source = packed.extractfile(member) if part is not None and member.isfile() else None
                if part is None or source is None:
                    raise _damaged(file, member.name)
                if _unpacked(source, folder / part.name) != (part.size, part.sha256):
                    raise _damaged(file, part.name)
    except (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise _damaged(file, _why(error)) from error
    if wanted:
        raise _damaged(file, min(wanted))
    return archive


@contextmanager
def _unpacking(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        source = file.open("rb")
    except OSError as error:
        raise StoreError(
            _("{file} cannot be read: {why}").format(file=file, why=_why(error)), BAD_DATA
        ) from error
    with source, tarfile.open(fileobj=source, mode="r:gz") as packed:
        yield packed


def _manifest(file: Path, packed: tarfile.TarFile) -> Archive:
    first = packed.next()
    source = packed.extractfile(first) if first is not None and first.name == MANIFEST else None
    if source is None:
        raise _damaged(file, MANIFEST)
    said: dict[str, Any] = json.loads(source.read(MANIFEST_BYTES))
    if int(said["format"]) > FORMAT:
        raise StoreError(
            _("{file} was made by a newer deskterm. Update this program.").format(file=file), CONFIGURATION
        )
    parts = tuple(Part(str(one["name"]), int(one["size"]), str(one["sha256"])) for one in said["parts"])
    allowed = {STORE, *BESIDE}
    if not {STORE} <= {part.name for part in parts} <= allowed or len({part.name for part in parts}) < len(
        parts
    ):
        raise _damaged(file, MANIFEST)
    return Archive(str(said["made_at"]), str(said["store"]), str(said["revision"]), parts)


def _unpacked(source: Any, path: Path) -> tuple[int, str]:
    """Write a file of an archive; its size and digest."""
    found, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while piece := source.read(_PIECE):
            found.update(piece)
            size += len(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return size, found.hexdigest()


def _damaged(file: Path, why: str) -> StoreError:
    return StoreError(
        _("{file} is no backup of deskterm, or damaged ({why}); nothing was changed.").format(
            file=file, why=why
        ),
        BAD_DATA,
    )


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
