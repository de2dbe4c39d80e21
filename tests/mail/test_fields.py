"""Header fields of every make are read: addresses, words, parameters, dates, names, charsets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from deskterm import limits
from deskterm.mail.addresses import read_addresses
from deskterm.mail.attachments import safe_name
from deskterm.mail.charset import codec_of, decode
from deskterm.mail.dates import read_date
from deskterm.mail.headers import parameters, text_of
from deskterm.mail.html import html_to_text, safe_html
from deskterm.mail.letter import Address


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ('"Petrov, Ivan" <ivan@vektor.example>', [("Petrov, Ivan", "ivan@vektor.example")]),
        (
            "Petrov, Ivan <ivan@vektor.example>, b@c.example",
            [("Petrov, Ivan", "ivan@vektor.example"), ("", "b@c.example")],
        ),
        ("ivan@vektor.example (Ivan)", [("Ivan", "ivan@vektor.example")]),
        ("Ivan ivan@vektor.example", [("Ivan", "ivan@vektor.example")]),
        ("'ivan@vektor.example' <ivan@vektor.example>", [("", "ivan@vektor.example")]),
        ("Ivan < ivan @ vektor.example >", [("Ivan", "ivan@vektor.example")]),
        ("<ivan@vektor.example", [("", "ivan@vektor.example")]),
        ("<<ivan@vektor.example>>", [("", "ivan@vektor.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("Team: a@b.example, c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ('"Ivan \\"Vanya\\" P" <a@b.example>', [('Ivan "Vanya" P', "a@b.example")]),
        ('"=?utf-8?Q?M=C3=BCller=2C_Hans?=" <h@m.example>', [("Müller, Hans", "h@m.example")]),
        ("=?utf-8?Q?Ivan_=3Ca=40b.example=3E?=", [("Ivan", "a@b.example")]),
        ('"odd local"@b.example', [("", '"odd local"@b.example')]),
        ("<@relay.example:a@b.example>", [("", "a@b.example")]),
        ("mailto:a@b.example", [("", "a@b.example")]),
        ("MAILER-DAEMON", [("", "MAILER-DAEMON")]),
        ("Иван <иван@почта.рф>", [("Иван", "иван@почта.рф")]),
    ],
)
def test_mailboxes_are_found_however_they_are_written(field: str, expected: list[tuple[str, str]]) -> None:
    assert [(mailbox.name, mailbox.address) for mailbox in read_addresses(field.encode())] == expected


def test_no_letter_has_more_addresses_than_the_limit() -> None:
    field = ", ".join(f"a{number}@b.example" for number in range(1000)).encode()
    assert len(read_addresses(field)) == limits.ADDRESSES_PER_LETTER


def test_domains_are_compared_in_unicode() -> None:
    assert Address("", "Info@XN--E1AFMKFD.xn--p1ai").key == Address("", "info@Пример.рф").key


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"=?utf-8?B?0JTQsA==?=", "Да"),
        (b"=?UTF-8?b?0JTQsA?=", "Да"),
        (b"=?utf-8?q?a_b?= =?utf-8?q?c?=", "a bc"),
        (b"=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        (b"=?utf-8*ru?q?a?=", "a"),
        (b"=?iso-8859-1?q?caf=E9?=", "café"),
        (b"=?nonsense?q?a?=", "a"),
        (b"=?utf-8?x?a?=", "=?utf-8?x?a?="),
        (b"plain", "plain"),
        ("прямо".encode(), "прямо"),
        ("прямо по-русски".encode("cp1251"), "прямо по-русски"),
    ],
)
def test_encoded_words_are_read(raw: bytes, shown: str) -> None:
    assert text_of(raw) == shown


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b'attachment; filename="a b.txt"', "a b.txt"),
        (b"attachment; filename=a b.txt", "a b.txt"),
        (b'attachment; filename="a;b.txt"', "a;b.txt"),
        (b"attachment; filename*=utf-8''%D0%B0.txt", "а.txt"),
        (b'attachment; filename*0="a"; filename*1="b"', "ab"),
        (b"attachment; filename*1=b; filename*0=a", "ab"),
        (b'attachment filename="a.txt"', "a.txt"),
        (b'attachment; filename="a.txt', "a.txt"),
        (b'attachment; filename="=?utf-8?q?=D0=B0.txt?="', "а.txt"),
        (b"attachment; filename*=koi8-r''%C1.txt", "а.txt"),
    ],
)
def test_file_names_are_read(raw: bytes, name: str) -> None:
    assert parameters(raw) == ("attachment", {"filename": name})


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("Акт 12/2025.pdf", "Акт 12_2025.pdf"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("и\u0306.txt", "й.txt"),
        ("a\x1b[2J\n.txt", "a[2J.txt"),
        ("gnp.\u202eexe", "gnp.exe"),
        ("", "attachment-1.pdf"),
        ("...", "attachment-1.pdf"),
    ],
)
def test_attachment_names_can_be_written_to_disk(written: str, safe: str) -> None:
    assert safe_name(written, "application/pdf", 0) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("я" * 500 + ".pdf")
    assert name.endswith("я.pdf")
    assert len(name.encode()) <= limits.ATTACHMENT_NAME_BYTES


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (
            "Wed, 12 Mar 2025 10:15:00 +0300",
            datetime(2025, 3, 12, 10, 15, tzinfo=timezone(timedelta(hours=3))),
        ),
        ("12 Mar 25 10:15 GMT", datetime(2025, 3, 12, 10, 15, tzinfo=UTC)),
        ("2025-03-12T10:15:00Z", datetime(2025, 3, 12, 10, 15, tzinfo=UTC)),
        ("Wed, 12 Mar 2025 10:15:60 +0000", datetime(2025, 3, 12, 10, 15, 59, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("Wed, 99 Mar 2025 10:15:00 +0300", None),
        ("Wed, 12 Mar 1601 10:15:00 +9999999999", None),
    ],
)
def test_dates_are_read_or_missing(written: str, moment: datetime | None) -> None:
    assert read_date(written) == moment


@pytest.mark.parametrize("codec", ["koi8-r", "cp1251", "cp866", "iso8859-5", "utf-8"])
@pytest.mark.parametrize(
    "text",
    [
        "Привет",
        "Счет на оплату",
        "Добрый день! Не работает принтер.",
        "Заявка № 15".replace("№", "N"),
        "СРОЧНО",
        "Не вдається увійти",
    ],
)
def test_short_russian_text_is_guessed(codec: str, text: str) -> None:
    if codec == "utf-8" or "і" not in text:
        assert decode(text.encode(codec)).text == text
    else:
        assert decode(text.encode("koi8-u" if codec == "koi8-r" else "cp1251")).text == text


@pytest.mark.parametrize("text", ["Größe äöü", "été à Noël", "ÄäÖöÜü"])
def test_words_of_umlauts_are_not_taken_for_russian(text: str) -> None:
    assert decode(text.encode("cp1252"), "iso-8859-1").text == text


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("GB2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("win-1251", "cp1251"),
        ("rot13", ""),
        ("base64", ""),
        ("x-unknown", ""),
    ],
)
def test_charset_names_are_known_or_nothing(name: str, codec: str) -> None:
    assert codec_of(name) == codec


def test_html_loses_what_could_act() -> None:
    html = '<p onclick="x()">a</p><script>b()</script><a href="javascript:c()">d</a><img src="http://e.example/f.png">'
    safe = safe_html(html)
    assert all(word not in safe for word in ("onclick", "script", "javascript"))
    assert html_to_text(html).split() == ["a", "d"]
