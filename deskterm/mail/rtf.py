r"""Rich text as Outlook sends it: unpacked (MS-OXRTFCP), and read as text or as the HTML it was made from.

Outlook keeps a letter's HTML inside RTF, marked \fromhtml1 (MS-OXRTFEX); the tags stand in \htmltag groups,
what only RTF needs stands between \htmlrtf and \htmlrtf0.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace
from typing import Final

from deskterm import limits
from deskterm.mail.charset import decode, real

_HEADER: Final = struct.Struct("<IIII")
_COMPRESSED: Final = int.from_bytes(b"LZFu", "little")
_UNCOMPRESSED: Final = int.from_bytes(b"MELA", "little")
_DICTIONARY: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the dictionary holds at the start (MS-OXRTFCP 2.1.2.1)."""
_WINDOW: Final = 4096
_MOST_BYTES: Final = 4 * limits.BODY_CHARACTERS
_MOST_DEPTH: Final = 2000

_TOKEN: Final = re.compile(
    rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.DOTALL,
)
_FROM_HTML: Final = re.compile(rb"\\fromhtml1\b")
_FONT: Final = re.compile(rb"\\f(\d{1,5})[^{};]{0,80}?\\(?:fcharset|cpg)(\d{1,5})")
_CODE_PAGE: Final = re.compile(rb"\\ansicpg(\d{1,5})")

