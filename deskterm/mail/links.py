"""The links of an HTML body: where each stands in the text that is shown, and where it really leads.

The targets are kept out of the text of a letter, so that words, search and folding see what was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

MOST_LINKS: Final = 500
LINK_TEXT_CHARACTERS: Final = 200
"""A longer text of a link is looked for by its beginning."""

TARGET_CHARACTERS: Final = 2000
"""A longer target is no link."""

SHOWN_TARGET_CHARACTERS: Final = 200

_LOOKED_THROUGH: Final = 20_000
"""How far behind the last link the next is looked for, in characters."""

_SCHEME: Final = re.compile(r"(?i)^(?:https?|ftp|mailto|tel):")
_BARE: Final = re.compile(r"(?i)^(?:https?://|ftp://|mailto:|tel:)?(?:www\.)?")
_BLANKS: Final = re.compile(r"\s+")
_INVISIBLE: Final = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Link:
    """A run of the shown text that leads to a target; start equals end where a picture does."""

    start: int
    end: int
    target: str


def links_in(html: str, text: str) -> tuple[Link, ...]:
    """The links of safe HTML in the text made of it, in order, save those whose text is their target.

    `html` must be shallow enough for a tree (`html.deeper_than`).
    """
    found: list[Link] = []
    at = 0
    for anchor in LexborHTMLParser(html).css("a[href]")[:MOST_LINKS]:
        target = _INVISIBLE.sub("", anchor.attributes.get("href") or "")
        if not _SCHEME.match(target) or len(target) > TARGET_CHARACTERS:
            continue
        lines = [line for line in map(_squeezed, (anchor.text() or "").split("\n")) if line]
        words = _squeezed(" ".join(lines))[:LINK_TEXT_CHARACTERS]
        start, end = _place(text, words, lines, at)
        at = end
        if not says_target(words, target) and (not found or found[-1] != Link(start, end, target)):
            found.append(Link(start, end, target))
    return tuple(found)


def _place(text: str, words: str, lines: list[str], at: int) -> tuple[int, int]:
    """Where the text of a link stands behind the one before it; an empty run where it is not found."""
    limit = at + _LOOKED_THROUGH
    for sought in dict.fromkeys((words, lines[0][:LINK_TEXT_CHARACTERS] if lines else "")):
        start = text.find(sought, at, limit) if sought else -1
        if start >= 0:
            return start, start + len(sought)
    return at, at


def _squeezed(text: str) -> str:
    return _BLANKS.sub(" ", text.replace("\xa0", " ")).strip()


def says_target(words: str, target: str) -> bool:
    """Whether the text of a link is already the address it leads to."""
    return _plain_address(words) == _plain_address(target)


def _plain_address(address: str) -> str:
    return _BARE.sub("", _INVISIBLE.sub("", address)).rstrip("/").casefold()


def shown_target(target: str) -> str:
    """A target short enough to be read: without its query, then its tail; `…` for what is left out."""
    if len(target) <= SHOWN_TARGET_CHARACTERS:
        return target
    bare = target.partition("?")[0].partition("#")[0]
    if len(bare) < SHOWN_TARGET_CHARACTERS and _host(target):
        return bare + "?…"
    return target[: SHOWN_TARGET_CHARACTERS - 1] + "…"


def _host(target: str) -> str:
    try:
        return urlsplit(target).netloc
    except ValueError:
        return ""
