"""Words of a help desk with all their forms, a file made once and kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class DeskWord:
    """A word: its part of speech, its dictionary form, all its forms."""

    kind: str
    lemma: str
    forms: tuple[str, ...]


def desk_words() -> Iterator[DeskWord]:
    """Every word of the list."""
    for line in (FOLDER / "forms.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, lemma, begin, *ends = line.split(" ")
            yield DeskWord(
                kind, lemma, tuple(begin.removesuffix("-") + end.removeprefix("-") for end in ends)
            )
