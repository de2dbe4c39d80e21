"""What can go wrong between us and a mail server, each as one clear sentence and an exit code."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from deskterm.clean import clean
from deskterm.i18n import N_, _
from deskterm.mail.endpoints import Endpoint

EXIT_UNAVAILABLE = 69
EXIT_NOT_ALLOWED = 77
EXIT_CONFIGURATION = 78


class Stage(StrEnum):
    """What went wrong."""

    DNS = "dns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    CERTIFICATE = "certificate"
    GREETING = "greeting"
    LOGIN = "login"
    FOLDER = "folder"
    PROTOCOL = "protocol"
    SMTP = "smtp"
    LOST = "lost"


class Step(StrEnum):
    """How far we were: the order in which a connection is made and used."""

    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    GREETING = "greeting"
    LOGIN = "login"
    FOLDER = "folder"
    COMMAND = "command"


class Fault(StrEnum):
    """What exactly, where a stage alone does not tell what to do."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown-issuer"
    WRONG_NAME = "wrong-name"
    NO_CA_FILE = "no-ca-file"
    NO_STARTTLS = "no-starttls"
    TLS_WANTED = "tls-wanted"
    LATER = "later"


class WireError(Exception):
    """A fault on the wire; `thing` is what it is about (login, folder), `detail` the server's own words."""

    def __init__(
        self,
        stage: Stage,
        endpoint: Endpoint | None = None,
        *,
        step: Step = Step.COMMAND,
        thing: str = "",
        detail: str = "",
        fault: Fault | None = None,
    ) -> None:
        super().__init__(stage, endpoint, detail)
        self.stage = stage
        self.endpoint = endpoint
        self.step = step
        self.thing = thing
        self.detail = detail
        self.fault = fault

    def __str__(self) -> str:
        return explain(self)

    @property
    def temporary(self) -> bool:
        """Whether the same attempt may succeed later without anybody changing anything."""
        if self.stage is Stage.LOGIN:
            return self.fault is Fault.LATER
        return self.stage not in (Stage.CERTIFICATE, Stage.FOLDER) and self.fault not in _LASTING


_LASTING: Final = (Fault.NO_STARTTLS, Fault.TLS_WANTED)

_WHAT: Final[dict[Stage | Fault, str]] = {
    Stage.DNS: N_("There is no host named {host}."),
    Stage.REFUSED: N_("{host} refuses connections on port {port}."),
    Stage.UNREACHABLE: N_("{host} cannot be reached."),
    Stage.TIMEOUT: N_("{host} did not answer in time on port {port}."),
    Stage.TLS: N_("{host} does not speak TLS on port {port} as it should."),
    Stage.CERTIFICATE: N_("The certificate of {host} cannot be trusted."),
    Stage.GREETING: N_("What answers on {host}, port {port}, is not the mail server expected there."),
    Stage.LOGIN: N_("{host} does not accept the login {thing} with this password."),
    Stage.FOLDER: N_("{host} has no usable folder {thing}."),
    Stage.PROTOCOL: N_("{host} gave an answer that makes no sense."),
    Stage.SMTP: N_("{host} does not take mail from us."),
    Stage.LOST: N_("The connection to {host} was lost."),
    Fault.EXPIRED: N_("The certificate of {host} has expired."),
    Fault.NOT_YET_VALID: N_("The certificate of {host} is not valid yet."),
    Fault.SELF_SIGNED: N_("The certificate of {host} is self-signed: nobody vouches for it."),
    Fault.UNKNOWN_ISSUER: N_("The certificate of {host} is from an authority this machine does not know."),
    Fault.WRONG_NAME: N_("The certificate shown is for another server, not for {host}."),
    Fault.NO_CA_FILE: N_("The file of trusted certificates {thing} cannot be read."),
    Fault.NO_STARTTLS: N_("{host} offers no STARTTLS on port {port}."),
    Fault.TLS_WANTED: N_("{host} takes no login on port {port} without encryption."),
    Fault.LATER: N_("{host} takes no login for {thing} at the moment."),
}

_REMEDY: Final[dict[Stage | Fault, str]] = {
    Stage.DNS: N_("Check the server's name in the account, and this machine's network."),
    Stage.REFUSED: N_("Check the port in the account, and whether the server runs."),
    Stage.UNREACHABLE: N_("Check this machine's network and firewall."),
    Stage.TIMEOUT: N_("Check the port and the firewall; a port that wants TLS is silent without it."),
    Stage.TLS: N_("Try the other security (tls or starttls) or its port."),
    Stage.CERTIFICATE: N_("Ask its administrator, or name the authority's file in the account."),
    Stage.GREETING: N_("Check the port and the protocol in the account."),
    Stage.LOGIN: N_(
        "Set the password again; some providers want an app password, or IMAP switched on first."
    ),
    Stage.FOLDER: N_("Check the folder's name in the account."),
    Stage.PROTOCOL: N_("It will be tried again; if it stays, ask the server's administrator."),
    Stage.SMTP: N_("Check address and login of the account; the server's own words tell more."),
    Stage.LOST: N_("It will be tried again."),
    Fault.EXPIRED: N_("Its administrator must renew it; check this machine's clock too."),
    Fault.NOT_YET_VALID: N_("Check this machine's clock."),
    Fault.SELF_SIGNED: N_("If it is yours, name its certificate file in the account."),
    Fault.UNKNOWN_ISSUER: N_("If the authority is yours, name its certificate file in the account."),
    Fault.WRONG_NAME: N_("Use the name the certificate is for as the server's name in the account."),
    Fault.NO_CA_FILE: N_("Check its path in the account and that it holds PEM certificates."),
    Fault.NO_STARTTLS: N_("Use tls and its port; choose none only for a server you trust the way to."),
    Fault.TLS_WANTED: N_("Choose tls or starttls in the account."),
    Fault.LATER: N_("It will be tried again."),
}

_EXIT: Final[dict[Stage, int]] = {
    Stage.LOGIN: EXIT_NOT_ALLOWED,
    Stage.FOLDER: EXIT_CONFIGURATION,
}


def what(error: WireError) -> str:
    """What happened to which thing, with the server's own words, safe for a terminal."""
    values = {
        "host": error.endpoint.host if error.endpoint else _("The mail server"),
        "port": error.endpoint.port if error.endpoint else "?",
        "thing": error.thing,
    }
    said = _(_WHAT[error.fault or error.stage]).format(**values)
    if error.detail:
        said = f"{said[:-1]}: {error.detail.strip().rstrip('.')}."
    return clean(said)


def remedy(error: WireError) -> str:
    """What to do about it."""
    return clean(_(_REMEDY[error.fault or error.stage]))


def explain(error: WireError) -> str:
    """What happened, to which thing, and what to do, on one line and safe for a terminal."""
    return clean(f"{what(error)} {remedy(error)}")


def exit_code(error: WireError) -> int:
    """The command line's exit code for it."""
    if error.fault is Fault.NO_CA_FILE:
        return EXIT_CONFIGURATION
    if error.temporary:
        return EXIT_UNAVAILABLE
    return _EXIT.get(error.stage, EXIT_UNAVAILABLE)
