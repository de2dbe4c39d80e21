"""Bytes by their SHA-256, once each."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, func, select

from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work


def digest(data: bytes) -> str:
    """The SHA-256 by which bytes are kept."""
    return hashlib.sha256(data).hexdigest()


def put(work: Work, data: bytes) -> str:
    """Keep the bytes and give their SHA-256; bytes known before are not written again."""
    sha256 = digest(data)
    if work.value(_SIZE, {"sha256": sha256}) is None:
        work.insert_unnoted(t.blob, sha256=sha256, size=len(data), encoding="raw", data=data)
    return sha256


def put_many(work: Work, data: Mapping[str, bytes]) -> None:
    """Keep bytes by their SHA-256; those known before are not written again."""
    wanted = list(data)
    known: set[str] = set()
    for at in range(0, len(wanted), _AT_ONCE):
        among = t.blob.c.sha256.in_(wanted[at : at + _AT_ONCE])
        known.update(work.values(select(t.blob.c.sha256).where(among)))
    work.insert_many(
        t.blob,
        [
            {"sha256": sha256, "size": len(data[sha256]), "encoding": "raw", "data": data[sha256]}
            for sha256 in wanted
            if sha256 not in known
        ],
    )


def get(work: Work, sha256: str) -> bytes:
    """The bytes as they came; KeyError where there are none."""
    row = work.first(_BYTES, {"sha256": sha256})
    if row is None:
        raise KeyError(sha256)
    return zlib.decompress(row.data) if row.encoding == "zlib" else bytes(row.data)


def remove_unused(work: Work, sha256s: Iterable[str]) -> int:
    """Remove those bytes that nothing names any more; how many octets they had."""
    wanted = sorted(set(sha256s))
    removed = 0
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        used = {sha256 for column in _USERS for sha256 in work.values(select(column).where(column.in_(some)))}
        here = t.blob.c.sha256.in_([sha256 for sha256 in some if sha256 not in used])
        removed += int(work.value(select(func.sum(t.blob.c.size)).where(here)) or 0)
        work.execute(t.blob.delete().where(here))
    return removed


def overwrite_deleted(work: Work) -> None:
    """Have SQLite overwrite what is deleted from now on; else it stays readable in the file for a while."""
    if work.dialect == "sqlite":
        work.connection.exec_driver_sql("pragma secure_delete=on")


def uncompressed(work: Work, most: int) -> list[tuple[str, int]]:
    """(SHA-256, size) of bytes that still stand as they came; goes through the whole table."""
    c = t.blob.c
    return [
        (row.sha256, row.size)
        for row in work.rows(select(c.sha256, c.size).where(c.encoding == "raw").limit(most))
    ]


def packed(work: Work, sha256: str) -> tuple[str, bytes | None]:
    """How the bytes are better kept: ('zlib', shorter ones), or ('stored', None) where that saves little."""
    data = get(work, sha256)
    short = zlib.compress(data, 6)
    return ("zlib", short) if len(short) < len(data) * 0.9 else ("stored", None)


def repack(work: Work, sha256: str, encoding: str, data: bytes | None) -> None:
    """Keep bytes the way `packed` found; those that were pruned or repacked meanwhile are left alone."""
    values: dict[str, object] = {"encoding": encoding}
    if data is not None:
        values["data"] = data
    c = t.blob.c
    work.execute(t.blob.update().where(c.sha256 == sha256, c.encoding == "raw").values(values))


_USERS = (
    t.delivery.c.blob_sha256,
    t.letter.c.blob_sha256,
    t.outgoing.c.blob_sha256,
    t.attachment.c.blob_sha256,
    t.attachment.c.original_sha256,
)
"""All columns that name bytes."""
_AT_ONCE = 500
_SIZE = Query(select(t.blob.c.size).where(t.blob.c.sha256 == bindparam("sha256")))
_BYTES = Query(select(t.blob.c.encoding, t.blob.c.data).where(t.blob.c.sha256 == bindparam("sha256")))
