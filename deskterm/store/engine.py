"""An open store: where units of work begin and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, Executable, select
from sqlalchemy.exc import DBAPIError, OperationalError

from deskterm import limits
from deskterm.i18n import _
from deskterm.store import fulltext, postgres, sqlite
from deskterm.store import tables as t
from deskterm.store.errors import CANNOT_WRITE, TRY_AGAIN, UNAVAILABLE, LeaseLost, StoreError
from deskterm.store.work import Work

if TYPE_CHECKING:
    from deskterm.store.lease import Lease


class Store:
    """One database, used by any number of threads and processes at once."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name
        self.dialect = engine.dialect.name
        self._afterwards: dict[Work, list[Executable]] = {}
        self.clock: Callable[[], datetime] | None = None
        """Set in tests and when a past is played back; None is the database's own clock."""
        self.known_words: tuple[str, set[str]] = ("", set())
        """What `vocabulary` need not note again, and the epoch it is of."""

    @contextmanager
    def work(
        self, write: bool = False, lease: Lease | None = None, patience: float | None = None
    ) -> Iterator[Work]:
        """A unit of work: committed at the end, rolled back when anything is raised.

        With `lease`, nothing is written once another process has taken that lease over. `patience` is how
        many seconds it waits for another writer of SQLite, where not as long as usual.
        Raises StoreError for a full disk, a locked or vanished database.
        """
        work: Work | None = None
        try:
            options: dict[str, Any] = {"deskterm_write": write}
            if patience is not None:
                options["deskterm_patience"] = patience
            if not write and self.dialect == "postgresql":
                # each statement has a snapshot of its own in a transaction, too: two ways to the server less;
                # what needs one begins it, see `Work.begin`
                options["isolation_level"] = "AUTOCOMMIT"
            with self.engine.connect().execution_options(**options) as connection:
                with connection.begin():
                    work = Work(self, connection, write)
                    if lease is not None:
                        _check(work, lease)
                    yield work
                    for act in work.before_commit:
                        act()
                    fulltext.write_out(work)
                    if write and self.dialect == "postgresql":
                        postgres.tell(connection)
                for act in work.after_commit:
                    act()
        except DBAPIError as error:
            said = known(error, self.name)
            if said is None:
                raise
            raise said from error

        finally:
            self._write_afterwards(work)

    def after_rollback(self, work: Work, statement: Executable) -> None:
        """Write this by a transaction of its own once the unit of work has ended, however it ends."""
        self._afterwards.setdefault(work, []).append(statement)

    def _write_afterwards(self, work: Work | None) -> None:
        left = self._afterwards.pop(work, []) if work is not None else []
        if left:
            with self.engine.connect().execution_options(deskterm_write=True) as connection:
                with connection.begin():
                    for statement in left:
                        connection.execute(statement)

    def keep_little(self, cache_kib: int = limits.CACHE_KIB) -> None:
        """From here on keep little of the database in memory: the system's own cache holds it for all."""
        if self.dialect == "sqlite":
            sqlite.keep_little(self.engine, cache_kib)

    def work_unattended(self) -> None:
        """The same, and hold nobody up where this process is frozen."""
        self.keep_little()
        if self.dialect == "postgresql":
            postgres.end_when_idle(self.engine, limits.LEASE_SECONDS)

    def close(self) -> None:
        self.engine.dispose()


def _check(work: Work, lease: Lease) -> None:
    row = work.first(select(t.lease.c.epoch, t.lease.c.holder).where(t.lease.c.name == lease.name))
    if row is None or row.epoch != lease.epoch or row.holder != lease.holder:
        raise LeaseLost(lease.name)


def known(error: DBAPIError, name: str) -> StoreError | None:
    words = str(error.orig).lower()
    if "disk is full" in words or "no space left" in words or "disk full" in words:
        return StoreError(
            _(
                "The disk of the store {name} is full; nothing was lost, nothing was changed. Make room."
            ).format(name=name),
            CANNOT_WRITE,
        )
    if "readonly database" in words or "disk i/o error" in words or "unable to open" in words:
        return StoreError(
            _("The store {name} cannot be written ({why}). Look at its folder and disk.").format(
                name=name, why=str(error.orig)
            ),
            CANNOT_WRITE,
        )
    if "database is locked" in words:
        return StoreError(_("The store {name} is busy. Try again.").format(name=name), TRY_AGAIN)
    if "malformed" in words or "not a database" in words:
        return StoreError(
            _("The file {name} is damaged or no store of deskterm. Restore a backup.").format(name=name), 65
        )
    if isinstance(error, OperationalError) and error.connection_invalidated or "connection" in words:
        return StoreError(
            _(
                "The database {name} cannot be reached. It is tried again; check the server and the network."
            ).format(name=name),
            UNAVAILABLE,
        )
    return None
