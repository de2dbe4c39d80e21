"""`deskterm web`: the console in a browser, behind a proxy that says who comes."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

import typer

from deskterm.cli import session
from deskterm.cli.frame import command, usage
from deskterm.confinement import LOGIN
from deskterm.i18n import _

LOOPBACK = "127.0.0.1"
NOT_ALLOWED = 77
CONFIGURATION = 78


def add(root: typer.Typer) -> None:
    command(
        root,
        "web",
        _("Serve the console to browsers; a proxy in front of it says who comes (see the guide)."),
        "deskterm web --agent-header X-Remote-User --public-url https://desk.example.org",
        "deskterm web --agent anna",
    )(web)


def web(
    agent: str = typer.Option("", "--agent", metavar="LOGIN", help=_("Everybody who comes is this agent.")),
    header: str = typer.Option(
        "",
        "--agent-header",
        metavar="NAME",
        help=_("The proxy writes the agent's login into this header, whatever the browser sent."),
    ),
    trusted: list[str] = typer.Option(
        [], "--trusted", metavar="ADDRESS", help=_("The proxy's address; may be repeated. Else 127.0.0.1.")
    ),
    secret_file: str = typer.Option(
        "",
        "--secret-file",
        metavar="FILE",
        help=_("A file with a secret the proxy sends as X-Deskterm-Secret: others on this machine stay out."),
    ),
    host: str = typer.Option(LOOPBACK, "--host", metavar="ADDRESS", help=_("Where to listen.")),
    port: int = typer.Option(8080, "--port", metavar="PORT", help=_("Where to listen.")),
    public_url: str = typer.Option(
        "", "--public-url", metavar="URL", help=_("What people type into their browsers.")
    ),
) -> int:
    if bool(agent) == bool(header):
        raise usage(_("One of --agent and --agent-header is needed."))
    if agent and not LOGIN.fullmatch(agent):
        raise usage(_("The login or the editor holds odd signs."))
    addresses = {_address(each) for each in trusted or [LOOPBACK, "::1"]}
    if not _address(host).is_loopback and not (trusted and (secret_file or header)):
        raise usage(_("Beyond this machine it listens only to a proxy: name it with --trusted."))
    try:
        from deskterm.cli.web_server import Door, serve
    except ImportError:
        from deskterm.cli.main import complain

        complain(_("The web console needs more libraries: pip install 'deskterm[web]'"))
        return CONFIGURATION
    with session.desk() as desk:
        if not desk.actor.owner:
            from deskterm.cli.main import complain

            complain(_("Sessions of others run as the owner of the store only."))
            return NOT_ALLOWED
        home = desk.home
    if not home.is_local and urlsplit(home.database).password:
        raise usage(_("Put the database's password into ~/.pgpass, not into its address."))
    secret = Path(secret_file).read_text(encoding="utf-8").strip() if secret_file else ""
    if secret_file and len(secret) < 16:
        raise usage(_("The secret needs 16 characters at least."))
    url = (public_url or f"http://{host}:{port}").rstrip("/")
    serve(home, Door(agent, header, frozenset(addresses), secret, url), host, port)
    return 0


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise usage(_("{text} is no IP address.").format(text=text)) from None
