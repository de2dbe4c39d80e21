"""The desk's plain nouns: statuses and the lists to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.cli import lookup
from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.output import Column
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

_CHOICE_COLUMNS = (
    Column("id", N_("Number"), right=True),
    Column("name", N_("Name"), wide=True),
    Column("key", N_("Key")),
    Column("position", N_("Position"), right=True),
    Column("is_default", N_("Default")),
    Column("responsible", N_("Responsible")),
    Column("team", N_("Team")),
    Column("active", N_("Active")),
)
_NAME = Option("name", "--name", _("New name."), metavar="NAME", verbs=("edit",))
_POSITION = Option("position", "--position", _("Place in the list."), int, "N", verbs=("edit",))
_ACTIVE = Option("active", "--active/--inactive", _("Whether it can be chosen."), bool, verbs=("edit",))
_ACTIVE_ONLY = Option("active_only", "--active-only", _("Only those in use."), bool)


_NEW_TICKETS = (
    Option(
        "responsible",
        "--responsible",
        _("Login of who gets new tickets of it; empty: nobody."),
        metavar="LOGIN",
    ),
    Option("team", "--team", _("Team that gets new tickets of it; empty: none."), metavar="NAME"),
)


def _meant(work: Work, values: dict[str, Any]) -> dict[str, Any]:
    """The values with agent and team by their numbers."""
    found = dict(values)
    if "responsible" in found:
        login = found.pop("responsible")
        found["responsible_id"] = lookup.agent(work, login) if login else None
    if "team" in found:
        name = found.pop("team")
        found["team_id"] = lookup.named(work, "team", name) if name else None
    return found


def _choice_noun(plural: str, list_name: str, one: str, help: str, example: str) -> Noun:
    """A list of the desk as a noun: `rubrics` is the list `rubric`."""

    def listed(work: Work, actor: Actor, active_only: bool = False) -> Sequence[Any]:
        from deskterm.desk import choices

        return [row for row in choices.listed(work, actor, list_name) if row.active or not active_only]

    def show(work: Work, actor: Actor, key: str) -> Any:
        from deskterm.desk import choices

        return choices.find(work, list_name, key)

    def add(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
        from deskterm.desk import choices

        id = choices.add(work, actor, list_name, key, _meant(work, values))
        return Done(key=choices.find(work, list_name, str(id)).name, values={"id": id})

    def edit(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
        from deskterm.desk import choices

        choices.edit(work, actor, list_name, key, _meant(work, values))

    def remove(work: Work, actor: Actor, key: str) -> None:
        from deskterm.desk import choices

        choices.remove(work, actor, list_name, key)

    return Noun(
        name=plural,
        one=one,
        help=help,
        key="name",
        key_help=_("Name or number."),
        columns=_CHOICE_COLUMNS,
        examples={
            "list": "--active-only",
            "add": f'"{example}"',
            "edit": f'"{example}" --position 1',
            "show": f'"{example}"',
            "remove": f'"{example}"',
        },
        listed=listed,
        show=show,
        add=add,
        edit=edit,
        remove=remove,
        options=(
            _NAME,
            _POSITION,
            Option("is_default", "--default/--no-default", _("Chosen by itself."), bool),
            *_NEW_TICKETS,
            _ACTIVE,
        ),
        filters=(_ACTIVE_ONLY,),
    )


CHOICES = (
    _choice_noun("rubrics", "rubric", N_("Rubric"), _("Rubrics of tickets."), "Network"),
    _choice_noun("categories", "category", N_("Category"), _("Categories (services) of tickets."), "E-mail"),
    _choice_noun("kinds", "kind", N_("Kind"), _("Kinds of tickets."), "Question"),
    _choice_noun("criticalities", "criticality", N_("Criticality"), _("How critical tickets are."), "High"),
    _choice_noun("difficulties", "difficulty", N_("Difficulty"), _("How difficult tickets are."), "Hard"),
    _choice_noun("sources", "source", N_("Source"), _("Where tickets come from."), "Chat"),
    _choice_noun("sla", "sla", N_("SLA level"), _("SLA levels of tickets."), "Gold"),
    _choice_noun(
        "client-statuses", "client_status", N_("Client status"), _("What clients are to the desk."), "VIP"
    ),
    _choice_noun("ratings", "rating", N_("Rating level"), _("What customers say of answers."), "Poor"),
)


def _statuses(work: Work, actor: Actor, active_only: bool = False) -> Sequence[Any]:
    from deskterm.desk import statuses

    return statuses.listed(work, active_only=active_only)


def _status(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import statuses

    return statuses.find(work, key)


def _add_status(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import statuses

    id = statuses.add(
        work,
        actor,
        key,
        values.get("status_class", "active"),
        _roles(work, values.get("roles")),
        values.get("when_customer_writes", ""),
    )
    return Done(values={"id": id})


def _edit_status(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import statuses

    if "roles" in values:
        values = {**values, "role_ids": _roles(work, values["roles"])}
    statuses.edit(work, actor, key, values)


def _retire_status(work: Work, actor: Actor, key: str) -> None:
    from deskterm.desk import statuses

    statuses.remove(work, actor, key)


def _roles(work: Work, names: str | None) -> list[int] | None:
    """Roles with commas between them, by their numbers."""
    from deskterm.desk import statuses

    return statuses.by_role_names(work, [name for name in (names or "").split(",") if name.strip()]) or None


STATUSES = Noun(
    name="statuses",
    one=N_("Status"),
    help=_("Statuses of tickets in their classes: active, waiting, closed."),
    key="name",
    key_help=_("Key, name or number."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("key", N_("Key")),
        Column("name", N_("Name"), wide=True),
        Column("status_class", N_("Class")),
        Column("when_customer_writes", N_("When the customer writes")),
        Column("roles", N_("Set by")),
        Column("active", N_("Active")),
    ),
    examples={
        "list": "--active-only",
        "show": "closed",
        "add": '"At the supplier" --class waiting',
        "edit": 'new --name "Fresh"',
        "remove": '"At the supplier"',
    },
    listed=_statuses,
    show=_status,
    add=_add_status,
    edit=_edit_status,
    remove=_retire_status,
    options=(
        Option("status_class", "--class", _("active, waiting or closed."), metavar="CLASS", verbs=("add",)),
        _NAME,
        _POSITION,
        Option(
            "when_customer_writes",
            "--when-customer-writes",
            _("The status a ticket goes to when its customer writes; empty: it stays."),
            metavar="STATUS",
        ),
        Option(
            "roles",
            "--roles",
            _("Roles whose agents may set it, commas between them; empty: all."),
            metavar="ROLES",
        ),
        _ACTIVE,
    ),
    filters=(_ACTIVE_ONLY,),
)
