"""Bytes by their SHA-256, once each."""

from __future__ import annotations

import hashlib
import zlib

from sqlalchemy import select

from deskterm.store import tables as t
from deskterm.store.work import Work


def put(work: Work, data: bytes) -> str:
    """Keep the bytes and give their SHA-256; bytes known before are not written again."""
    sha256 = hashlib.sha256(data).hexdigest()
    if work.value(select(t.blob.c.size).where(t.blob.c.sha256 == sha256)) is None:
        work.execute(t.blob.insert().values(sha256=sha256, size=len(data), encoding="raw", data=data))
    return sha256


def get(work: Work, sha256: str) -> bytes:
    """The bytes as they came; KeyError where there are none."""
    row = work.first(select(t.blob.c.encoding, t.blob.c.data).where(t.blob.c.sha256 == sha256))
    if row is None:
        raise KeyError(sha256)
    return zlib.decompress(row.data) if row.encoding == "zlib" else bytes(row.data)


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
