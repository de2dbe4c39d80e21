"""Whether a store's file is whole, where the database leaves that to us, and who a database lets read."""

from __future__ import annotations

from dataclasses import dataclass

from deskterm.store import postgres, sqlite
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a file: `broken` in the database's words, `astray` a table with a dangling row."""

    broken: str
    astray: str


def faults(work: Work) -> Faults | None:
    """What is wrong; None where a database server answers for its files itself."""
    if work.dialect != "sqlite":
        return None
    return Faults(*sqlite.faults(work.connection))


def readers(work: Work) -> list[tuple[str, bool]]:
    """(role, whether a superuser) of all who can log in at the database server and read the messages."""
    return postgres.readers(work.connection) if work.dialect == "postgresql" else []
