"""The one tokeniser: text to search words, the same for both databases and for queries.

A word is a run of letters and digits, normalised (NFKC), casefolded, ё as е. Messages are indexed by their
words as they stand; which words are forms of one another says `lemmas`: Russian ones by dictionary
(pymorphy3), those it does not know and English ones by Snowball stems.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from unicodedata import is_normalized, normalize

from deskterm import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[а-яёіїєґў]")
LONGEST: Final = 64
"""Characters of a word that count."""
LIKELY: Final = 0.02
"""How likely a reading of a word must be to count: «день» is hardly ever an order to put something away."""


PARTS: Final = ("subject", "sender", "files", "body")
"""The lines of what a message is indexed by; a further one may say what each word is a form of."""


@lru_cache(maxsize=1)
def _dictionary() -> Any:
    import pymorphy3  # 80 ms and 12 MB: at first use only

    from deskterm.store.mapped import map_words

    dictionary = pymorphy3.MorphAnalyzer(lang="ru")
    map_words(dictionary)
    return dictionary


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(language)


def folded(text: str) -> str:
    """A text as words are compared."""
    if not text.isascii() and not is_normalized("NFKC", text):
        text = normalize("NFKC", text)
    text = text.casefold().replace("ё", "е")
    # casefolding takes some letters apart again
    return text if text.isascii() or is_normalized("NFKC", text) else normalize("NFKC", text)


def runs(text: str) -> list[str]:
    """The words of a text as they stand, folded."""
    return [run[:LONGEST] for run in _RUN.findall(folded(text))]


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, word) of each run of a text as it is written."""
    for found in _RUN.finditer(text):
        yield found.start(), found.end(), folded(found.group())[:LONGEST]


@lru_cache(maxsize=100_000)
def lemmas(word: str) -> tuple[str, ...]:
    """What a folded word may be a form of, the likeliest first."""
    if _CYRILLIC.search(word):
        dictionary = _dictionary()
        if dictionary.word_is_known(word):
            scores: dict[str, float] = {}
            for reading in dictionary.parse(word):
                lemma = str(reading.normal_form).replace("ё", "е")
                scores[lemma] = scores.get(lemma, 0.0) + reading.score
            first = next(iter(scores))
            return (first, *(other for other in scores if other != first and scores[other] >= LIKELY))
        return (str(_stemmer("russian").stemWord(word)),)
    if word.isascii() and word.isalpha():
        return (str(_stemmer("english").stemWord(word)),)
    return (word,)


def form(word: str) -> str:
    """What one folded word is most likely a form of."""
    return lemmas(word)[0]


def tokens(text: str) -> list[str]:
    """The lemmas of a text in order, at most `limits.INDEXED_BYTES` characters of it."""
    return [form(run) for run in runs(text[: limits.INDEXED_BYTES])]


def words(*texts: str) -> str:
    """The lemmas of texts with blanks between: what an article is found by."""
    left = limits.INDEXED_BYTES
    found: list[str] = []
    for text in texts:
        found.extend(tokens(text[:left]))
        left = max(0, left - len(text))
    return " ".join(found)


def indexed(subject: str = "", sender: str = "", files: str = "", body: str = "") -> str:
    """What the full-text index is given of a message, within the limits: a line for each of PARTS."""
    left, bytes_left = limits.INDEXED_WORDS, limits.INDEXED_BYTES
    lines = []
    for text in (subject, sender, files, body):
        found: list[str] = []
        for run in runs(text[: limits.INDEXED_BYTES]):
            bytes_left -= len(run.encode()) + 1
            if left <= 0 or bytes_left < 0:
                break
            left -= 1
            found.append(run)
        lines.append(" ".join(found))
    return "\n".join(lines)


def with_lemmas(line: str) -> str:
    """The same with a further line: every word that has forms, and what it may be a form of."""
    found = dict.fromkeys(word for word in line.split() if word.isalpha())
    return "\n".join((line, " ".join(f"{word}:{','.join(lemmas(word))}" for word in found)))
