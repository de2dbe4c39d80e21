"""Files of messages: read from the original or from a blob, saved under a safe name."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from deskterm import limits
from deskterm.clean import clean
from deskterm.desk import visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound, Unavailable
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.prepared import Query
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


def read_letter_part(work: Work, actor: Actor, letter_id: int, index: int) -> tuple[str, str, bytes]:
    """(name, type, bytes) of a file of a letter, by its place among them: of a letter of no ticket yet."""
    from deskterm.mail.parse import read_letter, read_part

    require(work, actor, "triage", "letters.show")
    row = work.first(
        select(t.letter.c.blob_sha256).where(t.letter.c.id == letter_id, visibility.letters(actor))
    )
    if row is None:
        raise NotFound(_("There is no letter {number}.").format(number=letter_id))
    raw = blobs.get(work, row.blob_sha256)
    part = next((each for each in read_letter(raw).attachments if each.index == index), None)
    if part is None:
        raise NotFound(_("There is no such attachment."))
    return part.name, part.type, read_part(raw, index)


def save_letter_part(work: Work, actor: Actor, letter_id: int, index: int, folder: Path) -> Path:
    """Save a file of a letter into a folder, as `save` does one of a message."""
    name, _type, data = read_letter_part(work, actor, letter_id, index)
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


@dataclass(frozen=True, slots=True)
class ToSave:
    """A file of a letter that is also to be saved in a folder on disk, under the number of its ticket."""

    attachment_id: int
    account_id: int
    folder: str
    ticket_id: int
    name: str


def save_folder(work: Work, ticket_id: int, letter_id: int) -> str:
    """Where the files of a letter are saved besides: as its rule says, else its account; '' for nowhere."""
    row = work.first(_SAVED, {"ticket_id": ticket_id, "letter_id": letter_id})
    if row is None:
        return ""
    return str((row.effects or {}).get("attachments") or row.attachments_folder or "")


def to_save(work: Work, most: int, but_not: Collection[str] = ()) -> list[ToSave]:
    """The oldest files that wait to be saved, without those of some folders; of accepted messages only."""
    rows = work.rows(
        select(
            t.attachment.c.id,
            t.attachment.c.save_to,
            t.attachment.c.name,
            t.message.c.ticket_id,
            t.letter.c.account_id,
        )
        .select_from(
            t.attachment.join(t.message, t.message.c.id == t.attachment.c.message_id).join(
                t.letter, t.letter.c.id == t.message.c.letter_id
            )
        )
        .where(
            t.attachment.c.save_to != "",
            t.attachment.c.save_to.not_in(list(but_not)),
            t.message.c.deleted_at.is_(None),
            or_(t.message.c.unverified.is_(None), t.message.c.unverified == "accepted"),
        )
        .order_by(t.attachment.c.id)
        .limit(most)
    )
    return [ToSave(row.id, row.account_id, row.save_to, row.ticket_id, row.name) for row in rows]


def content(work: Work, attachment_id: int) -> bytes:
    """The bytes of a file, for the worker; LookupError where they cannot be found any more."""
    row = work.first(select(t.attachment).where(t.attachment.c.id == attachment_id))
    if row is None:
        raise LookupError(attachment_id)
    return _bytes(work, row)


def saved(work: Work, attachment_ids: Sequence[int]) -> None:
    """Say that these were saved, or never can be."""
    work.execute(t.attachment.update().where(t.attachment.c.id.in_(attachment_ids)).values(save_to=""))


def save_by_ticket(one: ToSave, data: bytes) -> str:
    """Save a file as FOLDER/TICKET/NAME and give the name it got; nothing there is ever overwritten.

    The folder must be there: one that is not mounted is not to be made on the disk below. A file that
    is there with the same bytes is the one an earlier try saved. Readable for owner and group, as the
    umask allows. Raises Unavailable.
    """
    part = f".deskterm-{one.attachment_id}.part"
    try:
        with _opened(one.folder) as above:
            with suppress(FileExistsError):
                os.mkdir(str(one.ticket_id), 0o770, dir_fd=above)
            with _opened(str(one.ticket_id), above) as there:
                _write_new(part, data, there, os.O_TRUNC)
                try:
                    return _name_it(part, safe_name(one.name), data, there)
                finally:
                    os.unlink(part, dir_fd=there)
    except OSError as error:
        raise Unavailable(
            _("Attachments cannot be saved in {folder}: {why}.").format(
                folder=one.folder, why=error.strerror or type(error).__name__
            )
        ) from error


def _name_it(part: str, name: str, data: bytes, folder: int) -> str:
    """Give a written file a free name of its own."""
    base, ending = os.path.splitext(name)
    for number in range(10_000):
        free = f"{base}{ending}" if not number else f"{base} ({number}){ending}"
        try:
            os.link(part, free, src_dir_fd=folder, dst_dir_fd=folder)
        except FileExistsError:
            if _holds(free, data, folder):
                return free
            continue
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
                raise
            # A disk without links, such as a memory stick: a crash now leaves half a file behind
            try:
                _write_new(free, data, folder, os.O_EXCL)
            except FileExistsError:
                if _holds(free, data, folder):
                    return free
                continue
        os.fsync(folder)
        return free
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)


def _write_new(name: str, data: bytes, folder: int, flag: int) -> None:
    handle = os.open(name, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | flag, 0o660, dir_fd=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _holds(name: str, data: bytes, folder: int) -> bool:
    """Whether a file is an ordinary one with just these bytes."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return False  # a folder, a link, or not ours to read: another name, then
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(file.fileno())
        return stat.S_ISREG(about.st_mode) and about.st_size == len(data) and file.read() == data


@contextmanager
def _opened(folder: str, above: int | None = None) -> Iterator[int]:
    """A folder to work in, whatever becomes of its name; one below another is no link to elsewhere."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if above else 0), dir_fd=above)
    try:
        yield handle
    finally:
        os.close(handle)


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
    from deskterm.mail.parse import read_part  # held by whoever reads: the worker as a rule does not

    if row.blob_sha256 is not None:
        return blobs.get(work, row.blob_sha256)
    return read_part(blobs.get(work, row.original_sha256), row.part)


_SAVED = Query(
    select(t.account.c.attachments_folder, t.rule.c.effects)
    .select_from(
        t.letter.join(t.account, t.account.c.id == t.letter.c.account_id)
        .join(t.ticket, t.ticket.c.id == bindparam("ticket_id"))
        .outerjoin(t.rule, t.rule.c.id == func.coalesce(t.letter.c.rule_id, t.ticket.c.rule_id))
    )
    .where(t.letter.c.id == bindparam("letter_id"))
)
