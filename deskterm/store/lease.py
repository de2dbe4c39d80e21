"""Who may do a thing alone: a lease that runs out, and an epoch that fences out whoever held it before.

Each taking raises the epoch; `store.work(lease=…)` compares it in the same transaction as the write,
so a holder that slept through its lease can change nothing when it wakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select

from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.errors import LeaseLost
from deskterm.store.work import Work

__all__ = ["Lease", "LeaseLost", "holder", "holds", "last_holder", "release", "renew", "take"]


@dataclass(frozen=True, slots=True)
class Lease:
    """One taking of a lease."""

    name: str
    holder: str
    epoch: int


def take(store: Store, name: str, holder: str, seconds: float, patience: float | None = None) -> Lease | None:
    """Take the lease if it is free or has run out by the database's clock; None while somebody holds it."""
    with store.work(write=True, patience=patience) as work:
        row = work.first(select(t.lease).where(t.lease.c.name == name))
        until = work.now + timedelta(seconds=seconds)
        if row is None:
            work.execute(
                t.lease.insert().values(
                    name=name, holder=holder, epoch=1, expires_at=until, renewed_at=work.now
                )
            )
            return Lease(name, holder, 1)
        if row.expires_at > work.now:
            return None
        epoch = row.epoch + 1
        work.execute(
            t.lease.update()
            .where(t.lease.c.name == name)
            .values(holder=holder, epoch=epoch, expires_at=until, renewed_at=work.now)
        )
        return Lease(name, holder, epoch)


def renew(store: Store, lease: Lease, seconds: float) -> bool:
    """Hold it for another while; False where somebody else has taken it."""
    with store.work(write=True) as work:
        changed = work.execute(
            t.lease.update()
            .where(_is(lease))
            .values(expires_at=work.now + timedelta(seconds=seconds), renewed_at=work.now)
        )
        return changed.rowcount == 1


def release(store: Store, lease: Lease) -> None:
    """Let the next one take it at once; does nothing where it was lost."""
    with store.work(write=True) as work:
        work.execute(t.lease.update().where(_is(lease)).values(expires_at=work.now))


def holds(store: Store, lease: Lease) -> bool:
    """Whether the lease is still ours and has not run out."""
    with store.work() as work:
        expires_at = work.value(select(t.lease.c.expires_at).where(_is(lease)))
        return expires_at is not None and expires_at > work.now


def last_holder(work: Work, name: str) -> str | None:
    """Who held the lease that has run out now; None where it has not, or nobody ever held it."""
    row = work.first(select(t.lease.c.holder, t.lease.c.expires_at).where(t.lease.c.name == name))
    return str(row.holder) if row is not None and row.expires_at <= work.now else None


def holder(work: Work, name: str) -> str | None:
    """Who holds the lease now; None where nobody does."""
    row = work.first(select(t.lease.c.holder, t.lease.c.expires_at).where(t.lease.c.name == name))
    return str(row.holder) if row is not None and row.expires_at > work.now else None


def _is(lease: Lease) -> ColumnElement[bool]:
    return and_(
        t.lease.c.name == lease.name, t.lease.c.epoch == lease.epoch, t.lease.c.holder == lease.holder
    )
