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


def compress(work: Work, most: int = 50) -> int:
    """Compress some originals that still stand as they came; the number that were looked at."""
    rows = work.rows(select(t.blob.c.sha256, t.blob.c.data).where(t.blob.c.encoding == "raw").limit(most))
    for row in rows:
        packed = zlib.compress(row.data, 6)
        smaller = len(packed) < len(row.data) * 0.9
        work.execute(
            t.blob.update()
            .where(t.blob.c.sha256 == row.sha256)
            .values(encoding="zlib" if smaller else "stored", data=packed if smaller else row.data)
        )
    return len(rows)
