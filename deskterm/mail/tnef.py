"""What Outlook wraps a letter's text and files into: winmail.dat (MS-OXTNEF).

Read with offsets into one buffer, in time linear in its size: a count in hostile bytes decides nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from deskterm.mail.charset import codec_of, decode, real

_SIGNATURE: Final = 0x223E9F78
_SHORT: Final = struct.Struct("<H")
_LONG: Final = struct.Struct("<I")
_ATTRIBUTE: Final = struct.Struct("<BHHI")
_PROPERTY: Final = struct.Struct("<HH")

# attributes (MS-OXTNEF 2.1.3.2)
_CODE_PAGE: Final = 0x9007
_BODY: Final = 0x800C
_MESSAGE_PROPERTIES: Final = 0x9003
_NEW_ATTACHMENT: Final = 0x9002
_ATTACHMENT_DATA: Final = 0x800F
_ATTACHMENT_TITLE: Final = 0x8010
_ATTACHMENT_PROPERTIES: Final = 0x9005

# properties (MS-OXPROPS)
_TEXT: Final = 0x1000
_RTF: Final = 0x1009
_HTML: Final = 0x1013
_INTERNET_CODE_PAGE: Final = 0x3FDE
_DISPLAY_NAME: Final = 0x3001
_CONTENT: Final = 0x3701
_FILE_NAME: Final = 0x3704
_LONG_FILE_NAME: Final = 0x3707
_MEDIA_TYPE: Final = 0x370E
_CONTENT_ID: Final = 0x3712

_MULTIPLE: Final = 0x1000
_NAMED: Final = 0x8000
_FIXED: Final = {
    0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16,
}  # fmt: skip
"""Bytes a value of a fixed type takes, the padding to four included."""
_OBJECT: Final = 0x0D
_VARIABLE: Final = frozenset({0x00, _OBJECT, 0x1E, 0x1F, 0x102})
_STRING: Final = 0x1E
_UNICODE: Final = 0x1F
_INTERFACE_BYTES: Final = 16
"""An embedded object begins with the id of its interface; the document, or the container, follows."""

_CODE_PAGES: Final = {
    65000: "utf-7", 65001: "utf-8", 1200: "utf-16-le", 20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u",
    10000: "macintosh", 10007: "x-mac-cyrillic", 50220: "iso-2022-jp", 50221: "iso-2022-jp",
    50222: "iso-2022-jp", 50225: "iso-2022-kr", 51932: "euc-jp", 51936: "gb2312", 51949: "euc-kr",
    52936: "hz-gb-2312", 54936: "gb18030",
    **{28590 + part: f"iso-8859-{part}" for part in range(1, 17)},
}  # fmt: skip


@dataclass(slots=True)
class TnefFile:
    """One file in the container."""

    name: str = ""
    type: str = ""
    content_id: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What a container holds: its text in up to three forms, and its files."""

    text: str = ""
    html: str = ""
    rtf: bytes = b""
    """Still compressed (MS-OXRTFCP)."""
    files: list[TnefFile] = field(default_factory=list)


def charset_of_code_page(number: int) -> str:
    """A charset's name for the number of a Windows code page; '' where there is none."""
    name = _CODE_PAGES.get(number, f"cp{number}")
    return name if codec_of(name) else ""


