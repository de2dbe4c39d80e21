"""Which Cyrillic charset a few undeclared bytes are written in: statistics need more than a subject has.

Every reading is judged by how often its letters occur in Russian and Ukrainian, and thrown away where it is
written as nobody writes: capitals or Latin letters inside words, no vowels, boxes between the letters.
"""

from __future__ import annotations

import re
from typing import Final

CODECS: Final = ("cp1251", "koi8_r", "koi8_u", "cp866", "iso8859_5")
"""In the order in which they win where two read alike."""

_OFTEN: Final = {
    letter: weight
    for weight, letters in (
        (10, "оеаи"), (8, "нтсрі"), (6, "влкмдпу"), (4, "яыьгзбчй"), (3, "хжшюцїє"), (1, "щэфъґў"), (5, "ё"),
    )
    for letter in letters
}  # fmt: skip
_RARE_PAIRS: Final = re.compile(
    r"(?i)[ъьы][ъьыаоуэ]|[йьъы]\b[йьъы]|\b[ъьы]|[щшчж][ыэ]|[хцщ][бпфжшщг]|эй?э|([^ео\W])\1\1"
)
_COMMON_PAIRS: Final = frozenset(
    "аз ак ал ам ан ар ас ат аш ая би бл бо ва ве ви вл во вр вс вы ві го да де ди до ед ел ем ен еп"
    " ер ес ет ещ жа же жи за ие из ик ил им ин ис ит их ию ия ка ки кл ко ла ле ли ло лу лю ма ми мо"
    " на не ни нн но ну ня ні об ов од ое ой ол ом ор ос от пе по пр пі ра ре ри ро рё сл ст ся сё та"
    " те ти то тр ть уж уч хо ця ча че чи чт чё ша ше ши ще ые ый ых юд юч ям ях ёл ён ёт ід ій ії їж".split()
)
_VOWEL: Final = re.compile(r"(?i)[аеёиоуыэюяіїє]")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_CAPITAL_INSIDE: Final = re.compile(r"[а-яёіїєґ][А-ЯЁІЇЄҐ]")
_MIXED: Final = re.compile("[A-Za-z][\u0370-\u06ff]|[\u0370-\u06ff][A-Za-z]")
_NO_TEXT: Final = re.compile("[\x80-\x9f\u2500-\u259f\ufffd]")
_LIKELY: Final = 5.0
"""What the letters of a text weigh together, each with its pair: ten to fifteen in Russian."""
_IN_TEXT: Final = "«»„“”–—№…\xa0"
_FOREIGN: Final = re.compile(r"[ЂЃѓЉЊЌЋЏђљњќћџЎЅѕЈј¤§©®±¶¬ґҐ]")


def plausible(text: str) -> bool:
    """Whether a text, read from bytes nobody vouches for, is written as people write."""
    if _NO_TEXT.search(text) or _CAPITAL_INSIDE.search(text) or _MIXED.search(text):
        return False
    letters = [letter for letter in text if "\u0400" <= letter <= "\u04ff"]
    if not letters:
        return True
    vowels = len(_VOWEL.findall(text))
    return len(letters) < 3 or vowels * 5 >= len(letters)


def short_cyrillic(data: bytes) -> tuple[str, str] | None:
    """The codec and text of a few bytes that can only be Cyrillic, None where no reading is likely."""
    best: tuple[float, str, str] | None = None
    for codec in CODECS:
        try:
            text = data.decode(codec)
        except ValueError:
            continue
        score = _score(text)
        if score > 0 and (best is None or score > best[0] + 1e-9):
            best = score, codec, text
    return (best[1], best[2]) if best else None


def _score(text: str) -> float:
    """How Russian or Ukrainian a text looks, 0 where it does not."""
    letters = [letter for letter in text if not letter.isascii() and letter.isalpha()]
    if len(letters) < 2 or not plausible(text) or _FOREIGN.search(text):
        return 0.0
    if any(not "\u0400" <= letter <= "\u04ff" for letter in letters):
        return 0.0
    strange = sum(not one.isascii() and not one.isalpha() and one not in _IN_TEXT for one in text)
    words = _LETTERS.findall(text)
    weight: float = sum(_OFTEN.get(letter.lower(), 0) for letter in letters)
    small = text.lower()
    weight += 8 * sum(small[at : at + 2] in _COMMON_PAIRS for at in range(len(small) - 1))
    weight -= 6 * len(_RARE_PAIRS.findall(text)) + 12 * strange
    weight -= 12 * sum(word[0].islower() and word[1:].isupper() for word in words)
    weight -= sum(letter.isupper() for letter in letters)
    return max(0.0, weight / len(letters) - _LIKELY)
