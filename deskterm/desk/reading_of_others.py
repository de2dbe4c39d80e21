"""What every agent has read, kept when messages go to another ticket, vanish or come back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import and_, select

from deskterm.desk import actor as actors
from deskterm.desk import reading, visibility
from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from deskterm.store.work import Work

States = dict[int, dict[int, bool]]
"""{agent: {message: unread}} of the agents who have read anything in the tickets concerned."""


def states(work: Work, message_ids: Collection[int], ticket_ids: Iterable[int]) -> States:
    """Who has not read which of these messages; `ticket_ids` are where they are and where they may go."""
    found: States = {}
    for agent_id in _readers(work, set(ticket_ids)):
        homes = _homes(work, _actor(work, agent_id), message_ids)
        exceptions = {id: row.unread for id, row in _exceptions(work, agent_id, message_ids).items()}
        marks = {ticket_id: reading.mark(work, agent_id, ticket_id) for ticket_id in set(homes.values())}
        found[agent_id] = {id: exceptions.get(id, id > marks[ticket_id]) for id, ticket_id in homes.items()}
    return found


def keep(work: Work, before: States, ticket_ids: Iterable[int]) -> None:
    """Have every agent read and not read what he had, wherever the messages are now.

    `ticket_ids` are all tickets that messages came to or left: their watermarks are settled.
    """
    tickets = set(ticket_ids)
    c = t.read_exception.c
    stand = _tickets(work, {id for mine in before.values() for id in mine})
    for agent_id in _readers(work, tickets) | set(before):
        mine = before.get(agent_id, {})
        actor = _actor(work, agent_id)
        homes = _homes(work, actor, mine)
        # what only vanished may come back, and is read or unread then as it was
        astray = [
            id
            for id, row in _exceptions(work, agent_id, mine).items()
            if row.ticket_id != homes.get(id, stand.get(id))
        ]
        if astray:
            work.delete_where(t.read_exception, and_(c.agent_id == agent_id, c.message_id.in_(astray)))
        for ticket_id in tickets | set(homes.values()):
            reading.put(
                work, actor, ticket_id, {id: mine[id] for id, home in homes.items() if home == ticket_id}
            )


def carry_of_deleted(work: Work, message_ids: Collection[int], target: int) -> None:
    """What is said of messages in the Bin goes along with them: they may come back where they are now."""
    c, m = t.read_exception.c, t.message.c
    for some in _blocks(message_ids):
        deleted = select(m.id).where(m.id.in_(some), m.deleted_at.is_not(None))
        work.update_where(
            t.read_exception, and_(c.message_id.in_(deleted), c.ticket_id != target), ticket_id=target
        )


def _readers(work: Work, ticket_ids: Collection[int]) -> set[int]:
    """The agents who have a mark or an exception on these tickets."""
    return {
        agent_id
        for some in _blocks(ticket_ids)
        for table in (t.read_mark, t.read_exception)
        for agent_id in work.values(select(table.c.agent_id).where(table.c.ticket_id.in_(some)).distinct())
    }


def _actor(work: Work, agent_id: int) -> Actor:
    """An agent as what he may see is asked; one who is not active sees no private message of others."""
    login = work.value(select(t.agent.c.login).where(t.agent.c.id == agent_id))
    found = work.remembered(("reader", agent_id), lambda: actors.of_agent(work, str(login), "console"))
    return found or Actor(kind="agent", agent_id=agent_id, rights=frozenset({"see all"}))


def _homes(work: Work, actor: Actor, message_ids: Collection[int]) -> dict[int, int]:
    """{message: ticket} of those the agent may see: a private one must not make a ticket unread to him."""
    c = t.message.c
    return {
        row.id: row.ticket_id
        for some in _blocks(message_ids)
        for row in work.rows(select(c.id, c.ticket_id).where(c.id.in_(some), visibility.messages(actor)))
    }


def _tickets(work: Work, message_ids: Collection[int]) -> dict[int, int]:
    """{message: ticket}, deleted ones too."""
    c = t.message.c
    return {
        row.id: row.ticket_id
        for some in _blocks(message_ids)
        for row in work.rows(select(c.id, c.ticket_id).where(c.id.in_(some)))
    }


def _exceptions(work: Work, agent_id: int, message_ids: Collection[int]) -> dict[int, Any]:
    c = t.read_exception.c
    return {
        row.message_id: row
        for some in _blocks(message_ids)
        for row in work.rows(
            select(c.message_id, c.ticket_id, c.unread).where(c.agent_id == agent_id, c.message_id.in_(some))
        )
    }


def _blocks(ids: Collection[int]) -> Iterator[list[int]]:
    wanted = list(ids)
    for start in range(0, len(wanted), 500):
        yield wanted[start : start + 500]
