"""The server of the web console: textual-serve, with a door that asks the proxy who comes.

Imported by `deskterm web` alone: the libraries below it are many, and no console needs them.
"""

from __future__ import annotations

import copy
import hmac
import ipaddress
import logging
import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from textual_serve import server as textual_serve
from textual_serve.server import Server

from deskterm import limits
from deskterm.clean import clean
from deskterm.config import Home
from deskterm.confinement import LOGIN, WEB, command
from deskterm.i18n import _

SECRET_HEADER = "X-Deskterm-Secret"
DRIVER = ("TEXTUAL_DRIVER", "TEXTUAL_FPS", "TEXTUAL_COLOR_SYSTEM", "COLUMNS", "ROWS")
"""What the server tells the console of the browser."""

_http: Any = textual_serve.web  # type: ignore[attr-defined]  # the library's own way to its web framework


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in, and as whom."""

    agent: str
    """Everybody is this agent; '' where `header` says who comes."""
    header: str
    trusted: frozenset[ipaddress.IPv4Address | ipaddress.IPv6Address]
    secret: str
    public_url: str

    def login(self, remote: str | None, headers: Any) -> str | None:
        """The login of who comes; None for somebody who is not let in."""
        try:
            known = ipaddress.ip_address(remote or "") in self.trusted
        except ValueError:
            known = False
        given = headers.get(SECRET_HEADER, "")
        if not known or (self.secret and not hmac.compare_digest(given.encode(), self.secret.encode())):
            return None
        said = headers.getall(self.header, []) if self.header else [self.agent]
        # twice the header: one of them the browser's
        return said[0] if len(said) == 1 and LOGIN.fullmatch(said[0]) else None

    def comes_from_our_page(self, headers: Any) -> bool:
        """Whether a websocket was opened by our own page: any page may try, and browsers let it."""
        asked, ours = urlsplit(headers.get("Origin", "")), urlsplit(self.public_url)
        return (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)


class WebConsole(Server):
    """textual-serve with our door in front, a console of the agent who came behind it."""

    def __init__(self, home: Home, door: Door, host: str, port: int) -> None:
        super().__init__("", host=host, port=port, title="deskterm", public_url=door.public_url)
        self._home = home
        self._door = door
        self._open = [0]

    def initialize_logging(self) -> None:
        # the library's own would print the variables of every frame
        logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)

    async def on_startup(self, app: Any) -> None:
        print(clean(_("The console is served at {url}").format(url=self.public_url)), flush=True)

    def _let_in(self, request: Any) -> str:
        login = self._door.login(request.remote, request.headers)
        if login is None:
            raise _http.HTTPForbidden(text="Forbidden")
        return login

    async def handle_index(self, request: Any) -> Any:
        self._let_in(request)
        return await super().handle_index(request)

    async def handle_download(self, request: Any) -> Any:
        self._let_in(request)
        return await super().handle_download(request)

    async def handle_websocket(self, request: Any) -> Any:
        login = self._let_in(request)
        if not self._door.comes_from_our_page(request.headers):
            raise _http.HTTPForbidden(text="Forbidden")
        if self._open[0] >= limits.WEB_SESSIONS:
            raise _http.HTTPServiceUnavailable(text="Too many")
        one = copy.copy(self)
        one.command = self._started(login)
        self._open[0] += 1
        try:
            return await Server.handle_websocket(one, request)
        finally:
            self._open[0] -= 1

    def _started(self, login: str) -> str:
        surroundings = {} if self._home.is_local else {"DESKTERM_DATABASE_URL": self._home.database}
        arguments = ["--home", str(self._home.folder), "session", login, "--key", WEB]
        return command(arguments, surroundings, DRIVER)


def serve(home: Home, door: Door, host: str, port: int) -> None:
    """Serve until told to stop."""
    WebConsole(home, door, host, port).serve()
