"""Tickets agents watch, and favorites: one's own and those shared with everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select

from deskterm.desk import history, notices, tickets
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Marks:
    """What an agent said of a ticket; `shared` whoever said it."""

    watched: bool = False
    favorite: bool = False
    shared: bool = False


@undoable("ticket.watch")
def watch(
    work: Work, actor: Actor, ticket_ids: Sequence[int], on: bool = True, agent_id: int | None = None
) -> None:
    """Watch tickets, or no more; another agent is made to watch by whoever may change them."""
    who = actor.agent_id if agent_id is None else agent_id
    right = "see own" if who == actor.agent_id else "change"
    active = work.value(select(t.agent.c.active).where(t.agent.c.id == who))
    ids = list(dict.fromkeys(ticket_ids))
    for ticket_id in ids:
        require(work, actor, right, "ticket.watch", ticket_id)
    tickets.find_all(work, actor, ids)
    if on and not active:
        raise BadData(_("There is no such active agent."))
    c = t.watch.c
    watched = set(work.values(select(c.ticket_id).where(c.agent_id == who)))
    wanted = [ticket_id for ticket_id in ids if (ticket_id in watched) != on]
    if on:
        work.insert_many(
            t.watch, [{"agent_id": who, "ticket_id": id, "created_at": work.now} for id in wanted]
        )
    else:
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            work.delete_where(t.watch, and_(c.agent_id == who, c.ticket_id.in_(some)))
    change = [("watcher", None, who) if on else ("watcher", who, None)]
    events = history.record_many(work, actor, "ticket.watch", dict.fromkeys(wanted, change))
    for ticket_id, event_id in events.items():
        notices.tell(work, ticket_id, event_id)


@undoable("ticket.favorite")
def favorite(
    work: Work, actor: Actor, ticket_ids: Sequence[int], on: bool = True, shared: bool = False
) -> None:
    """Put tickets among one's favorites, or take them out; shared ones are everybody's."""
    c = t.favorite.c
    for ticket_id in dict.fromkeys(ticket_ids):
        require(work, actor, "change" if shared else "see own", "ticket.favorite", ticket_id)
        tickets.find(work, actor, ticket_id)
        here = and_(c.ticket_id == ticket_id, c.shared.is_(shared))
        if not shared:
            here = and_(here, c.agent_id == actor.agent_id)
        there = work.first(select(t.favorite).where(here)) is not None
        if there == on:
            continue
        if on:
            work.insert(
                t.favorite,
                agent_id=actor.agent_id,
                ticket_id=ticket_id,
                shared=shared,
                created_at=work.now,
            )
        else:
            work.delete_where(t.favorite, here)
        if shared:
            history.record(
                work, actor, "ticket.favorite", ticket_id=ticket_id, changes=[("shared", not on, on)]
            )
    if not shared:
        history.record(work, actor, "ticket.favorite")


def watchers(work: Work, actor: Actor, ticket_id: int) -> list[Choosable]:
    """Who watches a ticket, by name."""
    tickets.find(work, actor, ticket_id)
    return [
        Choosable(row.id, row.name, row.login)
        for row in work.rows(
            select(t.agent.c.id, t.agent.c.name, t.agent.c.login)
            .join(t.watch, t.watch.c.agent_id == t.agent.c.id)
            .where(t.watch.c.ticket_id == ticket_id)
            .order_by(t.agent.c.name, t.agent.c.id)
        )
    ]


def of(work: Work, actor: Actor, ticket_ids: Sequence[int]) -> dict[int, Marks]:
    """How the actor marked tickets, for toggles that say what they will do."""
    ids = list(ticket_ids)
    w, f = t.watch.c, t.favorite.c
    watched = set(work.values(select(w.ticket_id).where(w.agent_id == actor.agent_id, w.ticket_id.in_(ids))))
    mine = set(
        work.values(
            select(f.ticket_id).where(f.agent_id == actor.agent_id, f.ticket_id.in_(ids), f.shared.is_(False))
        )
    )
    shared = set(work.values(select(f.ticket_id).where(f.ticket_id.in_(ids), f.shared)))
    return {id: Marks(id in watched, id in mine, id in shared) for id in ids}
