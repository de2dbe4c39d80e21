"""What a rule does to the letters it decides: a table of effects, and what people call their values."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from deskterm.desk import choices, clients
from deskterm.desk.errors import BadData, DeskError, NotFound
from deskterm.desk.names import Names
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Effect:
    """How an effect's value is found from what a person says, and how it is shown."""

    read: Callable[[Work, str], Any]
    shown: Callable[[Work, Any], str]
    column: str = ""
    """The ticket's column it sets."""


def _entry_of(list: str) -> Effect:
    """An entry of one of the desk's lists."""
    return Effect(
        lambda work, value: choices.find(work, list, value).id,
        lambda work, id: work.remembered("names", lambda: Names(work)).choice(id),
        f"{list}_id",
    )


def _agent(work: Work, login: str) -> int:
    found = work.value(select(t.agent.c.id).where(t.agent.c.login == login, t.agent.c.active))
    if found is None:
        raise NotFound(_("There is no active agent {login}.").format(login=login))
    return int(found)


def _team(work: Work, name: str) -> int:
    found = work.value(select(t.team.c.id).where(t.team.c.name == name, t.team.c.active))
    if found is None:
        raise NotFound(_("There is no team {name}.").format(name=name))
    return int(found)


def _one_of(*allowed: str) -> Callable[[Work, str], str]:
    def read(work: Work, value: str) -> str:
        if value.casefold() not in allowed:
            raise BadData(_("{value} is none of {allowed}.").format(value=value, allowed=", ".join(allowed)))
        return value.casefold()

    return read


def _flag(work: Work, value: str) -> bool:
    return _one_of("yes", "no")(work, value) == "yes"


def _name_in(table: Any, column: str = "name") -> Callable[[Work, Any], str]:
    def shown(work: Work, id: Any) -> str:
        return str(work.value(select(table.c[column]).where(table.c.id == id)) or id)

    return shown


def _tags(work: Work, value: str) -> list[str]:
    return list(dict.fromkeys(tag for one in value.split(",") if (tag := " ".join(one.split()))))


def _folder(work: Work, value: str) -> str:
    if not os.path.isabs(value):
        raise BadData(
            _("The folder for attachments is a whole path from the root, not {folder}.").format(folder=value)
        )
    return value


def _itself(work: Work, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)


EFFECTS: dict[str, Effect] = {
    "rubric": _entry_of("rubric"),
    "category": _entry_of("category"),
    "kind": _entry_of("kind"),
    "criticality": _entry_of("criticality"),
    "client": Effect(lambda work, value: clients.find(work, value).id, _name_in(t.client), "client_id"),
    "responsible": Effect(_agent, _name_in(t.agent, "login"), "responsible_id"),
    "team": Effect(_team, _name_in(t.team), "team_id"),
    "tag": Effect(_tags, _itself, "tags"),
    "silent": Effect(_flag, _itself, "silent"),
    "hold": Effect(_flag, _itself),
    "file": Effect(_flag, _itself),
    "answer": Effect(_one_of("yes", "no"), _itself),
    "who": Effect(_one_of("everybody", "registered", "review"), _itself),
    "attachments": Effect(_folder, _itself),
}
"""rubric … tag: what the ticket gets; silent: nothing is ever sent to its author; hold: a person looks first;
file: kept without a ticket; answer: whether new tickets are confirmed, machines' too; who: who may write;
attachments: the folder they are saved in besides."""


def read(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """Effects as they are kept, of names and words as people say them.

    One whose value is empty, or a flag that is off, is there with None: it is taken away.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        effect = EFFECTS.get(name)
        if effect is None:
            raise BadData(
                _("There is no effect {name}. Effects are {effects}.").format(
                    name=name, effects=", ".join(EFFECTS)
                )
            )
        text = _itself(work, value).strip()
        try:
            found[name] = (effect.read(work, text) or None) if text else None
        except DeskError as problem:
            raise BadData(f"{name}: {problem.sentence}") from None
    return found


def shown(work: Work, effects: Mapping[str, Any]) -> dict[str, str]:
    """Effects under the names people gave their values; a value that was retired since says so."""
    found: dict[str, str] = {}
    for name, value in effects.items():
        if (effect := EFFECTS.get(name)) is not None:
            text = effect.shown(work, value)
            found[name] = text if _there(work, name, value) else _("{name} (retired)").format(name=text)
    return found


def of_ticket(work: Work, effects: Mapping[str, Any]) -> dict[str, Any]:
    """What a new ticket's columns get; what was retired since is left out."""
    return {
        effect.column: value
        for name, value in effects.items()
        if (effect := EFFECTS.get(name)) is not None and effect.column and _there(work, name, value)
    }


_STILL_THERE: dict[str, Any] = {
    "rubric": t.choice,
    "category": t.choice,
    "kind": t.choice,
    "criticality": t.choice,
    "client": t.client,
    "responsible": t.agent,
    "team": t.team,
}


def _there(work: Work, name: str, id: Any) -> bool:
    table = _STILL_THERE.get(name)
    return table is None or bool(work.value(select(table.c.active).where(table.c.id == id)))
