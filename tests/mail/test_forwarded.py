"""Who wrote a letter that somebody passes on is read from what mail programs write above it."""

from __future__ import annotations

import pytest

from deskterm.mail.forwarded import original_sender
from deskterm.mail.parse import read_letter
from tests.mail.corpus import raw_letter


@pytest.mark.parametrize(
    ("name", "name_written", "address"),
    [
        ("forward-gmail-en", "Bob Hill", "bob@timber.example"),
        ("forward-gmail-ru", "Олег Ким", "oleg@vektor.example"),
        ("forward-iphone-it", "Paolo Legno", "paolo@timber.example"),
        ("forward-mailru-ru", "Олег Ким", "oleg@vektor.example"),
        ("forward-outlook-de", "Bernd Holz", "bernd@timber.example"),
        ("forward-outlook-fr", "Paul Bois", "paul@timber.example"),
        ("forward-thunderbird-pl", "Jan Deska", "jan@timber.example"),
        ("forward-yandex-ru", "Олег Ким", "oleg@vektor.example"),
    ],
)
def test_a_forwarded_letter_names_its_writer(name: str, name_written: str, address: str) -> None:
    letter = read_letter(raw_letter(name))
    found = original_sender(letter.subject, letter.text)
    assert found is not None and (found.name, found.address) == (name_written, address)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Invoice", "Paid.\n\nFrom: Bob <bob@timber.example>\nSent: today\nTo: me\nSubject: Invoice\n"),
        ("Fwd: Invoice", "Please look at this, Bob <bob@timber.example> asks for it."),
        ("Fwd: Invoice", "From: nobody we know\nSent: today\nTo: me\nSubject: Invoice\n\nPay."),
        ("Fwd: ", ""),
    ],
)
def test_what_is_not_passed_on_names_nobody(subject: str, text: str) -> None:
    assert original_sender(subject, text) is None
