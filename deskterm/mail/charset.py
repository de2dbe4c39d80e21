"""Bytes to text: what a letter calls its charset, what it is, and what to do when the two differ.

Nothing is ever dropped: what no charset explains stands as U+FFFD. The result holds no surrogate and no NUL.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

import chardet

from deskterm.mail.cyrillic import plausible, short_cyrillic

ALIASES: Final = {
    "": "",
    "ansi_x3.4-1968": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "8bit": "",
    "7bit": "",
    "binary": "",
    "unknown": "",
    "unknown-8bit": "",
    "x-unknown": "",
    "default": "",
    "default_charset": "",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-6-i": "iso8859_6",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "big-5": "cp950",
    "x-x-big5": "cp950",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-1": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "unicode-1-1-utf-7": "utf_8",
    "unicode-1-1-utf-8": "utf_8",
    "unicode-2-0-utf-8": "utf_8",
    "utf8": "utf_8",
    "utf-8": "utf_8",
    "utf_8": "utf_8",
    "utf8mb4": "utf_8",
    "x-utf-8": "utf_8",
    "unicode": "utf_16",
    "ucs-2": "utf_16",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "windows1251": "cp1251",
    "x-cp1251": "cp1251",
    "cp-1251": "cp1251",
    "cp1251": "cp1251",
    "windows-1251": "cp1251",
    "koi8r": "koi8_r",
    "koi8": "koi8_r",
    "koi-8": "koi8_r",
    "koi-8-r": "koi8_r",
    "cskoi8r": "koi8_r",
    "koi8-ru": "koi8_u",
    "dos-866": "cp866",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "mac": "mac_roman",
    "win-1252": "cp1252",
    "x-ansi": "cp1252",
    "ansi": "cp1252",
    "x-user-defined": "",
}
"""Names as letters write them, casefolded, to the codec that reads them ('' = find out).

Subsets are read as the superset that mailers really send (gb2312 as gb18030, iso-8859-1 as cp1252).
"""

RUSSIAN_SET: Final = ("windows-1251", "koi8-r", "koi8-u", "cp866", "iso-8859-5")
"""Preferred when a guess is close: they carry nearly all undeclared mail of a Russian desk."""

_PREFERRED: Final = frozenset({*RUSSIAN_SET, "ibm866"})

SHORT_BYTES: Final = 100
"""Shorter bytes hold too little for statistics."""

GUESS_BYTES: Final = 16 * 1024
"""How much of a text a guess looks at."""

_CODED_IN_ASCII: Final = frozenset({"utf_7", "utf-7", "hz", "iso2022_jp_ext", "iso2022_jp", "iso2022_kr"})
_WESTERN: Final = frozenset({"cp1252", "latin-1", "iso8859-1", "iso8859-15", "mac-roman", "cp1254"})
_COMMON_WESTERN: Final = frozenset("äöüßÄÖÜéèêëàâçîïôûùœæøåñáíóúãõìòÉÈÊÀÇÅØÆÑÁÍÓÚÃÕ¿¡«»„“”‘’–—…€£§°ªº\xa0")
"""High characters of German, French, Spanish, Italian, Portuguese, Dutch and the Nordic languages."""
_UNREAL: Final = re.compile("[\x00\ud800-\udfff]")
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_UTF8_CHARACTER: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_WITH_NEC_ROW: Final = "iso2022_jp_2004"
"""Has the circled numbers and the like that Windows writes as if they were JIS X 0208."""
_UTF8_IDEOGRAPH: Final = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_ESCAPE_SEQUENCE: Final = re.compile(rb"\x1b\$[@BC(]|\x1b\([BJI]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that made it, and whether that was our guess rather than the letter's word."""

    text: str
    codec: str
    guessed: bool = False


def real(text: str) -> str:
    """The text without NUL, and with U+FFFD for every lone surrogate."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    if _UNREAL.search(text):
        return _UNREAL.sub(lambda match: "" if match.group() == "\x00" else "\ufffd", text)
    return text


def codec_of(name: str) -> str:
    """The name of the codec for a charset's name; '' where it says nothing or nothing known."""
    plain = name.strip(" \t\"'<>;,=").casefold()
    if plain.startswith('3d"'):
        plain = plain[3:]
    if plain.startswith("charset="):
        plain = plain[8:]
    found = ALIASES.get(plain)
    if found is not None:
        return found
    if len(plain) > 60 or not plain.isascii() or "\x00" in plain:
        return ""
    for candidate in (
        plain,
        plain.removeprefix("x-"),
        plain.replace(" ", "-"),
        plain.replace("windows", "cp"),
    ):
        try:
            information = codecs.lookup(candidate)
        except (LookupError, ValueError, UnicodeError):
            continue
        if getattr(information, "_is_text_encoding", True) and information.name not in _NO_CHARSETS:
            return ALIASES.get(information.name) or information.name
    return ""


_NO_CHARSETS: Final = frozenset(
    {
        "idna",
        "punycode",
        "unicode_escape",
        "unicode-escape",
        "raw_unicode_escape",
        "raw-unicode-escape",
        "undefined",
        "mbcs",
        "oem",
    }
)


_EBCDIC: Final = frozenset(
    {"cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140", "cp1141", "cp1147", "cp1148"}
)
"""Charsets of mainframes, which no letter with lines is written in: guesses at text of capitals."""
_SURE: Final = 0.5
"""The confidence below which a guess at text in Latin letters says nothing."""


