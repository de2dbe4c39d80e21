"""Areas of what tickets and clients are described by: the lists to choose from, and statuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import N_
from deskterm.screens.administration import sources
from deskterm.screens.administration.area import Area, Field
from deskterm.screens.presenters.administration import column, name_column, state_column, translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

LISTS: Final = (
    ("rubric", "rubrics", N_("Rubrics"), N_("rubric")),
    ("category", "categories", N_("Categories"), N_("category")),
    ("kind", "kinds", N_("Kinds"), N_("kind")),
    ("criticality", "criticalities", N_("Criticalities"), N_("criticality")),
    ("difficulty", "difficulties", N_("Difficulties"), N_("difficulty")),
    ("source", "sources", N_("Sources"), N_("source")),
    ("sla", "sla", N_("SLA levels"), N_("SLA level")),
    ("client_status", "client-statuses", N_("Client statuses"), N_("client status")),
    ("rating", "ratings", N_("Rating levels"), N_("rating level")),
)
CLASSES: Final = (("active", N_("active")), ("waiting", N_("waiting")), ("closed", N_("closed")))
_RETIRING: Final = N_("retire “{name}”; tickets that have it keep it")
_RETIRED: Final = N_("Retired: {name}.")
_IN_USE: Final = Field("active", N_("in use"), "switch", verbs=("edit",), default=True)


def _numbers(values: dict[str, Any]) -> dict[str, Any]:
    """The values with agent and team by number, None for nobody."""
    return {
        name: (int(value) if value else None) if name in ("responsible_id", "team_id") else value
        for name, value in values.items()
    }


def _lister(name: str) -> Callable[..., Any]:
    def listed(work: Work, actor: Actor) -> Sequence[Any]:
        from deskterm.desk import choices

        return choices.listed(work, actor, name)

    return listed


def _adder(name: str) -> Callable[..., Any]:
    def add(work: Work, actor: Actor, values: dict[str, Any]) -> int:
        from deskterm.desk import choices

        more = {field: value for field, value in _numbers(values).items() if field != "name" and value}
        return choices.add(work, actor, name, values.get("name", ""), more)

    return add


def _editor(name: str) -> Callable[..., Any]:
    def edit(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
        from deskterm.desk import choices

        choices.edit(work, actor, name, str(row.id), _numbers(values))

    return edit


def _remover(name: str) -> Callable[..., Any]:
    def remove(work: Work, actor: Actor, row: Any) -> None:
        from deskterm.desk import choices

        choices.remove(work, actor, name, str(row.id))

    return remove


def _mover(name: str) -> Callable[..., Any]:
    def move(work: Work, actor: Actor, row: Any, place: int, keys: list[str]) -> None:
        from deskterm.desk import choices

        choices.order(work, actor, name, [int(key) for key in keys])

    return move


def _list_area(name: str, key: str, title: str, one: str) -> Area:
    return Area(
        key,
        title,
        one,
        _lister(name),
        (
            name_column(),
            column("is_default", N_("Default"), 8, importance=2, of=lambda row: row.is_default or ""),
            column("responsible", N_("Responsible"), 11, 24, 3, grows=1),
            column("team", N_("Team"), 10, 24, 4, grows=1),
            state_column(),
        ),
        (
            Field("name", N_("name")),
            Field("is_default", N_("chosen by itself"), "switch", default=False),
            Field(
                "responsible_id",
                N_("gets new tickets of it"),
                "choice",
                choices=sources.agent_numbers,
                none=N_("nobody"),
            ),
            Field(
                "team_id",
                N_("team that gets them"),
                "choice",
                choices=sources.team_numbers,
                none=N_("none"),
            ),
            _IN_USE,
        ),
        lambda row: str(row.name),
        add=_adder(name),
        edit=_editor(name),
        remove=_remover(name),
        removing=_RETIRING,
        removed=_RETIRED,
        removable=lambda row: bool(row.active),
        not_removable=N_("It is retired already; Enter puts it into use again."),
        move=_mover(name),
    )


def list_statuses(work: Work, actor: Actor) -> Sequence[Any]:
    """Statuses, retired ones too."""
    from deskterm.desk import statuses

    return statuses.listed(work, active_only=False)


def add_status(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add a status to a class."""
    from deskterm.desk import statuses

    return statuses.add(
        work,
        actor,
        values.get("name", ""),
        values.get("status_class", ""),
        _roles(values) or None,
        values.get("when_customer_writes", ""),
    )


def edit_status(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change a status."""
    from deskterm.desk import statuses

    changes = dict(values)
    if "roles" in changes:
        del changes["roles"]
        changes["role_ids"] = _roles(values) or None
    statuses.edit(work, actor, str(row.id), changes)


def _roles(values: dict[str, Any]) -> list[int]:
    return [int(id) for id in values.get("roles") or ()]


def remove_status(work: Work, actor: Actor, row: Any) -> None:
    """Retire a status."""
    from deskterm.desk import statuses

    statuses.remove(work, actor, str(row.id))


def move_status(work: Work, actor: Actor, row: Any, place: int, keys: list[str]) -> None:
    """Put it elsewhere in its class."""
    from deskterm.desk import statuses

    statuses.order(work, actor, [int(key) for key in keys])


STATUSES: Final = Area(
    "statuses",
    N_("Statuses"),
    N_("status"),
    list_statuses,
    (
        name_column(least=33),
        column("status_class", N_("Class"), 9, 12, of=translated("status_class")),
        column("roles", N_("Set by"), 12, 40, 3, grows=1),
        state_column(2),
    ),
    (
        Field("name", N_("name")),
        Field("status_class", N_("class"), "choice", choices=CLASSES, default="active", verbs=("add",)),
        Field(
            "when_customer_writes",
            N_("when the customer writes"),
            "choice",
            choices=sources.statuses,
            none=N_("it stays"),
            hint=N_("The status a ticket goes to then."),
        ),
        Field(
            "roles",
            N_("who may set it"),
            "several",
            choices=sources.role_numbers,
            of=lambda row: [str(id) for id in row.role_ids or ()],
            hint=N_("Nothing chosen: everybody."),
        ),
        _IN_USE,
    ),
    lambda row: str(row.name),
    add=add_status,
    edit=edit_status,
    remove=remove_status,
    removing=_RETIRING,
    removed=_RETIRED,
    removable=lambda row: bool(row.active),
    not_removable=N_("It is retired already; Enter puts it into use again."),
    move=move_status,
    group=lambda row: row.status_class,
)

AREAS: Final = (STATUSES, *(_list_area(*one) for one in LISTS))
