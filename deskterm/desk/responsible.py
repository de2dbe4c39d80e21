"""Who gets a new ticket: by rule, category, criticality, source, client, SLA level, else the desk's default.

Each of these may name an agent, a team, or both. Who is absent is passed over. Of a team it is whose turn
it is among those who work at this minute; where none of them does, among those who are not absent today.
The first that gives somebody who is there decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from deskterm.desk import choices, history, schedules, settings, staff
from deskterm.desk.actor import SYSTEM
from deskterm.desk.rights import has
from deskterm.i18n import N_, _
from deskterm.store import tables as t
from deskterm.store.work import Work

BY: Final[dict[str, str]] = {
    "category_id": N_("category {name}"),
    "criticality_id": N_("criticality {name}"),
    "source_id": N_("source {name}"),
    "client_id": N_("client {name}"),
    "sla_id": N_("SLA level {name}"),
}
"""What of a ticket names its responsible, in this order; the rule goes before, the desk's default after."""


class Chosen(NamedTuple):
    """Who gets a ticket; `why` says what named him and who was passed over."""

    agent_id: int | None
    team_id: int | None
    why: str


@dataclass(frozen=True, slots=True)
class _Named:
    """An agent, a team or both that something names, and what it is."""

    agent_id: int | None
    team_id: int | None
    by: str


def choose(
    work: Work,
    values: Mapping[str, Any],
    *,
    rule_agent_id: int | None = None,
    rule_team_id: int | None = None,
) -> Chosen:
    """Who gets a new ticket with these columns; a team's turn goes on to the next.

    Where only a team is named and nobody of it is there, it gets the ticket and nobody is responsible.
    """
    passed_over: list[str] = []
    team_left: _Named | None = None
    for named in _all_named(work, values, rule_agent_id, rule_team_id):
        if named.agent_id is not None:
            there, name = _there(work, named.agent_id)
            if there:
                return Chosen(named.agent_id, named.team_id, _why(named.by, passed_over))
            passed_over.append(name)
        if named.team_id is not None:
            next_one = _turn(work, named.team_id)
            if next_one is not None:
                return Chosen(next_one, named.team_id, _why(named.by, passed_over))
            team_left = team_left or named
    if team_left is not None:
        return Chosen(None, team_left.team_id, _why(team_left.by, passed_over))
    return Chosen(None, None, _why("", passed_over))


def fill(work: Work, values: dict[str, Any], *, passing: int | None = None) -> str:
    """Give the columns of a new ticket their SLA level, responsible and team; why it is they.

    What stands there already came from the rule or from a person; `passing` keeps an agent of one's own
    choice whether or not he is absent.
    """
    for name, id in choices.defaults(work).items():
        if name != "sla_id" and values.get(name) is None:
            values[name] = id
    if values.get("sla_id") is None:
        values["sla_id"] = _sla(work, values) or choices.defaults(work).get("sla_id")
    if passing is not None:
        values["responsible_id"] = passing
        return ""
    chosen = choose(
        work, values, rule_agent_id=values.get("responsible_id"), rule_team_id=values.get("team_id")
    )
    values["responsible_id"] = chosen.agent_id
    values["team_id"] = chosen.team_id if chosen.team_id is not None else values.get("team_id")
    return chosen.why


def say(work: Work, ticket_id: int, why: str) -> None:
    """Write into a new ticket's history why it is whose."""
    if why:
        history.record(work, SYSTEM, "ticket.responsible", ticket_id=ticket_id, changes=[("why", None, why)])


def offered(work: Work, field: str, choice_id: int | None) -> int | None:
    """The agent a category or SLA level names, for an agent who changes it to take over (D8)."""
    if field not in BY or choice_id is None:
        return None
    named = _of(work, field, choice_id)
    if named is None or named.agent_id is None or not _there(work, named.agent_id)[0]:
        return None
    return named.agent_id


def _all_named(
    work: Work, values: Mapping[str, Any], rule_agent_id: int | None, rule_team_id: int | None
) -> Iterator[_Named]:
    if rule_agent_id is not None or rule_team_id is not None:
        yield _Named(rule_agent_id, rule_team_id, _("rule"))
    for field in BY:
        id = values.get(field)
        if id is not None and (named := _of(work, field, id)) is not None:
            yield named
    default = _default(work)
    if default is not None:
        yield default


def _of(work: Work, field: str, id: int) -> _Named | None:
    """What a list's entry or a client names."""
    table = t.client if field == "client_id" else t.choice
    row = work.remembered(
        ("names responsible", field, id),
        lambda: work.first(
            select(table.c.name, table.c.responsible_id, table.c.team_id).where(table.c.id == id)
        ),
    )
    if row is None or (row.responsible_id is None and row.team_id is None):
        return None
    # names of lists that came with the program are shown translated, others are as they are
    return _Named(row.responsible_id, row.team_id, _(BY[field]).format(name=_(row.name) if row.name else ""))


def _default(work: Work) -> _Named | None:
    """Whom the desk's setting names: a login, or `team:` and a team's name."""
    said = str(settings.get(work, "default_responsible") or "").strip()
    by = _("default of the desk")
    if said.startswith(settings.TEAM):
        team_id = work.value(
            select(t.team.c.id).where(t.team.c.name == said.removeprefix(settings.TEAM).strip())
        )
        return _Named(None, team_id, by) if team_id is not None else None
    agent_id = work.value(select(t.agent.c.id).where(t.agent.c.login == said)) if said else None
    return _Named(agent_id, None, by) if agent_id is not None else None


def _there(work: Work, agent_id: int) -> tuple[bool, str]:
    """Whether an agent is active and not absent, and his name."""
    row = work.first(
        select(t.agent.c.active, t.agent.c.name, t.agent.c.login).where(t.agent.c.id == agent_id)
    )
    if row is None:
        return False, ""
    return bool(row.active) and not schedules.absent(work, [agent_id]), str(row.name or row.login)


def _turn(work: Work, team_id: int) -> int | None:
    """Whose turn it is in a team, remembered for the next ticket; None where nobody of it is there."""
    team = work.first(select(t.team.c.active, t.team.c.last_agent_id).where(t.team.c.id == team_id))
    if team is None or not team.active:
        return None
    members = [one.id for one in staff.active(work, team_id) if has(one.actor, "answer")]
    away = schedules.absent(work, members)
    # who works at this minute goes before who will be there later today
    present = sorted(schedules.working(work, members)) or [id for id in members if id not in away]
    if not present:
        return None
    turn = next((id for id in present if id > (team.last_agent_id or 0)), present[0])
    work.update(t.team, team_id, last_agent_id=turn)
    return int(turn)


def _sla(work: Work, values: Mapping[str, Any]) -> int | None:
    """The SLA level of a ticket's contact, else of its client."""
    for field, table in (("contact_id", t.contact), ("client_id", t.client)):
        if values.get(field) is not None:
            found = work.value(select(table.c.sla_id).where(table.c.id == values[field]))
            if found is not None:
                return int(found)
    return None


def _why(by: str, passed_over: list[str]) -> str:
    if not passed_over:
        return by
    away = _("not there: {names}").format(names=", ".join(dict.fromkeys(passed_over)))
    return f"{by}; {away}" if by else away
