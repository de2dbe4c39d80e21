"""`deskterm tickets` and `deskterm search`: list, show, answer, note, assign, set the status."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import typer

from deskterm.clean import clean
from deskterm.cli import lookup, output, session, ticket_fields, ticket_reading, ticket_writing, words
from deskterm.cli.frame import JSON, TICKET, TICKETS, Command, choice, command, examples, new_group, usage
from deskterm.desk.query.fields import FIELDS
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.desk.ticket_card import Fact
    from deskterm.store.work import Work

NOBODY = "nobody"
ALL = "all"
SORTS = ("last_message", "number", "changed", "created", "due", "client", "responsible")
TABLE_ROWS = 200
_SECTION = re.compile(r"[a-z_]+|(agent|rubric):\d{1,17}")

app = new_group(
    _("Tickets: list, read, answer."),
    "deskterm tickets list",
    "deskterm tickets show 42",
    'deskterm tickets reply 42 "The printer is back."',
)

COLUMNS = (
    output.Column("id", N_("Number"), right=True),
    output.Column("unread", N_("Unread")),
    output.Column("turn", N_("Turn"), word=words.turn),
    output.Column("status", N_("Status")),
    output.Column("responsible", N_("Responsible")),
    output.Column("customer", N_("Customer")),
    output.Column("client", N_("Client")),
    output.Column("last_message_at", N_("Last message")),
    output.Column("subject", N_("Subject"), wide=True),
)

LIMIT = typer.Option(
    0, "--limit", metavar="N", min=0, help=_("At most so many; otherwise all, in a table 200.")
)
SECTION = typer.Option(
    ALL,
    "--section",
    metavar="SECTION",
    help=_("all, mine_new, mine, addressed, all_active, agent:N, waiting, closed, rubrics, rubric:N."),
)
QUERY = typer.Option(
    "",
    "--query",
    metavar="QUERY",
    help=_("Only what a query finds; its language is that of deskterm search."),
)
TEXT = typer.Argument("", metavar="[TEXT]", help=_("The text; without it standard input or $EDITOR."))
TEXT_OPTION = typer.Option("", "--text", metavar="TEXT", help=_("The text."))
ATTACH = typer.Option([], "--attach", metavar="FILE", help=_("Attach a file; may be repeated."))


@command(
    app,
    "list",
    _("List tickets: all one may see, or those of a section."),
    "deskterm tickets list",
    "deskterm tickets list --section waiting --limit 20 --json",
    "deskterm tickets list --section rubric:3 --sort number --ascending",
    "deskterm tickets list --query 'status:waiting client:acme since:7d'",
)
def list_(
    section: str = SECTION,
    query: str = QUERY,
    sort: str = typer.Option(
        "last_message",
        "--sort",
        metavar="ORDER",
        help=_("last_message, changed, created, number, due, client or responsible."),
    ),
    ascending: bool = typer.Option(False, "--ascending", help=_("The oldest first.")),
    limit: int = LIMIT,
    as_json: bool = JSON,
) -> None:
    choice(sort, SORTS, "--sort")
    _check(section)
    from deskterm.desk import listing

    most = limit or (None if as_json else TABLE_ROWS)
    with session.desk() as desk, desk.reading() as work:
        ids = list(listing.ticket_ids(work, desk.actor, section, sort, not ascending, query=query))
        _print_rows(work, desk.actor, ids, most, as_json)


def _check(section: str) -> None:
    if not _SECTION.fullmatch(section):
        raise usage(_("There is no section {key}.").format(key=section))


def ids_of(desk: session.Desk, section: str, query: str, numbers: Sequence[int]) -> list[int]:
    """The tickets that are meant: named ones, else those of a section that a query finds, by number."""
    from deskterm.desk import listing, tickets

    _check(section)
    with desk.reading() as work:
        if numbers:
            return list(tickets.find_all(work, desk.actor, numbers))
        return list(listing.ticket_ids(work, desk.actor, section, "number", False, query=query))


def _print_rows(work: Work, actor: Actor, ids: list[int], most: int | None, as_json: bool) -> None:
    """The rows of tickets in the order of their ids; a table says what it leaves out."""
    from deskterm.desk import listing

    wanted = ids if most is None else ids[:most]
    rows = listing.ticket_rows(work, actor, wanted)
    output.listing(COLUMNS, [rows[id] for id in wanted if id in rows], as_json)
    if not as_json and len(ids) > len(wanted):
        left = len(ids) - len(wanted)
        print(clean(_("… and {number} more: --limit").format(number=left)), file=sys.stderr)


@command(
    app,
    "show",
    _("Show a ticket with its messages, the oldest first."),
    "deskterm tickets show 42",
    "deskterm tickets show 42 --json",
)
def show(
    number: int = TICKET,
    full: bool = typer.Option(False, "--full", help=_("Show folded quotes too.")),
    as_json: bool = JSON,
) -> None:
    with session.desk() as desk, desk.reading() as work:
        if as_json:
            output.json_document(as_data(work, desk.actor, number))
            return
        head, facts, bodies = _whole(work, desk.actor, number)
    _print_head(head, facts)
    for body in bodies:
        print()
        _print_body(body, full)


def _whole(work: Work, actor: Actor, number: int) -> tuple[Any, Sequence[Fact], list[Any]]:
    """The head of a ticket, what is known of it, and its messages."""
    from deskterm.desk import showing, ticket_card

    messages = showing.messages(work, actor, number)
    return (
        showing.head(work, actor, number),
        ticket_card.shown(work, actor, number),
        [showing.body(work, actor, message.id) for message in messages],
    )


def as_data(work: Work, actor: Actor, number: int) -> dict[str, Any]:
    """A ticket with its messages as JSON knows it."""
    head, facts, bodies = _whole(work, actor, number)
    messages = [output.as_data(body) | {"visible_text": visible(body)} for body in bodies]
    data: dict[str, Any] = output.as_data(head)
    card = {fact.column: output.as_data(fact.value) for fact in facts}
    return data | {"card": card, "messages": messages, "number_of_messages": head.messages}


def visible(body: Any) -> str:
    """The text of a message without what is folded away."""
    kept: list[str] = []
    at = 0
    for start, end, _why in body.folds:
        kept.append(body.text[at:start])
        at = end
    text = "".join([*kept, body.text[at:]]).strip("\n")
    return text if text.strip() else str(body.text)


def _print_head(head: Any, facts: Sequence[Fact]) -> None:
    output.line(f"#{head.id}  {head.subject}")
    known = [(fact.title, output.cell(fact.value)) for fact in facts if fact.column != "subject"]
    known += [
        (_("participants"), ", ".join(head.participants)),
        (_("excluded"), ", ".join(head.excluded)),
        (_("automatic answers"), head.muted),
    ]
    for title, value in known:
        if value:
            output.line(f"{title[0].upper()}{title[1:]}: {value}")


def _print_body(body: Any, full: bool) -> None:
    author = (
        f"{body.author} <{body.address}>" if body.address and body.address != body.author else body.author
    )
    parts = [f"[{body.id}]", output.cell(body.at), author, words.plain(body.visibility)]
    if body.addressee:
        parts.append("→ " + body.addressee)
    if body.delivery:
        parts.append(words.plain(body.delivery))
    if body.unverified:
        parts.append(_("unverified"))
    output.line("── " + "  ".join(part for part in parts if part))
    for recipient in body.recipients:
        if recipient.state not in ("sent", ""):
            output.line(f"   {recipient.address}: {words.plain(recipient.state)} {recipient.detail}")
    output.block(body.text if full else visible(body))
    for attachment in body.attachments:
        output.line(f"   📎 {attachment.name} ({attachment.type}, {attachment.size})")


@command(
    app,
    "assign",
    _("Name the responsible agent; 'nobody' takes the ticket from whoever has it."),
    "deskterm tickets assign 42 43 --to anna",
    "deskterm tickets assign 42 --to nobody",
)
def assign(
    numbers: list[int] = TICKETS,
    to: str = typer.Option(..., "--to", metavar="LOGIN", help=_("Login of the agent, or nobody.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import tickets

    with session.desk() as desk, desk.writing() as work:
        agent_id = None if to == NOBODY else lookup.agent(work, to)
        tickets.assign(work, desk.actor, numbers, agent_id)
    output.done(_("Responsible: {agent}.").format(agent=to), as_json, tickets=numbers, responsible=to)


@command(
    app,
    "status",
    _("Set the status of tickets, by its key, name or number."),
    "deskterm tickets status 42 --set closed",
    "deskterm statuses list",
)
def set_status(
    numbers: list[int] = TICKETS,
    to: str = typer.Option(..., "--set", metavar="STATUS", help=_("Key, name or number of the status.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import tickets

    with session.desk() as desk, desk.writing() as work:
        tickets.set_status(work, desk.actor, numbers, lookup.status(work, to))
    output.done(_("Status: {status}.").format(status=to), as_json, tickets=numbers, status=to)


ticket_fields.add_to(app)
ticket_reading.add_to(app)
ticket_writing.add_to(app)


def add_search(root: typer.Typer) -> None:
    root.command(
        "search",
        cls=Command,
        help=_("Find tickets by words, fields or number, closed ones too; the newest hit first.")
        + "\n\n"
        + _("Fields: {all}. Words in quotes stand as written; - excludes, OR and ( ) choose.").format(
            all=" ".join(f"{field.name}:" for field in FIELDS)
        ),
        epilog=examples(
            "deskterm search принтер не печатает",
            "deskterm search 42 --json",
            "deskterm search 'status:waiting client:acme from:ivan'",
            "deskterm search '\"paper jam\" -warranty before:2026-01-01 has:attachment'",
        ),
        # what is excluded begins like an option
        context_settings={"ignore_unknown_options": True},
    )(_search)


def _search(
    words: list[str] = typer.Argument(..., metavar="QUERY", help=_("Words, fields, or a number.")),
    limit: int = LIMIT,
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import listing

    with session.desk() as desk, desk.reading() as work:
        ids = list(listing.search_ids(work, desk.actor, " ".join(words)))
        _print_rows(work, desk.actor, ids, limit or (None if as_json else TABLE_ROWS), as_json)
