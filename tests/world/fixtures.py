"""The servers of the test world as fixtures; each starts at first use and serves the whole run of a worker.

Tests share the servers, so each test opens a mailbox of its own: see `new_address`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.world.dovecot import Dovecot, running_dovecot
from tests.world.postfix import Postfix, running_postfix
from tests.world.pymap_server import PymapServer, running_pymap
from tests.world.smtp_server import SmtpServer, running_smtp
from tests.world.tls import Certificates, make_certificates

DOMAIN = "example.test"
USERS = {f"desk@{DOMAIN}": "desk-secret", f"customer@{DOMAIN}": "customer-secret"}

_numbers = count(1)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """What the test servers present; trusted by whoever is given its `ca_file`."""
    return make_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def strange_certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A second authority that nobody was told to trust."""
    return make_certificates(tmp_path_factory.mktemp("strange-tls"))


@pytest.fixture
def new_address() -> Callable[[str], str]:
    """Makes addresses nobody used before in this run: `new_address("desk")`."""
    return lambda name: f"{name}{next(_numbers)}@{DOMAIN}"


@pytest.fixture(scope="session")
def dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """IMAP, POP3 and LMTP by Dovecot; skips where it is not installed."""
    with running_dovecot(certificates, USERS) as server:
        yield server


@pytest.fixture(scope="session")
def postfix(certificates: Certificates, dovecot: Dovecot) -> Iterator[Postfix]:
    """SMTP by Postfix, delivering to `dovecot` and asking it for passwords; skips where not installed."""
    with running_postfix(certificates, dovecot) as server:
        yield server


@pytest.fixture(scope="session")
def pymap_server(certificates: Certificates) -> Iterator[PymapServer]:
    """IMAP by pymap, with STARTTLS; there is one on every machine."""
    with running_pymap(certificates, USERS) as server:
        yield server


@pytest.fixture
def smtp_server(certificates: Certificates) -> Iterator[SmtpServer]:
    """SMTP by aiosmtpd, with STARTTLS and sign-in, keeping what it is sent; a new one for each test."""
    with running_smtp(certificates, USERS) as server:
        yield server
