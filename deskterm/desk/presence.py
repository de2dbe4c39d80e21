"""Which consoles are there now, what each looks at, and who is answering.

A row says what a console looks at, and is written when that changes. That the console is still there is
said by the lock it holds (`store.alive`): nothing is written while nobody does anything, and who crashed is
gone at once.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import exists, func, select

from deskterm.desk import schedules, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.views import Present
from deskterm.store import alive
from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Query
from deskterm.store.work import Work

IDLE, VIEWING, ANSWERING = "idle", "viewing", "answering"


def look(work: Work, actor: Actor, console: str, ticket_id: int | None = None, mode: str = IDLE) -> None:
    """Say what a console looks at; `mode` is IDLE, VIEWING or ANSWERING."""
    values = {"agent_id": actor.agent_id, "ticket_id": ticket_id, "mode": mode, "seen_at": work.now}
    if not work.execute(t.presence.update().where(t.presence.c.console == console).values(**values)).rowcount:
        work.execute(t.presence.insert().values(console=console, **values))
        _forget_the_dead(work, console)


def gone(work: Work, console: str) -> None:
    """A console has ended."""
    work.execute(t.presence.delete().where(t.presence.c.console == console))


def others(
    work: Work, actor: Actor, console: str, known: frozenset[str] = frozenset()
) -> tuple[tuple[Present, ...], bool, frozenset[str]]:
    """Who else is there: (who looks at or answers a ticket the actor may see, those who answer first;
    whether the agent has another console open; the consoles that live).

    An agent's own other consoles count: two answers of his would be two answers. Those `known` to live are
    not looked after again: with fifty consoles each of fifty would look after all the others at each event.
    """
    rows = [row for row in work.rows(*asked(actor)) if row.console != console]
    living = known | alive.living(work, {row.console for row in rows} - known)
    there = [row for row in rows if row.console in living]
    return (
        tuple(
            Present(
                ticket_id=row.ticket_id,
                agent_id=row.agent_id,
                name=row.name or row.login,
                answering=row.mode == ANSWERING,
                mine=row.agent_id == actor.agent_id,
            )
            for row in sorted(
                (row for row in there if row.ticket_id is not None and row.seen),
                key=lambda row: (row.ticket_id, row.mode != ANSWERING, row.name),
            )
        ),
        any(row.agent_id == actor.agent_id for row in there),
        frozenset(row.console for row in there),
    )


def asked(actor: Actor) -> Asked:
    """What `others` asks of the presences."""
    return _everybody(actor), {}


def online(work: Work) -> set[int]:
    """Agents with a console that is there."""
    rows = work.rows(_EVERYBODY)
    living = alive.living(work, [row.console for row in rows])
    return {row.agent_id for row in rows if row.console in living}


def last_seen_at(work: Work) -> datetime | None:
    """When a console was there last: now where one is; None where none is known."""
    rows = work.rows(_EVERYBODY)
    if alive.living(work, [row.console for row in rows]):
        return work.now
    found: datetime | None = work.value(select(func.max(t.presence.c.seen_at)))
    return found


def agents_with_marks(work: Work) -> list[tuple[Any, str]]:
    """Active agents by name with 'online', 'day off' or ''."""
    there = online(work)
    rows = work.rows(select(t.agent.c.id, t.agent.c.name).where(t.agent.c.active).order_by(t.agent.c.name))
    away = schedules.absent(work, [row.id for row in rows])
    return [(row, "day off" if row.id in away else "online" if row.id in there else "") for row in rows]


def _forget_the_dead(work: Work, but: str) -> None:
    """Take away the rows of other consoles that ended without saying so."""
    rows = set(work.values(select(t.presence.c.console))) - {but}
    dead = rows - alive.living(work, rows)
    if dead:
        work.execute(t.presence.delete().where(t.presence.c.console.in_(dead)))
        alive.forget(work, dead)


@lru_cache(maxsize=32)
def _everybody(actor: Actor) -> Query:
    """All consoles, and of each whether the actor may see the ticket it looks at."""
    return Query(
        _EVERYBODY.statement.add_columns(
            exists(select(1).where(t.ticket.c.id == t.presence.c.ticket_id, visibility.tickets(actor))).label(
                "seen"
            )
        )
    )


_EVERYBODY = Query(
    select(
        t.presence.c.console,
        t.presence.c.agent_id,
        t.presence.c.ticket_id,
        t.presence.c.mode,
        t.agent.c.name,
        t.agent.c.login,
    ).join(t.agent, t.agent.c.id == t.presence.c.agent_id)
)
