"""What `deskterm accounts test` tries: each server step by step, then a letter of the desk to itself."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from deskterm import limits
from deskterm.clean import clean
from deskterm.cli.session import Desk
from deskterm.desk import accounts, addresses, settings
from deskterm.desk import round_trip as trials
from deskterm.desk.accounts import AccountView
from deskterm.desk.round_trip import Came, Trial
from deskterm.i18n import _, decimal
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.letter import Kind, Letter
from deskterm.mail.limited import LimitedReader, ReaderFailed
from deskterm.mail.wire import probe
from deskterm.mail.wire.faults import remedy, what
from deskterm.mail.wire.net import Settings, WireError
from deskterm.mail.wire.probe import Finding
from deskterm.mail.wire.smtp import SmtpSender, State
from deskterm.mail.wire.watch import Seen, Watch, watch
from deskterm.ports import Security
from deskterm.secrets import SecretStore

UNDELIVERED = (Kind.BOUNCE, Kind.DELAYED)


@dataclass(frozen=True, slots=True)
class Tried:
    """One step of the test."""

    server: str
    """'incoming', 'outgoing', '' for the account itself."""
    step: str
    ok: bool
    sentence: str
    remedy: str = ""
    """What to do where it failed, or might be done better."""


@dataclass(slots=True)
class _Back:
    """What came while the letter was awaited."""

    trial: Trial
    ours: bytes | None = None
    seconds: float = 0.0
    """How long it was under way."""
    folder: str = ""
    """Where it lay; '' where only the worker saw it."""
    replaced: bool = False
    answers: list[bytes] = field(default_factory=list)
    here: list[Seen] = field(default_factory=list)
    """What of it lies in the mailbox and is to be removed."""

    def take(self, raw: bytes, seconds: float, seen: Seen | None = None) -> None:
        """Sort a letter in; the worker and we may both have met it."""
        came = trials.told(raw, self.trial)
        if came in (Came.OURS, Came.REPLACED):
            if self.ours is None:
                self.ours, self.seconds, self.replaced = raw, seconds, came is Came.REPLACED
            if seen is not None:
                self.folder = self.folder or seen.folder
                self.here.append(seen)
        elif came is Came.ANSWER and raw not in self.answers:
            self.answers.append(raw)


def servers(desk: Desk, account: AccountView) -> Iterator[Tried]:
    """Every step to the account's servers, up to the first of each that fails."""
    if account.incoming == "none" and account.outgoing == "none":
        yield Tried("", "servers", True, _("The account has no servers; it is fed by `deskterm ingest`."))
        return
    secret = _secret(desk, account)
    if (account.incoming != "none" or account.outgoing_login) and secret is None:
        yield _no_password(account)
        return
    if account.ca_file and not Path(account.ca_file).is_file():
        yield Tried(
            "",
            "ca_file",
            False,
            _("The file of trusted certificates {path} is not there.").format(path=account.ca_file),
            _("Check its path in the account."),
        )
        return
    if account.incoming != "none":
        found = probe.probe_incoming(
            _endpoint(account, "incoming"),
            account.login,
            secret or "",
            account.folders,
            protocol=account.incoming,
            settings=_settings(account),
        )
        yield from _tried("incoming", found)
    if account.outgoing != "none":
        login, password = _sign_in(account, secret)
        found = probe.probe_outgoing(
            _endpoint(account, "outgoing"), login, password, settings=_settings(account)
        )
        yield from _tried("outgoing", found)


def round_trip(desk: Desk, account: AccountView, seconds: float) -> Iterator[Tried]:
    """Send a letter to the account's own address and wait for it; what its way back tells.

    An account that only receives gets it from the desk's main sender; from one that only sends it goes to
    the first account that receives.
    """
    if account.incoming == "none" and account.outgoing == "none":
        return
    with desk.reading() as work:
        there = accounts.listed(work, desk.actor, active_only=True)
    sender = account if account.outgoing != "none" else _first(there, "outgoing")
    receiver = account if account.incoming != "none" else _first(there, "incoming")
    if sender is None or receiver is None:
        sentence = (
            _("No letter was sent: no account of the desk can send one to it.")
            if sender is None
            else _("No letter was sent: no account of the desk receives what this one sends.")
        )
        yield Tried("", "round_trip", True, sentence)
        return
    for one in (sender, receiver):
        signs_in = one is receiver or one.outgoing_login
        if signs_in and _secret(desk, one) is None:
            yield _no_password(one)
            return
    try:
        mailbox = watch(
            receiver.incoming,
            _endpoint(receiver, "incoming"),
            receiver.login,
            _secret(desk, receiver) or "",
            (*receiver.folders, receiver.after_folder, receiver.junk_folder),
            _settings(receiver),
        )
        with closing(mailbox):
            with desk.writing() as work:
                trial = trials.write(work, desk.actor, sender, receiver)
            refused = _send(desk, sender, receiver, trial)
            if refused is not None:
                yield refused
                return
            if sys.stderr.isatty():
                underway = _("A letter to {address} is on its way …").format(address=receiver.address)
                print(clean(underway), file=sys.stderr)
            back = _await(desk, mailbox, trial, seconds)
            yield from _told(desk, receiver, back, seconds, mailbox.junk)
    except WireError as error:
        yield Tried("", "round_trip", False, what(error), remedy(error))


