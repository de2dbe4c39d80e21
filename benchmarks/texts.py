"""Texts for filled stores, in which words come as they do in letters: few are everywhere, most are rare."""

from __future__ import annotations

import itertools
import pydoc_data.topics
import random
import re
from functools import cache

from deskterm.store import tokens
from tests.store.word_forms import desk_words

WORDS = 60_000
PIECES = 60_000
WORDS_OF_A_PIECE = 12
SUBJECTS = 20_000
WORDS_OF_A_SUBJECT = 5
FIRST = "не на и в заявка принтер письмо счет договор оплата работает printer error server customer".split()
BEGINNINGS = "пр по за об от вы на не ра со ст ко ка ма ме до де тр вз ин пл кр су фо тел сер бух дог".split()

Text = tuple[str, str]
"""A text and its search words."""


@cache
def vocabulary() -> tuple[str, ...]:
    """Words from the commonest to the rarest: of a help desk, English, of a dictionary, numbers."""
    import pymorphy3

    chance = random.Random(3)
    desk = [form for word in desk_words() if word.kind != "INFN" for form in word.forms]
    desk += [form for word in desk_words() if word.kind == "INFN" for form in word.forms[:12]]
    english = sorted(set(re.findall(r"[a-z]{3,}", " ".join(pydoc_data.topics.topics.values()).lower())))
    chance.shuffle(desk)
    chance.shuffle(english)
    common = [word for pair in itertools.zip_longest(desk, english) for word in pair if word]
    dictionary = pymorphy3.MorphAnalyzer(lang="ru")
    rare = sorted(
        word
        for begin in BEGINNINGS
        for word in {one.word for one in itertools.islice(dictionary.iter_known_word_parses(begin), 8_000)}
    )
    chance.shuffle(rare)
    numbers = (str(number) for number in range(1000, 9000))
    return tuple(dict.fromkeys([*FIRST, *common, *rare, *numbers]))[:WORDS]


class Texts:
    """Subjects and bodies put together by chance from pieces whose search words are known already."""

    def __init__(self, chance: random.Random) -> None:
        words = vocabulary()
        weights = list(itertools.accumulate(1 / (rank + 12) for rank in range(len(words))))

        def made(number: int, length: int) -> list[Text]:
            lines = (" ".join(chance.choices(words, cum_weights=weights, k=length)) for _ in range(number))
            return [(line, " ".join(tokens.runs(line))) for line in lines]

        self._chance = chance
        self._subjects = made(SUBJECTS, WORDS_OF_A_SUBJECT)
        self._pieces = made(PIECES, WORDS_OF_A_PIECE)

    def subject(self) -> Text:
        return self._chance.choice(self._subjects)

    def body(self, lines: int = 2) -> Text:
        """So many lines."""
        pieces = self._chance.choices(self._pieces, k=lines)
        return "\n".join(text for text, _words in pieces), " ".join(words for _text, words in pieces)
