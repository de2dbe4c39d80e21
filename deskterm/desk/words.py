"""The words a message is found by: which of its texts, in which order.

Light enough for the parser's child: knows tokens, and nothing of a database.
"""

from __future__ import annotations

from deskterm.mail.letter import Letter
from deskterm.store import tokens


def of_message(subject: str, body: str, name: str = "", address: str = "", files: str = "") -> str:
    """What the full text is given of a message; long texts are cut at their end, so the body comes last."""
    return tokens.indexed(subject, f"{name} {address}", files, body)


def of_letter(letter: Letter) -> str:
    """The same of the message a letter becomes, with what each word is a form of: looked up here already."""
    line = of_message(
        letter.subject,
        letter.text,
        letter.sender.name if letter.sender else "",
        letter.sender.address if letter.sender else "",
        " ".join(part.name for part in letter.attachments),
    )
    return tokens.with_lemmas(line)
