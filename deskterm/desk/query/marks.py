"""Words to be marked in what a query found: a value screens can hold without knowing the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Marks:
    """Folded words to be marked: whole ones, beginnings, runs of words."""

    words: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


NOTHING: Final = Marks()
