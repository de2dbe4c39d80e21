"""Which consoles are there now, and what they look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from deskterm.desk import schedules
from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from deskterm.store.work import Work

GONE_AFTER_SECONDS = 15


def beat(work: Work, actor: Actor, console: str, ticket_id: int | None = None, mode: str = "idle") -> None:
    """Say that a console is there; `mode` is 'idle', 'viewing' or 'answering'."""
    values = {"agent_id": actor.agent_id, "ticket_id": ticket_id, "mode": mode, "seen_at": work.now}
    if not work.execute(t.presence.update().where(t.presence.c.console == console).values(**values)).rowcount:
        work.execute(t.presence.insert().values(console=console, **values))
        # rows of consoles that ended without saying so
        work.execute(t.presence.delete().where(t.presence.c.seen_at < work.now - timedelta(days=1)))


def gone(work: Work, console: str) -> None:
    """A console has ended."""
    work.execute(t.presence.delete().where(t.presence.c.console == console))


def online(work: Work) -> set[int]:
    """Agents with a console that gave a sign of life just now."""
    since = work.now - timedelta(seconds=GONE_AFTER_SECONDS)
    return set(work.values(select(t.presence.c.agent_id).where(t.presence.c.seen_at > since)))


def agents_with_marks(work: Work) -> list[tuple[Any, str]]:
    """Active agents by name with 'online', 'day off' or ''."""
    there = online(work)
    rows = work.rows(select(t.agent.c.id, t.agent.c.name).where(t.agent.c.active).order_by(t.agent.c.name))
    away = schedules.absent(work, [row.id for row in rows])
    return [(row, "day off" if row.id in away else "online" if row.id in there else "") for row in rows]
