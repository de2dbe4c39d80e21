"""The active agents with their rights, as those who give out tickets and notices need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Member:
    """An active agent; `notices` holds what he wants to be told otherwise than the desk tells."""

    actor: Actor
    address: str
    team_id: int | None
    language: str | None
    notices: dict[str, Any]

    @property
    def id(self) -> int:
        assert self.actor.agent_id is not None
        return self.actor.agent_id


def active(work: Work, team_id: int | None = None) -> list[Member]:
    """All active agents, or those of one team, in the order they came."""
    roles = {row.id: row.rights for row in work.rows(select(t.role.c.id, t.role.c.rights))}
    teams = {row.id: row.role_id for row in work.rows(select(t.team.c.id, t.team.c.role_id))}
    c = t.agent.c
    statement = select(
        c.id, c.login, c.name, c.address, c.role_id, c.team_id, c.owner, c.language, c.notices
    ).where(c.active)
    if team_id is not None:
        statement = statement.where(c.team_id == team_id)
    return [
        Member(
            actor=Actor(
                kind="agent",
                agent_id=row.id,
                login=row.login,
                name=row.name,
                rights=frozenset(
                    right
                    for role_id in (row.role_id, teams.get(row.team_id))
                    for right in roles.get(role_id) or ()
                ),
                via="worker",
                owner=row.owner,
            ),
            address=row.address,
            team_id=row.team_id,
            language=row.language,
            notices=dict(row.notices or {}),
        )
        for row in work.rows(statement.order_by(c.id))
    ]
