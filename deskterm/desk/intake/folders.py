"""How far each folder of an account was read, and which letters still wait for their place on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from deskterm.mail.letter import MADE_DOMAIN
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

_GONE = "gone"
"""The epoch of a key whose letter was deleted begins so: under '' the key is free again."""
_KEYS_AT_ONCE = 500
JUNK = "junk"
"""The role of the Junk folder, and the wish to have a letter put there."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """How far a folder was read; `epoch` is the server's UIDVALIDITY, '' before the first reading."""

    epoch: str
    last_uid: int


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A stored letter whose copy on the server was not yet flagged, moved or deleted."""

    delivery_id: int
    key: str


@dataclass(frozen=True, slots=True)
class Wished:
    """A letter that somebody wants elsewhere on the server, and where it was read."""

    delivery_id: int
    folder: str
    epoch: str
    key: str
    size: int
    message_id: str
    """'' where it has none that a server could be asked for."""
    wish: str
    wish_folder: str


def folder_state(work: Work, account_id: int, folder: str) -> FolderState:
    """How far the folder was read."""
    row = work.first(select(t.folder.c.epoch, t.folder.c.last_uid).where(_is(account_id, folder)))
    return FolderState(row.epoch, row.last_uid) if row is not None else FolderState("", 0)


def set_folder_state(
    work: Work, account_id: int, folder: str, epoch: str, last_uid: int, role: str = ""
) -> None:
    """Say how far it was read, in the unit of work that stored the letters up to there."""
    values: dict[str, Any] = {"epoch": epoch, "last_uid": last_uid}
    if role:
        values["role"] = role
    if not work.execute(t.folder.update().where(_is(account_id, folder)).values(**values)).rowcount:
        work.execute(t.folder.insert().values(account_id=account_id, name=folder, **values))


def unplaced(work: Work, account_id: int, folder: str, epoch: str, most: int) -> list[Unplaced]:
    """The oldest stored letters of this epoch that are not in their place on the server."""
    rows = work.rows(
        select(t.delivery.c.id, t.delivery.c.key)
        .where(
            t.delivery.c.account_id == account_id,
            t.delivery.c.folder == folder,
            t.delivery.c.epoch == epoch,
            t.delivery.c.placed.is_(False),
        )
        .order_by(t.delivery.c.id)
        .limit(most)
    )
    return [Unplaced(row.id, row.key) for row in rows]


def placed(work: Work, delivery_ids: Sequence[int]) -> None:
    """Say that these are in their place."""
    if delivery_ids:
        work.execute(t.delivery.update().where(t.delivery.c.id.in_(delivery_ids)).values(placed=True))


def note_shortened(work: Work, delivery_id: int, size: int) -> None:
    """Say that only the beginning of a letter of so many octets was stored; its copy on the server stays."""
    work.execute(t.delivery.update().where(t.delivery.c.id == delivery_id).values(size=size, placed=True))


def shortened(work: Work, delivery_ids: Sequence[int]) -> dict[int, int]:
    """The true sizes of those of which only the beginning was stored."""
    rows = work.rows(
        select(t.delivery.c.id, t.delivery.c.size)
        .join(t.blob, t.blob.c.sha256 == t.delivery.c.blob_sha256)
        .where(t.delivery.c.id.in_(delivery_ids), t.delivery.c.size > t.blob.c.size)
    )
    return {row.id: row.size for row in rows}


def is_junk(work: Work, account_id: int, folder: str) -> bool:
    """Whether a folder is one of junk."""
    junk = work.remembered("junk folders", lambda: _junk_folders(work))
    return (account_id, folder) in junk


def known_keys(work: Work, account_id: int, folder: str, epoch: str, keys: Sequence[str]) -> dict[str, int]:
    """Those of the keys whose letters are stored, with their deliveries."""
    c = t.delivery.c
    known: dict[str, int] = {}
    for at in range(0, len(keys), _KEYS_AT_ONCE):
        here = and_(c.account_id == account_id, c.folder == folder, c.epoch == epoch)
        rows = work.rows(select(c.key, c.id).where(here, c.key.in_(keys[at : at + _KEYS_AT_ONCE])))
        known.update({row.key: row.id for row in rows})
    return known


def gone(work: Work, delivery_ids: Sequence[int]) -> None:
    """Say that these were deleted on a server that may give their keys to other letters now."""
    for id in delivery_ids:
        work.update(t.delivery, id, placed=True, epoch=f"{_GONE} {id}")


def came_back(work: Work, account_id: int, folder: str, key: str, sha256: str) -> bool:
    """Whether this is a letter that was deleted and the server keeps all the same; then it is left there."""
    c = t.delivery.c
    id = work.value(
        select(c.id).where(
            c.blob_sha256 == sha256,
            c.account_id == account_id,
            c.folder == folder,
            c.key == key,
            c.epoch.startswith(_GONE),
        )
    )
    if id is not None:
        work.update(t.delivery, id, epoch="")
    return id is not None


def original(work: Work, delivery_id: int) -> bytes:
    """The bytes of a stored letter."""
    return blobs.get(work, work.value(select(t.delivery.c.blob_sha256).where(t.delivery.c.id == delivery_id)))


def wish(work: Work, letter_id: int, wish: str, folder: str = "") -> int:
    """Note where the letter's copies on IMAP servers are wanted; how many there are."""
    c = t.delivery.c
    imap = select(t.account.c.id).where(t.account.c.incoming == "imap")
    return work.update_where(
        t.delivery,
        and_(c.letter_id == letter_id, c.account_id.in_(imap), c.epoch != ""),
        wish=wish,
        wish_folder=folder,
    )


def wished(work: Work, account_id: int, most: int) -> list[Wished]:
    """The oldest wishes of an account, folder by folder."""
    d = t.delivery.c
    made = t.letter.c.message_key.endswith(f"@{MADE_DOMAIN}").label("made")
    rows = work.rows(
        select(d.id, d.folder, d.epoch, d.key, d.size, d.wish, d.wish_folder, t.letter.c.message_key, made)
        .select_from(t.delivery.outerjoin(t.letter, t.letter.c.id == d.letter_id))
        .where(d.account_id == account_id, d.wish != "")
        .order_by(d.id)
        .limit(most)
    )
    found = [
        Wished(
            delivery_id=row.id,
            folder=row.folder,
            epoch=row.epoch,
            key=row.key,
            size=row.size,
            message_id="" if row.made else row.message_key or "",
            wish=row.wish,
            wish_folder=row.wish_folder,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.folder)


def fulfilled(work: Work, done: Wished) -> None:
    """Say that a wish is done with, unless somebody wished otherwise meanwhile."""
    c = t.delivery.c
    work.execute(
        t.delivery.update()
        .where(c.id == done.delivery_id, c.wish == done.wish, c.wish_folder == done.wish_folder)
        .values(wish="", wish_folder="")
    )


def _junk_folders(work: Work) -> set[tuple[int, str]]:
    rows = work.rows(select(t.folder.c.account_id, t.folder.c.name).where(t.folder.c.role == JUNK))
    return {(row.account_id, row.name) for row in rows}


def _is(account_id: int, folder: str) -> ColumnElement[bool]:
    return and_(t.folder.c.account_id == account_id, t.folder.c.name == folder)
