"""The one tokeniser: text to search words, the same for both databases and for queries.

A token is a run of letters and digits, casefolded, ё as е, brought to its word form: Russian words
by dictionary (pymorphy3), those it does not know and English ones by Snowball stems.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from deskterm import limits

if TYPE_CHECKING:
    from collections.abc import Iterable

_RUN = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[а-яёіїєґў]")
_LONGEST = 64


@lru_cache(maxsize=1)
def _dictionary() -> Any:
    import pymorphy3  # 80 ms and 28 MB: at first use only

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(language)


def runs(text: str) -> list[str]:
    """The runs of letters and digits as they stand, casefolded, ё as е."""
    return [run[:_LONGEST] for run in _RUN.findall(text.casefold().replace("ё", "е"))]


@lru_cache(maxsize=100_000)
def form(word: str) -> str:
    """The word form of one casefolded run."""
    if _CYRILLIC.search(word):
        dictionary = _dictionary()
        if dictionary.word_is_known(word):
            return str(dictionary.parse(word)[0].normal_form).replace("ё", "е")
        return str(_stemmer("russian").stemWord(word))
    if word.isascii() and word.isalpha():
        return str(_stemmer("english").stemWord(word))
    return word


def tokens(text: str) -> list[str]:
    """The tokens of a text in order, at most `limits.INDEXED_BYTES` characters of it."""
    return [form(run) for run in runs(text[: limits.INDEXED_BYTES])]


def words(*texts: str) -> str:
    """What the full-text index is given: tokens with blanks between."""
    left = limits.INDEXED_BYTES
    found: list[str] = []
    for text in texts:
        found.extend(tokens(text[:left]))
        left = max(0, left - len(text))
    return " ".join(found)


def quoted(parts: Iterable[str]) -> list[str]:
    """Tokens as quoted strings of a query; a token holds letters and digits only, so none can end it."""
    return [f'"{part}"' for part in parts]