_SKIPPED: Final = frozenset(
    {
        b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"headerl",
        b"headerr", b"footerl", b"footerr", b"themedata", b"datastore", b"xmlnstbl", b"filetbl", b"listtable",
        b"fldinst", b"pntext", b"mhtmltag",
    }
)  # fmt: skip
"""Groups whose text is none of the letter's."""
_CHARACTERS: Final = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": "\t",
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"endash": "–",
    b"emdash": "—", b"emspace": " ", b"enspace": " ", b"qmspace": " ", b"zwj": "", b"zwnj": "",
}  # fmt: skip
_SYMBOLS: Final = {
    b"~": "\xa0",
    b"_": "-",
    b"-": "",
    b"\\": "\\",
    b"{": "{",
    b"}": "}",
    b"\n": "\n",
    b"\r": "\n",
}
_CHARSETS: Final = {
    0: 1252, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
    178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
}  # fmt: skip
r"""Windows code pages of \fcharset numbers."""


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group inherits and its end restores."""

    skipped: bool = False
    tag: bool = False
    r"""Inside \htmltag: the text is HTML."""
    rtf_only: bool = False
    replaced: int = 1
    r"""How many characters follow \u for readers that do not know it (\uc)."""
    charset: str = "cp1252"


def unpacked_rtf(data: bytes) -> bytes:
    """The RTF of a compressed stream, at most `_MOST_BYTES` of it; b'' where it is none."""
    if len(data) < _HEADER.size:
        return b""
    _, size, kind, _ = _HEADER.unpack_from(data)
    size = min(size, _MOST_BYTES)
    if kind == _UNCOMPRESSED:
        return data[_HEADER.size : _HEADER.size + size]
    if kind != _COMPRESSED:
        return b""
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\x00"))
    write = len(_DICTIONARY)
    result = bytearray()
    at = _HEADER.size
    while at < len(data) and len(result) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(result)
                reference = data[at] << 8 | data[at + 1]
                at += 2
                read, length = reference >> 4, (reference & 15) + 2
                if read == write:
                    return bytes(result[:size])
                for _ in range(length):
                    byte = window[read]
                    result.append(byte)
                    window[write] = byte
                    read, write = (read + 1) % _WINDOW, (write + 1) % _WINDOW
            else:
                if at >= len(data):
                    return bytes(result)
                result.append(data[at])
                window[write] = data[at]
                write = (write + 1) % _WINDOW
                at += 1
    return bytes(result[:size])


def read_rtf(rtf: bytes) -> tuple[str, bool]:
    """The text of an RTF document, or the HTML it was made from; and whether it is HTML."""
    if not rtf.lstrip().startswith(b"{\\rtf"):
        return "", False
    html = _FROM_HTML.search(rtf, 0, 1000) is not None
    reader = _Reader(rtf, html)
    reader.read()
    text = real("".join(reader.pieces))
    return (text if html else text.strip("\n")), html


class _Reader:
    """One walk over the tokens; no recursion, every byte looked at once."""

    def __init__(self, rtf: bytes, html: bool) -> None:
        self._rtf = rtf
        self._html = html
        written = _CODE_PAGE.search(rtf, 0, 2000)
        self._charset = f"cp{int(written[1])}" if written else "cp1252"
        self._fonts = {
            int(found[1]): f"cp{_CHARSETS.get(int(found[2]), 0) or int(found[2])}"
            for found in _FONT.finditer(rtf, 0, 32 * limits.KIB)
            if int(found[2])
        }
        self._group = _Group(charset=self._charset)
        self._outer: list[_Group] = []
        self._bytes = bytearray()
        self._byte_charset = ""
        self._to_skip = 0
        self._ignorable = False
        self.pieces: list[str] = []

    def read(self) -> None:
        """Fill `pieces`."""
        at = 0
        while found := _TOKEN.match(self._rtf, at):
            at = found.end()
            word, number, coded, symbol, brace, text = found.groups()
            if word is not None:
                value = int(number) if number else None
                if word == b"bin" and value and value > 0:
                    at += value
                else:
                    self._word(word, value)
            elif coded is not None:
                self._byte(int(coded, 16))
            elif text is not None:
                self._text(text)
            elif brace == b"{":
                self._flush()
                if len(self._outer) >= _MOST_DEPTH:
                    break
                self._outer.append(self._group)
                self._to_skip = 0
            elif brace == b"}":
                self._flush()
                self._group = self._outer.pop() if self._outer else _Group(charset=self._charset)
                self._to_skip, self._ignorable = 0, False
            elif symbol == b"*":
                self._ignorable = True
            elif symbol is not None and symbol in _SYMBOLS:
                self._say("&nbsp;" if self._html and symbol == b"~" else _SYMBOLS[symbol])
        self._flush()

    def _word(self, word: bytes, value: int | None) -> None:
        ignorable, self._ignorable = self._ignorable, False
        if word == b"u" and value is not None:
            code = value & 0xFFFF
            self._say(chr(code), surrogate=True)
            self._to_skip = self._group.replaced
        elif word in _CHARACTERS:
            self._say(_CHARACTERS[word])
        elif word == b"uc":
            self._group = replace(self._group, replaced=max(0, min(value or 0, 10)))
        elif word == b"f" and value is not None:
            self._flush()
            self._group = replace(self._group, charset=self._fonts.get(value, self._charset))
        elif word == b"htmltag":
            self._flush()
            self._group = replace(self._group, tag=True, skipped=not self._html)
        elif word == b"htmlrtf":
            self._flush()
            self._group = replace(self._group, rtf_only=self._html and value != 0)
        elif word in _SKIPPED or ignorable:
            self._flush()
            self._group = replace(self._group, skipped=True)
        elif word == b"plain" and self._group.charset != self._charset:
            self._flush()
            self._group = replace(self._group, charset=self._charset)

    @property
    def _silent(self) -> bool:
        return self._group.skipped or (self._group.rtf_only and not self._group.tag)

    def _text(self, text: bytes) -> None:
        self._ignorable = False
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        if text and not self._silent:
            self._in_charset()
            self._bytes += text

    def _byte(self, byte: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif not self._silent:
            self._in_charset()
            self._bytes.append(byte)

    def _in_charset(self) -> None:
        if self._byte_charset != self._group.charset:
            self._flush()
            self._byte_charset = self._group.charset

    def _say(self, text: str, surrogate: bool = False) -> None:
        if self._to_skip and not surrogate:
            self._to_skip -= 1
            return
        if self._silent:
            return
        self._flush()
        if (
            surrogate
            and self.pieces
            and "\udc00" <= text <= "\udfff"
            and "\ud800" <= self.pieces[-1] <= "\udbff"
        ):
            pair = self.pieces.pop() + text
            text = pair.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self.pieces.append(text)

    def _flush(self) -> None:
        if self._bytes:
            self.pieces.append(decode(bytes(self._bytes), self._byte_charset).text)
            self._bytes.clear()
