"""winmail.dat and the rich text in it: any bytes, in linear time, and nothing of a file lost."""

from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.mail.rtf import read_rtf, unpacked_rtf
from deskterm.mail.structure import read_structure
from deskterm.mail.tnef import charset_of_code_page, read_tnef
from tests.mail.corpus import raw_letter

START = struct.pack("<IH", 0x223E9F78, 1)


def _attribute(level: int, number: int, content: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(content)) + content + b"\0\0"


def _file(name: bytes, content: bytes) -> bytes:
    return _attribute(2, 0x9002, bytes(14)) + _attribute(2, 0x8010, name) + _attribute(2, 0x800F, content)


def _container(letter: str) -> bytes:
    return read_structure(raw_letter(letter)).root.children[0].decoded()


def test_files_keep_their_names_and_every_byte() -> None:
    found = read_tnef(START + _file(b"a.txt\0", b"one") + _file(b"b.bin\0", bytes(range(256)) * 3))
    assert found is not None
    assert [(file.name, file.data) for file in found.files] == [
        ("a.txt", b"one"),
        ("b.bin", bytes(range(256)) * 3),
    ]


def test_what_is_no_container_is_none() -> None:
    assert read_tnef(b"") is None
    assert read_tnef(b"PK\x03\x04 something else") is None
    assert unpacked_rtf(b"short") == b""
    assert unpacked_rtf(struct.pack("<IIII", 20, 5, 0x12345678, 0) + b"abcde") == b""
    assert read_rtf(b"no rich text") == ("", False)


def test_a_cut_container_gives_what_came_before_the_cut() -> None:
    whole = START + _file(b"a.txt\0", b"one") + _file(b"b.txt\0", b"two" * 100)
    for cut in range(len(whole)):
        found = read_tnef(whole[:cut])
        assert found is None or len(found.files) <= 2
    found = read_tnef(whole[:-150])
    assert found is not None
    assert [file.data for file in found.files][0] == b"one"


@pytest.mark.parametrize("number", [0x9003, 0x9005], ids=["letter", "file"])
def test_a_count_of_four_thousand_million_decides_nothing(number: int) -> None:
    hostile = b"\xff\xff\xff\xff" + struct.pack("<HHI", 0x1002, 0x1000, 0xFFFFFFFF) + b"\xff" * 40
    began = time.process_time()
    for content in (hostile, hostile[4:], b"\xff" * 64, struct.pack("<IHHI", 9, 0x001E, 0x1000, 0xFFFFFFF0)):
        assert (
            read_tnef(START + _attribute(2, 0x9002, bytes(14)) + _attribute(2, number, content)) is not None
        )
    assert time.process_time() - began < 1


def test_twice_the_attributes_take_twice_the_time() -> None:
    def seconds(count: int) -> float:
        data = START + _attribute(1, 0x8001, b"ab") * count
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            assert read_tnef(data) is not None
            best = min(best, time.process_time() - began)
        return best

    assert seconds(80_000) < 2.5 * seconds(40_000) + 0.02


HOSTILE = {
    "opened": b"{\\rtf1" + b"{" * 200_000,
    "closed": b"{\\rtf1" + b"}" * 200_000,
    "coded": b"{\\rtf1" + b"\\'41" * 100_000,
    "unicode": b"{\\rtf1" + b"\\u1040?" * 60_000,
    "fonts": b"{\\rtf1" + b"\\f1" * 60_000 + b"}",
    "tags": b"{\\rtf1\\fromhtml1" + b"{\\*\\htmltag1 <p>}" * 20_000,
    "binary": b"{\\rtf1\\bin999999999 x}",
}


@pytest.mark.parametrize("rtf", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_rich_text_is_read_within_a_second(rtf: bytes) -> None:
    began = time.process_time()
    text, _ = read_rtf(rtf)
    assert time.process_time() - began < 1
    assert "\x00" not in text


def test_rich_text_is_read_in_the_code_page_of_its_font() -> None:
    rtf = (
        b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}{\\f2\\fcharset204 Arial Cyr;}"
        b"{\\f3\\fcharset161 x;}}"
        b"{\\stylesheet{\\s1 Heading;}}{\\info{\\author Nobody}}"
        b"\\f2\\'cf\\'f0\\'e8{\\f3 \\'c1}\\'e2\\line caf\\f0\\'e9\\~\\emdash \\u128512?\\{x\\}\\par}"
    )
    assert read_rtf(rtf) == ("ПриΑв\ncafé\xa0—\uf600{x}", False)


def test_a_character_beyond_sixteen_bits_comes_as_two() -> None:
    assert read_rtf(b"{\\rtf1 \\uc1\\u-10179?\\u-8704?!}") == ("😀!", False)
    assert read_rtf(b"{\\rtf1 \\u-10179?!}") == ("\ufffd!", False)


@pytest.mark.parametrize("letter", ["winmail-rtf-only-ru", "winmail-rtf-from-html"])
def test_compressed_rich_text_has_the_length_it_says(letter: str) -> None:
    container = read_tnef(_container(letter))
    assert container is not None
    assert len(unpacked_rtf(container.rtf)) == struct.unpack_from("<I", container.rtf, 4)[0]


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 2000), put=st.binary(min_size=1, max_size=8))
def test_a_damaged_container_never_raises(at: int, put: bytes) -> None:
    for letter in ("winmail-rtf-only-ru", "winmail-embedded-object"):
        whole = _container(letter)
        at %= len(whole)
        found = read_tnef(whole[:at] + put + whole[at + len(put) :])
        if found is not None:
            text, _ = read_rtf(unpacked_rtf(found.rtf))
            text.encode()


@given(data=st.binary(max_size=400))
def test_any_bytes_are_survived(data: bytes) -> None:
    read_tnef(START + data)
    read_rtf(b"{\\rtf1" + data)
    unpacked_rtf(struct.pack("<IIII", len(data), 5000, 0x75465A4C, 0) + data)


def test_code_pages_have_the_names_letters_use() -> None:
    assert [charset_of_code_page(number) for number in (1251, 65001, 20866, 28595, 99999)] == [
        "cp1251",
        "utf-8",
        "koi8-r",
        "iso-8859-5",
        "",
    ]
