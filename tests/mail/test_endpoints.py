"""Ports and securities as administrators write them."""

from __future__ import annotations

import pytest

from deskterm.mail.endpoints import Endpoint, default_port, parse_endpoint


@pytest.mark.parametrize(
    ("protocol", "security", "port"),
    [
        ("imap", "tls", 993),
        ("imap", "starttls", 143),
        ("pop3", "tls", 995),
        ("pop3", "starttls", 110),
        ("smtp", "tls", 465),
        ("smtp", "starttls", 587),
    ],
)
def test_the_port_follows_from_protocol_and_security(protocol: str, security: str, port: int) -> None:
    assert default_port(protocol, security) == port


@pytest.mark.parametrize(
    ("protocol", "text", "expected"),
    [
        ("imap", "mail.example", ("mail.example", 993, "tls")),
        ("imap", "ssl://mail.example", ("mail.example", 993, "tls")),
        ("imap", "tls://mail.example", ("mail.example", 143, "starttls")),
        ("smtp", "tls://mail.example:25", ("mail.example", 25, "starttls")),
        ("smtp", "mail.example:25", ("mail.example", 25, "starttls")),
        ("smtp", " SSL://mail.example/ ", ("mail.example", 465, "tls")),
        ("smtp", "mail.example:587", ("mail.example", 587, "starttls")),
        ("smtp", "mail.example:2525", ("mail.example", 2525, "tls")),
        ("pop3", "none://mail.example", ("mail.example", 110, "none")),
        ("imap", "[::1]:143", ("::1", 143, "starttls")),
        ("imap", "fe80::1", ("fe80::1", 993, "tls")),
        ("imap", "почта.рф", ("почта.рф", 993, "tls")),
    ],
)
def test_a_server_is_written_as_mail_programs_write_it(
    protocol: str, text: str, expected: tuple[str, int, str]
) -> None:
    assert parse_endpoint(protocol, text) == Endpoint(*expected)  # type: ignore[arg-type]


def test_port_and_security_given_apart_are_used_where_the_text_says_nothing() -> None:
    assert parse_endpoint("imap", "m.example", 1143, "none") == Endpoint("m.example", 1143, "none")
    assert parse_endpoint("imap", "ssl://m.example:994", 1, "none") == Endpoint("m.example", 994, "tls")


@pytest.mark.parametrize("text", ["", "ftp://x", "a b", "x:99999", "x:0x", "a@b", "x:y:", "a\r\nb", "ssl://"])
def test_what_is_no_server_is_refused(text: str) -> None:
    if text == "x:y:":
        text = "[x]:y"
    with pytest.raises(ValueError):
        parse_endpoint("imap", text)


def test_nothing_is_ever_unencrypted_by_itself() -> None:
    ports = (None, 25, 110, 143, 465, 587, 993, 995, 1143, 10_025)
    assert {parse_endpoint("imap", "x", port).security for port in ports} == {"tls", "starttls"}
