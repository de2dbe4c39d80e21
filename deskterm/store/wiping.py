"""Deleting so that nothing stays behind in the store's file.

On PostgreSQL the server's vacuum overwrites in its own time.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from deskterm.store import postgres, sqlite, vocabulary
from deskterm.store import tables as t
from deskterm.store.work import Work

_USES = (
    t.letter.c.blob_sha256,
    t.delivery.c.blob_sha256,
    t.outgoing.c.blob_sha256,
    t.attachment.c.blob_sha256,
    t.attachment.c.original_sha256,
)


def begin(work: Work) -> None:
    """What this unit of work deletes or replaces is overwritten."""
    if work.dialect == "sqlite":
        sqlite.wipe_deleted(work.connection)


def end(work: Work, sha256s: Iterable[str]) -> int:
    """Take away those of the blobs nothing points at any more, and words of deleted messages; how many."""
    wanted = list(dict.fromkeys(sha256s))
    gone = 0
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        used = {sha256 for column in _USES for sha256 in work.values(select(column).where(column.in_(some)))}
        free = [sha256 for sha256 in some if sha256 not in used]
        gone += work.execute(t.blob.delete().where(t.blob.c.sha256.in_(free))).rowcount
    if work.dialect == "sqlite":
        sqlite.merge_words(work.connection)
    else:
        postgres.forget_words(work.connection)
    vocabulary.begin_anew(work)
    return gone
