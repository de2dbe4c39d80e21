"""What happened since: events as screens follow them."""

from __future__ import annotations

from sqlalchemy import func, select

from deskterm.desk import visibility
from deskterm.desk.actor import Actor
from deskterm.desk.views import Change
from deskterm.store import tables as t
from deskterm.store.work import Work


def newest(work: Work) -> int:
    """The id of the last event."""
    return int(work.value(select(func.max(t.event.c.id))) or 0)


def changes(work: Work, actor: Actor, after: int, most: int = 500) -> list[Change]:
    """Events after an id that the actor may see, in order.

    Ids are in commit order, so none can appear later below one that was seen.
    """
    return [
        Change(
            event_id=row.id,
            act=row.act,
            ticket_id=row.ticket_id,
            message_id=row.message_id,
            subject_kind=row.subject_kind,
            mine=row.agent_id is not None and row.agent_id == actor.agent_id,
            fields={field: now for field, _before, now in row.changes or ()},
        )
        for row in work.rows(
            select(t.event)
            .where(t.event.c.id > after, visibility.events(actor))
            .order_by(t.event.c.id)
            .limit(most)
        )
    ]
