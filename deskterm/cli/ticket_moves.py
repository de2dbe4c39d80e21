"""`deskterm tickets` merge, split, move, link, delete, restore, spam, undo, watch …; `deskterm bin`."""

from __future__ import annotations

import typer

from deskterm.cli import lookup, output, session
from deskterm.cli.frame import JSON, SOME_TICKETS, TICKET, TICKETS, command, new_group, usage
from deskterm.cli.tickets import app
from deskterm.i18n import N_, _

MESSAGES = typer.Argument(..., metavar="MESSAGE…", help=_("Numbers of the messages, as `show` gives them."))
OF_MESSAGES = typer.Option([], "--message", metavar="N", help=_("A message; may be repeated."))
OTHER = typer.Argument(..., metavar="OTHER", help=_("Number of the other ticket."))
OFF = typer.Option(False, "--off", help=_("Take it back."))

BIN_COLUMNS = (
    output.Column("ticket_id", N_("Ticket"), right=True),
    output.Column("message_id", N_("Message"), right=True),
    output.Column("binned_at", N_("Deleted")),
    output.Column("who", N_("By")),
    output.Column("purged_at", N_("Purged on")),
    output.Column("customer", N_("Customer")),
    output.Column("subject", N_("Subject"), wide=True),
)
UNDO_COLUMNS = (
    output.Column("id", N_("Number"), right=True),
    output.Column("at", N_("When")),
    output.Column("title", N_("Act")),
    output.Column("ticket_id", N_("Ticket"), right=True),
    output.Column("tickets", N_("Tickets"), right=True),
)

bin_app = new_group(
    _("The Bin: what was deleted, till it is restored or purged."),
    "deskterm bin list",
    "deskterm tickets restore 42",
    "deskterm bin purge 42",
)