def _dense(data: bytes) -> bool:
    """Whether most letters are high bytes: no Western language is written so."""
    high = sum(map(len, _HIGH.findall(data)))
    return high * 2 > sum(65 <= byte <= 90 or 97 <= byte <= 122 for byte in data) + high


def _is_western(data: bytes) -> bool:
    """Whether every high byte is a letter or mark that Western European texts are full of."""
    western = _strict(data, "cp1252")
    return western is not None and all(one.isascii() or one in _COMMON_WESTERN for one in western.text)


def guess(data: bytes) -> Decoded:
    """The text of bytes nobody vouches for: UTF-8 where it is valid, else chardet, Russian preferred."""
    try:
        return Decoded(real(data.decode("utf-8")), "utf_8", True)
    except UnicodeDecodeError:
        pass
    if len(data) <= SHORT_BYTES and _dense(data) and (cyrillic := short_cyrillic(data)):
        return Decoded(real(cyrillic[1]), cyrillic[0], True)
    if len(data) <= SHORT_BYTES and not _dense(data) and _is_western(data):
        return Decoded(real(data.decode("cp1252")), "cp1252", True)
    sample = data if len(data) <= GUESS_BYTES else data[:GUESS_BYTES]
    best = chardet.detect(sample)
    russian = chardet.detect(sample, include_encodings=(*RUSSIAN_SET, "windows-1252"))
    name = best["encoding"] or ""
    preferred = russian["encoding"] or ""
    if preferred.casefold() in _PREFERRED and russian["confidence"] >= 0.8 * best["confidence"]:
        name = preferred
    codec = codec_of(name) or "cp1252"
    unsure = max(best["confidence"], russian["confidence"]) < _SURE and not _dense(sample)
    if codec in _EBCDIC or (unsure and _is_western(data)):
        codec = "cp1252"
    try:
        text = data.decode(codec, "replace")
    except (LookupError, ValueError):
        codec, text = "cp1252", data.decode("cp1252", "replace")
    if len(data) <= SHORT_BYTES and not plausible(text) and (western := _strict(data, "cp1252")):
        return Decoded(western.text, "cp1252", True)
    return Decoded(real(text), codec, True)


def decode(data: bytes, declared: str = "", hint: str = "") -> Decoded:
    """The text of bytes under their declared charset; `hint`: another part's, tried before a guess."""
    codec = codec_of(declared)
    if (
        data.isascii()
        and codec not in _CODED_IN_ASCII
        and not codec.startswith(("utf_16", "utf-16", "utf_32", "utf-32"))
    ):
        if b"\x1b" in data and _ESCAPE_SEQUENCE.search(data):
            return _strict(data, "iso2022_jp_ext") or Decoded(real(data.decode("ascii")), codec or "ascii")
        return Decoded(real(data.decode("ascii")), codec or "ascii")
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
        codec = "utf_8"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not codec.startswith("utf_8"):
        return Decoded(real(data.decode("utf-16", "replace")), "utf_16")
    if not codec:
        hinted = codec_of(hint)
        if hinted and hinted not in _WESTERN:
            found = _strict(data, "utf_8") or _strict(data, hinted)
            return Decoded(found.text, found.codec, True) if found else guess(data)
        return guess(data)
    exact = _strict(data, codec)
    name = codec.replace("_", "-")
    if name == "gb18030" and len(_UTF8_IDEOGRAPH.findall(data[:GUESS_BYTES])) >= 6:
        mislabelled = _strict(data, "utf_8")
        if mislabelled:
            return Decoded(mislabelled.text, "utf_8", True)
    if name not in ("utf-8", "gb18030") and len(_UTF8_CHARACTER.findall(data[:GUESS_BYTES])) > (
        name not in _WESTERN
    ):
        mislabelled = _strict(data, "utf_8")
        if mislabelled and codec not in _CODED_IN_ASCII and not codec.startswith(("utf_16", "utf-16")):
            return Decoded(mislabelled.text, "utf_8", True)
    if exact is not None and name in _WESTERN and _dense(data[:GUESS_BYTES]):
        hinted = codec_of(hint)
        found = (_strict(data, hinted) if hinted and hinted not in _WESTERN else None) or guess(data)
        western = found.codec.replace("_", "-") in _WESTERN
        return exact if western or not plausible(found.text) else found
    if exact is not None:
        return exact
    return _damaged(data, codec)


def _strict(data: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(real(data.decode(codec)), codec)
    except (LookupError, ValueError):
        return None


def _damaged(data: bytes, codec: str) -> Decoded:
    """Text its own charset cannot read through: mended where most is sound, else guessed."""
    if codec == "iso2022_jp_ext" and (found := _strict(data.replace(b"\x1b$B", b"\x1b$(Q"), _WITH_NEC_ROW)):
        return found
    try:
        mended = data.decode(codec, "replace")
    except (LookupError, ValueError):
        return guess(data)
    broken = mended.count("\ufffd")
    sound = sum(map(len, re.findall("[^\x00-\x7f\ufffd]+", mended)))
    if sound >= 2 * broken or (codec in _CODED_IN_ASCII):
        return Decoded(real(mended), codec)
    return guess(data)
