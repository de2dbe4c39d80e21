"""`deskterm agents`, `roles`, `teams`, `branches`, `schedules`: who works here, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskterm.cli.nouns import Done, Noun, Option
from deskterm.cli.output import Column
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

ACTIVE_ONLY = Option("active_only", "--active-only", _("Hide inactive ones."), bool)
NAME = Option("name", "--name", _("New name."), metavar="NAME", verbs=("edit",))


def _agents(work: Work, actor: Actor, active_only: bool = False) -> Sequence[Any]:
    from deskterm.desk import agents

    return agents.listed(work, actor, active_only=active_only)


def _agent(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import agents

    return agents.show(work, actor, key)


def _add_agent(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import agents

    id = agents.add(work, actor, key, **values)
    return Done(values={"id": id, "contact_id": agents.find(work, key).contact_id})


def _edit_agent(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import agents

    agents.edit(work, actor, key, values)


def _remove_agent(work: Work, actor: Actor, key: str) -> Done:
    from deskterm.desk import agents

    agents.remove(work, actor, key)
    return Done(_("Agent {key} is inactive and stays in history.").format(key=key))


AGENTS = Noun(
    name="agents",
    one=N_("Agent"),
    help=_("Members of the support staff."),
    key="login",
    key_help=_("Login of the agent: his name at the operating system, or at PostgreSQL."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("login", N_("Login")),
        Column("name", N_("Name")),
        Column("role_name", N_("Role")),
        Column("team", N_("Team")),
        Column("branch", N_("Branch")),
        Column("addresses", N_("Addresses"), wide=True),
        Column("day_off", N_("Day off")),
        Column("active", N_("Active")),
    ),
    examples={
        "list": "--active-only",
        "show": "anna",
        "add": "anna --name 'Anna Petrova' --email anna@example.org --role agent --branch Berlin",
        "edit": "anna --day-off",
        "remove": "anna",
    },
    listed=_agents,
    show=_agent,
    add=_add_agent,
    edit=_edit_agent,
    remove=_remove_agent,
    options=(
        Option("name", "--name", _("Full name."), metavar="NAME"),
        Option(
            "role",
            "--role",
            _("Key or name of a role, for example agent, viewer, administrator."),
            metavar="ROLE",
        ),
        Option("team", "--team", _("Name of the team; empty for none."), metavar="TEAM"),
        Option("addresses", "--email", _("An address of his; may be repeated."), list[str], "ADDRESS"),
        Option(
            "branch",
            "--branch",
            _("Branch, made where there is none of that name; its client gets him as a contact."),
            metavar="NAME",
        ),
        Option(
            "contact",
            "--contact",
            _("The contact he is, by number or address; old tickets of another agent stay with that one."),
            metavar="CONTACT",
        ),
        Option("extension", "--extension", _("Telephone extension."), metavar="NUMBER"),
        Option("signature", "--signature", _("Ends his answers."), metavar="TEXT"),
        Option("language", "--language", _("His language: en, ru."), metavar="CODE"),
        Option("time_zone", "--time-zone", _("His time zone, like Europe/Berlin."), metavar="NAME"),
        Option("day_off", "--day-off/--no-day-off", _("Whether he has a day off."), bool, verbs=("edit",)),
        Option("active", "--active/--inactive", _("Whether he may work here."), bool, verbs=("edit",)),
    ),
    filters=(ACTIVE_ONLY,),
)


def _roles(work: Work, actor: Actor) -> Sequence[Any]:
    from deskterm.desk import roles

    return roles.listed(work, actor)


def _role(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import roles

    return roles.show(work, actor, key)


def _add_role(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import roles

    return Done(values={"id": roles.add(work, actor, key, values.get("rights") or ())})


def _edit_role(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import roles

    # one empty right says: none at all
    if "rights" in values:
        values["rights"] = [right for right in values["rights"] if right.strip()]
    roles.edit(work, actor, key, values)


def _remove_role(work: Work, actor: Actor, key: str) -> None:
    from deskterm.desk import roles

    roles.remove(work, actor, key)


ROLES = Noun(
    name="roles",
    one=N_("Role"),
    help=_("Roles: named sets of rights, given to agents and teams."),
    key="name",
    key_help=_("Key, name or number of the role."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("key", N_("Key")),
        Column("name", N_("Name")),
        Column("rights", N_("Rights"), wide=True),
        Column("agents", N_("Agents"), right=True),
        Column("teams", N_("Teams"), right=True),
    ),
    examples={
        "list": "",
        "show": "agent",
        "add": 'Dispatcher --right "see own" --right "see all" --right change --right triage',
        "edit": "Dispatcher --name Desk",
        "remove": "Dispatcher",
    },
    listed=_roles,
    show=_role,
    add=_add_role,
    edit=_edit_role,
    remove=_remove_role,
    options=(
        NAME,
        Option(
            "rights",
            "--right",
            _("A right; may be repeated, all that are wanted. See: deskterm roles show administrator"),
            list[str],
            "RIGHT",
        ),
    ),
)


def _teams(work: Work, actor: Actor, active_only: bool = False) -> Sequence[Any]:
    from deskterm.desk import teams

    return teams.listed(work, actor, active_only=active_only)


def _team(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import teams

    return teams.show(work, actor, key)


def _add_team(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import teams

    return Done(
        values={"id": teams.add(work, actor, key, values.get("role", ""), values.get("members") or ())}
    )


def _edit_team(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import teams

    if "members" in values:
        values["members"] = [login for login in values["members"] if login.strip()]
    teams.edit(work, actor, key, values)


def _remove_team(work: Work, actor: Actor, key: str) -> Done:
    from deskterm.desk import teams

    teams.remove(work, actor, key)
    return Done(_("Team {key} is inactive and stays in history.").format(key=key))


TEAMS = Noun(
    name="teams",
    one=N_("Team"),
    help=_("Teams of agents; a team's role is its members' too."),
    key="name",
    key_help=_("Name or number of the team."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("name", N_("Name")),
        Column("role_name", N_("Role")),
        Column("members", N_("Members"), wide=True),
        Column("active", N_("Active")),
    ),
    examples={
        "list": "--active-only",
        "show": "Network",
        "add": "Network --role agent --member anna --member boris",
        "edit": 'Network --name "Networks"',
        "remove": "Network",
    },
    listed=_teams,
    show=_team,
    add=_add_team,
    edit=_edit_team,
    remove=_remove_team,
    options=(
        NAME,
        Option(
            "role", "--role", _("Role its members have besides their own; empty for none."), metavar="ROLE"
        ),
        Option(
            "members",
            "--member",
            _("Login of a member; may be repeated, all that are wanted; one empty for nobody."),
            list[str],
            "LOGIN",
        ),
        Option("active", "--active/--inactive", _("Whether it gets tickets."), bool, verbs=("edit",)),
    ),
    filters=(ACTIVE_ONLY,),
)


def _branches(work: Work, actor: Actor, active_only: bool = False) -> Sequence[Any]:
    from deskterm.desk import branches

    return branches.listed(work, actor, active_only=active_only)


def _branch(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import branches

    return branches.show(work, actor, key)


def _add_branch(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Done:
    from deskterm.desk import branches

    id = branches.add(work, actor, key, values.get("client"))
    return Done(values={"id": id, "client_id": branches.find(work, key).client_id})


def _edit_branch(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import branches

    branches.edit(work, actor, key, values)


def _remove_branch(work: Work, actor: Actor, key: str) -> Done:
    from deskterm.desk import branches

    branches.remove(work, actor, key)
    return Done(_("Branch {key} is inactive and stays in history.").format(key=key))


BRANCHES = Noun(
    name="branches",
    one=N_("Branch"),
    help=_("Branches of the desk's own house; the agents of a branch are contacts of its client."),
    key="name",
    key_help=_("Name or number of the branch."),
    columns=(
        Column("id", N_("Number"), right=True),
        Column("name", N_("Name")),
        Column("client", N_("Client"), wide=True),
        Column("agents", N_("Agents"), right=True),
        Column("active", N_("Active")),
    ),
    examples={
        "list": "",
        "show": "Berlin",
        "add": 'Berlin --client "Our House Ltd"',
        "edit": "Berlin --name Potsdam",
        "remove": "Berlin",
    },
    listed=_branches,
    show=_branch,
    add=_add_branch,
    edit=_edit_branch,
    remove=_remove_branch,
    options=(
        NAME,
        Option(
            "client",
            "--client",
            _("Its client, by name or number; without one the client of its name, made where there is none."),
            metavar="CLIENT",
        ),
        Option(
            "active", "--active/--inactive", _("Whether agents can be put into it."), bool, verbs=("edit",)
        ),
    ),
    filters=(ACTIVE_ONLY,),
)


def _schedules(work: Work, actor: Actor) -> Sequence[Any]:
    from deskterm.desk import schedules

    return schedules.listed(work, actor)


def _schedule(work: Work, actor: Actor, key: str) -> Any:
    from deskterm.desk import agents, schedules

    return schedules.show(work, actor, agents.find(work, key).id)


def _edit_schedule(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> None:
    from deskterm.desk import agents, schedules

    id = agents.find(work, key).id
    if "hours" in values:
        schedules.set(work, actor, id, schedules.read(values["hours"]) if values["hours"].strip() else None)
    if "time_zone" in values:
        agents.edit(work, actor, key, {"time_zone": values["time_zone"]})
    for days in values.get("days_off", ()):
        first, _dots, last = days.partition("..")
        schedules.day_off(work, actor, id, first, last, values.get("note", ""))
    for number in values.get("no_days_off", ()):
        schedules.no_day_off(work, actor, number)


def _remove_schedule(work: Work, actor: Actor, key: str) -> Done:
    from deskterm.desk import agents, schedules

    schedules.set(work, actor, agents.find(work, key).id, None)
    return Done(_("{key} has no working hours any more: there at any time.").format(key=key))


SCHEDULES = Noun(
    name="schedules",
    one=N_("Schedule"),
    help=_("Working hours and days off of agents; who is away gets no new tickets by itself."),
    key="login",
    key_help=_("Login of the agent."),
    columns=(
        Column("login", N_("Login")),
        Column("name", N_("Name")),
        Column("hours", N_("Working hours"), wide=True),
        Column("time_zone", N_("Time zone")),
        Column("absent", N_("Away")),
        Column("working", N_("There now")),
    ),
    examples={
        "list": "",
        "show": "anna --json",
        "add": 'anna --hours "mon-fri 9:00-13:00,14:00-18:00; sat 10-14"',
        "edit": "anna --day-off 2026-12-24..2026-12-31 --note Christmas",
        "remove": "anna",
    },
    listed=_schedules,
    show=_schedule,
    add=_edit_schedule,
    edit=_edit_schedule,
    remove=_remove_schedule,
    options=(
        Option(
            "hours",
            "--hours",
            _("Days and times, as in: mon-fri 9:00-18:00; sat 10-14. Empty: at any time."),
            metavar="HOURS",
        ),
        Option("time_zone", "--time-zone", _("His time zone, like Europe/Berlin."), metavar="NAME"),
        Option("days_off", "--day-off", _("A day, or FIRST..LAST; may be repeated."), list[str], "DAYS"),
        Option("note", "--note", _("Why he is away."), metavar="TEXT"),
        Option(
            "no_days_off",
            "--no-day-off",
            _("Number of days off to take back; may be repeated."),
            list[int],
            "N",
            verbs=("edit",),
        ),
    ),
)