def _send(desk: Desk, sender: AccountView, receiver: AccountView, trial: Trial) -> Tried | None:
    """Send the letter; the step that failed where the server would not take it."""
    login, password = _sign_in(sender, _secret(desk, sender))
    with SmtpSender(_endpoint(sender, "outgoing"), login, password, _settings(sender)) as line:
        result = line.send(sender.address, [receiver.address], trial.raw)[receiver.address]
    if result.state is State.SENT:
        return None
    sentence = _("{host} does not take a letter from {sender} to {receiver}: {said}").format(
        host=sender.outgoing_host,
        sender=sender.address,
        receiver=receiver.address,
        said=f"{result.code or ''} {result.text}".strip(),
    )
    advice = (
        _("It may take it later: try again.")
        if result.state is not State.FAILED
        else _("The server's own words tell why; some want the login's address as sender.")
    )
    return Tried("outgoing", "round_trip", False, clean(sentence), advice)


def _await(desk: Desk, mailbox: Watch, trial: Trial, seconds: float) -> _Back:
    """Watch mailbox and store until the letter is back, then for a moment more what answers it."""
    back = _Back(trial)
    began = time.monotonic()
    until = began + seconds
    while (left := until - time.monotonic()) > 0 and not (back.ours is not None and back.answers):
        before = back.ours is not None or bool(back.answers)
        for seen in mailbox.look(min(left, limits.TRIAL_LOOK_SECONDS)):
            back.take(seen.raw, time.monotonic() - began, seen)
        with desk.reading() as work:
            stored = trials.fetched(work, trial)
        for raw in stored:
            back.take(raw, time.monotonic() - began)
        if not before and (back.ours is not None or back.answers):
            until = min(until, time.monotonic() + limits.TRIAL_ANSWER_SECONDS)
    for seen in back.here:
        mailbox.remove(seen)
    return back


def _told(desk: Desk, receiver: AccountView, back: _Back, seconds: float, junk: str) -> Iterator[Tried]:
    """What the way back tells, each as a step."""
    letters = list(_read(desk, back.answers))
    undelivered = next((letter for letter in letters if letter.kind in UNDELIVERED), None)
    if back.ours is not None:
        sentence = _("A letter to {address} was back after {seconds} s.").format(
            address=receiver.address, seconds=decimal(back.seconds)
        )
        yield Tried("", "round_trip", True, clean(sentence))
    elif undelivered is not None:
        sentence = _("The letter to {address} could not be delivered: {subject}").format(
            address=receiver.address, subject=_why(undelivered)
        )
        advice = _("Check that the address is right and that its mailbox takes mail.")
        yield Tried("", "round_trip", False, clean(sentence), advice)
    else:
        yield _lost(receiver, seconds)
    if back.replaced:
        yield Tried(
            "outgoing",
            "message_id",
            True,
            _("The outgoing server replaces Message-IDs by its own."),
            _("Answers are recognised by the token in their subject alone; see if it can be told not to."),
        )
    if back.folder and back.folder == junk and junk not in receiver.folders:
        yield Tried(
            "incoming",
            "junk",
            False,
            clean(_("The letter came into the folder {folder}: it is taken for junk.").format(folder=junk)),
            clean(
                _(
                    "Say there that it is none and see to SPF and DKIM of the domain; so that no customer's "
                    "letter is lost meanwhile: deskterm accounts edit {address} --read-junk"
                ).format(address=receiver.address)
            ),
        )
    if back.ours is not None:
        yield from _forwarding(desk, back.ours)
    for letter in letters:
        if letter.kind not in UNDELIVERED:
            yield _second_desk(desk, receiver, letter)


