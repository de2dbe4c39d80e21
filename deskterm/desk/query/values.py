"""Names said in a query as the numbers the desk knows them by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from deskterm.desk import choices, statuses
from deskterm.desk.errors import NotFound
from deskterm.desk.query import fields
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.tokens import folded
from deskterm.store.work import Work

MOST_NAMED: Final = 12
"""So many names an error lists."""
MOST_CLIENTS: Final = 300


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name, and with other words it is known by."""

    id: int
    name: str
    words: tuple[str, ...] = ()


def all_of(work: Work, field: str) -> list[Named]:
    """Everything that can be named for a field; clients, which may be many, are asked for by `clients`."""
    if field == "status":
        return [Named(row.id, row.name, (row.key or "",)) for row in statuses.listed(work, active_only=False)]
    if field == "responsible":
        agents = work.rows(select(t.agent.c.id, t.agent.c.login, t.agent.c.name).order_by(t.agent.c.name))
        return [Named(row.id, row.name or row.login, (row.login,)) for row in agents]
    if field == "team":
        return [Named(row.id, row.name) for row in work.rows(select(t.team.c.id, t.team.c.name))]
    if field == "account":
        accounts = work.rows(select(t.account.c.id, t.account.c.address, t.account.c.name))
        return [Named(row.id, row.address, (row.name,)) for row in accounts]
    c = t.choice.c
    listed = work.rows(select(c.id, c.name, c.key).where(c.list == field).order_by(c.position, c.id))
    return [Named(row.id, choices.shown(row.key, row.name), (row.name, row.key or "")) for row in listed]


def clients(work: Work, said: str, most: int = MOST_CLIENTS) -> list[Named]:
    """Clients whose name holds what was said, those that begin so first."""
    c = t.client.c
    wanted = said.strip().casefold()
    rows = work.rows(
        select(c.id, c.name, c.key)
        .where(c.key.contains(wanted, autoescape=True))
        .order_by(~c.key.startswith(wanted, autoescape=True), c.key)
        .limit(most)
    )
    exact = [row for row in rows if row.key == wanted]
    return [Named(row.id, row.name) for row in exact or rows]


def ids(work: Work, field: str, said: str) -> list[int]:
    """The numbers of what a value names: the one of that name, else those whose name holds it.

    Raises NotFound, which names what is possible.
    """
    if field == "client":
        found = [one.id for one in clients(work, said)]
        if not found:
            raise NotFound(_("No client has {said} in its name.").format(said=said))
        return found
    there = all_of(work, field)
    wanted = folded(said.strip())
    exact = [one.id for one in there if wanted in _known_by(one)]
    found = exact or [one.id for one in there if any(wanted in name for name in _known_by(one))]
    if not found:
        words = [*fields.VALUES.get(field, ()), *(one.name for one in there)]
        raise NotFound(
            _("Nothing is called {said} for {field}. Possible: {all}").format(
                said=said, field=field, all=_some(words)
            )
        )
    return found


def _known_by(one: Named) -> set[str]:
    return {folded(name) for name in (one.name, *one.words) if name}


def _some(words: Iterable[str]) -> str:
    listed = list(dict.fromkeys(words))
    return ", ".join(listed[:MOST_NAMED]) + (" …" if len(listed) > MOST_NAMED else "")
