"""Areas about people: agents, their hours, roles, teams, branches; clients, departments, contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import N_, _
from deskterm.screens.administration import sources
from deskterm.screens.administration.area import Area, Field
from deskterm.screens.presenters.administration import column, name_column, state_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

_RETIRING: Final = N_("put “{name}” out of use; tickets keep it")
_NOBODY: Final = N_("nobody")
_NONE: Final = N_("none")


def _seen(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """What the agent saw of the fields he changed, where the desk compares it."""
    return {name: getattr(row, name) for name in values if hasattr(row, name)}


# -- agents


def add_agent(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add an agent with what was said of him."""
    from deskterm.desk import agents

    given = {name: value for name, value in values.items() if value not in ("", (), [])}
    return agents.add(work, actor, given.pop("login", ""), **given)


def edit_agent(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change fields of an agent."""
    from deskterm.desk import agents

    agents.edit(work, actor, row.login, _language(values), seen=_seen(row, values))


def _language(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"language": values["language"] or None} if "language" in values else values


def remove_agent(work: Work, actor: Actor, row: Any) -> None:
    """Make him inactive."""
    from deskterm.desk import agents

    agents.remove(work, actor, row.login)


AGENTS = Area(
    "agents",
    N_("Agents"),
    N_("agent"),
    "agents.listed",
    (
        column("login", N_("Login"), 8, 16),
        name_column(N_("Full name")),
        column("role_name", N_("Role"), 13, 22, 1, grows=1),
        column("team", N_("Team"), 8, 20, 3, grows=1),
        column("branch", N_("Branch"), 8, 20, 4, grows=1),
        column("addresses", N_("Addresses"), 14, 50, 5, grows=2),
        state_column(2),
    ),
    (
        Field(
            "login",
            N_("login"),
            verbs=("add",),
            hint=N_("His name at the operating system, or at PostgreSQL."),
        ),
        Field("name", N_("full name")),
        Field("role", N_("role"), "choice", choices=sources.roles, default="agent"),
        Field("team", N_("team"), "choice", choices=sources.teams, none=_NONE),
        Field("addresses", N_("addresses"), "words", hint=N_("Commas between them.")),
        Field(
            "branch",
            N_("branch"),
            hint=N_("Made where there is none of that name; its client gets him as a contact."),
        ),
        Field(
            "contact",
            N_("the contact he is"),
            hint=N_("Number or address of a contact; empty finds or makes one."),
            of=lambda row: row.contact_id,
        ),
        Field("extension", N_("extension")),
        Field("signature", N_("signature"), "lines"),
        Field("language", N_("language"), "choice", choices=sources.CODES, none=N_("the desk's")),
        Field("time_zone", N_("time zone"), hint=N_("Like Europe/Berlin; empty: the desk's.")),
        Field("day_off", N_("day off"), "switch", verbs=("edit",), default=False),
        Field("active", N_("in use"), "switch", verbs=("edit",), default=True),
    ),
    lambda row: str(row.name),
    add=add_agent,
    edit=edit_agent,
    subject="agent",
    remove=remove_agent,
    removing=N_("put {name} out of use; history keeps him"),
    look="agent_card",
    look_title=N_("card"),
)


# -- hours and days off


def edit_schedule(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Give an agent hours, a time zone, and just these days off."""
    from deskterm.desk import agents, schedules, undo

    with undo.together(work, actor, "schedule.set"):
        if "hours" in values:
            hours = schedules.read(values["hours"]) if values["hours"].strip() else None
            schedules.set(work, actor, row.agent_id, hours)
        if "time_zone" in values:
            agents.edit(work, actor, row.login, {"time_zone": values["time_zone"]})
        if "days_off" in values:
            there = {_days(one): one.id for one in row.days_off}
            wanted = [" ".join(line.split()) for line in values["days_off"]]
            for words, id in there.items():
                if words not in wanted:
                    schedules.no_day_off(work, actor, id)
            for words in wanted:
                if words not in there:
                    days, _blank, note = words.partition(" ")
                    first, _dots, last = days.partition("..")
                    schedules.day_off(work, actor, row.agent_id, first, last, note)


def _days(one: Any) -> str:
    days = one.first_day if one.last_day in ("", one.first_day) else f"{one.first_day}..{one.last_day}"
    return " ".join(f"{days} {one.note}".split())


def _days_off(row: Any) -> Sequence[str]:
    return [_days(one) for one in row.days_off]


HOURS = Area(
    "schedules",
    N_("Working hours"),
    N_("schedule"),
    "schedules.listed",
    (
        name_column(N_("Full name")),
        column("hours", N_("Working hours"), 16, 60, 1, grows=2),
        column("days_off", N_("Days off"), 12, 50, 3, of=_days_off, grows=1),
        column("absent", N_("Away"), 6, importance=2, of=lambda row: True if row.absent else ""),
    ),
    (
        Field(
            "hours",
            N_("hours"),
            hint=N_("As: mon-fri 9:00-13:00,14:00-18:00; sat 10-14. Empty: at any time."),
        ),
        Field("time_zone", N_("time zone"), hint=N_("Like Europe/Berlin; empty: the desk's.")),
        Field(
            "days_off",
            N_("days off"),
            "items",
            of=_days_off,
            hint=N_("One a line, as: 2026-12-24..2026-12-31 Christmas."),
        ),
    ),
    lambda row: str(row.name),
    id=lambda row: str(row.agent_id),
    edit=edit_schedule,
)


# -- roles, teams, branches


def add_role(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add a role of one's own."""
    from deskterm.desk import roles

    return roles.add(work, actor, values["name"], values.get("rights") or ())


def edit_role(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Rename it, or give it other rights."""
    from deskterm.desk import roles

    roles.edit(work, actor, str(row.id), values)


def remove_role(work: Work, actor: Actor, row: Any) -> None:
    """Take away a role nobody has."""
    from deskterm.desk import roles

    roles.remove(work, actor, str(row.id))


def _rights_told(row: Any) -> Sequence[str]:
    from deskterm.desk.rights import RIGHTS

    return [_(RIGHTS[right]) for right in row.rights]


ROLES = Area(
    "roles",
    N_("Roles"),
    N_("role"),
    "roles.listed",
    (
        name_column(least=20),
        column("rights", N_("Rights"), 20, 120, 1, of=_rights_told, grows=3),
        column("agents", N_("Agents"), 6, importance=2, right=True),
        column("teams", N_("Teams"), 6, importance=3, right=True),
    ),
    (
        Field("name", N_("name")),
        Field("rights", N_("rights"), "several", choices=sources.rights),
    ),
    lambda row: str(row.name),
    add=add_role,
    edit=edit_role,
    remove=remove_role,
)


def add_team(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add a team."""
    from deskterm.desk import teams

    return teams.add(work, actor, values["name"], values.get("role", ""), values.get("members") or ())


def edit_team(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change a team."""
    from deskterm.desk import teams

    teams.edit(work, actor, row.name, values, seen=_seen(row, values))


def remove_team(work: Work, actor: Actor, row: Any) -> None:
    """Make it inactive."""
    from deskterm.desk import teams

    teams.remove(work, actor, row.name)


TEAMS = Area(
    "teams",
    N_("Teams"),
    N_("team"),
    "teams.listed",
    (
        name_column(),
        column("role_name", N_("Role"), 10, 22, 2),
        column("members", N_("Members"), 14, 60, 1, grows=2),
        state_column(),
    ),
    (
        Field("name", N_("name")),
        Field("role", N_("role of its members"), "choice", choices=sources.roles, none=_NONE),
        Field("members", N_("members"), "several", choices=sources.agents),
        Field("active", N_("in use"), "switch", verbs=("edit",), default=True),
    ),
    lambda row: str(row.name),
    add=add_team,
    edit=edit_team,
    subject="team",
    remove=remove_team,
    removing=_RETIRING,
)


def add_branch(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add a branch; its client is made where none was chosen."""
    from deskterm.desk import branches

    return branches.add(work, actor, values["name"], values.get("client") or None)


def edit_branch(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change a branch."""
    from deskterm.desk import branches

    branches.edit(work, actor, row.name, values, seen=_seen(row, values))


def remove_branch(work: Work, actor: Actor, row: Any) -> None:
    """Make it inactive."""
    from deskterm.desk import branches

    branches.remove(work, actor, row.name)


BRANCHES = Area(
    "branches",
    N_("Branches"),
    N_("branch"),
    "branches.listed",
    (
        name_column(),
        column("client", N_("Client"), 12, 40, 1, grows=1),
        column("agents", N_("Agents"), 6, importance=3, right=True),
        state_column(2),
    ),
    (
        Field("name", N_("name")),
        Field(
            "client",
            N_("client of its agents"),
            "choice",
            choices=sources.clients,
            looked_up=True,
            none=N_("the one of its name"),
        ),
        Field("active", N_("in use"), "switch", verbs=("edit",), default=True),
    ),
    lambda row: str(row.name),
    add=add_branch,
    edit=edit_branch,
    subject="branch",
    remove=remove_branch,
    removing=_RETIRING,
)

AREAS: Final = (AGENTS, HOURS, ROLES, TEAMS, BRANCHES)
