"""The active agents with their rights, as those who give out tickets and notices need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

ROLES = Query(select(t.role.c.id, t.role.c.rights))
TEAMS = Query(select(t.team.c.id, t.team.c.role_id))
AGENTS = Query(
    select(
        *(t.agent.c[name] for name in (
            "id", "login", "name", "address", "role_id", "team_id", "owner", "language", "notices",
        ))
    )
    .where(t.agent.c.active)
    .order_by(t.agent.c.id)
)  # fmt: skip


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
    roles = {row.id: row.rights for row in work.rows(ROLES)}
    teams = {row.id: row.role_id for row in work.rows(TEAMS)}
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
        for row in work.rows(AGENTS)
        if team_id in (None, row.team_id)
    ]