def read_tnef(data: bytes) -> Tnef | None:
    """The content of a winmail.dat as far as it can be read; None where it is none."""
    if len(data) < 6 or _LONG.unpack_from(data)[0] != _SIGNATURE:
        return None
    found = Tnef()
    charset = "cp1252"
    for number, content in _attributes(data):
        if number == _CODE_PAGE and len(content) >= 4:
            charset = charset_of_code_page(_LONG.unpack_from(content)[0]) or charset
        elif number == _BODY:
            found.text = found.text or _string(content, _STRING, charset)
        elif number == _MESSAGE_PROPERTIES:
            _take_message(found, dict(_properties(content)), charset)
        elif number == _NEW_ATTACHMENT:
            found.files.append(TnefFile())
        elif not found.files:
            continue
        elif number == _ATTACHMENT_DATA:
            found.files[-1].data = bytes(content)
        elif number == _ATTACHMENT_TITLE:
            found.files[-1].name = found.files[-1].name or _string(content, _STRING, charset)
        elif number == _ATTACHMENT_PROPERTIES:
            _take_attachment(found.files[-1], dict(_properties(content)), charset)
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """Number and content of each attribute; the last one may be cut short."""
    view = memoryview(data)
    at = 6
    while at + _ATTRIBUTE.size < len(data):
        level, number, _, length = _ATTRIBUTE.unpack_from(data, at)
        if level not in (1, 2):
            return
        at += _ATTRIBUTE.size
        yield number, view[at : at + length]
        at += length + 2


def _properties(data: memoryview) -> Iterator[tuple[int, tuple[int, memoryview]]]:
    """Number, type and first value of each property (MS-OXTNEF 2.1.3.4); ends where the bytes do."""
    at = 4
    try:
        while at + 4 <= len(data):
            kind, number = _PROPERTY.unpack_from(data, at)
            at += 4
            if number >= _NAMED:
                at += 16
                named = _LONG.unpack_from(data, at)[0]
                length = _LONG.unpack_from(data, at + 4)[0]
                at += 8 + (_padded(length) if named else 0)
            count = 1
            multiple = bool(kind & _MULTIPLE)
            kind &= ~_MULTIPLE
            if multiple or kind in _VARIABLE:
                count = _LONG.unpack_from(data, at)[0]
                at += 4
            if kind in _FIXED:
                size = _FIXED[kind]
                yield number, (kind, data[at : at + size])
                at += _padded(2 * count) if kind in (0x02, 0x0B) and multiple else size * count
                continue
            if kind not in _VARIABLE:
                return
            for place in range(count):
                length = _LONG.unpack_from(data, at)[0]
                at += 4
                if place == 0:
                    yield number, (kind, data[at : at + length])
                at += _padded(length)
    except struct.error:
        return


def _padded(length: int) -> int:
    return length + -length % 4


def _string(content: memoryview, kind: int, charset: str) -> str:
    if kind == _UNICODE:
        return real(bytes(content).decode("utf-16-le", "replace")).rstrip("\x00")
    return decode(bytes(content).rstrip(b"\x00"), charset).text


def _take_message(found: Tnef, properties: dict[int, tuple[int, memoryview]], charset: str) -> None:
    internet = ""
    if _INTERNET_CODE_PAGE in properties and len(properties[_INTERNET_CODE_PAGE][1]) >= 4:
        internet = charset_of_code_page(_LONG.unpack_from(properties[_INTERNET_CODE_PAGE][1])[0])
    if _TEXT in properties:
        kind, content = properties[_TEXT]
        found.text = _string(content, kind, internet or charset)
    if _HTML in properties:
        kind, content = properties[_HTML]
        found.html = _string(content, kind, internet)
    if _RTF in properties:
        found.rtf = bytes(properties[_RTF][1])


def _take_attachment(file: TnefFile, properties: dict[int, tuple[int, memoryview]], charset: str) -> None:
    for number in (_LONG_FILE_NAME, _FILE_NAME):
        if number in properties:
            kind, content = properties[number]
            if name := _string(content, kind, charset).strip():
                file.name = name
                break
    if not file.name and _DISPLAY_NAME in properties:
        kind, content = properties[_DISPLAY_NAME]
        file.name = _string(content, kind, charset)
    if _MEDIA_TYPE in properties:
        kind, content = properties[_MEDIA_TYPE]
        file.type = _string(content, kind, charset).strip().lower()[:100]
    if _CONTENT_ID in properties:
        kind, content = properties[_CONTENT_ID]
        file.content_id = _string(content, kind, charset).strip("<> ")[:200]
    if _CONTENT in properties:
        kind, content = properties[_CONTENT]
        file.data = bytes(content[_INTERFACE_BYTES:] if kind == _OBJECT else content)
