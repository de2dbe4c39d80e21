"""The words a message is found by: which of its texts, in which order.

Light enough for the parser's child: knows tokens, and nothing of a database.
"""

from __future__ import annotations

from deskterm.mail.letter import Letter
from deskterm.store import tokens


def of_message(subject: str, body: str, name: str = "", address: str = "", files: str = "") -> str:
    """The token string of a message; long texts are cut at their end, so the body comes last."""
    return tokens.words(subject, name, address, files, body)


def of_letter(letter: Letter) -> str:
    """The token string of the message a letter becomes."""
    return of_message(
        letter.subject,
        letter.text,
        letter.sender.name if letter.sender else "",
        letter.sender.address if letter.sender else "",
        " ".join(part.name for part in letter.attachments),
    )
