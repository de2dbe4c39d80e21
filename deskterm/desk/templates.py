"""The texts of automatic letters, in the customer's language."""

from __future__ import annotations

from deskterm.i18n import N_, translator

CONFIRMATION = N_(
    "Thank you for your letter. It is registered as ticket {number}.\n"
    "\n"
    "We will answer as soon as we can. To add something, simply reply to this letter\n"
    "and leave its subject as it is."
)


def confirmation_text(language: str, number: int, subject: str) -> str:
    """“Registered as ticket N”; the subject stands in the letter's own subject and is not repeated."""
    return translator(language).gettext(CONFIRMATION).format(number=number, subject=subject)
