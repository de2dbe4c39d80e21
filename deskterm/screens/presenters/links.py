"""The links of an opened text, numbered; and what must be said of one before it is opened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from deskterm.clean import clean
from deskterm.i18n import _

if TYPE_CHECKING:
    from deskterm.desk.views import BodyLink

MOST: Final = 999
LONGEST: Final = 2000
"""Characters; what is longer is no address."""

_WRITTEN: Final = re.compile(r"(?i)\b(?:https?://|ftp://|www\.(?=[^\s.]))[^\s<>\"«»“”…]{1,2000}")
_NAMED_HOST: Final = re.compile(
    r"(?i)^\W*(?:[a-z]+://)?(?:[^\s/@]+@)?((?:[\w-]+\.)+[^\W\d_]{2,24})(?:[:/?#].*)?\W*$"
)
_NUMBER: Final = re.compile(r"(?i)(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+))*|[0-9a-f.]*:[0-9a-f:.]*")
"""An IPv4 address in any of its spellings, or an IPv6 address."""

_TAIL: Final = ".,;:!?'\"*_~"
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its number, its run in the text, the words there, and the address it truly leads to."""

    number: int
    start: int
    end: int
    words: str
    target: str


def numbered(text: str, hidden: Sequence[BodyLink] = ()) -> tuple[Link, ...]:
    """Every link in order: those behind words (`hidden`), and addresses that are written out."""
    runs = [(one.start, one.end, one.target) for one in hidden if 0 <= one.start <= one.end <= len(text)]
    taken = sorted((start, end) for start, end, _target in runs)
    at = 0
    for found in _WRITTEN.finditer(text):
        start, end = found.start(), found.start() + len(_without_tail(found[0]))
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        if end - start < 6 or (at < len(taken) and taken[at][0] < end):
            continue
        written = text[start:end]
        target = f"http://{written}" if written.lower().startswith("www.") else written
        runs.append((start, end, target))
        if len(runs) >= MOST:
            break
    runs.sort()
    return tuple(
        Link(number, start, end, text[start:end], target)
        for number, (start, end, target) in enumerate(runs[:MOST], 1)
    )


def _without_tail(written: str) -> str:
    """An address without the punctuation of the sentence it ends."""
    while written:
        last = written[-1]
        opening = _BRACKETS.get(last)
        if last not in _TAIL and (opening is None or opening in written):
            break
        written = written[:-1]
    return written


def host(target: str) -> str:
    """The host an address leads to, '' where it names none."""
    parts = _split(target)
    try:
        return (parts.hostname or "") if parts is not None else ""
    except ValueError:
        return ""


def _split(target: str) -> SplitResult | None:
    try:
        return urlsplit(target)
    except ValueError:
        return None


def whereto(target: str) -> str:
    """Where an address leads, as short as it can be said: its host, else the whole of it."""
    return clean(host(target) or target)


def warnings(link: Link) -> list[str]:
    """What is wrong with a link, each as a sentence: above all words that name another host."""
    found: list[str] = []
    real = host(link.target)
    named = _NAMED_HOST.match(clean(link.words).strip())
    if named is not None and real and not _same_site(named[1], real):
        found.append(
            _("The text names {named}, but the link leads to {real}.").format(named=named[1], real=real)
        )
    parts = _split(link.target)
    if parts is None:
        found.append(_("Its address is malformed."))
    if parts is not None and "@" in parts.netloc:
        found.append(_("Its address hides the host behind a name and an @."))
    if real and _is_number(real):
        found.append(_("It leads to a bare number, not to a named host."))
    if plain := _in_ascii(real):
        found.append(_("Letters of its host may imitate others; truly it is {host}.").format(host=plain))
    if parts is not None and parts.scheme == "http":
        found.append(_("It is not encrypted."))
    return [clean(sentence) for sentence in found]


def can_be_opened(target: str) -> bool:
    """Whether a browser is the right program for it."""
    parts = _split(target)
    return parts is not None and parts.scheme.lower() in ("http", "https") and bool(host(target))


def _same_site(named: str, real: str) -> bool:
    named, real = named.casefold().removeprefix("www."), real.casefold().removeprefix("www.")
    return real == named or real.endswith(f".{named}")


def _is_number(name: str) -> bool:
    return _NUMBER.fullmatch(name) is not None


def _in_ascii(name: str) -> str:
    """A host with other letters as the network knows it; '' for a plain one."""
    if "xn--" in name.casefold():
        return name
    if name.isascii():
        return ""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name
