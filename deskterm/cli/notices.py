"""`deskterm notices`: who is told of which kind of change, and how oneself wants to be told."""

from __future__ import annotations

import typer

from deskterm.cli import lookup, output, session
from deskterm.cli.frame import JSON, command, new_group, usage
from deskterm.i18n import N_, _

app = new_group(
    _("Who is told of which kind of change; what the letters say is under `templates`."),
    "deskterm notices list",
    "deskterm notices edit category --no-customer --watchers",
    "deskterm notices own wrote --no-mail",
)

_COLUMNS = (
    output.Column("kind", N_("Kind")),
    output.Column("title", N_("Title"), wide=True),
    output.Column("customer", N_("Customer")),
    output.Column("responsible", N_("Responsible")),
    output.Column("administrators", N_("Administrators")),
    output.Column("team", N_("Team")),
    output.Column("watchers", N_("Watchers")),
    output.Column("changed", N_("Changed here")),
)

_OWN_COLUMNS = (
    output.Column("kind", N_("Kind")),
    output.Column("title", N_("Title"), wide=True),
    output.Column("mail", N_("By mail")),
    output.Column("screen", N_("On screen")),
)

KIND = typer.Argument(..., metavar="KIND", help=_("Its name, as `list` shows it."))


@command(app, "list", _("List the kinds and their switches."), "deskterm notices list --json")
def list_(as_json: bool = JSON) -> None:
    from deskterm.desk import notice_switches

    with session.desk() as desk, desk.reading() as work:
        rows = notice_switches.listed(work, desk.actor)
    output.listing(_COLUMNS, rows, as_json)


@command(
    app,
    "edit",
    _("Switch who is told of a kind of change; what is not named stays."),
    "deskterm notices edit status --no-customer",
    "deskterm notices edit wrote --administrators --team",
    "deskterm notices edit status --reset",
)
def edit(
    kind: str = KIND,
    customer: bool = typer.Option(None, "--customer/--no-customer", help=_("The ticket's author.")),
    responsible: bool = typer.Option(
        None, "--responsible/--no-responsible", help=_("The responsible agent; of a note whom it is for.")
    ),
    administrators: bool = typer.Option(
        None, "--administrators/--no-administrators", help=_("All administrators.")
    ),
    team: bool = typer.Option(None, "--team/--no-team", help=_("The members of the ticket's team.")),
    watchers: bool = typer.Option(None, "--watchers/--no-watchers", help=_("Who watches the ticket.")),
    reset: bool = typer.Option(False, "--reset", help=_("As it comes with the program.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import notice_switches

    said = {
        "customer": customer,
        "responsible": responsible,
        "administrators": administrators,
        "team": team,
        "watchers": watchers,
    }
    switches = {name: on for name, on in said.items() if on is not None}
    if bool(switches) == reset:
        raise usage(_("Name what to switch, or --reset."))
    with session.desk() as desk, desk.writing() as work:
        if reset:
            notice_switches.reset(work, desk.actor, kind)
        else:
            notice_switches.edit(work, desk.actor, kind, switches)
    output.done(_("Notices of {kind} were changed.").format(kind=kind), as_json, kind=kind, **switches)


@command(
    app,
    "own",
    _("How oneself is told: without a kind, list it; with one, change it."),
    "deskterm notices own",
    "deskterm notices own wrote --no-mail --screen",
    "deskterm notices own new --no-mail --agent cora",
)
def own(
    kind: str = typer.Argument("", metavar="[KIND]", help=_("Its name, as `list` shows it.")),
    mail: bool = typer.Option(None, "--mail/--no-mail", help=_("A letter to one's address.")),
    screen: bool = typer.Option(None, "--screen/--no-screen", help=_("A line in the console.")),
    agent: str = typer.Option("", "--agent", metavar="LOGIN", help=_("Another agent; for administrators.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import notice_switches

    if kind and mail is None and screen is None:
        raise usage(_("Nothing to change was named."))
    with session.desk() as desk:
        if not kind:
            with desk.reading() as work:
                who = lookup.agent(work, agent) if agent else None
                rows = notice_switches.own(work, desk.actor, who)
            output.listing(_OWN_COLUMNS, rows, as_json)
            return
        with desk.writing() as work:
            who = lookup.agent(work, agent) if agent else None
            notice_switches.set_own(work, desk.actor, kind, mail=mail, screen=screen, agent_id=who)
    output.done(_("Notices of {kind} were changed.").format(kind=kind), as_json, kind=kind)
