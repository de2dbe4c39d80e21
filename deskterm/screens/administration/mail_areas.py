"""Areas about mail: accounts, black list, rules, registered senders, observers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import N_, p_
from deskterm.screens.administration import sources
from deskterm.screens.administration.area import Area, Field
from deskterm.screens.presenters.administration import column, name_column, state_column, translated

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

FLAGS: Final = ("hold", "file", "silent")


# -- accounts


def add_account(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add an account of what the form holds."""
    from deskterm.desk import accounts

    return accounts.add(work, actor, accounts.AccountInput(**_as_kept(values)))


def edit_account(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change what was changed in the form."""
    from deskterm.desk import accounts

    accounts.edit(work, actor, str(row.id), _as_kept(values))


def _as_kept(values: dict[str, Any]) -> dict[str, Any]:
    found = dict(values)
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
        Field("incoming_host", N_("incoming server")),
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
        Field("outgoing_host", N_("outgoing server")),
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
        Field("poll_seconds", N_("look every … seconds"), "number", hint=N_("Without push."), default=180),
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
    secret="password",
)


# -- the black list


def add_entry(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Block an address, a domain or a text."""
    from deskterm.desk import blacklist

    return blacklist.add(work, actor, values["value"], values.get("kind") or None)


def edit_entry(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change what an entry blocks."""
    from deskterm.desk import blacklist

    blacklist.edit(work, actor, str(row.id), {name: value for name, value in values.items() if value})


def remove_entry(work: Work, actor: Actor, row: Any) -> None:
    """Block it no longer."""
    from deskterm.desk import blacklist

    blacklist.remove(work, actor, str(row.id))


BLACK_LIST = Area(
    "blacklist",
    N_("Black list"),
    N_("entry"),
    "blacklist.listed",
    (
        name_column(name="value", title=N_("Whose letters are blocked")),
        column("kind", N_("Kind"), 8, 10, 2, of=translated("kind")),
        column("hits", N_("Blocked"), 8, importance=1, right=True),
        column("created_at", N_("Since"), 11, importance=3, right=True),
    ),
    (
        Field("value", N_("address, domain or text")),
        Field(
            "kind",
            N_("kind"),
            "choice",
            choices=(("address", N_("address")), ("domain", N_("domain")), ("text", N_("text"))),
            none=N_("what it looks like"),
        ),
    ),
    lambda row: str(row.value),
    right="triage",
    sees="triage",
    add=add_entry,
    edit=edit_entry,
    remove=remove_entry,
    removing=N_("block “{name}” no longer"),
    look="blocked_by",
    look_title=N_("what it blocked"),
    try_out="try_entry",
)


# -- rules


def add_rule(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add a rule at the end of its account's, or of every account's."""
    from deskterm.desk import rules

    return rules.add(
        work,
        actor,
        values["name"],
        values.get("conditions") or (),
        _effects(values),
        account=values.get("account") or None,
        active=values.get("active", True),
    )


def edit_rule(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change name, conditions, effects, or whether it is asked."""
    from deskterm.desk import rules

    changes = {name: values[name] for name in ("name", "conditions", "active") if name in values}
    effects = _effects(values)
    rules.edit(work, actor, row.id, changes | ({"effects": effects} if effects else {}))


def _effects(values: dict[str, Any]) -> dict[str, Any]:
    return {field.name: values[field.name] for field in EFFECTS if field.name in values}


def remove_rule(work: Work, actor: Actor, row: Any) -> bool:
    """Delete a rule, or switch it off where letters and tickets name it."""
    from deskterm.desk import rules

    return rules.remove(work, actor, row.id)


def move_rule(work: Work, actor: Actor, row: Any, place: int, keys: list[str]) -> None:
    """Ask it earlier or later."""
    from deskterm.desk import rules

    rules.move(work, actor, row.id, place)


def _effect(field: Field) -> Field:
    """The field of an effect: its value stands among the rule's effects."""
    name = field.name
    if name in FLAGS:
        return replace(field, of=lambda row: row.effects.get(name) == "yes")
    return replace(field, of=lambda row: row.effects.get(name, ""))


_STAYS = N_("as it comes")
EFFECTS: Final[tuple[Field, ...]] = tuple(
    _effect(field)
    for field in (
        *(
            Field(name, title, "choice", choices=sources.list_of(name), none=_STAYS)
            for name, title in (
                ("rubric", N_("→ rubric")),
                ("category", N_("→ category")),
                ("kind", N_("→ kind")),
                ("criticality", N_("→ criticality")),
            )
        ),
        Field("client", N_("→ client"), "choice", choices=sources.clients, looked_up=True, none=_STAYS),
        Field("responsible", N_("→ responsible"), "choice", choices=sources.agents, none=_STAYS),
        Field("team", N_("→ team"), "choice", choices=sources.teams, none=_STAYS),
        Field("tag", N_("→ tags"), hint=N_("Commas between them.")),
        Field("answer", N_("→ confirm it"), "choice", choices=sources.YES_NO, none=_STAYS),
        Field("who", N_("→ who may write"), "choice", choices=sources.WHO_MAY_WRITE, none=_STAYS),
        Field("attachments", N_("→ keep files in"), hint=N_("A whole path; empty: nowhere.")),
        Field("hold", N_("→ hold it for a person"), "switch", default=False),
        Field("file", N_("→ keep it without a ticket"), "switch", default=False),
        Field("silent", N_("→ never send to its author"), "switch", default=False),
    )
)

RULES = Area(
    "rules",
    N_("Rules"),
    N_("rule"),
    "rules.listed",
    (
        column("position", N_("No."), 3, importance=1, right=True),
        name_column(),
        column("conditions", N_("Conditions"), 14, 60, 2, grows=3),
        column(
            "effects",
            N_("Effects"),
            14,
            60,
            3,
            of=lambda row: [f"{name}={value}" for name, value in row.effects.items()],
            grows=3,
        ),
        column("account", N_("Account"), 12, 30, 5, grows=1),
        column("hits", N_("Hits"), 5, importance=4, right=True),
        state_column(2),
    ),
    (
        Field("name", N_("name")),
        Field(
            "account",
            N_("for letters to"),
            "choice",
            choices=sources.accounts,
            none=N_("every account"),
            verbs=("add",),
        ),
        Field(
            "conditions",
            N_("if all of these hold"),
            "items",
            hint=N_(
                "One a line, as: subject contains invoice. Fields: subject, sender, recipient, header:NAME, "
                "list-id, body, size, attachments, attachment-name, attachment-type, kind, registered. "
                "Operators: contains, is, begins, ends, one of (A, B), matches, larger, smaller, yes, no."
            ),
        ),
        *EFFECTS,
        Field("active", N_("in use"), "switch", default=True),
    ),
    lambda row: str(row.name),
    add=add_rule,
    edit=edit_rule,
    remove=remove_rule,
    removing=N_("remove “{name}”; where letters name it it is switched off"),
    move=move_rule,
    group=lambda row: row.account,
    try_out="try_rules",
)


# -- registered senders


def add_sender(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Register an address or a domain."""
    from deskterm.desk import senders

    return senders.add(work, actor, values["value"], values.get("name", ""))


def remove_sender(work: Work, actor: Actor, row: Any) -> None:
    """Take it off the list."""
    from deskterm.desk import senders

    senders.remove(work, actor, str(row.id))


SENDERS = Area(
    "senders",
    N_("Registered senders"),
    N_("sender"),
    "senders.listed",
    (
        name_column(name="value", title=N_("Address or domain")),
        column("name", N_("Whose"), 10, 40, 2, grows=1),
        column("created_at", N_("Since"), 11, importance=3, right=True),
    ),
    (
        Field(
            "value",
            N_("address or domain"),
            hint=N_("As ann@example.com, or example.com with all below it."),
        ),
        Field("name", N_("whose it is")),
    ),
    lambda row: str(row.value),
    right="triage",
    sees="triage",
    add=add_sender,
    remove=remove_sender,
)


# -- observers


def add_observer(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Tell an address of the desk's tickets, an account's, a rule's, or one."""
    from deskterm.desk import accounts, observers

    account = values.get("account")
    scope = observers.Scope(
        account_id=accounts.find(work, account).id if account else None,
        rule_id=int(values["rule"]) if values.get("rule") else None,
        ticket_id=values.get("ticket") or None,
    )
    return observers.add(work, actor, values["address"], scope)


def remove_observer(work: Work, actor: Actor, row: Any) -> None:
    """Tell it of this no longer."""
    from deskterm.desk import accounts, observers

    scope = observers.Scope(
        account_id=accounts.find(work, row.account).id if row.account else None,
        rule_id=_rule_observed(work, actor, row) if row.rule else None,
        ticket_id=row.ticket_id,
    )
    observers.remove(work, actor, row.address, scope)


def _rule_observed(work: Work, actor: Actor, row: Any) -> int | None:
    """The rule an observer is told of; several may have its name."""
    from deskterm.desk import observers, rules

    for rule in rules.listed(work, actor):
        if rule.name == row.rule and any(
            each.id == row.id for each in observers.listed(work, actor, observers.Scope(rule_id=rule.id))
        ):
            return rule.id
    return None


OBSERVERS = Area(
    "observers",
    N_("Observers"),
    N_("observer"),
    "observers.listed",
    (
        name_column(name="address", title=N_("Address")),
        column("scope", N_("Scope"), 8, 12, 1, of=lambda row: p_("scope", row.scope)),
        column(
            "of",
            N_("Of"),
            10,
            40,
            2,
            of=lambda row: row.account or row.rule or (f"#{row.ticket_id}" if row.ticket_id else ""),
            grows=1,
        ),
        column("created_at", N_("Since"), 11, importance=3, right=True),
    ),
    (
        Field("address", N_("address")),
        Field("account", N_("only of an account"), "choice", choices=sources.accounts, none=N_("of all")),
        Field("rule", N_("only what a rule made"), "choice", choices=sources.rules, none=N_("of all")),
        Field("ticket", N_("only of a ticket"), "number", hint=N_("Its number; 0: of all."), default=0),
    ),
    lambda row: str(row.address),
    sees="change",
    add=add_observer,
    remove=remove_observer,
)

AREAS: Final = (ACCOUNTS, BLACK_LIST, RULES, SENDERS, OBSERVERS)
