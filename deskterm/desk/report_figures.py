"""What the reports count: each gives, in one or two statements, the facts its figures are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from deskterm.desk import visibility
from deskterm.desk.actor import Actor
from deskterm.desk.report_views import Scope
from deskterm.store import tables as t
from deskterm.store.work import Work

Counted = tuple[Row[Any], tuple[int | None, ...]]
"""What something was counted for (`at`, `ticket_id`, `subject`, `agent_id`, `client_id`, `category_id`),
and what it adds to each figure; None adds nothing."""


@dataclass(frozen=True, slots=True)
class Span:
    """A scope with its days as moments: from one on, up to another."""

    scope: Scope
    begins: datetime | None
    ends: datetime | None

    def holds(self, moment: ColumnElement[datetime]) -> ColumnElement[bool]:
        """The condition that a moment lies in it."""
        conditions = []
        if self.begins is not None:
            conditions.append(moment >= self.begins)
        if self.ends is not None:
            conditions.append(moment < self.ends)
        return and_(moment.is_not(None), *conditions)


def _for(moment: ColumnElement[datetime], agent: ColumnElement[Any], span: Span) -> Select[Any]:
    """What something is counted for, within the scope, of tickets beside which `moment` and `agent` stand."""
    c = t.ticket.c
    wanted = (
        (agent, span.scope.agent_id),
        (c.client_id, span.scope.client_id),
        (c.category_id, span.scope.category_id),
    )
    return select(
        moment.label("at"),
        c.id.label("ticket_id"),
        c.subject,
        agent.label("agent_id"),
        c.client_id,
        c.category_id,
    ).where(
        span.holds(moment),
        *(column == id if id else column.is_(None) for column, id in wanted if id is not None),
    )


def time_spent(work: Work, actor: Actor, span: Span) -> Iterator[Counted]:
    """Seconds, messages and tickets, of every message the actor may see that has a time spent on it."""
    c = t.message.c
    who = func.coalesce(c.author_agent_id, c.taken_by_id)
    statement = (
        _for(c.at, who, span)
        .add_columns(c.seconds_spent)
        .select_from(t.message.join(t.ticket, t.ticket.c.id == c.ticket_id))
        .where(c.seconds_spent > 0, visibility.messages(actor))
    )
    for row in work.execute(statement):
        yield row, (row.seconds_spent, 1, row.ticket_id)


def tickets(work: Work, actor: Actor, span: Span) -> Iterator[Counted]:
    """Tickets received, answered and closed, the seconds to their first answer and to their closing.

    Answered are those received meanwhile; merged ones are counted where they went.
    """
    c = t.ticket.c
    there = (visibility.tickets(actor), c.merged_into.is_(None))
    received = _for(c.created_at, c.responsible_id, span).add_columns(_first_answer(actor)).where(*there)
    for row in work.execute(received):
        waited = None if row.answered is None else _seconds(row.at, row.answered)
        yield row, (1, None if waited is None else 1, None, waited, None)
    closed = _for(c.closed_at, c.responsible_id, span).add_columns(c.created_at).where(*there)
    for row in work.execute(closed):
        yield row, (None, None, 1, None, _seconds(row.created_at, row.at))


def _first_answer(actor: Actor) -> ColumnElement[Any]:
    """When an agent first wrote to the customer of a ticket; a call he noted down is the customer's word."""
    m = t.message.c
    return (
        select(func.min(m.at))
        .where(
            m.ticket_id == t.ticket.c.id,
            m.visibility == "public",
            m.author_agent_id.is_not(None),
            m.type != "phone",
            visibility.messages(actor),
        )
        .correlate(t.ticket)
        .scalar_subquery()
        .label("answered")
    )


def _seconds(begun: datetime, done: datetime) -> int:
    return max(0, round((done - begun).total_seconds()))


FIGURES: Final[Mapping[str, Callable[[Work, Actor, Span], Iterator[Counted]]]] = {
    "time": time_spent,
    "tickets": tickets,
}
"""The reports of `report_views.KINDS` and what counts for each."""
