"""An agent's own tabs beside "All" in the list of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select

from deskterm.desk import history, tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class TabView:
    """A tab, with how many tickets the agent put there that are still to be seen."""

    id: int
    name: str
    position: int
    total: int


def listed(work: Work, actor: Actor) -> list[TabView]:
    """One's own tabs in their order."""
    c, link = t.tab.c, t.tab_ticket.c
    total = (
        select(func.count())
        .select_from(t.tab_ticket.join(t.ticket, t.ticket.c.id == link.ticket_id))
        .where(link.tab_id == c.id, t.ticket.c.merged_into.is_(None), visibility.tickets(actor))
        .correlate(t.tab)
        .scalar_subquery()
    )
    return [
        TabView(row.id, row.name, row.position, row.total)
        for row in work.rows(
            select(t.tab, total.label("total")).where(c.agent_id == actor.agent_id).order_by(c.position, c.id)
        )
    ]


@undoable("tab.add")
def add(work: Work, actor: Actor, name: str) -> int:
    """Make a tab and give its id; the one of that name where there is one."""
    require(work, actor, "see own", "tab.add")
    name = _name(name)
    there = _by_name(work, actor, name)
    if there is not None:
        return int(there.id)
    last = work.value(select(func.max(t.tab.c.position)).where(t.tab.c.agent_id == actor.agent_id))
    id = work.insert(t.tab, agent_id=actor.agent_id, name=name, position=(last or 0) + 1)
    history.record(work, actor, "tab.add", subject=("tab", id))
    return id


@undoable("tab.rename")
def rename(work: Work, actor: Actor, tab_id: int, name: str) -> None:
    """Give a tab of one's own another name."""
    require(work, actor, "see own", "tab.rename")
    tab = _mine(work, actor, tab_id)
    name = _name(name)
    there = _by_name(work, actor, name)
    if there is not None and there.id != tab.id:
        raise BadData(_("There is a tab {name} already.").format(name=there.name))
    if name != tab.name:
        work.update(t.tab, tab.id, name=name)
        history.record(work, actor, "tab.rename", subject=("tab", tab.id))


@undoable("tab.close")
def close(work: Work, actor: Actor, tab_id: int) -> None:
    """Close a tab of one's own: its tickets are back in "All"."""
    require(work, actor, "see own", "tab.close")
    tab = _mine(work, actor, tab_id)
    # each row by itself: what the database takes away in passing could not be put back
    work.delete_where(t.tab_ticket, t.tab_ticket.c.tab_id == tab.id)
    work.delete_where(t.tab, t.tab.c.id == tab.id)
    history.record(work, actor, "tab.close", subject=("tab", tab.id))


@undoable("ticket.tab")
def put(work: Work, actor: Actor, ticket_ids: Sequence[int], tab_id: int | None) -> None:
    """Put tickets into a tab of one's own; None is back to "All"."""
    c = t.tab_ticket.c
    require(work, actor, "see own", "ticket.tab")
    tab = None if tab_id is None else _mine(work, actor, tab_id)
    for ticket_id in tickets.find_all(work, actor, list(dict.fromkeys(ticket_ids))):
        here = and_(c.agent_id == actor.agent_id, c.ticket_id == ticket_id)
        if tab is None:
            work.delete_where(t.tab_ticket, here)
        elif work.value(select(c.tab_id).where(here)) is None:
            work.insert(t.tab_ticket, agent_id=actor.agent_id, ticket_id=ticket_id, tab_id=tab.id)
        else:
            work.update_where(t.tab_ticket, here, tab_id=tab.id)
    history.record(work, actor, "ticket.tab", subject=("tab", tab.id) if tab is not None else None)


def find(work: Work, actor: Actor, name: str) -> int:
    """A tab of one's own by its name, in any case."""
    row = _by_name(work, actor, _name(name))
    if row is None:
        raise NotFound(_("You have no tab {name}.").format(name=name))
    return int(row.id)


def _mine(work: Work, actor: Actor, tab_id: int) -> Any:
    row = work.first(select(t.tab).where(t.tab.c.id == tab_id, t.tab.c.agent_id == actor.agent_id))
    if row is None:
        raise NotFound(_("You have no such tab."))
    return row


def _by_name(work: Work, actor: Actor, name: str) -> Any | None:
    # a database knows the case of ASCII letters only
    rows = work.rows(select(t.tab).where(t.tab.c.agent_id == actor.agent_id))
    return next((row for row in rows if row.name.casefold() == name.casefold()), None)


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_CHARACTERS:
        raise BadData(_("A tab needs a name of at most {number} signs.").format(number=NAME_CHARACTERS))
    return name
