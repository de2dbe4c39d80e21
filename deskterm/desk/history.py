"""The record of what happened: one row per act, in commit order, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from deskterm.store.work import Work

Changes = Sequence[tuple[str, Any, Any]]


def newest(work: Work) -> int:
    """The number of the newest event, 0 where there is none."""
    return int(work.value(select(func.max(t.event.c.id))) or 0)


def record(
    work: Work,
    actor: Actor,
    act: str,
    *,
    ticket_id: int | None = None,
    message_id: int | None = None,
    subject: tuple[str, int] | None = None,
    changes: Changes = (),
    group: str | None = None,
) -> int:
    """Write an event and give its id. `changes` hold ids and short values, never texts of messages."""
    return work.insert(
        t.event,
        at=work.now,
        act=act,
        actor_kind=actor.kind,
        agent_id=actor.agent_id,
        via=actor.via,
        ticket_id=ticket_id,
        message_id=message_id,
        subject_kind=subject[0] if subject else "",
        subject_id=subject[1] if subject else None,
        changes=[list(change) for change in changes] or None,
        group_id=group,
    )
