"""`deskterm accounts`: the mailboxes of the desk, their passwords, and whether their servers can be used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from deskterm import moments
from deskterm.clean import clean
from deskterm.cli import nouns, output, session, words
from deskterm.cli.frame import JSON, command, usage
from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.output import Column
from deskterm.cli.secrets import read_secret
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from deskterm.cli import account_test
    from deskterm.desk.accounts import AccountView
    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

UNAVAILABLE = 69
NOT_ALLOWED = 77
CONFIGURATION = 78

_OPTIONS = (
    Option("name", "--name", _("Display name of the sender."), metavar="NAME"),
    Option("login", "--login", _("Login at the servers; otherwise the address."), metavar="LOGIN"),
    Option("incoming", "--incoming", _("imap, pop3 or none."), metavar="PROTOCOL"),
    Option(
        "incoming_host", "--in-host", _("Incoming server; also ssl://host, tls://host:port."), metavar="HOST"
    ),
    Option("incoming_port", "--in-port", _("Its port; otherwise the usual one."), int, "PORT"),
    Option("incoming_security", "--in-security", _("tls, starttls or none."), metavar="SECURITY"),
    Option("folders", "--folder", _("Folder to read; may be repeated."), list[str], "FOLDER"),
    Option("outgoing", "--outgoing", _("smtp, or none for receiving only."), metavar="PROTOCOL"),
    Option(
        "outgoing_host", "--out-host", _("Outgoing server; also ssl://host, tls://host:port."), metavar="HOST"
    ),
    Option("outgoing_port", "--out-port", _("Its port; otherwise the usual one."), int, "PORT"),
    Option("outgoing_security", "--out-security", _("tls, starttls or none."), metavar="SECURITY"),
    Option("outgoing_login", "--out-auth/--no-out-auth", _("Log in at the outgoing server."), bool),
    Option("security", "--security", _("tls, starttls or none, for both servers."), metavar="SECURITY"),
    Option("ca_file", "--ca-file", _("Certificates (PEM) trusted beside the system's."), metavar="FILE"),
    Option("password", "--password", _("Ask for the password."), bool),
    Option("password_stdin", "--password-stdin", _("Read the password from standard input."), bool),
    Option(
        "files_sent", "--files-sent", _("append: we file sent letters; provider: it does."), metavar="WHO"
    ),
    Option("sent_folder", "--sent-folder", _("Folder for sent letters."), metavar="FOLDER"),
    Option(
        "after", "--after", _("What becomes of a read letter: seen, leave, move, delete."), metavar="WHAT"
    ),
    Option("after_folder", "--after-folder", _("Where it is moved to."), metavar="FOLDER"),
    Option(
        "junk_folder", "--junk-folder", _("Folder for junk; otherwise the server's own."), metavar="FOLDER"
    ),
    Option("reads_junk", "--read-junk/--no-read-junk", _("Bring the Junk folder into triage."), bool),
    Option(
        "attachments_folder",
        "--attachments-folder",
        _("Folder on disk where attachments are saved too, by ticket; '' for none."),
        metavar="FOLDER",
    ),
    Option("poll_seconds", "--poll", _("How often to look without push: 90s, 3m, 2h, 1d."), metavar="TIME"),
    Option("language", "--language", _("Language of letters to customers: en, ru."), metavar="CODE"),
    Option("signature", "--signature", _("Text that ends every outgoing letter."), metavar="TEXT"),
    Option("confirms", "--confirm/--no-confirm", _("Confirm new tickets to their authors."), bool),
    Option("silent", "--silent/--not-silent", _("Never send anything to who writes here."), bool),
    Option(
        "who_may_write",
        "--who-may-write",
        _("everybody, registered (senders only), or review: a person looks at every letter first."),
        metavar="WHO",
    ),
    Option("active", "--active/--inactive", _("Whether it is read and used for sending."), bool),
)


def _listed(work: Work, actor: Actor, active_only: bool = False) -> Sequence[Any]:
    from deskterm.desk import accounts

    return accounts.listed(work, actor, active_only=active_only)


def _show(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import accounts

    return accounts.show(work, actor, key)


def _add(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import accounts

    _take_apart(values)
    if "folders" in values:
        values["folders"] = tuple(values["folders"])
    id = accounts.add(work, actor, accounts.AccountInput(address=key, **values))
    return Done(key=accounts.find(work, str(id)).address, values={"id": id})


def _edit(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import accounts

    there = accounts.show(work, actor, key)
    _take_apart(values, there)
    if "folders" in values:
        values["folders"] = tuple(values["folders"])
    if values:
        accounts.edit(work, actor, key, values)
    return Done(key=there.address)


def _remove(work: Work, actor: Actor, key: str) -> Done:
    from deskterm.desk import accounts

    address = accounts.show(work, actor, key).address
    if accounts.remove(work, actor, key):
        return Done(key=address, values={"deleted": True})
    sentence = _("Account {key} has mail: it was made inactive, its tickets stay.").format(key=address)
    return Done(sentence, address, {"deleted": False})


def _take_apart(values: dict[str, Any], there: AccountView | None = None) -> None:
    """Servers as they were typed; one that makes no sense is wrong use of the command."""
    from deskterm.desk import account_servers
    from deskterm.desk.errors import BadData

    try:
        account_servers.taken_apart(values, there)
    except BadData as bad:
        raise usage(bad.sentence) from None


def _prepare(verb: str, key: str, values: dict[str, Any]) -> Callable[[Done], None] | None:
    """Seconds, securities, and the password: asked before the store is opened, kept once it is done."""
    if verb == "remove":
        return _forget
    if "poll_seconds" in values:
        values["poll_seconds"] = _seconds(values["poll_seconds"])
    if values.get("attachments_folder"):
        # The worker runs elsewhere: what is near to this shell is not near to it
        values["attachments_folder"] = str(Path(values["attachments_folder"]).expanduser().absolute())
    both = values.pop("security", None)
    if both is not None:
        values.setdefault("incoming_security", both)
        values.setdefault("outgoing_security", both)
    password = _password(verb, key, values)

    def keep(done: Done) -> None:
        from deskterm.secrets import SecretStore, variable

        secrets = SecretStore(session.home())
        if password:
            place = secrets.set(done.key, password)
            print(_("The password is kept in: {place}.").format(place=place), file=sys.stderr)
        elif verb == "add" and _wants_password(values) and secrets.get(done.key) is None:
            sentence = _("It has no password yet: deskterm secrets set {address}, or {variable}.")
            print(clean(sentence.format(address=done.key, variable=variable(done.key))), file=sys.stderr)

    return keep


def _wants_password(values: dict[str, Any]) -> bool:
    receives = values.get("incoming", "imap") != "none"
    sends = values.get("outgoing", "smtp") != "none" and values.get("outgoing_login", True)
    return bool(receives or sends)


def _password(verb: str, key: str, values: dict[str, Any]) -> str | None:
    asked, piped = values.pop("password", False), values.pop("password_stdin", False)
    prompt = _("Password of {address}").format(address=key)
    if piped or asked:
        return read_secret(piped, prompt)
    if verb == "add" and _wants_password(values) and sys.stdin.isatty():
        from deskterm.secrets import SecretStore

        if SecretStore(session.home()).get(key) is None:
            return read_secret(False, prompt)
    return None


def _forget(done: Done) -> None:
    """A deleted account leaves no password behind; an inactive one may come back."""
    if done.values.get("deleted"):
        from deskterm.secrets import SecretStore

        SecretStore(session.home()).forget(done.key)


def _seconds(text: str) -> int:
    seconds = moments.seconds(text)
    if seconds is None:
        raise usage(_("'{text}' is no time: say 90s, 3m, 2h or 1d.").format(text=text))
    return seconds


ACCOUNTS = Noun(
    name="accounts",
    one=N_("Account"),
    help=_("Mailboxes the desk receives from and sends from."),
    key="address",
    key_help=_("Address of the account."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("address", N_("Address")),
        Column("active", N_("Active")),
        Column("incoming", N_("Receives by")),
        Column("incoming_host", N_("From")),
        Column("folders", N_("Folders")),
        Column("outgoing", N_("Sends by")),
        Column("outgoing_host", N_("Through")),
        Column("login", N_("Login")),
    ),
    examples={
        "list": "--active-only",
        "show": "support@example.org --json",
        "add": "support@example.org --in-host imap.example.org --out-host tls://smtp.example.org",
        "edit": "support@example.org --after move --after-folder Archive",
        "remove": "support@example.org",
    },
    listed=_listed,
    show=_show,
    add=_add,
    edit=_edit,
    remove=_remove,
    options=_OPTIONS,
    filters=(Option("active_only", "--active-only", _("Hide inactive ones."), bool),),
    prepare=_prepare,
)

app = nouns.group(ACCOUNTS)

_STEPS = (
    Column("server", N_("Server"), word=words.step),
    Column("step", N_("Step"), word=words.step),
    Column("ok", N_("Works")),
    Column("sentence", N_("What was seen"), wide=True),
    Column("remedy", N_("What to do"), wide=True),
)


# first failed step → exit code; whatever is not here is a server that cannot be used now
_EXIT_CODES = {
    "login": NOT_ALLOWED,
    "folders": CONFIGURATION,
    "password": CONFIGURATION,
    "ca_file": CONFIGURATION,
    "junk": CONFIGURATION,
    "second_desk": CONFIGURATION,
}


def _steps(desk: session.Desk, account: AccountView, seconds: float | None) -> Iterator[account_test.Tried]:
    """Each step as it is tried; the letter to itself, awaited for so long, where all before it works."""
    from deskterm.cli import account_test

    works = True
    for one in account_test.servers(desk, account):
        works = works and one.ok
        yield one
    if works and seconds is not None:
        yield from account_test.round_trip(desk, account, seconds)


@command(
    app,
    "test",
    _("Try an account's servers step by step, and whether a letter to itself comes back; say what to do."),
    "deskterm accounts test support@example.org",
    "deskterm accounts test support@example.org --wait 10m",
    "deskterm accounts test support@example.org --no-round-trip --json",
)
def test(
    address: str = typer.Argument(..., metavar="ADDRESS", help=_("Address of the account.")),
    round_trip: bool = typer.Option(
        True, "--round-trip/--no-round-trip", help=_("Send a letter to itself and wait for it.")
    ),
    wait: str = typer.Option(
        "60s", "--wait", metavar="TIME", help=_("How long to wait for that letter: 90s, 5m.")
    ),
    as_json: bool = JSON,
    json_steps: bool = typer.Option(
        False, "--json-steps", help=_("Print each step as a line of JSON as soon as it was tried.")
    ),
) -> int:
    from deskterm.desk import accounts, rights

    seconds = _seconds(wait)
    with session.desk() as desk:
        with desk.writing() as work:
            rights.require(work, desk.actor, "administer", "account.test")
            account = accounts.show(work, desk.actor, address)
        tried = []
        for one in _steps(desk, account, seconds if round_trip else None):
            tried.append(one)
            if json_steps:
                output.json_line(one)
    failed = next((one for one in tried if not one.ok), None)
    if as_json:
        output.json_document({"address": account.address, "ok": failed is None, "steps": tried})
    elif not json_steps:
        output.table(_STEPS, tried)
    return 0 if failed is None else _EXIT_CODES.get(failed.step, UNAVAILABLE)
