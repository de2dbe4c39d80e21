"""The ports of mail servers, by protocol and by how the way to them is secured."""

from __future__ import annotations

from typing import Final, Literal, get_args

Security = Literal["tls", "starttls", "none"]
"""TLS from the first byte, TLS after a word in the clear, or none."""

SECURITIES: Final[tuple[Security, ...]] = get_args(Security)

PROTOCOLS: Final = ("imap", "pop3", "smtp")

# RFC 8314; without encryption the ports of STARTTLS serve.
PORTS: Final[dict[tuple[str, str], int]] = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("imap", "none"): 143,
    ("pop3", "tls"): 995,
    ("pop3", "starttls"): 110,
    ("pop3", "none"): 110,
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
    ("smtp", "none"): 587,
}
