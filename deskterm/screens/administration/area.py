"""What an area of the administration is: a row of a table, with its columns, its fields and its acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import N_, _
from deskterm.screens.presenters.columns import Column

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

Desk = str | Callable[..., Any]
"""A function of the desk, 'module.function', or one called like it: `(work, actor, …)`."""
Entries = Sequence[tuple[str, str]]
"""What can be chosen: the value the desk takes, the words people read."""

KINDS: Final = ("text", "number", "switch", "choice", "several", "words", "items", "lines", "secret")
"""`several` chooses many; `words` are separated by commas, `items` stand on lines of their own."""


def same(row: Any) -> bool:
    """Offered for every entry."""
    return True


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form. `name` is its key among the values given to the desk."""

    name: str
    title: str
    kind: str = "text"
    hint: str = ""
    choices: Entries | Desk = ()
    """What can be chosen, or who knows it: `(work, actor, words)`; words are translated where shown."""
    looked_up: bool = False
    """There may be too many to show: the desk is asked as one types."""
    none: str = ""
    """How nothing chosen is called; without it something must be chosen."""
    verbs: tuple[str, ...] = ("add", "edit")
    of: Callable[[Any], Any] | None = None
    """Its value of an entry; otherwise the attribute of its name."""
    default: Any = ""
    """Its value in the form of a new entry."""
    offered: Callable[[Any], bool] = same
    """Whether this entry has it; asked with None for a new one."""
    kind_of: Callable[[Any], str] | None = None
    """The kind where it differs by entry."""

    def value(self, row: Any) -> Any:
        """What an entry has, as the form works with it."""
        kind = self.kind_for(row)
        if kind == "secret":
            return ""
        if row is None:
            found = self.default
        else:
            found = self.of(row) if self.of is not None else getattr(row, self.name)
        if kind in ("several", "words", "items"):
            return tuple(found or ())
        if kind == "switch":
            return bool(found)
        return "" if found is None else str(found)

    def kind_for(self, row: Any) -> str:
        """Its kind in the form of this entry."""
        return self.kind if row is None or self.kind_of is None else self.kind_of(row)


@dataclass(frozen=True, slots=True)
class Area:
    """One area. Keys of entries are texts; `add(work, actor, values)`, `edit(work, actor, row, values)`,
    `remove(work, actor, row)`, `move(work, actor, row, place, keys)` get only what was given or changed.
    """

    key: str
    title: str
    one: str
    """How one entry is called in a sentence."""
    listed: Desk
    columns: tuple[Column, ...]
    fields: tuple[Field, ...]
    name: Callable[[Any], str]
    id: Callable[[Any], str] = lambda row: str(row.id)
    right: str = "administer"
    """Who lacks it sees the entries and changes nothing."""
    sees: str = "see own"
    paged: Callable[[Any], Any] | None = None
    """For areas that may be long: what comes after an entry; `listed` takes words, after and limit."""
    show: Desk | None = None
    """An entry in full, `(work, actor, row)`; otherwise the line has it all."""
    add: Desk | None = None
    edit: Desk | None = None
    remove: Desk | None = None
    removing: str = N_("remove “{name}”")
    """What Del does, as the answer of its question."""
    removed: str = N_("Removed: {name}.")
    removable: Callable[[Any], bool] = same
    not_removable: str = ""
    move: Desk | None = None
    group: Callable[[Any], Any] = same
    """Entries change places within a group."""
    look: str = ""
    """What `v` shows of an entry, a key of `administration_looks.LOOKS`."""
    look_title: str = ""
    imported: bool = False
    """Whether its entries are also brought in from a CSV file."""
    try_out: str = ""
    """What `t` tries, a key of `administration_looks.TRIES`."""
    tries_typed: str = ""
    """What Ctrl+T in the form tries of the values typed there, before they are saved; a key of `TYPED`."""
    now: Desk | None = None
    """An entry as it is now, `(work, actor, row)`, where there may be too many to list for it."""
    subject: str = ""
    """What history calls such an entry, where it tells who changed which field of it."""
    secret: str = ""
    """The field whose value never goes to the desk but to the place of secrets, by the entry's address."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What an act gave, and the number under which it can be undone, None where it cannot."""

    result: Any
    reversal: int | None


def function(desk: Desk | Entries) -> Callable[..., Any]:
    """The function itself; a path is resolved at its first use."""
    if not isinstance(desk, str):
        assert callable(desk)
        return desk
    module, _dot, name = desk.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(f"deskterm.desk.{module}"), name)
    return found


def edited(
    work: Work, actor: Actor, area: Area, row: Any, values: Mapping[str, Any], shown: Mapping[str, Any] | None
) -> Noted:
    """Change an entry; Changed where a field has neither what the form had `shown` nor what it gets.

    Without `shown` nothing is compared: the agent was told and means it all the same.
    """
    now = as_it_is(work, actor, area, row)
    fields = {field.name: field for field in area.fields}
    for name, before in (shown or {}).items():
        there = fields[name].value(now)
        if there not in (before, as_shown(values[name])):
            raise _changed(work, area, fields[name], now, there)
    return noted(work, actor, area.edit or "", now, dict(values))


def as_it_is(work: Work, actor: Actor, area: Area, row: Any) -> Any:
    """An entry as it is now, in full; NotFound where it is gone."""
    from deskterm.desk.errors import NotFound

    if area.now is not None:
        return function(area.now)(work, actor, row)
    found = next((each for each in function(area.listed)(work, actor) if area.id(each) == area.id(row)), None)
    if found is None:
        raise NotFound(_("It is not there any more: {name}").format(name=area.name(row)))
    return found if area.show is None else function(area.show)(work, actor, found)


def as_shown(value: Any) -> Any:
    """A value given to the desk, as `Field.value` has it."""
    if isinstance(value, list):
        return tuple(value)
    return value if isinstance(value, (bool, tuple)) else str(value)


def _changed(work: Work, area: Area, field: Field, now: Any, there: Any) -> Exception:
    from deskterm.desk import comparing
    from deskterm.desk.errors import Changed

    who = _("Somebody else")
    if area.subject:
        who = comparing.who_changed(work, (area.subject, int(area.id(now))), field.name)
    told = _("{who} changed this meanwhile: {field}.").format(who=who, field=_(field.title))
    return Changed(told, field.name, who, there)


def noted(work: Work, actor: Actor, desk: Desk, *arguments: Any) -> Noted:
    """Do an act and say, of the same unit of work, whether the desk can undo it."""
    from deskterm.desk import undo

    before = undo.newest_id(work, actor)
    result = function(desk)(work, actor, *arguments)
    after = undo.newest_id(work, actor)
    return Noted(result, after if after != before else None)
