r"""Foreign text made safe for a terminal.

Whatever a letter, a file name or a server says is foreign. Neither Textual nor Rich removes control
characters, so this is the first of two walls: widgets, command output, logs and errors take a `Clean`.
The second is `strip_controls`, laid over every line that is about to be painted.

What becomes of what: line ends, tabs and the Unicode separators turn into blanks (or stay lines, see
`clean_lines`); other C0 controls and DEL turn into their pictures (ESC is shown as U+241B), so that an
attack is seen instead of obeyed; C1 controls, surrogates and noncharacters turn into U+FFFD; bidirectional
controls, invisible fillers, variation selectors and tags vanish. ZERO WIDTH (NON-)JOINER stays only between
letters of the scripts that are misspelt without it (Arabic to Sinhala); in emoji it vanishes too, since
terminals disagree about the width of joined emoji: a family is shown as its members, a hand without the
tone of its skin. Runs of more than four combining marks are cut.
"""

from __future__ import annotations

import re
from typing import Final


class Clean(str):
    """Text that went through `clean`; the type is the proof."""

    __slots__ = ()


COMBINING_MARKS: Final = 4
"""Marks that may stand on one letter; no living orthography needs more."""

TAB_CELLS: Final = 8

_CONTROLS: Final = "\x00-\x1f\x7f-\x9f"
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
_SEPARATORS: Final = "\u2028\u2029"
_INVISIBLE: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\U0001f3fb-\U0001f3ff"
)
_JOINERS: Final = "\u200c\u200d"
_BROKEN: Final = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)

_SUSPICIOUS: Final = re.compile(f"[{_CONTROLS}{_BIDI}{_SEPARATORS}{_INVISIBLE}{_JOINERS}{_BROKEN}]")
_SUSPICIOUS_IN_LINES: Final = re.compile(
    f"[\x00-\x09\x0b-\x1f\x7f-\x9f{_BIDI}{_SEPARATORS}{_INVISIBLE}{_JOINERS}{_BROKEN}]"
)
_MARK_RUN: Final = re.compile(f"([{_MARKS}]{{{COMBINING_MARKS}}})[{_MARKS}]+")
_LINE_END: Final = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_JOINED: Final = re.compile("(?<=[\u0600-\u0dff])[\u200c\u200d](?=[\u0600-\u0dff])")
_WALL: Final = re.compile(f"[{_CONTROLS}{_BIDI}{_SEPARATORS}{_BROKEN}]")


def _replacement(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code in (0xFFFE, 0xFFFF):
        return "\ufffd"
    return ""


def _harmless(text: str) -> str:
    """The text without anything a terminal would obey or hide; line ends must be settled before."""
    pieces: list[str] = []
    at = 0
    for joiner in _JOINED.finditer(text):
        pieces.append(_SUSPICIOUS_IN_LINES.sub(_replacement, text[at : joiner.start()]))
        pieces.append(joiner.group())
        at = joiner.end()
    pieces.append(_SUSPICIOUS_IN_LINES.sub(_replacement, text[at:]))
    return "".join(pieces)


def clean(text: str) -> Clean:
    """The text as one line that is safe for a terminal."""
    if type(text) is Clean and "\n" not in text:
        return text
    if _SUSPICIOUS.search(text):
        text = _harmless(_LINE_END.sub(" ", text).replace("\t", " "))
    if not text.isascii():
        text = _MARK_RUN.sub(r"\1", text)
    return Clean(text)


def clean_lines(text: str) -> Clean:
    r"""The text safe for a terminal, its line ends kept as \n and its tabs expanded to eight columns."""
    if _SUSPICIOUS_IN_LINES.search(text):
        text = _harmless(_LINE_END.sub("\n", text).expandtabs(TAB_CELLS))
    if not text.isascii():
        text = _MARK_RUN.sub(r"\1", text)
    return Clean(text)


def strip_controls(text: str) -> str:
    """One rendered segment without any control character: the second wall, for whatever passed the first."""
    if _WALL.search(text):
        return _WALL.sub("", text)
    return text


def spreadsheet(text: str) -> str:
    """A text of several lines as a cell of a CSV file, which no spreadsheet takes for a formula."""
    told = clean_lines(text)
    return f"'{told}" if told.startswith(("=", "+", "-", "@")) else told
