"""Message-IDs out of In-Reply-To, References and Message-ID, as mailers really write them.

Brackets are forgotten, blanks put in, the whole field written as encoded words; In-Reply-To may be prose that
names a sender as well as an id (RFC 822 §4.6.2), and who answers is no reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from deskterm import limits
from deskterm.mail.charset import decode, real
from deskterm.mail.headers import decode_words

ID_CHARACTERS: Final = 500

_ID: Final = re.compile(r"<\s*([^<>]{1,1000}?)\s*>")
_BARE_ID: Final = re.compile(r"[^\s<>,;\"()\[\]]{1,400}@[^\s<>,;\"()\[\]]{1,400}")
_WITHOUT_AT: Final = re.compile(r"(?=.*\d)[^@]{12,}")
"""What may be an id without `@`; a word somebody typed where a program asked for an id is none."""
_COMMENT: Final = re.compile(r"\([^()]{0,400}\)")
_SPACE: Final = re.compile(r"\s+")
_SENDER: Final = re.compile(r"(?i)\b(?:from|of|by)\b[^<>@]{1,100}\Z")
"""What stands before an address in prose: `Message from Ann Lee <ann@north.example> of Monday`."""


def read_ids(values: Iterable[bytes]) -> tuple[str, ...]:
    """The Message-IDs of a field, brackets off; the first and the newest where there are too many."""
    found: list[str] = []
    for value in list(values)[:20]:
        text = real(decode(value).text)
        if "<" not in text and "=?" in text:
            text = decode_words(" ".join(text.split()))
        if "&lt;" in text:
            text = text.replace("&lt;", "<").replace("&gt;", ">")
        found.extend(_bracketed(text) or _bare(text))
    unique = list(dict.fromkeys(each[:ID_CHARACTERS] for each in found))
    if len(unique) > limits.REFERENCES_PER_LETTER:
        unique = [unique[0], *unique[-(limits.REFERENCES_PER_LETTER - 1) :]]
    return tuple(unique)


def _bracketed(text: str) -> list[str]:
    """What stands in angle brackets, save for an address that prose names before the id."""
    matches = list(_ID.finditer(text))
    kept = [
        match
        for number, match in enumerate(matches)
        if number == len(matches) - 1
        or not _SENDER.search(text, matches[number - 1].end() if number else 0, match.start())
    ]
    ids = [_SPACE.sub("", match[1]) for match in kept]
    return [each for each in ids if "@" in each or _WITHOUT_AT.fullmatch(each)]


def _bare(text: str) -> list[str]:
    """Ids without brackets, where the field says nothing else."""
    rest = _COMMENT.sub(" ", text)
    ids = _BARE_ID.findall(rest)
    others = [word for word in re.split(r"[\s,;\"\[\]<>]+", rest) if word and "@" not in word]
    return [each.removeprefix("mid:") for each in ids] if not others else []