@command(
    app,
    "merge",
    _("Merge tickets into another one: everything of them goes there, later letters too."),
    "deskterm tickets merge 43 44 --into 42",
)
def merge(
    numbers: list[int] = TICKETS,
    into: int = typer.Option(..., "--into", metavar="NUMBER", help=_("The ticket that stays.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import merging

    with session.desk() as desk, desk.writing() as work:
        merging.merge(work, desk.actor, numbers, into)
    output.done(_("Merged into ticket {number}.").format(number=into), as_json, tickets=numbers, into=into)


@command(
    app,
    "split",
    _("Make a ticket of messages of another one."),
    "deskterm tickets split 118 119",
    "deskterm tickets split 118 --subject 'The second printer'",
)
def split(
    messages: list[int] = MESSAGES,
    subject: str = typer.Option("", "--subject", metavar="TEXT", help=_("Subject of the new ticket.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import moving

    with session.desk() as desk, desk.writing() as work:
        number = moving.split(work, desk.actor, messages, subject or None)
    output.done(_("Ticket {number}.").format(number=number), as_json, ticket=number, messages=messages)


@command(app, "move", _("Move messages to another open ticket."), "deskterm tickets move 118 119 --to 42")
def move(
    messages: list[int] = MESSAGES,
    to: int = typer.Option(..., "--to", metavar="NUMBER", help=_("The ticket they go to.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import moving

    with session.desk() as desk, desk.writing() as work:
        moving.move(work, desk.actor, messages, to)
    output.done(_("Moved to ticket {number}.").format(number=to), as_json, ticket=to, messages=messages)


@command(app, "link", _("Say that two tickets belong together."), "deskterm tickets link 42 43")
def link(number: int = TICKET, other: int = OTHER, as_json: bool = JSON) -> None:
    from deskterm.desk import linking

    with session.desk() as desk, desk.writing() as work:
        linking.link(work, desk.actor, number, other)
    output.done(
        _("Tickets {number} and {other} are linked.").format(number=number, other=other),
        as_json,
        tickets=[number, other],
    )


@command(app, "unlink", _("Take the link between two tickets away."), "deskterm tickets unlink 42 43")
def unlink(number: int = TICKET, other: int = OTHER, as_json: bool = JSON) -> None:
    from deskterm.desk import linking

    with session.desk() as desk, desk.writing() as work:
        linking.unlink(work, desk.actor, number, other)
    output.done(
        _("Tickets {number} and {other} are no longer linked.").format(number=number, other=other),
        as_json,
        tickets=[number, other],
    )


@command(
    app,
    "delete",
    _("Put tickets or messages into the Bin."),
    "deskterm tickets delete 42 43",
    "deskterm tickets delete --message 118",
)
def delete(
    numbers: list[int] = SOME_TICKETS, messages: list[int] = OF_MESSAGES, as_json: bool = JSON
) -> None:
    from deskterm.desk import bin, undo

    numbers = _something(numbers, messages)
    with session.desk() as desk, desk.writing() as work:
        with undo.together(work, desk.actor, "ticket.delete"):
            if numbers:
                bin.delete(work, desk.actor, numbers)
            if messages:
                bin.delete_messages(work, desk.actor, messages)
    output.done(_("In the Bin."), as_json, tickets=numbers, messages=messages)


@command(
    app,
    "restore",
    _("Take tickets or messages out of the Bin."),
    "deskterm tickets restore 42",
    "deskterm tickets restore --message 118",
)
def restore(
    numbers: list[int] = SOME_TICKETS, messages: list[int] = OF_MESSAGES, as_json: bool = JSON
) -> None:
    from deskterm.desk import bin

    numbers = _something(numbers, messages)
    with session.desk() as desk, desk.writing() as work:
        bin.restore(work, desk.actor, numbers, messages)
    output.done(_("Restored."), as_json, tickets=numbers, messages=messages)


@command(
    app,
    "spam",
    _("Say that tickets are spam: their letters go to the Junk folder, they to the Bin."),
    "deskterm tickets spam 42",
)
def spam(numbers: list[int] = TICKETS, as_json: bool = JSON) -> None:
    from deskterm.desk import bin

    with session.desk() as desk, desk.writing() as work:
        done = bin.spam(work, desk.actor, numbers)
    output.done(
        _("In the Bin. Letters that go to a Junk folder: {number}.").format(number=done.copies),
        as_json,
        tickets=numbers,
        copies=done.copies,
    )


@command(
    app,
    "undo",
    _("Take back your newest act, or the one of a number."),
    "deskterm tickets undo",
    "deskterm tickets undo --list",
    "deskterm tickets undo 7",
)
def undo_(
    number: int = typer.Argument(0, metavar="[NUMBER]", help=_("Number of the act, as --list gives it.")),
    only_list: bool = typer.Option(False, "--list", help=_("List what can be undone.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import undo

    with session.desk() as desk:
        if only_list:
            with desk.reading() as work:
                output.listing(UNDO_COLUMNS, undo.listed(work, desk.actor), as_json)
            return
        with desk.writing() as work:
            done = undo.undo(work, desk.actor, number or None)
    sentence = " ".join([_("Undone: {act}.").format(act=done.title), *done.notes])
    output.done(
        sentence, as_json, act=done.title, tickets=done.tickets, notes=done.notes, draft=done.draft_key
    )


@command(
    app,
    "watch",
    _("Watch tickets: you are told of what happens to them."),
    "deskterm tickets watch 42",
    "deskterm tickets watch 42 --agent anna",
    "deskterm tickets watch 42 --off",
)
def watch(
    numbers: list[int] = TICKETS,
    off: bool = OFF,
    agent: str = typer.Option("", "--agent", metavar="LOGIN", help=_("Another agent than yourself.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import marks

    with session.desk() as desk, desk.writing() as work:
        agent_id = lookup.agent(work, agent) if agent else None
        marks.watch(work, desk.actor, numbers, not off, agent_id)
    output.done(_("No longer watched.") if off else _("Watched."), as_json, tickets=numbers, on=not off)


@command(
    app,
    "favorite",
    _("Put tickets among your favorites, or with --shared among everybody's."),
    "deskterm tickets favorite 42",
    "deskterm tickets favorite 42 --shared",
)
def favorite(
    numbers: list[int] = TICKETS,
    off: bool = OFF,
    shared: bool = typer.Option(False, "--shared", help=_("For everybody.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import marks

    with session.desk() as desk, desk.writing() as work:
        marks.favorite(work, desk.actor, numbers, not off, shared)
    sentence = _("No longer a favorite.") if off else _("A favorite.")
    output.done(sentence, as_json, tickets=numbers, on=not off, shared=shared)


@command(
    app,
    "tab",
    _("Put tickets into a tab of yours, made where there is none; without a name back to All."),
    "deskterm tickets tab 42 --name 'this week'",
    "deskterm tickets tab 42",
)
def tab(
    numbers: list[int] = TICKETS,
    name: str = typer.Option("", "--name", metavar="NAME", help=_("Name of the tab.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import tabs, undo

    with session.desk() as desk, desk.writing() as work:
        with undo.together(work, desk.actor, "ticket.tab"):
            tab_id = tabs.add(work, desk.actor, name) if name else None
            tabs.put(work, desk.actor, numbers, tab_id)
    sentence = _("In the tab {name}.").format(name=name) if name else _("In All.")
    output.done(sentence, as_json, tickets=numbers, tab=name or None)


@command(bin_app, "list", _("List what stands in the Bin, the latest first."), "deskterm bin list --json")
def list_(as_json: bool = JSON) -> None:
    from deskterm.desk import bin

    with session.desk() as desk, desk.reading() as work:
        output.listing(BIN_COLUMNS, bin.listed(work, desk.actor), as_json)


@command(
    bin_app,
    "purge",
    _("Remove for good what stands in the Bin: texts, files, letters."),
    "deskterm bin purge 42",
    "deskterm bin purge --message 118",
    "deskterm bin purge --all",
)
def purge(
    numbers: list[int] = SOME_TICKETS,
    messages: list[int] = OF_MESSAGES,
    everything: bool = typer.Option(False, "--all", help=_("All of it.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import bin

    numbers = [] if everything else _something(numbers, messages)
    tickets = count = octets = 0
    with session.desk() as desk:
        while True:
            with desk.writing() as work:
                done = bin.purge(work, desk.actor, numbers, messages, everything=everything)
            tickets, count, octets = (
                tickets + done.tickets,
                count + done.messages,
                octets + done.bytes,
            )
            if not everything or not done.tickets + done.messages:
                break
    output.done(
        _("Purged for good. Tickets: {tickets}. Messages: {messages}.").format(
            tickets=tickets, messages=count
        ),
        as_json,
        tickets=tickets,
        messages=count,
        bytes=octets,
    )


def _something(numbers: list[int] | None, messages: list[int]) -> list[int]:
    if not numbers and not messages:
        raise usage(_("Name a ticket, or a message with --message."))
    return list(numbers or ())
