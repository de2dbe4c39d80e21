"""The record of what happened: one row per act, in commit order, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

Changes = Sequence[tuple[str, Any, Any]]

NEWEST = Query(select(func.max(t.event.c.id)))


def newest(work: Work) -> int:
    """The number of the newest event, 0 where there is none."""
    return int(work.value(NEWEST) or 0)


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
        **_event(work, actor, act, group),
        ticket_id=ticket_id,
        message_id=message_id,
        subject_kind=subject[0] if subject else "",
        subject_id=subject[1] if subject else None,
        changes=_kept(changes),
    )


def record_many(
    work: Work,
    actor: Actor,
    act: str,
    changes: Mapping[int, Changes],
    *,
    message_id: int | None = None,
    group: str | None = None,
) -> dict[int, int]:
    """Write an event for each ticket of one act; the events' ids by ticket."""
    same = _event(work, actor, act, group) | {"message_id": message_id}
    rows = [{**same, "ticket_id": id, "changes": _kept(changed)} for id, changed in changes.items()]
    if not rows:
        return {}
    statement = t.event.insert().returning(t.event.c.id, sort_by_parameter_order=True)
    return dict(zip(changes, work.execute(statement, rows).scalars(), strict=True))


def _event(work: Work, actor: Actor, act: str, group: str | None) -> dict[str, Any]:
    return {
        "at": work.now,
        "act": act,
        "actor_kind": actor.kind,
        "agent_id": actor.agent_id,
        "via": actor.via,
        "group_id": group,
    }


def _kept(changes: Changes) -> list[list[Any]] | None:
    return [list(change) for change in changes] or None
