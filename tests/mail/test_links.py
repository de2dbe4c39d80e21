"""The true addresses behind the links of an HTML letter are known by their place in its text."""

from __future__ import annotations

import pytest

from deskterm.mail.links import links_in, says_target, shown_target
from deskterm.mail.parse import body_links, read_letter

HEAD = "From: a@b.example\nSubject: Re: box\nContent-Type: {type}; charset=utf-8\n\n"
LONG = "https://news.example/go?" + "u=" + "a" * 400


def _found(html: str) -> list[tuple[str, str]]:
    raw = (HEAD.format(type="text/html") + html).encode()
    text = read_letter(raw).text
    return [(text[link.start : link.end], link.target) for link in body_links(raw)]


def test_a_link_says_where_it_leads() -> None:
    html = (
        '<p>Log in at <a href="https://evil.example/a">https://bank.example</a> or '
        '<a href="mailto:me@b.example">write me</a>.</p>'
        '<table><tr><td><a href="https://t.example/1">one\n two</a></td><td>x</td></tr></table>'
    )
    assert _found(html) == [
        ("https://bank.example", "https://evil.example/a"),
        ("write me", "mailto:me@b.example"),
        ("one two", "https://t.example/1"),
    ]


def test_a_link_whose_text_is_its_address_is_not_told_twice() -> None:
    html = (
        '<a href="http://www.ok.example/">ok.example</a> <a href="mailto:me@b.example">me@b.example</a>'
        '<a href="#top">top</a> <a href="javascript:x()">run</a> <a href="/local">local</a>'
    )
    assert _found(html) == []


def test_a_picture_that_leads_somewhere_has_a_place_and_no_text() -> None:
    assert _found('<p>Buy</p><a href="https://shop.example/"><img src="cid:1"></a>') == [
        ("", "https://shop.example/")
    ]


def test_a_plain_text_has_no_links_of_its_own() -> None:
    assert body_links((HEAD.format(type="text/plain") + "See https://ok.example").encode()) == ()


@pytest.mark.parametrize(
    ("words", "same"), [("OK.example", True), ("http://ok.example", True), ("ok", False)]
)
def test_the_address_is_compared_without_scheme_and_case(words: str, same: bool) -> None:
    assert says_target(words, "https://www.ok.example/") is same


def test_long_targets_are_cut_where_they_still_say_the_host() -> None:
    assert shown_target("https://ok.example/a?b=c") == "https://ok.example/a?b=c"
    assert shown_target(LONG) == "https://news.example/go?…"
    assert shown_target("https://ok.example/" + "a" * 400).endswith("a…")
    assert len(shown_target("https://ok.example/" + "a" * 400)) == 200


def test_the_same_words_further_down_are_found_in_order() -> None:
    html = "".join(f'<p>here <a href="https://a.example/{number}">more</a></p>' for number in range(3))
    raw = (HEAD.format(type="text/html") + html).encode()
    assert [link.start for link in body_links(raw)] == [5, 16, 27]
    assert len(links_in(html, read_letter(raw).text)) == 3
