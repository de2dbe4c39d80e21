"""What a call asked the last time, asked at once the next time, where the way to the database is far.

A call asks one thing after the other, thirty and more, and each waits for the way there and back. The same
call with other arguments asks the same: what has no parameters, or has the call's own, is known before.
A guess that is wrong costs its reading and nothing else: an answer is used by who asks for just that. No
guess may fail, it would end the transaction: of a call's own values only small numbers are put in, which
every column of numbers takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from deskterm.store.prepared import Asked, Query
    from deskterm.store.work import Work

MOST: Final = 48
"""Queries that are asked at once."""
SMALL: Final = 2**31
"""Below it a number fits every column of numbers."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A parameter that was the call's own number at this place."""

    at: int


@dataclass(slots=True)
class Foresight:
    """What calls asked, by their names; shared by threads, each of which replaces what it learned whole."""

    _known: dict[str, tuple[tuple[Query, Mapping[str, Any]], ...]] = field(default_factory=dict)
    _last: dict[str, frozenset[Any]] = field(default_factory=dict)

    def ask(self, work: Work, call: str, values: Sequence[Any]) -> None:
        """Ask what the call with these values is going to ask, and note what it asks."""
        if work.dialect == "postgresql":
            if known := self.of(call, values):
                work.ahead(known)
            work.after_commit.append(partial(self.learn, call, values, work.note()))

    def of(self, call: str, values: Sequence[Any]) -> list[Asked]:
        """What the call with these values is going to ask, as far as that is known."""
        known = self._known.get(call, ())
        given = tuple(_numbers(values))
        return [
            (query, {name: given[it.at] if isinstance(it, _Place) else it for name, it in named.items()})
            for query, named in known
            if all(
                not isinstance(it, _Place) or (it.at < len(given) and given[it.at] is not None)
                for it in named.values()
            )
        ]

    def learn(self, call: str, values: Sequence[Any], asked: Sequence[Asked]) -> None:
        """Note what the call with these values asked; a parameter that is none of them was the same twice."""
        places = {value: _Place(at) for at, value in enumerate(_numbers(values)) if value is not None}
        before = self._last.get(call, frozenset())
        found: dict[Any, tuple[Query, Mapping[str, Any]]] = {}
        for query, parameters in asked:
            key = (query, frozenset(parameters.items()))
            named = {name: places.get(it, it) if type(it) is int else it for name, it in parameters.items()}
            if key in before or all(isinstance(it, _Place) for it in named.values()):
                found.setdefault(key, (query, named))
        self._last[call] = frozenset((query, frozenset(given.items())) for query, given in asked)
        self._known[call] = tuple(found.values())[:MOST]


def _numbers(values: Sequence[Any]) -> Iterator[int | None]:
    """The numbers among the call's values, the only one of a list for it; None for all else."""
    for value in values:
        one = value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value
        yield one if type(one) is int and 0 <= one < SMALL else None
