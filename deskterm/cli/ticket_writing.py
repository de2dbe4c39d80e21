"""`deskterm tickets new|reply|note|time|similar`: what is written into tickets, and what goes with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import lookup, output, session
from deskterm.cli.frame import JSON, TICKET, choice, command, usage
from deskterm.cli.writing import attached, draft_with, message_text
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from datetime import datetime

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

NONE = "none"
NOBODY = "nobody"
NEVER = "never"
DESK = "desk"
TYPES = ("phone", "console", "email")

TEXT = typer.Argument("", metavar="[TEXT]", help=_("The text; without it standard input or $EDITOR."))
TEXT_OPTION = typer.Option("", "--text", metavar="TEXT", help=_("The text."))
ATTACH = typer.Option([], "--attach", metavar="FILE", help=_("Attach a file; may be repeated."))
STATUS = typer.Option(
    "", "--status", metavar="STATUS", help=_("Set this status in the same act (key, name or number).")
)
CLOSE = typer.Option(False, "--close", help=_("Close the ticket in the same act."))
MINUTES = typer.Option(None, "--minutes", metavar="N", min=0.0, help=_("Time spent on it, in minutes."))
ASSIGN = typer.Option(None, "--assign", metavar="LOGIN", help=_("Make this agent responsible; or nobody."))
AUTO_CLOSE = typer.Option(
    None,
    "--auto-close",
    metavar="DAYS",
    help=_("Days till it closes by itself; never; desk: as the desk says."),
)


def _entry(flag: str, help: str) -> Any:
    return typer.Option(None, flag, metavar="NAME", help=help)


TEAM = _entry("--team", _("Set the team; none takes it away."))
RUBRIC = _entry("--rubric", _("Set the rubric; none takes it away."))
CATEGORY = _entry("--category", _("Set the category; none takes it away."))
KIND = _entry("--kind", _("Set the kind; none takes it away."))
CRITICALITY = _entry("--criticality", _("Set the criticality; none takes it away."))
DIFFICULTY = _entry("--difficulty", _("Set the difficulty; none takes it away."))
SLA = _entry("--sla", _("Set the SLA level; none takes it away."))

SIMILAR = (
    output.Column("id", N_("Number"), right=True),
    output.Column("status", N_("Status")),
    output.Column("client", N_("Client")),
    output.Column("last_message_at", N_("Last message")),
    output.Column("words", N_("Words in common"), wide=True),
    output.Column("subject", N_("Subject"), wide=True),
)


def add_to(app: typer.Typer) -> None:
    """Declare the commands among those of `deskterm tickets`."""
    command(
        app,
        "new",
        _("Make a ticket by hand: somebody telephoned or came by; the contact is told by mail."),
        'deskterm tickets new --contact ivan@acme.example --subject "No paper" "He called: no paper."',
        'deskterm tickets new --client Acme --name "Olga New" --address olga@acme.example --save-contact'
        ' --subject Toner "She needs toner."',
        'deskterm tickets new --contact 7 --into 42 "He called again."',
    )(_new)
    command(
        app,
        "reply",
        _("Answer the customer: a public message to all participants."),
        'deskterm tickets reply 42 "The printer is back."',
        "deskterm tickets reply 42 --attach manual.pdf < answer.txt",
        "deskterm tickets reply 42 --template Thanks --close",
        "deskterm tickets reply 42 --without boss@acme.example --at 'tomorrow 9:00' --text 'Done.'",
    )(_reply)
    command(
        app,
        "note",
        _("Write an internal note; with --private only the addressee and you see it."),
        'deskterm tickets note 42 "Call him after lunch."',
        'deskterm tickets note 42 --to anna --private "Please decide."',
    )(_note)
    command(
        app,
        "time",
        _("Correct the time spent on a message of yours; messages have their numbers in `tickets show`."),
        "deskterm tickets time 117 --minutes 12",
    )(_time)
    command(
        app,
        "similar",
        _("Tickets that share rare words with one."),
        "deskterm tickets similar 42",
        "deskterm tickets similar 42 --json",
    )(_similar)


def _fields(work: Work, given: dict[str, str | None]) -> dict[str, Any]:
    """The fields that were named, as the desk takes them."""
    from deskterm.desk import choices

    found: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name == "responsible":
            found[name] = None if value == NOBODY else lookup.agent(work, value)
        elif name == "auto_close_days":
            found[name] = _days(value)
        elif value == NONE:
            found[name] = None
        elif name == "team":
            found[name] = lookup.named(work, "team", value)
        else:
            found[name] = choices.find(work, name, value).id
    return found


def _days(value: str) -> int | None:
    if value == DESK:
        return None
    if value == NEVER:
        return 0
    if not value.isdecimal():
        raise usage(_("--auto-close is a number of days, never or desk, not '{value}'.").format(value=value))
    return int(value)


def _seconds(minutes: float | None) -> int | None:
    return None if minutes is None else round(minutes * 60)


def _moment(work: Work, actor: Actor, text: str) -> datetime | None:
    from deskterm.desk import moments

    return moments.read(text, work.now, moments.zone_of(work, actor.agent_id)) if text else None


def _body(
    work: Work, actor: Actor, ticket_id: int | None, template: str, article: int | None
) -> tuple[str, tuple[str, ...]]:
    """What a template or article begins the text with, and the placeholders that could not be filled."""
    from deskterm.desk import answer_templates, articles

    if template:
        named = answer_templates.find(work, actor, template)
        filled = answer_templates.fill(work, actor, named.id, ticket_id)
        return filled.text, filled.unfilled
    if article is not None:
        return articles.show(work, actor, article).body, ()
    return "", ()


def _reply(
    number: int = TICKET,
    text: str = TEXT,
    text_option: str = TEXT_OPTION,
    template: str = typer.Option(
        "",
        "--template",
        metavar="NAME",
        help=_("Answer with this template; a text given too comes after it."),
    ),
    article: int | None = typer.Option(
        None, "--article", metavar="N", help=_("Answer with this article; a text given too comes after it.")
    ),
    attach: list[Path] = ATTACH,
    status: str = STATUS,
    keep_status: bool = typer.Option(False, "--keep-status", help=_("Leave status and turn as they are.")),
    close: bool = CLOSE,
    without: list[str] = typer.Option(
        [], "--without", metavar="ADDRESS", help=_("Leave a participant out of this answer; may be repeated.")
    ),
    at: str = typer.Option(
        "", "--at", metavar="TIME", help=_("Send it then: 2h, 9:00, tomorrow 9:00, 2026-12-24 9:00.")
    ),
    assign: str | None = ASSIGN,
    team: str | None = TEAM,
    rubric: str | None = RUBRIC,
    category: str | None = CATEGORY,
    kind: str | None = KIND,
    criticality: str | None = CRITICALITY,
    difficulty: str | None = DIFFICULTY,
    sla: str | None = SLA,
    auto_close: str | None = AUTO_CLOSE,
    minutes: float | None = MINUTES,
    anyway: bool = typer.Option(
        False, "--anyway", help=_("Also when a newer message has come or placeholders are not filled.")
    ),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import articles, messages, showing

    if template and article is not None:
        raise usage(_("A template and an article exclude each other."))
    files = [attached(path) for path in attach]
    with session.desk() as desk:
        with desk.reading() as work:
            head = showing.head(work, desk.actor, number)
            status_id = lookup.status(work, status) if status else None
            to = messages.preview(work, desk.actor, number, without)
            begun, _unfilled = _body(work, desk.actor, number, template, article)
        what = _("Answer to #{number}: {subject}").format(number=number, subject=head.subject)
        if begun:
            body = "\n\n".join(part for part in (begun, text or text_option) if part)
        else:
            body = message_text(text, text_option, what)
        given = {
            "responsible": assign, "team": team, "rubric": rubric, "category": category, "kind": kind,
            "criticality": criticality, "difficulty": difficulty, "sla": sla, "auto_close_days": auto_close,
        }  # fmt: skip
        with desk.writing() as work:
            key = draft_with(work, desk.actor, number, "public", body, files, head.last_message_id)
            if article is not None:
                articles.use(work, desk.actor, article)
            send_at = _moment(work, desk.actor, at)
            message_id = messages.reply(
                work,
                desk.actor,
                number,
                body,
                draft_key=key,
                seen_message_id=head.last_message_id,
                status_id=status_id,
                keep_status=keep_status,
                close=close,
                recipients_left_out=without,
                send_at=send_at,
                fields=_fields(work, given),
                seconds_spent=_seconds(minutes),
                anyway=anyway,
                unfilled=anyway,
            )
    output.done(
        _("Message {message} of ticket {ticket} is in the outbox, to: {to}").format(
            message=message_id, ticket=number, to=", ".join(to)
        ),
        as_json,
        ticket=number,
        message=message_id,
        to=to,
        send_at=send_at,
    )


def _note(
    number: int = TICKET,
    text: str = TEXT,
    text_option: str = TEXT_OPTION,
    to: str = typer.Option("", "--to", metavar="LOGIN", help=_("Address it to an agent.")),
    private: bool = typer.Option(False, "--private", help=_("For the addressee only.")),
    attach: list[Path] = ATTACH,
    status: str = STATUS,
    close: bool = CLOSE,
    assign: str | None = ASSIGN,
    team: str | None = TEAM,
    rubric: str | None = RUBRIC,
    category: str | None = CATEGORY,
    kind: str | None = KIND,
    criticality: str | None = CRITICALITY,
    difficulty: str | None = DIFFICULTY,
    sla: str | None = SLA,
    auto_close: str | None = AUTO_CLOSE,
    minutes: float | None = MINUTES,
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import messages, showing

    if private and not to:
        raise usage(_("A private note needs an addressee: --to LOGIN."))
    visibility = "private" if private else "internal"
    files = [attached(path) for path in attach]
    with session.desk() as desk:
        with desk.reading() as work:
            head = showing.head(work, desk.actor, number)
            addressee = lookup.agent(work, to) if to else None
            status_id = lookup.status(work, status) if status else None
        body = message_text(
            text, text_option, _("Note on #{number}: {subject}").format(number=number, subject=head.subject)
        )
        given = {
            "responsible": assign, "team": team, "rubric": rubric, "category": category, "kind": kind,
            "criticality": criticality, "difficulty": difficulty, "sla": sla, "auto_close_days": auto_close,
        }  # fmt: skip
        with desk.writing() as work:
            key = draft_with(work, desk.actor, number, visibility, body, files, 0, addressee)
            message_id = messages.note(
                work,
                desk.actor,
                number,
                body,
                visibility=visibility,
                addressee_id=addressee,
                draft_key=key,
                status_id=status_id,
                close=close,
                fields=_fields(work, given),
                seconds_spent=_seconds(minutes),
            )
    output.done(
        _("Message {message} of ticket {ticket}.").format(message=message_id, ticket=number),
        as_json,
        ticket=number,
        message=message_id,
    )


def _new(
    text: str = TEXT,
    text_option: str = TEXT_OPTION,
    subject: str = typer.Option("", "--subject", metavar="SUBJECT", help=_("Subject of the ticket.")),
    contact: str = typer.Option(
        "", "--contact", metavar="CONTACT", help=_("Whose request it is: number, address or full name.")
    ),
    client: str = typer.Option("", "--client", metavar="CLIENT", help=_("The client, by name or number.")),
    department: str = typer.Option(
        "", "--department", metavar="NAME", help=_("Department of a contact that is saved.")
    ),
    name: str = typer.Option("", "--name", metavar="NAME", help=_("Name of who asks, without a contact.")),
    address: str = typer.Option("", "--address", metavar="ADDRESS", help=_("His e-mail address.")),
    phone: str = typer.Option("", "--phone", metavar="PHONE", help=_("His telephone; for a contact saved.")),
    save_contact: bool = typer.Option(
        False, "--save-contact", help=_("Save name, address and phone as a new contact of the client.")
    ),
    type: str = typer.Option(
        "phone", "--type", metavar="TYPE", help=_("How it came: phone, console, email.")
    ),
    into: int | None = typer.Option(
        None, "--into", metavar="NUMBER", help=_("Add it to this open ticket instead.")
    ),
    account: str = typer.Option("", "--account", metavar="ADDRESS", help=_("Account to answer from.")),
    attach: list[Path] = ATTACH,
    status: str = STATUS,
    assign: str | None = ASSIGN,
    team: str | None = TEAM,
    rubric: str | None = RUBRIC,
    category: str | None = CATEGORY,
    kind: str | None = KIND,
    criticality: str | None = CRITICALITY,
    difficulty: str | None = DIFFICULTY,
    sla: str | None = SLA,
    auto_close: str | None = AUTO_CLOSE,
    quiet: bool = typer.Option(False, "--quiet", help=_("Send the contact no letter.")),
    minutes: float | None = MINUTES,
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import contacts, departments, new_ticket

    choice(type, TYPES, "--type")
    if save_contact and (not client or contact):
        raise usage(_("--save-contact needs --client, and no --contact."))
    files = [attached(path) for path in attach]
    body = message_text(text, text_option, _("The request: {subject}").format(subject=subject))
    given = {
        "responsible": assign, "team": team, "rubric": rubric, "category": category, "kind": kind,
        "criticality": criticality, "difficulty": difficulty, "sla": sla, "auto_close_days": auto_close,
    }  # fmt: skip
    with session.desk() as desk, desk.writing() as work:
        client_id = lookup.named(work, "client", client) if client else None
        saved = None
        if save_contact:
            points = [
                (kind_, value, True) for kind_, value in (("email", address), ("phone", phone)) if value
            ]
            saved = new_ticket.NewContact(
                name=name,
                client_id=client_id,
                department_id=departments.named(work, department, client_id).id if department else None,
                points=tuple(points),
            )
        done = new_ticket.make(
            work,
            desk.actor,
            new_ticket.NewTicket(
                subject=subject,
                text=body,
                client_id=client_id,
                contact_id=contacts.id_of(work, contact, client_id) if contact else None,
                contact=saved,
                name=name,
                address="" if saved is not None else address,
                type=type,
                account_id=lookup.account(work, account) if account else None,
                fields=_fields(work, given),
                status_id=lookup.status(work, status) if status else None,
                draft_key=draft_with(work, desk.actor, None, "public", body, files, 0),
                confirm=not quiet,
                seconds_spent=_seconds(minutes),
            ),
            into,
        )
    sentence = _("Ticket {ticket}, message {message}.").format(ticket=done.ticket_id, message=done.message_id)
    if done.why and not quiet:
        sentence += " " + _("No letter to the contact: {why}.").format(why=done.why)
    output.done(
        sentence,
        as_json,
        ticket=done.ticket_id,
        message=done.message_id,
        letter=done.outgoing_id,
        why=done.why,
    )


def _time(
    message: int = typer.Argument(..., metavar="MESSAGE", help=_("Number of the message.")),
    minutes: float = typer.Option(..., "--minutes", metavar="N", min=0.0, help=_("Time spent, in minutes.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import messages

    seconds = round(minutes * 60)
    with session.desk() as desk, desk.writing() as work:
        messages.set_time_spent(work, desk.actor, message, seconds)
    output.done(
        _("Time spent on message {message}: {minutes:g} min.").format(message=message, minutes=minutes),
        as_json,
        message=message,
        seconds_spent=seconds,
    )


def _similar(number: int = TICKET, as_json: bool = JSON) -> None:
    from deskterm.desk import articles

    with session.desk() as desk, desk.reading() as work:
        rows = articles.similar_tickets(work, desk.actor, number)
    output.listing(SIMILAR, rows, as_json)
