"""`deskterm tickets set|solved|did-not-help|snooze|wake|remind|reminders`: fields of a ticket, its sleep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import lookup, output, session
from deskterm.cli.frame import JSON, TICKET, TICKETS, command, usage
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from datetime import datetime

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

NOBODY = "nobody"
NONE = "none"
DESK = "desk"

WHEN = _("A time to come: 2h, 3d, 9:00, tomorrow 9:00, monday, 2026-12-24 9:00.")

REMINDERS = (
    output.Column("id", N_("Number"), right=True),
    output.Column("ticket_id", N_("Ticket"), right=True),
    output.Column("at", N_("When")),
    output.Column("text", N_("Text"), wide=True),
    output.Column("subject", N_("Subject"), wide=True),
)


def _option(flag: str, metavar: str, help: str) -> Any:
    return typer.Option(None, flag, metavar=metavar, help=help)


def _entry(flag: str, help: str) -> Any:
    return _option(flag, "NAME", help)


def add_to(app: typer.Typer) -> None:
    """Declare the commands among those of `deskterm tickets`."""
    command(
        app,
        "set",
        _("Set fields of tickets, all as one act; 'none' takes a value away."),
        "deskterm tickets set 42 --category E-mail --criticality high",
        "deskterm tickets set 42 43 --to anna --team 'Second line' --auto-close 14",
        "deskterm tickets set 42 --auto-close never --due 'monday 12:00'",
    )(_set)
    command(app, "close", _("Close tickets."), "deskterm tickets close 42 43")(_close)
    command(
        app,
        "solved",
        _("Close tickets as solved, on the customer's word."),
        "deskterm tickets solved 42",
    )(_solved)
    command(
        app,
        "did-not-help",
        _("The solution did not fit: open the tickets again, for the same agent or another one."),
        "deskterm tickets did-not-help 42 --to anna",
    )(_did_not_help)
    command(
        app,
        "snooze",
        _("Put tickets off until a time; a customer's letter wakes them before."),
        "deskterm tickets snooze 42 --until 'tomorrow 9:00'",
        "deskterm tickets snooze 42 43 --until 3d",
    )(_snooze)
    command(app, "wake", _("Bring snoozed tickets back now."), "deskterm tickets wake 42")(_wake)
    command(
        app,
        "remind",
        _("Have yourself reminded of a ticket."),
        "deskterm tickets remind 42 --at 2h --text 'Call him back'",
        "deskterm tickets remind 42 --done 7",
    )(_remind)
    command(
        app,
        "reminders",
        _("List your reminders, the next one first."),
        "deskterm tickets reminders --json",
    )(_reminders)


def _set(
    numbers: list[int] = TICKETS,
    to: str | None = _option("--to", "LOGIN", _("Login of the responsible agent, or nobody.")),
    team: str | None = _entry("--team", _("Team.")),
    status: str | None = _option("--status", "STATUS", _("Key, name or number of the status.")),
    subject: str | None = _option("--subject", "TEXT", _("Subject; of one ticket.")),
    rubric: str | None = _entry("--rubric", _("Rubric.")),
    category: str | None = _entry("--category", _("Category.")),
    kind: str | None = _entry("--kind", _("Kind.")),
    criticality: str | None = _entry("--criticality", _("Criticality.")),
    difficulty: str | None = _entry("--difficulty", _("Difficulty.")),
    sla: str | None = _entry("--sla", _("SLA level.")),
    source: str | None = _entry("--source", _("Source.")),
    branch: str | None = _entry("--branch", _("Branch.")),
    client: str | None = _entry("--client", _("Client, while none is set.")),
    contact: int | None = _option("--contact", "N", _("Number of the contact who is its author.")),
    auto_close: str | None = _option(
        "--auto-close", "DAYS", _("Days until it closes by itself: a number, never, or desk.")
    ),
    due: str | None = _option("--due", "TIME", _("When it is due: 2h, tomorrow 9:00, 2026-12-24 9:00.")),
    as_json: bool = JSON,
) -> None:
    given = {name: value for name, value in locals().items() if value is not None}
    del given["numbers"], given["as_json"]
    if not given:
        raise usage(_("Nothing to change was named."))
    if subject is not None and len(numbers) > 1:
        raise usage(_("A subject is given to one ticket."))
    with session.desk() as desk, desk.writing() as work:
        from deskterm.desk import undo

        with undo.together(work, desk.actor, "ticket.set"):
            for name, value in given.items():
                _set_one(work, desk.actor, numbers, name, value)
    output.done(
        _("Set: {fields}.").format(fields=", ".join(f"{name} {value}" for name, value in given.items())),
        as_json,
        tickets=numbers,
        **given,
    )


def _set_one(work: Work, actor: Actor, numbers: list[int], name: str, value: Any) -> None:
    from deskterm.desk import tickets

    if name == "to":
        tickets.assign(work, actor, numbers, None if value == NOBODY else lookup.agent(work, value))
    elif name == "status":
        tickets.set_status(work, actor, numbers, lookup.status(work, value))
    elif name == "subject":
        tickets.set_subject(work, actor, numbers[0], value)
    elif name == "rubric":
        tickets.set_rubric(work, actor, numbers, _choice(work, "rubric", value))
    elif name == "auto_close":
        tickets.set_field(work, actor, numbers, "auto_close_days", _days(value))
    elif name == "due":
        tickets.set_field(work, actor, numbers, "due_at", _moment(work, actor, value))
    else:
        tickets.set_field(work, actor, numbers, name, _value(work, name, value))


def _value(work: Work, name: str, value: Any) -> int | None:
    if name == "contact":
        return int(value)
    if name in ("team", "branch", "client"):
        return None if value == NONE else lookup.named(work, name, value)
    return _choice(work, name, value)


def _choice(work: Work, list: str, value: str) -> int | None:
    from deskterm.desk import choices

    return None if value == NONE else choices.find(work, list, value).id


def _days(value: str) -> int | None:
    if value in (DESK, NONE):
        return None
    if value == "never":
        return 0
    if not value.isdecimal():
        raise usage(_("Days are a number, never, or desk."))
    return int(value)


def _moment(work: Work, actor: Actor, value: str) -> datetime | None:
    from deskterm.desk import moments

    return None if value == NONE else moments.read(value, work.now, moments.zone_of(work, actor.agent_id))


def _close(numbers: list[int] = TICKETS, as_json: bool = JSON) -> None:
    from deskterm.desk import statuses, tickets

    with session.desk() as desk, desk.writing() as work:
        tickets.set_status(work, desk.actor, numbers, statuses.closing(work).id)
    output.done(_("Closed: {tickets}.").format(tickets=_listed(numbers)), as_json, tickets=numbers)


def _solved(numbers: list[int] = TICKETS, as_json: bool = JSON) -> None:
    from deskterm.desk import tickets

    with session.desk() as desk, desk.writing() as work:
        tickets.solved(work, desk.actor, numbers)
    output.done(_("Solved: {tickets}.").format(tickets=_listed(numbers)), as_json, tickets=numbers)


def _did_not_help(
    numbers: list[int] = TICKETS,
    to: str = typer.Option("", "--to", metavar="LOGIN", help=_("Who gets them; otherwise who had them.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import tickets

    with session.desk() as desk, desk.writing() as work:
        tickets.did_not_help(work, desk.actor, numbers, lookup.agent(work, to) if to else None)
    output.done(_("Open again: {tickets}.").format(tickets=_listed(numbers)), as_json, tickets=numbers)


def _snooze(
    numbers: list[int] = TICKETS,
    until: str = typer.Option(..., "--until", metavar="TIME", help=WHEN),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import snoozing

    with session.desk() as desk, desk.writing() as work:
        moment = _to_come(work, desk.actor, until)
        snoozing.snooze(work, desk.actor, numbers, moment)
    output.done(
        _("Snoozed until {moment}: {tickets}.").format(moment=output.cell(moment), tickets=_listed(numbers)),
        as_json,
        tickets=numbers,
        until=moment,
    )


def _wake(numbers: list[int] = TICKETS, as_json: bool = JSON) -> None:
    from deskterm.desk import snoozing

    with session.desk() as desk, desk.writing() as work:
        snoozing.wake(work, desk.actor, numbers)
    output.done(_("Awake: {tickets}.").format(tickets=_listed(numbers)), as_json, tickets=numbers)


def _remind(
    number: int = TICKET,
    at: str = typer.Option("", "--at", metavar="TIME", help=WHEN),
    text: str = typer.Option("", "--text", metavar="TEXT", help=_("What you want to be told then.")),
    done: int = typer.Option(0, "--done", metavar="N", help=_("Tick off this reminder instead.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import reminders

    if bool(at) == bool(done):
        raise usage(_("Give a time (--at), or a reminder to tick off (--done)."))
    with session.desk() as desk, desk.writing() as work:
        if done:
            reminders.done(work, desk.actor, [done])
            sentence = _("Reminder {number} is ticked off.").format(number=done)
            values: dict[str, Any] = {"id": done}
        else:
            moment = _to_come(work, desk.actor, at)
            id = reminders.add(work, desk.actor, number, moment, text)
            sentence = _("Reminder {number} comes up {moment}.").format(number=id, moment=output.cell(moment))
            values = {"id": id, "at": moment}
    output.done(sentence, as_json, ticket=number, **values)


def _reminders(
    all: bool = typer.Option(False, "--all", help=_("Those that came up or were ticked off too.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import reminders

    with session.desk() as desk, desk.reading() as work:
        rows = reminders.listed(work, desk.actor, all=all)
    output.listing(REMINDERS, rows, as_json)


def _to_come(work: Work, actor: Actor, text: str) -> datetime:
    from deskterm.desk import moments

    return moments.read(text, work.now, moments.zone_of(work, actor.agent_id))


def _listed(numbers: list[int]) -> str:
    return ", ".join(f"#{number}" for number in numbers)
