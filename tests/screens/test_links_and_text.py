"""Links of a text numbered and seen through, what is looked for marked in it: without a screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from deskterm.desk.views import BodyLink
from deskterm.screens import browser
from deskterm.screens.presenters import body, line, links, text
from tests.screens.test_presenters import BODY, HOSTILE, NOW, shown


def link(words: str, target: str) -> links.Link:
    return links.Link(1, 0, len(words), words, target)


def told(of: body.Body, reading: body.Reading, width: int = 60) -> list[body.BodyLine]:
    return body.body_lines(of, width, NOW, reading)


def test_written_and_hidden_links_are_numbered_in_their_order() -> None:
    words = "See https://one.example/a?b=1, (www.two.example) or click here now."
    at = words.index("here")
    found = links.numbered(words, [BodyLink(at, at + 4, "https://three.example/x")])
    assert [(each.number, each.words, each.target) for each in found] == [
        (1, "https://one.example/a?b=1", "https://one.example/a?b=1"),
        (2, "www.two.example", "http://www.two.example"),
        (3, "here", "https://three.example/x"),
    ]
    page = replace(BODY, text=words, folds=())
    lines = told(page, body.Reading(links=found), 30)
    begin = [shown(each.line) for each in lines].index("") + 1
    assert " ".join(shown(each.line) for each in lines[begin:]).replace("\u00a0", " ") == (
        "See https://one.example/a?b=1 [1], (www.two.example [2]) or click here [3] now."
    )
    assert [each.target for each in lines if each.kind == "link"]


def test_words_that_are_an_address_and_lead_elsewhere_are_one_link() -> None:
    words = "https://bank.example/login"
    (found,) = links.numbered(words, [BodyLink(0, len(words), "https://evil.example/login")])
    assert found.target == "https://evil.example/login"
    (warning,) = links.warnings(found)
    assert "bank.example" in warning and "evil.example" in warning


@pytest.mark.parametrize(
    ("words", "target", "warned"),
    [
        ("our page", "https://ok.example/", 0),
        ("ok.example", "https://www.ok.example/a", 0),
        ("ok.example", "https://login.ok.example/a", 0),
        ("ok.example", "https://ok.example.evil.example/", 1),
        ("click", "https://bank.example@evil.example/", 1),
        ("click", "https://203.0.113.7/", 1),
        ("click", "https://xn--80ak6aa92e.example/", 1),
        ("click", "https://ba\u0430nk.example/", 1),
        ("click", "http://ok.example/", 1),
        ("bank.example", "http://203.0.113.7/", 3),
        ("click", "http://[broken", 1),
    ],
)
def test_what_is_wrong_with_a_link_is_said(words: str, target: str, warned: int) -> None:
    assert len(links.warnings(link(words, target))) == warned


def test_only_pages_are_opened() -> None:
    assert links.can_be_opened("https://ok.example/")
    for target in ("javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "https://", "-x"):
        assert not links.can_be_opened(target)


@given(st.text("abc дёЕ.世<>-/\n ", max_size=200), st.integers(10, 90), st.text("aдё ", max_size=3))
def test_a_text_with_links_and_hits_keeps_its_words_and_its_width(
    words: str, width: int, sought: str
) -> None:
    whole = f"{words} https://a.example {words}"
    found = links.numbered(whole)
    hits = text.pattern(sought)

    def lines(width: int | None, *, marked: bool) -> list[str]:
        made = text.lines(whole, 0, len(whole), found if marked else (), hits if marked else None, width)
        return [shown(each.line) for each in made]

    assert all(cell_len(each) <= width for each in lines(width, marked=True))
    plain = "\n".join(lines(None, marked=False))
    assert "\n".join(lines(None, marked=True)).replace("\u00a0[1]", "") == plain
    broken = "".join("".join(lines(width, marked=True)).split())
    assert broken.replace("\u00a0", "").replace("[1]", "") == "".join(plain.split())


def test_what_is_looked_for_is_marked_wherever_it_stands() -> None:
    page = replace(BODY, text="Всё горит. ВСЕ в порядке,\nвсё.\n\nquoted всё", folds=((33, 43, "quote"),))
    lines = told(page, body.Reading(sought=text.pattern("все")))
    hits = [each for each in lines if each.hit]
    assert len(hits) == 3, "the folded one is unfolded"
    assert [piece for each in hits for piece, style in each.line if style == "found"] == [
        "Всё",
        "ВСЕ",
        "всё",
        "всё",
    ]
    assert not any(each.hit for each in told(page, body.Reading(sought=text.pattern("нет такого"))))


def test_words_are_found_over_the_end_of_a_wrapped_line() -> None:
    page = replace(BODY, text="one two three four five six seven eight", folds=())
    lines = told(page, body.Reading(sought=text.pattern("four  five")), 20)
    assert "".join(
        piece for each in lines for piece, style in each.line if style == "found"
    ) == "fourfive" or (
        "".join(piece for each in lines for piece, style in each.line if style == "found") == "four five"
    )


def test_lines_are_as_wide_as_wanted_or_not_broken() -> None:
    page = replace(BODY, text="word " * 60, folds=())
    narrow = told(page, body.Reading(text_width=40), 120)
    whole = told(page, body.Reading(text_width=None), 120)
    assert max(cell_len(shown(each.line)) for each in narrow[5:]) <= 40
    assert max(cell_len(shown(each.line)) for each in whole) == 299
    assert shown(line.shifted((("ab", ""), ("世界c", "")), 3)) == "界c"


def test_every_field_of_the_head_is_shown_and_harmless() -> None:
    lines = told(BODY, body.Reading(fields=(("Received", "from a " * 30), ("X-Evil", HOSTILE))))
    page = "\n".join(shown(each.line) for each in lines)
    assert page.startswith("Received: from a") and "X-Evil: " in page
    assert not any(sign in page for sign in "\x1b\x07\x9b\u202e")


def test_a_browser_is_opened_only_where_one_would_be_seen(tmp_path: object) -> None:
    assert browser.command({}, "linux") == ()
    assert browser.command({"DISPLAY": ""}, "linux") == ()
    assert browser.command({"SSH_CONNECTION": "a"}, "darwin") == ()
    assert browser.command({"BROWSER": "env A=1 %s"}, "linux") == ["env", "A=1"]
    assert browser.command({"BROWSER": "no-such-program"}, "linux") == ()


def test_lines_of_a_text_with_thousands_of_hits_copy_none_of_them() -> None:
    class Uncopied(list[tuple[int, int, str]]):
        def __getitem__(self, place: object) -> object:  # type: ignore[override]
            assert isinstance(place, int), "a slice is a copy for each line"
            return super().__getitem__(place)

    spans = Uncopied((at, at + 1, "found") for at in range(0, 100, 10))
    assert [span[0] for span in text._until(spans, 2, 45)] == [20, 30, 40]
