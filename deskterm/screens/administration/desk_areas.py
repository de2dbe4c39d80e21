"""Areas of the desk itself: who is told of what, and its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import N_, _
from deskterm.screens.administration import sources
from deskterm.screens.administration.area import Area, Field
from deskterm.screens.presenters.administration import column, name_column, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deskterm.desk.actor import Actor
    from deskterm.desk.settings import Known
    from deskterm.store.work import Work

AUDIENCES: Final = (
    ("customer", N_("customer")),
    ("responsible", N_("responsible")),
    ("administrators", N_("administrators")),
    ("team", N_("team")),
    ("watchers", N_("watchers")),
)


def edit_notice(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Switch who is told of a kind of change."""
    from deskterm.desk import notice_switches

    notice_switches.edit(work, actor, row.kind, values)


def reset_notice(work: Work, actor: Actor, row: Any) -> None:
    """Tell it as it comes with the program."""
    from deskterm.desk import notice_switches

    notice_switches.reset(work, actor, row.kind)


def _told(name: str) -> Any:
    def read(row: Any) -> str:
        on = getattr(row, name)
        return "–" if on is None else "✓" if on else ""

    return read


NOTICES: Final = Area(
    "notices",
    N_("Notices"),
    N_("kind of change"),
    "notice_switches.listed",
    (
        name_column(name="title", title=N_("What happens"), least=32),
        column("customer", N_("Customer"), 8, 9, of=_told("customer")),
        column("responsible", N_("Resp."), 5, 6, of=_told("responsible")),
        column("administrators", N_("Admins"), 6, 7, 1, of=_told("administrators")),
        column("team", N_("Team"), 5, 8, 2, of=_told("team")),
        column("watchers", N_("Watchers"), 8, 12, 3, of=_told("watchers")),
        column("changed", N_("Changed"), 8, importance=4, of=lambda row: row.changed or ""),
    ),
    tuple(
        Field(
            name,
            title,
            "switch",
            hint=N_("Who is told of it."),
            offered=(lambda row: row is not None and row.customer is not None)
            if name == "customer"
            else (lambda row: True),
        )
        for name, title in AUDIENCES
    ),
    lambda row: str(row.title),
    id=lambda row: str(row.kind),
    sees="administer",
    edit=edit_notice,
    remove=reset_notice,
    removing=N_("tell “{name}” as it comes with the program"),
    removed=N_("As it comes: {name}."),
    removable=lambda row: bool(row.changed),
    not_removable=N_("It is as it comes with the program."),
)

CHOSEN: Final = ("status", "responsible")
"""Kinds of settings whose value is chosen of what the desk has."""
NOT_FOR_PEOPLE: Final = frozenset({"check_now"})


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting with its value and the one it comes with."""

    name: str
    value: Any
    default: Any
    kind: str
    title: str
    shown: Any
    """Its value in words, where it is a key of something."""
    told: str
    """How it comes, and the most it takes: what a person changing it wants to know."""


def list_settings(work: Work, actor: Actor) -> Sequence[Any]:
    """The settings with their values."""
    from deskterm.desk import settings

    return [
        SettingRow(
            known.name,
            value,
            known.default,
            known.kind,
            _(known.title),
            _in_words(work, actor, known, value),
            _as_it_comes(work, actor, known),
        )
        for known, value in settings.listed(work)
        if known.name not in NOT_FOR_PEOPLE
    ]


def _in_words(work: Work, actor: Actor, known: Known, value: Any) -> Any:
    """What a value is called where it was chosen of what the desk has."""
    if known.kind not in CHOSEN or not value:
        return value
    entries = {"status": sources.statuses, "responsible": sources.responsibles}[known.kind](work, actor, "")
    return dict(entries).get(value, value)


def _as_it_comes(work: Work, actor: Actor, known: Known) -> str:
    default = one_line(_in_words(work, actor, known, known.default))
    told = _("As it comes: {value}.").format(value=default or _("empty"))
    if known.kind == "number":
        told += " " + _("At most: {most}.").format(most=known.most)
    return told


def edit_setting(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Give it another value; whichever field of the form has it."""
    from deskterm.desk import settings

    for value in values.values():
        settings.set(work, actor, row.name, value)


def reset_setting(work: Work, actor: Actor, row: Any) -> None:
    """Give it the value it comes with."""
    from deskterm.desk import settings

    settings.set(work, actor, row.name, row.default)


def _kind(row: Any) -> str:
    return row.kind if row.kind in ("switch", "number") else "text"


def _is(kind: str) -> Callable[[Any], bool]:
    return lambda row: row is not None and row.kind == kind


def _value(row: Any) -> Any:
    return row.value


SETTINGS: Final = Area(
    "settings",
    N_("Settings"),
    N_("setting"),
    list_settings,
    (
        column("title", N_("Meaning"), 20, 100, grows=4, style="strong"),
        column("shown", N_("Value"), 10, 40, grows=1),
        column("name", N_("Name"), 12, 30, 2, style="faint", since=80, grows=3),
    ),
    (
        Field(
            "value",
            N_("value"),
            kind_of=_kind,
            offered=lambda row: row is None or row.kind not in CHOSEN,
        ),
        Field(
            "status",
            N_("status"),
            "choice",
            choices=sources.statuses,
            none=N_("it stays"),
            of=_value,
            offered=_is("status"),
        ),
        Field(
            "responsible",
            N_("who"),
            "choice",
            choices=sources.responsibles,
            none=N_("nobody"),
            of=_value,
            offered=_is("responsible"),
        ),
    ),
    lambda row: str(row.title),
    id=lambda row: str(row.name),
    edit=edit_setting,
    remove=reset_setting,
    removing=N_("let “{name}” be as it comes"),
    removed=N_("As it comes: {name}."),
    removable=lambda row: bool(row.value != row.default),
    not_removable=N_("It is as it comes with the program."),
)

AREAS: Final = (NOTICES, SETTINGS)
