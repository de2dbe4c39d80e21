"""Whether an account's servers can be used, step by step, with the exact fault in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from deskterm.clean import clean
from deskterm.i18n import N_, _, n_
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.imap import ImapMailbox
from deskterm.mail.wire.net import Settings, Stage, Step, WireError, remedy, what
from deskterm.mail.wire.pop3 import Pop3Mailbox
from deskterm.mail.wire.smtp import SmtpSender


class Check(StrEnum):
    """What is looked at, in this order."""

    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    GREETING = "greeting"
    LOGIN = "login"
    FOLDERS = "folders"
    PUSH = "push"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Finding:
    """One step: whether it went well, what was seen, and, where it did not, what to do."""

    step: Check
    ok: bool
    sentence: str
    remedy: str = ""


_WENT_WELL: Final[dict[Check, str]] = {
    Check.DNS: N_("The name {host} is known."),
    Check.CONNECTION: N_("{host} takes connections on port {port}."),
    Check.TLS: N_("The connection is encrypted and the certificate of {host} is valid."),
    Check.GREETING: N_("The mail server on {host} answers."),
    Check.LOGIN: N_("The login {login} is accepted."),
}
_CHECKS: Final[dict[Step, Check]] = {
    Step.DNS: Check.DNS,
    Step.CONNECTION: Check.CONNECTION,
    Step.TLS: Check.TLS,
    Step.GREETING: Check.GREETING,
    Step.LOGIN: Check.LOGIN,
    Step.FOLDER: Check.FOLDERS,
    Step.COMMAND: Check.FOLDERS,
}


def probe_incoming(
    endpoint: Endpoint,
    login: str,
    password: str,
    folders: Iterable[str] = ("INBOX",),
    *,
    protocol: str = "imap",
    settings: Settings | None = None,
) -> list[Finding]:
    """Every step to the letters of a mailbox, up to the first that fails; a missing folder stops nothing."""
    if protocol == "pop3":
        return _until_fault(endpoint, login, _pop3(endpoint, login, password, settings))
    return _until_fault(endpoint, login, _imap(endpoint, login, password, list(folders), settings))


def probe_outgoing(
    endpoint: Endpoint, login: str = "", password: str = "", *, settings: Settings | None = None
) -> list[Finding]:
    """Every step to a server that takes our letters, up to the first that fails; nothing is sent."""
    return _until_fault(endpoint, login, _smtp(endpoint, login, password, settings))


def _until_fault(endpoint: Endpoint, login: str, steps: Iterator[Finding]) -> list[Finding]:
    found: list[Finding] = []
    try:
        for finding in steps:
            found.append(finding)
    except WireError as error:
        failed = _CHECKS[error.step]
        seen = {finding.step for finding in found}
        found += [step for step in _passed(endpoint, login, failed) if step.step not in seen]
        found.append(Finding(failed, False, what(error), remedy(error)))
    return found


def _passed(endpoint: Endpoint, login: str, before: Check | None = None) -> Iterator[Finding]:
    """The steps that must have gone well for this one to be reached."""
    checks = list(_WENT_WELL)
    if endpoint.security == "starttls":
        # The server is heard before the encryption begins.
        checks[2:4] = Check.GREETING, Check.TLS
    for check in checks:
        if check is before:
            return
        if check is Check.TLS and endpoint.security == "none":
            text = _("The connection is not encrypted: passwords and letters can be read on their way.")
        elif check is Check.LOGIN and not login:
            continue
        else:
            text = _(_WENT_WELL[check]).format(host=endpoint.host, port=endpoint.port, login=login)
        yield Finding(check, True, clean(text))


def _imap(
    endpoint: Endpoint, login: str, password: str, folders: list[str], settings: Settings | None
) -> Iterator[Finding]:
    with ImapMailbox(endpoint, settings) as mailbox:
        mailbox.login(login, password)
        yield from _passed(endpoint, login)
        for folder in folders:
            try:
                selected = mailbox.select(folder)
            except WireError as error:
                if error.stage is not Stage.FOLDER:
                    raise
                names = ", ".join(known.name for known in mailbox.folders()[:20])
                advice = _("There are: {folders}.").format(folders=names)
                yield Finding(Check.FOLDERS, False, what(error), clean(f"{remedy(error)} {advice}"))
                continue
            text = n_(
                "The folder {folder} holds {count} letter.",
                "The folder {folder} holds {count} letters.",
                selected.exists,
            )
            text = text.format(folder=folder, count=selected.exists)
            if selected.read_only:
                text += " " + _("It is read-only: letters in it cannot be marked, moved or deleted.")
            yield Finding(Check.FOLDERS, True, clean(text))
        if mailbox.can_idle:
            yield Finding(Check.PUSH, True, _("The server announces new letters at once (IDLE)."))
        else:
            text = _("The server announces no new letters (no IDLE): they are asked for at intervals.")
            yield Finding(Check.PUSH, True, text)


def _pop3(endpoint: Endpoint, login: str, password: str, settings: Settings | None) -> Iterator[Finding]:
    with Pop3Mailbox(endpoint, settings) as mailbox:
        mailbox.login(login, password)
        yield from _passed(endpoint, login)
        count = mailbox.count()
        text = n_("The mailbox holds {count} letter.", "The mailbox holds {count} letters.", count)
        yield Finding(Check.FOLDERS, True, text.format(count=count))
        if not mailbox.knows_unique_ids():
            sentence = _("The server numbers its letters anew each time (no UIDL).")
            yield Finding(Check.FOLDERS, False, sentence, _("Use IMAP for this account."))


def _smtp(endpoint: Endpoint, login: str, password: str, settings: Settings | None) -> Iterator[Finding]:
    with SmtpSender(endpoint, login, password, settings) as sender:
        sender.connect()
        yield from _passed(endpoint, login)
        if sender.largest:
            text = _("Letters of up to {size} MiB are taken.").format(size=sender.largest // 2**20)
            yield Finding(Check.SIZE, True, text)
