"""The keys that sign our tokens and Message-IDs, read from the store once per process."""

from __future__ import annotations

import weakref

from sqlalchemy import select

from deskterm.mail.message_ids import Keys
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.work import Work

_known: weakref.WeakKeyDictionary[Store, Keys] = weakref.WeakKeyDictionary()


def keys(work: Work) -> Keys:
    """The signing keys of this desk, the newest as the current one."""
    found = _known.get(work.store)
    if found is None:
        rows = work.rows(
            select(t.signing_key.c.kid, t.signing_key.c.secret).order_by(t.signing_key.c.created_at.desc())
        )
        found = Keys(current=rows[0].kid, keys={row.kid: bytes(row.secret) for row in rows})
        _known[work.store] = found
    return found
