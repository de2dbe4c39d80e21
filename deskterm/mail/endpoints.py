"""Where a mail server is and how the way to it is secured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from deskterm.i18n import _
from deskterm.ports import PORTS, PROTOCOLS, SECURITIES, Security

# As mail programs write it: `ssl://` is TLS from the first byte, `tls://` is STARTTLS.
_SCHEMES: Final[dict[str, Security]] = {
    "ssl": "tls",
    "imaps": "tls",
    "pop3s": "tls",
    "smtps": "tls",
    "tls": "starttls",
    "starttls": "starttls",
    "none": "none",
    "plain": "none",
}
_SECURITY_OF_PORT: Final[dict[int, Security]] = {
    993: "tls",
    995: "tls",
    465: "tls",
    143: "starttls",
    110: "starttls",
    587: "starttls",
    25: "starttls",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host, a port and a security: `tls` from the first byte, `starttls`, or `none`."""

    host: str
    port: int
    security: Security

    def __post_init__(self) -> None:
        if not self.host or any(c.isspace() or not c.isprintable() or c in "/@" for c in self.host):
            raise ValueError(_("no host name: {host!r}").format(host=self.host))
        if not 0 < self.port < 65536:
            raise ValueError(_("no port: {port!r}").format(port=self.port))
        if self.security not in SECURITIES:
            raise ValueError(_("no security: {security!r}").format(security=self.security))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def default_port(protocol: str, security: str) -> int:
    """The port a protocol has with a security; raises ValueError for unknown ones."""
    try:
        return PORTS[protocol, security]
    except KeyError:
        text = _("no port is known for {protocol} with {security}")
        raise ValueError(text.format(protocol=protocol, security=security)) from None


def parse_endpoint(
    protocol: str, text: str, port: int | None = None, security: str | None = None
) -> Endpoint:
    """`host`, `host:port`, `ssl://host`, `tls://host:port`; what stands in the text wins.

    Without a word about security the port tells it, else it is TLS: never none by itself.
    """
    if protocol not in PROTOCOLS:
        raise ValueError(_("no mail protocol: {protocol!r}").format(protocol=protocol))
    scheme, found, rest = text.strip().partition("://")
    if not found:
        scheme, rest = "", text.strip()
    elif scheme.casefold() not in _SCHEMES:
        raise ValueError(_("no security: {security!r}").format(security=scheme))
    host, said_port = _split_port(rest.rstrip("/"))
    port = said_port or port
    if scheme:
        security = _SCHEMES[scheme.casefold()]
    elif not security:
        security = _SECURITY_OF_PORT.get(port, "tls") if port else "tls"
    if security not in SECURITIES:
        raise ValueError(_("no security: {security!r}").format(security=security))
    return Endpoint(host, port or default_port(protocol, security), security)


def _split_port(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, _end, after = text[1:].partition("]")
        port = after.removeprefix(":")
    elif text.count(":") == 1:
        host, _colon, port = text.partition(":")
    else:
        host, port = text, ""
    if port and not (port.isascii() and port.isdecimal()):
        raise ValueError(_("no port: {port!r}").format(port=port))
    return host, int(port) if port else None