def _lost(receiver: AccountView, seconds: float) -> Tried:
    sentence = _("The letter to {address} was taken and did not come back within {seconds} s.")
    advice = _(
        "Look for it in the Junk folder and in the provider's web mail. Greylisting holds a first letter "
        "back for some minutes: deskterm accounts test {address} --wait 15m. If it went elsewhere, {address} "
        "is forwarded: add the account of the mailbox it goes to."
    )
    return Tried(
        "",
        "round_trip",
        False,
        clean(sentence.format(address=receiver.address, seconds=round(seconds))),
        clean(advice.format(address=receiver.address)),
    )


def _forwarding(desk: Desk, ours: bytes) -> Iterator[Tried]:
    """Other names of the mailbox that the letter met on its way, and the entry that makes them known."""
    with desk.reading() as work:
        names = trials.other_names(work, ours)
        known = str(settings.get(work, "own_addresses"))
    if not names:
        return
    sentence = _(
        "It came by way of {names}, which the desk does not know as its own: forwarding, or aliases."
    )
    entry = shlex.quote(", ".join(filter(None, (known, *names))))
    advice = _("If they are the desk's, so that it never writes to itself: {command}")
    yield Tried(
        "",
        "forwarding",
        True,
        clean(sentence.format(names=", ".join(names))),
        clean(advice.format(command=f"deskterm settings edit own_addresses {entry}")),
    )


def _second_desk(desk: Desk, receiver: AccountView, letter: Letter) -> Tried:
    """Something answered within seconds: a second help desk, or an automatic answer of the mailbox."""
    sender = letter.sender.address if letter.sender is not None else "?"
    sentence = _("Something answers mail to this address by itself, a second help desk? {sender}: {subject}.")
    sentence = clean(sentence.format(sender=sender, subject=letter.subject))
    with desk.reading() as work:
        if trials.is_kept_from(work, receiver.id, letter):
            done = _("A rule or the black list keeps it from getting automatic mail of ours.")
            return Tried("", "second_desk", True, f"{sentence} {done}")
        own = letter.sender is not None and addresses.is_own(letter.sender.key, addresses.own(work))
    if own:
        advice = _("It writes as the desk itself: switch it off in the mailbox, or in the other program.")
    else:
        advice = _("Switch it off there, or never answer it: {command}").format(
            command=shlex.join(
                ["deskterm", "rules", "add", "second desk", "--account", receiver.address]
                + ["--if", f"sender is {sender}", "--silent"]
            )
        )
    return Tried("", "second_desk", False, sentence, clean(advice))


def _read(desk: Desk, answers: list[bytes]) -> Iterator[Letter]:
    """The letters as the intake understands them; one that cannot be read tells nothing."""
    if not answers:
        return
    with desk.reading() as work:
        own = addresses.own(work)
    with LimitedReader() as reader:
        for raw in answers:
            try:
                yield reader.read(raw, own)
            except ReaderFailed:
                continue


def _why(letter: Letter) -> str:
    """What a report says of the failure, in the server's own words."""
    said = next((report.diagnostic or report.status for report in letter.reports), "")
    return f"{letter.subject} ({said})" if said else letter.subject


def _tried(server: str, found: Iterable[Finding]) -> Iterator[Tried]:
    for finding in found:
        yield Tried(server, str(finding.step), finding.ok, finding.sentence, finding.remedy)


def _no_password(account: AccountView) -> Tried:
    return Tried(
        "",
        "password",
        False,
        _("{address} has no password.").format(address=account.address),
        _("Set it: deskterm secrets set {address}").format(address=account.address),
    )


def _secret(desk: Desk, account: AccountView) -> str | None:
    return SecretStore(desk.home).get(account.address)


def _sign_in(account: AccountView, secret: str | None) -> tuple[str, str]:
    return (account.login, secret or "") if account.outgoing_login else ("", "")


def _first(there: list[AccountView], way: str) -> AccountView | None:
    return next((one for one in there if getattr(one, way) != "none"), None)


def _endpoint(account: AccountView, way: str) -> Endpoint:
    security = cast(Security, getattr(account, f"{way}_security"))
    return Endpoint(getattr(account, f"{way}_host"), getattr(account, f"{way}_port"), security)


def _settings(account: AccountView) -> Settings:
    return Settings(ca_file=account.ca_file)
