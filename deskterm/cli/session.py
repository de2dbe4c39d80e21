"""What every command shares: the home it works on, the store, and who is acting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.config import Home

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.store.engine import Store
    from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Invocation:
    """The options that stand before the command."""

    home: str | None = None
    as_login: str | None = None


invocation: ContextVar[Invocation] = ContextVar("invocation", default=Invocation())  # noqa: B039  frozen


@dataclass(frozen=True, slots=True)
class Desk:
    """An open store and the agent on whose behalf the command acts."""

    home: Home
    store: Store
    actor: Actor

    @contextmanager
    def reading(self) -> Iterator[Work]:
        with self.store.work() as work:
            yield work

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """One command, one unit of work."""
        with self.store.work(write=True) as work:
            yield work


def home() -> Home:
    return Home.find(invocation.get().home)


def exists() -> bool:
    """Whether this home has a store already; a database by URL is taken to be there."""
    place = home()
    return not place.is_local or Path(place.database).exists()


@contextmanager
def desk(create: bool = False) -> Iterator[Desk]:
    """The store of this invocation with its actor settled, closed at the end.

    Only what sets up a desk (`create`) makes one: a listing of a mistyped home must say so.
    """
    from deskterm.desk.actor import settle
    from deskterm.store.opening import open_store

    place = home()
    store = open_store(place, create=create)
    try:
        yield Desk(place, store, settle(store, place, invocation.get().as_login, via="command"))
    finally:
        store.close()
