"""Files of messages: read from the original or from a blob, saved under a safe name."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Any

from sqlalchemy import select

from deskterm import limits
from deskterm.clean import clean
from deskterm.desk import visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound, Unavailable
from deskterm.i18n import _
from deskterm.mail.parse import read_part
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work


def read(work: Work, actor: Actor, attachment_id: int) -> tuple[str, str, bytes]:
    """(name, type, bytes) of a file the actor may see."""
    row = work.first(
        select(t.attachment).where(t.attachment.c.id == attachment_id, visibility.attachments(actor))
    )
    if row is None:
        raise NotFound(_("There is no such attachment."))
    return row.name, row.type, _bytes(work, row)


def save(work: Work, actor: Actor, attachment_id: int, folder: Path) -> Path:
    """Save a file into a folder, under a name of its own; nothing there is ever overwritten."""
    name, _type, data = read(work, actor, attachment_id)
    return write(folder, name, data)


def write(folder: Path, name: str, data: bytes) -> Path:
    """Write bytes under a safe, free name in a folder and give the path."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        base, ending = os.path.splitext(safe_name(name))
        for number in range(10_000):
            path = folder / (f"{base}{ending}" if not number else f"{base} ({number}){ending}")
            try:
                handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            return path
    except OSError as error:
        raise Unavailable(
            _("The file cannot be saved in {folder}: {why}.").format(folder=folder, why=error.strerror)
        ) from error
    raise BadData(_("There are too many files of that name in {folder}.").format(folder=folder))


def safe_name(name: str) -> str:
    """A file name without path, control characters, leading dot or dash, at most 180 bytes."""
    name = unicodedata.normalize("NFC", str(clean(name))).replace("\\", "/").rsplit("/", 1)[-1]
    name = name.strip().lstrip(".-").strip()
    base, ending = os.path.splitext(name)
    ending = ending if len(ending.encode()) <= 20 else ""
    room = limits.ATTACHMENT_NAME_BYTES - len(ending.encode())
    base = base.encode()[:room].decode("utf-8", "ignore").strip()
    return f"{base or 'attachment'}{ending}"


def _bytes(work: Work, row: Any) -> bytes:
    if row.blob_sha256 is not None:
        return blobs.get(work, row.blob_sha256)
    return read_part(blobs.get(work, row.original_sha256), row.part)
