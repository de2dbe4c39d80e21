"""Mail providers people have mailboxes at: their servers by the domain of the address, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from deskterm.i18n import N_


@dataclass(frozen=True, slots=True)
class Provider:
    """Servers as `deskterm accounts` takes them; `{domain}` stands for the domain of the address."""

    name: str
    domains: tuple[str, ...]
    incoming: str
    outgoing: str
    note: str = ""
    """What its users must do first."""
    files_sent: bool = False
    """Whether it files by itself what goes out through it."""


_APP_PASSWORD: Final = N_(
    "It wants a password made for this program (an app password), not the one you sign in with."
)

PROVIDERS: Final[tuple[Provider, ...]] = (
    Provider(
        "Gmail",
        ("gmail.com", "googlemail.com"),
        "ssl://imap.gmail.com",
        "ssl://smtp.gmail.com",
        _APP_PASSWORD,
        files_sent=True,
    ),
    Provider(
        "Outlook",
        ("outlook.com", "hotmail.com", "live.com", "msn.com"),
        "ssl://outlook.office365.com",
        "tls://smtp-mail.outlook.com",
        N_("Microsoft takes no passwords for mailboxes any more, only OAuth 2; the test will tell."),
        files_sent=True,
    ),
    Provider(
        "Яндекс",
        ("yandex.ru", "yandex.com", "ya.ru", "yandex.by", "yandex.kz"),
        "ssl://imap.yandex.ru",
        "ssl://smtp.yandex.ru",
        _APP_PASSWORD,
    ),
    Provider(
        "Mail.ru",
        ("mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru"),
        "ssl://imap.mail.ru",
        "ssl://smtp.mail.ru",
        _APP_PASSWORD,
    ),
    Provider(
        "iCloud",
        ("icloud.com", "me.com", "mac.com"),
        "ssl://imap.mail.me.com",
        "tls://smtp.mail.me.com",
        _APP_PASSWORD,
    ),
    Provider(
        "Yahoo",
        ("yahoo.com", "yahoo.co.uk", "ymail.com"),
        "ssl://imap.mail.yahoo.com",
        "ssl://smtp.mail.yahoo.com",
        _APP_PASSWORD,
    ),
    Provider(
        "Fastmail", ("fastmail.com", "fastmail.fm"), "ssl://imap.fastmail.com", "ssl://smtp.fastmail.com",
        _APP_PASSWORD,
    ),
    Provider("GMX", ("gmx.net", "gmx.de", "gmx.at"), "ssl://imap.gmx.net", "tls://mail.gmx.net"),
    Provider("Rambler", ("rambler.ru", "lenta.ru", "ro.ru"), "ssl://imap.rambler.ru", "ssl://smtp.rambler.ru"),
)  # fmt: skip

OTHER: Final = Provider("", (), "ssl://imap.{domain}", "ssl://smtp.{domain}")
"""What most other servers are called."""


def provider_of(address: str) -> Provider:
    """The provider of an address; for one we do not know, the usual names in its own domain."""
    domain = address.rpartition("@")[2].strip().casefold()
    for each in PROVIDERS:
        if domain in each.domains:
            return each
    return Provider("", (domain,), OTHER.incoming.format(domain=domain), OTHER.outgoing.format(domain=domain))
