"""How far each folder of an account was read, and which letters still wait for their place on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select

from deskterm.store import tables as t
from deskterm.store.work import Work


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


def folder_state(work: Work, account_id: int, folder: str) -> FolderState:
    """How far the folder was read."""
    row = work.first(select(t.folder.c.epoch, t.folder.c.last_uid).where(_is(account_id, folder)))
    return FolderState(row.epoch, row.last_uid) if row is not None else FolderState("", 0)


def set_folder_state(work: Work, account_id: int, folder: str, epoch: str, last_uid: int) -> None:
    """Say how far it was read, in the unit of work that stored the letters up to there."""
    values = {"epoch": epoch, "last_uid": last_uid}
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


def _is(account_id: int, folder: str) -> ColumnElement[bool]:
    return and_(t.folder.c.account_id == account_id, t.folder.c.name == folder)
