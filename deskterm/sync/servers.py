"""An account's servers as connections: where they are, whom they may be, and the password for them."""

from __future__ import annotations

from typing import cast

from deskterm.desk.orders import MailAccount
from deskterm.i18n import _
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.faults import Stage
from deskterm.mail.wire.imap import ImapMailbox
from deskterm.mail.wire.net import Settings, WireError
from deskterm.mail.wire.pop3 import Pop3Mailbox
from deskterm.mail.wire.smtp import SmtpSender
from deskterm.ports import Security
from deskterm.secrets import SecretError, SecretStore


class Unusable(Exception):
    """An account lacks what it takes to try a connection at all; `sentence` says what."""

    def __init__(self, sentence: str, stage: Stage = Stage.LOGIN) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.stage = stage


def open_imap(account: MailAccount, secrets: SecretStore) -> ImapMailbox:
    """The account's mailbox on its IMAP server, logged in; raises WireError or Unusable."""
    password = _password(account, secrets)
    mailbox = ImapMailbox(_incoming(account), Settings(ca_file=account.ca_file))
    try:
        mailbox.login(account.login or account.address, password)
    except WireError:
        mailbox.close()
        raise
    return mailbox


def open_pop3(account: MailAccount, secrets: SecretStore) -> Pop3Mailbox:
    """The account's mailbox on its POP3 server, logged in; raises WireError or Unusable."""
    password = _password(account, secrets)
    mailbox = Pop3Mailbox(_incoming(account), Settings(ca_file=account.ca_file))
    try:
        mailbox.login(account.login or account.address, password)
    except WireError:
        mailbox.close()
        raise
    return mailbox


def open_sender(account: MailAccount, secrets: SecretStore) -> SmtpSender:
    """A sender for the account's outgoing server; it connects at first use. Raises Unusable."""
    endpoint = _endpoint(account.outgoing_host, account.outgoing_port, account.outgoing_security)
    login = (account.login or account.address) if account.outgoing_login else ""
    password = _password(account, secrets) if account.outgoing_login else ""
    return SmtpSender(endpoint, login, password, Settings(ca_file=account.ca_file))


def _incoming(account: MailAccount) -> Endpoint:
    return _endpoint(account.incoming_host, account.incoming_port, account.incoming_security)


def _password(account: MailAccount, secrets: SecretStore) -> str:
    try:
        password = secrets.get(account.address)
    except SecretError as error:
        raise Unusable(error.sentence) from error
    if password is None:
        raise Unusable(
            _("There is no password for {address}. Set one: deskterm secrets set {address}").format(
                address=account.address
            )
        )
    return password


def _endpoint(host: str, port: int, security: str) -> Endpoint:
    try:
        return Endpoint(host, port, cast(Security, security))
    except ValueError as error:
        raise Unusable(
            _("The server {host}:{port} of the account cannot be used: {why}.").format(
                host=host, port=port, why=error
            ),
            Stage.DNS,
        ) from error
