"""What the worker last saw of each account, for status line and `accounts list`; no history is kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from deskterm.store import tables as t
from deskterm.store.work import Work

FAILING = "failing"
HEARD = ("idle", "polling")
"""States of an account whose mailbox was looked through and is watched."""


def note_incoming(work: Work, account_id: int, state: str, detail: str = "", stage: str = "") -> bool:
    """Say how receiving stands; written only where it changed, and then True.

    `state` is 'unknown', 'connecting', 'idle', 'polling', 'reading' or 'failing'; `detail` is one
    sentence for a person, `stage` the step that failed ('resolve', 'connect', 'tls', 'login', …).
    """
    return _note(work, account_id, incoming=state, incoming_detail=detail, incoming_stage=stage)


def note_outgoing(work: Work, account_id: int, state: str, detail: str = "") -> bool:
    """Say how sending stands ('unknown', 'fine', 'failing'); written only where it changed, and then True."""
    return _note(work, account_id, outgoing=state, outgoing_detail=detail)


def note_files(work: Work, account_id: int, detail: str) -> bool:
    """Say why attachments cannot be saved to their folder, '' where they can; True where that changed."""
    return _note(work, account_id, files_detail=detail)


def note_checked(work: Work, account_id: int) -> None:
    """Say that all folders of the account were looked through just now."""
    _write(work, account_id, {"checked_at": work.now})


def forget(work: Work, account_id: int) -> None:
    """Say that nobody looks at the account any more: it was switched off, or no worker runs."""
    _note(
        work,
        account_id,
        incoming="unknown",
        incoming_detail="",
        incoming_stage="",
        outgoing="unknown",
        outgoing_detail="",
    )


def _note(work: Work, account_id: int, **said: str) -> bool:
    row = work.first(select(t.account_state).where(t.account_state.c.account_id == account_id))
    if row is not None and all(getattr(row, name) == value for name, value in said.items()):
        return False
    values: dict[str, Any] = dict(said) | {"changed_at": work.now}
    if FAILING in said.values():
        values["failures"] = (row.failures if row is not None else 0) + 1
    elif said.get("incoming") in ("idle", "polling"):
        values["failures"] = 0
    _write(work, account_id, values)
    return True


def _write(work: Work, account_id: int, values: dict[str, Any]) -> None:
    changed = work.execute(
        t.account_state.update().where(t.account_state.c.account_id == account_id).values(**values)
    )
    if changed.rowcount:
        return
    if work.first(select(t.account.c.id).where(t.account.c.id == account_id)) is None:
        return  # removed while its thread was still ending
    work.execute(t.account_state.insert().values(account_id=account_id, **values))
