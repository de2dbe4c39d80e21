"""The tokeniser: the same words for both databases and for queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.store.tokens import form, runs, words


@pytest.mark.parametrize(
    "forms",
    [
        ("заявка", "заявки", "заявок", "заявку", "заявками"),
        ("письмо", "писем", "письма", "письмам"),
        ("день", "дня", "дней", "днями"),
        ("ещё", "еще"),
        ("printer", "printers"),
        ("delivery", "deliveries"),
    ],
)
def test_forms_of_a_word_are_one_token(forms: tuple[str, ...]) -> None:
    assert len({form(runs(word)[0]) for word in forms}) == 1


@given(st.text(max_size=200))
def test_a_token_is_letters_and_digits_only(text: str) -> None:
    for token in words(text).split():
        assert not set(token) & set("\"'\\:*()")
