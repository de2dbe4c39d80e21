"""Areas about what becomes of letters: black list, rules, registered senders, observers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import N_, _, p_
from deskterm.screens.administration import sources
from deskterm.screens.administration.area import Area, Field
from deskterm.screens.presenters.administration import column, name_column, state_column, translated

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.desk.observers import Scope
    from deskterm.store.work import Work

FLAGS: Final = ("hold", "file", "silent")


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
    tries_typed="try_entry",
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


def _effects_told(row: Any) -> list[str]:
    """What a rule does, in the words of its form."""
    told = []
    for field in EFFECTS:
        if field.name in row.effects:
            title = _(field.title).removeprefix("→ ")
            value = row.effects[field.name]
            words = dict(field.choices).get(value, "") if isinstance(field.choices, tuple) else ""
            told.append(title if field.name in FLAGS else f"{title}: {_(words) if words else value}")
    return told


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
            of=_effects_told,
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


def edit_sender(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Say whose it is."""
    from deskterm.desk import senders

    senders.edit(work, actor, str(row.id), values["name"])


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
            verbs=("add",),
        ),
        Field("name", N_("whose it is")),
    ),
    lambda row: str(row.value),
    right="triage",
    sees="triage",
    add=add_sender,
    edit=edit_sender,
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
    from deskterm.desk import observers

    observers.remove(work, actor, row.address, _scope(work, row))


def edit_observer(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Tell another address what this one was told."""
    from deskterm.desk import observers, undo

    with undo.together(work, actor, "observer.add"):
        observers.remove(work, actor, row.address, _scope(work, row))
        observers.add(work, actor, values["address"], _scope(work, row))


def _scope(work: Work, row: Any) -> Scope:
    from deskterm.desk import accounts, observers

    account = accounts.find(work, row.account).id if row.account else None
    return observers.Scope(account_id=account, rule_id=row.rule_id, ticket_id=row.ticket_id)


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
        Field(
            "account",
            N_("only of an account"),
            "choice",
            choices=sources.accounts,
            none=N_("of all"),
            verbs=("add",),
        ),
        Field(
            "rule",
            N_("only what a rule made"),
            "choice",
            choices=sources.rules,
            none=N_("of all"),
            verbs=("add",),
        ),
        Field(
            "ticket",
            N_("only of a ticket"),
            "number",
            hint=N_("Its number; 0: of all."),
            default=0,
            verbs=("add",),
        ),
    ),
    lambda row: str(row.address),
    sees="change",
    add=add_observer,
    edit=edit_observer,
    remove=remove_observer,
)

AREAS: Final = (BLACK_LIST, RULES, SENDERS, OBSERVERS)
