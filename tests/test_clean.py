"""Foreign text can do nothing to a terminal."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.clean import COMBINING_MARKS, Clean, clean, clean_lines, strip_controls

DANGEROUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("plain ASCII", "plain ASCII"),
        ("Обычный русский текст", "Обычный русский текст"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x1b[2J\x9b31m", "␛[2J\ufffd31m"),
        ("two\r\nlines\nthree", "two lines three"),
        ("tab\there", "tab here"),
        ("bell\x07 nul\x00 del\x7f", "bell␇ nul␀ del␡"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u2028b\u2029c", "a b c"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("half\ud83d", "half\ufffd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", "ab"),
        ("👩\u200d👧", "👩👧"),
        ("👍🏽 done", "👍 done"),
        ("tag\U000e0041", "tag"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    ],
)
def test_foreign_text_becomes_one_harmless_line(foreign: str, shown: str) -> None:
    assert clean(foreign) == shown
    assert isinstance(clean(foreign), Clean)


def test_lines_stay_lines_and_tabs_become_columns() -> None:
    assert clean_lines("a\tb\r\nc\rd\x1b[0m\u2028e") == "a       b\nc\nd␛[0m\ne"


def test_stacked_marks_are_cut() -> None:
    zalgo = "x" + "\u0301" * 500
    assert len(clean(zalgo)) == 1 + COMBINING_MARKS
    assert clean("и\u0306") == "и\u0306"


def test_the_second_wall_lets_no_control_through() -> None:
    assert strip_controls("a\x1b[2Jb\u202ec\x85") == "a[2Jbc"
    assert strip_controls("safe") == "safe"


@given(
    st.text(alphabet=st.characters()) | st.text(alphabet="\x1b\x9b\r\n\t\u202e\u200c\u200d\u0301می\ud800ab")
)
def test_nothing_dangerous_is_left(text: str) -> None:
    line, lines, wall = clean(text), clean_lines(text), strip_controls(text)
    assert not DANGEROUS.search(line)
    assert not DANGEROUS.search(lines.replace("\n", ""))
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in line + wall)
    assert clean(line) == line
    assert clean_lines(lines) == lines
