"""An account's servers as connections: where they are, whom they may be, and the password for them.

Here POP3 joins: whatever `open_mailbox` gives for it must offer what `fetch` uses of an `ImapMailbox`.
"""

from __future__ import annotations

from typing import cast

from deskterm.desk.orders import MailAccount
from deskterm.i18n import _
from deskterm.mail.wire.endpoints import Endpoint, Security
from deskterm.mail.wire.imap import ImapMailbox
from deskterm.mail.wire.net import Settings, WireError
from deskterm.mail.wire.smtp import SmtpSender
from deskterm.secrets import SecretError, SecretStore


def open_mailbox(account: MailAccount, secrets: SecretStore) -> ImapMailbox:
    """The account's mailbox, logged in; raises WireError or SecretError."""
    password = password_of(account, secrets)
    endpoint = Endpoint(
        account.incoming_host, account.incoming_port, cast(Security, account.incoming_security)
    )
    mailbox = ImapMailbox(endpoint, Settings(ca_file=account.ca_file))
    try:
        mailbox.login(account.login or account.address, password)
    except WireError:
        mailbox.close()
        raise
    return mailbox


def open_sender(account: MailAccount, secrets: SecretStore) -> SmtpSender:
    """A sender for the account's outgoing server; it connects at first use. Raises SecretError."""
    endpoint = Endpoint(
        account.outgoing_host, account.outgoing_port, cast(Security, account.outgoing_security)
    )
    login = (account.login or account.address) if account.outgoing_login else ""
    password = password_of(account, secrets) if account.outgoing_login else ""
    return SmtpSender(endpoint, login, password, Settings(ca_file=account.ca_file))


def password_of(account: MailAccount, secrets: SecretStore) -> str:
    """The account's password; SecretError where there is none."""
    password = secrets.get(account.address)
    if password is None:
        raise SecretError(
            _(
                "There is no password for {address}. Set one: deskterm accounts edit {address} --password"
            ).format(address=account.address)
        )
    return password
