"""The area of the accounts: mailboxes with their servers, passwords and what becomes of their letters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deskterm import limits, moments
from deskterm.i18n import N_, _
from deskterm.screens.administration import sources
from deskterm.screens.administration.area import Area, Field
from deskterm.screens.presenters.administration import column, name_column, state_column, translated

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work


def add_account(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add an account of what the form holds."""
    from deskterm.desk import account_servers, accounts

    kept = _as_kept(values)
    account_servers.taken_apart(kept)
    return accounts.add(work, actor, accounts.AccountInput(**kept))


def edit_account(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change what was changed in the form."""
    from deskterm.desk import account_servers, accounts

    kept = _as_kept(values)
    account_servers.taken_apart(kept, row)
    accounts.edit(work, actor, str(row.id), kept)


def _as_kept(values: dict[str, Any]) -> dict[str, Any]:
    from deskterm.desk.errors import BadData

    found = dict(values)
    if "poll_seconds" in found:
        found["poll_seconds"] = moments.seconds(found["poll_seconds"])
        if found["poll_seconds"] is None:
            told = _("'{text}' is no time: say 90s, 3m, 2h or 1d.")
            raise BadData(told.format(text=values["poll_seconds"]))
    if "folders" in found:
        found["folders"] = tuple(found["folders"])
    if found.get("attachments_folder"):
        # the worker runs elsewhere: what is near to this console is not near to it
        found["attachments_folder"] = str(Path(found["attachments_folder"]).expanduser().absolute())
    return found


def remove_account(work: Work, actor: Actor, row: Any) -> bool:
    """Delete an account without mail (True), switch another one off."""
    from deskterm.desk import accounts

    return accounts.remove(work, actor, str(row.id))


_HOST: Final = N_("Also as ssl://host, tls://host or host:port; that says security and port too.")

ACCOUNTS = Area(
    "accounts",
    N_("Accounts"),
    N_("account"),
    "accounts.listed",
    (
        name_column(name="address", title=N_("Address"), least=24),
        column("incoming_host", N_("Fetched from"), 14, 30, 3, grows=1),
        column("outgoing_host", N_("Sent through"), 14, 30, 4, grows=1),
        column("incoming", N_("Receives"), 8, 8, 5, of=translated("incoming")),
        state_column(),
    ),
    (
        Field("address", N_("address"), verbs=("add",)),
        Field("name", N_("name of the sender")),
        Field("login", N_("login"), hint=N_("Empty: the address.")),
        Field(
            "password",
            N_("password"),
            "secret",
            hint=N_("It is never shown; empty leaves the one there is."),
        ),
        Field(
            "incoming",
            N_("receives by"),
            "choice",
            choices=(("imap", "IMAP"), ("pop3", "POP3"), ("none", N_("nothing: it only sends"))),
            default="imap",
        ),
        Field("incoming_host", N_("incoming server"), hint=_HOST),
        Field("incoming_port", N_("its port"), "number", hint=N_("0: the usual one."), default=0),
        Field("incoming_security", N_("its security"), "choice", choices=sources.SECURITIES, default="tls"),
        Field("folders", N_("folders to read"), "words", hint=N_("Commas between them."), default=("INBOX",)),
        Field(
            "outgoing",
            N_("sends by"),
            "choice",
            choices=(("smtp", "SMTP"), ("none", N_("nothing: it only receives"))),
            default="smtp",
        ),
        Field("outgoing_host", N_("outgoing server"), hint=_HOST),
        Field("outgoing_port", N_("its port"), "number", hint=N_("0: the usual one."), default=0),
        Field("outgoing_security", N_("its security"), "choice", choices=sources.SECURITIES, default="tls"),
        Field("outgoing_login", N_("log in there"), "switch", default=True),
        Field("ca_file", N_("certificates"), hint=N_("A PEM file trusted beside the system's.")),
        Field(
            "files_sent",
            N_("who files sent letters"),
            "choice",
            choices=(("append", N_("we do")), ("provider", N_("the provider does"))),
            default="append",
        ),
        Field("sent_folder", N_("folder for sent letters"), hint=N_("Empty: the server's own.")),
        Field(
            "after",
            N_("a letter that was read"),
            "choice",
            choices=(
                ("seen", N_("is marked as seen")),
                ("leave", N_("stays as it was")),
                ("move", N_("is moved to a folder")),
                ("delete", N_("is deleted on the server")),
            ),
            default="seen",
        ),
        Field("after_folder", N_("where it is moved to")),
        Field("junk_folder", N_("folder for junk"), hint=N_("Empty: the server's own.")),
        Field("reads_junk", N_("bring junk into Triage"), "switch", default=False),
        Field(
            "attachments_folder",
            N_("keep files in"),
            hint=N_("A folder on disk where attachments are saved too, by ticket; empty: none."),
        ),
        Field(
            "poll_seconds",
            N_("look every"),
            hint=N_("As 90s, 3m, 2h or 1d, where the server tells of no mail by itself."),
            of=lambda row: moments.written(row.poll_seconds),
            default=moments.written(limits.POLL_SECONDS),
        ),
        Field("language", N_("language of letters"), "choice", choices=sources.CODES, default="en"),
        Field("signature", N_("signature"), "lines"),
        Field("confirms", N_("confirm new tickets"), "switch", default=True),
        Field("silent", N_("never send to who writes"), "switch", default=False),
        Field(
            "who_may_write", N_("who may write"), "choice", choices=sources.WHO_MAY_WRITE, default="everybody"
        ),
        Field("active", N_("in use"), "switch", default=True),
    ),
    lambda row: str(row.address),
    add=add_account,
    edit=edit_account,
    remove=remove_account,
    removing=N_("remove {name}; where it has mail it goes out of use"),
    try_out="test_account",
    secret="password",
)
