"""Header fields: where they begin and end, encoded words (RFC 2047), parameters (RFC 2231).

Written against what mailers send rather than against the grammar: blanks inside encoded words, bad
base64 padding, raw 8-bit and whole-header UTF-8 (RFC 6532), characters split between two words.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from deskterm import limits
from deskterm.mail.charset import codec_of, decode, real

MOST_FIELDS: Final = 2000

_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN_FIELD: Final = re.compile(
    rb"(?im)^(?:from|to|cc|bcc|subject|date|message-id|mime-version|content-[a-z-]+|received|return-path"
    rb"|reply-to|sender|in-reply-to|references|delivered-to|list-[a-z-]+|x-[a-z0-9-]+)[ \t]*:"
)
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n|\A\r?\n")
_FOLD: Final = re.compile(r"[ \t]*\r?\n[ \t]*")
_WORD: Final = re.compile(r"=\?\s*([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\s*\?\s*([bBqQ])\s*\?")
_BLANKS: Final = re.compile("[ \t\r\n\x0b\x0c\x85\u2028\u2029]+")
_BROKEN_BLANKS: Final = re.compile(" *[\t\r\n\x0b\x0c\x85\u2028\u2029][ \t\r\n\x0b\x0c\x85\u2028\u2029]*")
"""Blanks with an end of line or a tab among them: spaces alone are as a file's name has them."""
_BOUNDARY: Final = re.compile(rb"--[^\s:]{1,70}[ \t]*\Z")
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass(frozen=True, slots=True)
class Head:
    """The fields of one part in order, names casefolded, values as raw bytes, and where its body begins."""

    fields: tuple[tuple[str, bytes], ...]
    body: int
    repaired: bool = False
    cut: bool = False
    """Whether there was more of it than `HEADER_BYTES` or `MOST_FIELDS`; the rest counts as body."""

    def first(self, name: str) -> bytes | None:
        """The raw value of the first field of that name."""
        for found, value in self.fields:
            if found == name:
                return value
        return None

    def every(self, name: str) -> tuple[bytes, ...]:
        """The raw values of all fields of that name."""
        return tuple(value for found, value in self.fields if found == name)


def read_head(data: bytes, start: int, end: int) -> Head:
    """The header fields of data[start:end]; a line that is no field is mended or begins the body."""
    blank = _BLANK_LINE.search(data, start, end) if not data.startswith((b"\n", b"\r\n"), start) else None
    if data.startswith(b"\r\n", start, end):
        return Head((), start + 2)
    if data.startswith(b"\n", start, end):
        return Head((), start + 1)
    head_end, body = (blank.start(), blank.end()) if blank else (end, end)
    fields: list[tuple[str, bytes]] = []
    name, pieces = "", [b""]
    repaired = False
    last_known = -1
    at = start
    while at < head_end:
        stop = data.find(b"\n", at, head_end)
        following = head_end if stop < 0 else stop + 1
        line = data[at : head_end if stop < 0 else stop].rstrip(b"\r")
        if line[:2] == b"--" and _BOUNDARY.match(line):
            # the blank line before the first part is missing, or holds blanks
            body, repaired = at, True
            break
        if line[:1] in (b" ", b"\t") and name:
            if at - start > limits.HEADER_BYTES:
                return Head((*fields, (name, b"\n".join(pieces))), at, repaired, True)
            pieces.append(line)
        elif field := _FIELD.match(line):
            if name:
                fields.append((name, b"\n".join(pieces)))
            name, pieces = field[1].decode("ascii").lower(), [line[field.end() :]]
            if len(fields) >= MOST_FIELDS or at - start > limits.HEADER_BYTES:
                return Head(tuple(fields), at, repaired, True)
        else:
            if last_known < 0:
                last_known = max((m.start() for m in _KNOWN_FIELD.finditer(data, at, head_end)), default=0)
            repaired = True
            if last_known <= at or at - start > limits.HEADER_BYTES:
                body = at
                break
            if name:
                pieces.append(b" " + line)
        at = following
    if name:
        fields.append((name, b"\n".join(pieces)))
    return Head(tuple(fields), body, repaired)


def unfolded(raw: bytes, hint: str = "") -> str:
    """A field's raw value on one line, raw 8-bit read as UTF-8 or guessed, encoded words left alone."""
    text = raw.decode("ascii") if raw.isascii() and b"\x1b" not in raw else decode(raw, "", hint).text
    if "\n" in text:
        text = _FOLD.sub(" ", text)
    return real(text).strip(" \t\r\n")


