"""The dictionary mapped from its files says what the one in memory says."""

from __future__ import annotations

import pymorphy3

from deskterm.store import tokens
from deskterm.store.mapped import map_words

WORDS = ("заявка", "заявок", "письмо", "писем", "день", "дня", "стали", "принтеров", "замок", "ёлкой", "ъъъ")


def test_the_mapped_dictionary_reads_words_as_the_one_in_memory_does() -> None:
    usual, mapped = pymorphy3.MorphAnalyzer(lang="ru"), pymorphy3.MorphAnalyzer(lang="ru")
    map_words(mapped)
    words = list(WORDS)
    words.extend(usual.dictionary.words.keys("заявк"))
    for word in words:
        told = [[(one.normal_form, one.score) for one in each.parse(word)] for each in (usual, mapped)]
        assert told[0] == told[1], word
        assert usual.word_is_known(word) == mapped.word_is_known(word)


def test_the_program_s_own_dictionary_is_the_mapped_one() -> None:
    assert isinstance(tokens._dictionary().dictionary.words.dct._units, memoryview)
    assert {tokens.form(word) for word in ("письмо", "писем", "письмами")} == {"письмо"}