def decode_words(text: str, hint: str = "") -> str:
    """The text with its encoded words (RFC 2047) decoded; words of one charset are joined as bytes first."""
    if "=?" not in text:
        return text
    result: list[str] = []
    waiting: list[tuple[str, bytes]] = []
    at = 0
    while found := _WORD.search(text, at):
        end = text.find("?=", found.end())
        if end < 0:
            if re.search(r"\s", text[found.end() :].strip()):
                break
            end = len(text)
        between = text[at : found.start()]
        if between.strip() or not waiting:
            result.append(_joined(waiting, hint))
            waiting.clear()
            result.append(between)
        waiting.append((found[1], _word_bytes(found[2], text[found.end() : end])))
        at = min(end + 2, len(text))
    result.append(_joined(waiting, hint))
    result.append(text[at:])
    return real("".join(result))


def _word_bytes(encoding: str, coded: str) -> bytes:
    data = coded.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b"_", b" "), header=False)
    return b64(data)


def b64(data: bytes) -> bytes:
    """Base64 with whatever padding, alphabet (RFC 4648 §4 or §5) and garbage between."""
    data = data.translate(_URL_SAFE)
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        plain = _NOT_BASE64.sub(b"", data)
        plain = plain[: len(plain) - (len(plain) % 4 == 1)]
        return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4))


_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")


def _joined(words: list[tuple[str, bytes]], hint: str) -> str:
    """The text of adjacent words: a character may be split between two words of one charset."""
    texts: list[str] = []
    at = 0
    while at < len(words):
        charset = words[at][0].lower()
        stop = at + 1
        while stop < len(words) and words[stop][0].lower() == charset:
            stop += 1
        texts.append(decode(b"".join(data for _, data in words[at:stop]), charset, hint).text)
        at = stop
    return "".join(texts)


def text_of(raw: bytes | None, hint: str = "") -> str:
    """An unstructured field as a reader sees it: one line, decoded."""
    if raw is None:
        return ""
    text = unfolded(raw, hint)
    if "=?" in text:
        text = decode_words(text, hint)
    return _BLANKS.sub(" ", text).strip()


_PARAMETER: Final = re.compile(r"[;\s]*([^\s=;\"]{1,80}?)\s*=\s*")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|\Z)', re.DOTALL)
_PLAIN: Final = re.compile(r"[^;]*")
_SECTION: Final = re.compile(r"^(.*?)(?:\*(\d{1,3}))?(\*)?$", re.DOTALL)


def parameters(raw: bytes | None, hint: str = "") -> tuple[str, dict[str, str]]:
    """A field such as Content-Type as its value, casefolded, and its parameters, decoded."""
    if raw is None:
        return "", {}
    text = unfolded(raw, hint)
    value, separator, rest = text.partition(";")
    value = value.strip()
    if " " in value or "\t" in value:
        value, _, tail = value.replace("\t", " ").partition(" ")
        rest = tail + separator + rest
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    at = 0
    while at < len(rest) and len(sections) < 100:
        found = _PARAMETER.match(rest, at)
        if found is None:
            following = rest.find(";", at)
            if following < 0:
                break
            at = following + 1
            continue
        at = found.end()
        if quoted := _QUOTED.match(rest, at):
            content = re.sub(r'\\(["\\])', r"\1", quoted[1])
            at = quoted.end()
            loose = _PLAIN.match(rest, at)
            at = loose.end() if loose else at
        else:
            plain = _PLAIN.match(rest, at)
            content = plain[0].strip() if plain else ""
            if content[:2] == '\\"':
                # quotes that a program escaped once too often
                content = content.strip('\\"')
            at = plain.end() if plain else len(rest)
        section = _SECTION.match(found[1].lower())
        if section is None:
            continue
        place = int(section[2]) if section[2] else (-1 if section[3] else -2)
        sections.setdefault(section[1], {}).setdefault(place, (content, bool(section[3])))
    return value.lower(), {name: _parameter(parts, hint) for name, parts in sections.items()}


def _parameter(parts: dict[int, tuple[str, bool]], hint: str) -> str:
    """One parameter from its pieces (RFC 2231 §3 and §4); RFC 2047 words are tolerated in it."""
    if -1 in parts:
        chosen = [parts[-1]]
    elif any(place >= 0 for place in parts):
        chosen = [parts[place] for place in sorted(parts) if place >= 0]
    else:
        return _BROKEN_BLANKS.sub(" ", decode_words(parts[-2][0], hint)).strip()
    charset = ""
    data: list[bytes] = []
    for number, (content, percent) in enumerate(chosen):
        if percent:
            if number == 0 and content.count("'") >= 2:
                charset, _, content = content.split("'", 2)
            data.append(unquote_to_bytes(content))
        else:
            data.append(content.encode("utf-8", "replace"))
    joined = b"".join(data)
    text = decode(joined, charset if codec_of(charset) else "", hint).text
    return _BROKEN_BLANKS.sub(" ", decode_words(text, hint)).strip()
