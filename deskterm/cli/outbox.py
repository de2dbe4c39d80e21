"""`deskterm outbox`: letters of ours that have not wholly left."""

from __future__ import annotations

from typing import Any

import typer

from deskterm.cli import output, session, words
from deskterm.cli.frame import JSON, command, new_group
from deskterm.cli.writing import message_text
from deskterm.i18n import N_, _

app = new_group(
    _("Letters of ours that have not wholly left: waiting, deferred, failed, unknown."),
    "deskterm outbox list",
    "deskterm outbox retry 17",
)

_COLUMNS = (
    output.Column("id", N_("Number"), right=True),
    output.Column("ticket_id", N_("Ticket"), right=True),
    output.Column("kind", N_("Kind"), word=words.plain),
    output.Column("state", N_("State"), word=words.plain),
    output.Column("next_at", N_("Next try")),
    output.Column("recipients", N_("Recipients"), wide=True),
    output.Column("subject", N_("Subject"), wide=True),
    output.Column("detail", N_("Detail"), wide=True),
)

_MUTED_COLUMNS = (
    output.Column("address", N_("Address")),
    output.Column("ticket_id", N_("Ticket"), right=True),
    output.Column("muted_at", N_("Since")),
    output.Column("why", N_("Why"), wide=True),
)

NUMBER = typer.Argument(..., metavar="NUMBER", help=_("Number in the outbox."))


@command(
    app,
    "list",
    _("List letters of ours that have not wholly left."),
    "deskterm outbox list",
    "deskterm outbox list --json",
)
def list_(
    limit: int = typer.Option(200, "--limit", metavar="N", min=1, help=_("At most so many.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import showing

    rows: list[Any] = []
    with session.desk() as desk, desk.reading() as work:
        after: tuple[Any, ...] | None = None
        while len(rows) < limit:
            page = showing.outgoing(work, desk.actor, after=after, limit=min(limit - len(rows), 500))
            rows.extend(page.rows)
            after = page.after
            if after is None:
                break
    output.listing(_COLUMNS, rows, as_json)


@command(
    app,
    "retry",
    _("Send a failed, deferred or unknown letter again, with the same Message-ID."),
    "deskterm outbox retry 17",
)
def retry(number: int = NUMBER, as_json: bool = JSON) -> None:
    from deskterm.desk import outbox

    with session.desk() as desk, desk.writing() as work:
        outbox.retry(work, desk.actor, number)
    output.done(_("Letter {number} is tried again.").format(number=number), as_json, outgoing=number)


@command(
    app,
    "resend",
    _("Edit an answer that did not arrive and send it to those it did not reach, as a letter of its own."),
    'deskterm outbox resend 17 "The right text."',
    "deskterm outbox resend 17",
)
def resend(
    number: int = NUMBER,
    text: str = typer.Argument("", metavar="[TEXT]", help=_("The text; without it the old one in $EDITOR.")),
    as_it_was: bool = typer.Option(False, "--as-it-was", help=_("With the old text.")),
    anyway: bool = typer.Option(False, "--anyway", help=_("Also when a newer message has come.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import messages, resending

    with session.desk() as desk:
        with desk.writing() as work:
            draft = resending.edit_and_resend(work, desk.actor, number)
        assert draft.ticket_id is not None
        what = _("Answer to #{number}: {subject}").format(number=draft.ticket_id, subject="")
        body = draft.body if as_it_was else message_text(text, "", what, draft.body)
        with desk.writing() as work:
            message_id = messages.reply(
                work,
                desk.actor,
                draft.ticket_id,
                body,
                draft_key=draft.key,
                seen_message_id=draft.seen_message_id,
                recipients_left_out=draft.form.get("recipients_left_out", ()),
                anyway=anyway,
            )
    output.done(
        _("Message {message} goes instead of letter {number}.").format(message=message_id, number=number),
        as_json,
        outgoing=number,
        ticket=draft.ticket_id,
        message=message_id,
    )


@command(
    app,
    "withdraw",
    _("Take a waiting letter back; an answer becomes a draft of its author."),
    "deskterm outbox withdraw 17",
)
def withdraw(number: int = NUMBER, as_json: bool = JSON) -> None:
    from deskterm.desk import outbox

    with session.desk() as desk, desk.writing() as work:
        draft = outbox.withdraw(work, desk.actor, number)
    output.done(
        _("Letter {number} was taken back; its text is draft {draft}.").format(number=number, draft=draft.id),
        as_json,
        outgoing=number,
        draft=draft.id,
    )


@command(
    app,
    "muted",
    _("List addresses automatic letters no longer go to, and why."),
    "deskterm outbox muted",
)
def muted(as_json: bool = JSON) -> None:
    from deskterm.desk import muting

    with session.desk() as desk, desk.reading() as work:
        rows = muting.listed(work, desk.actor)
    output.listing(_MUTED_COLUMNS, rows, as_json)


@command(
    app,
    "unmute",
    _("Let automatic letters go to an address again."),
    "deskterm outbox unmute form@example.com",
)
def unmute(
    address: str = typer.Argument(..., metavar="ADDRESS", help=_("E-mail address.")), as_json: bool = JSON
) -> None:
    from deskterm.desk import muting

    with session.desk() as desk, desk.writing() as work:
        muting.lift(work, desk.actor, address)
    output.done(
        _("Automatic letters go to {address} again.").format(address=address), as_json, address=address
    )


@command(
    app,
    "arrived",
    _("Say of an unknown letter that it arrived."),
    "deskterm outbox arrived 17",
)
def arrived(number: int = NUMBER, as_json: bool = JSON) -> None:
    from deskterm.desk import outbox

    with session.desk() as desk, desk.writing() as work:
        outbox.arrived(work, desk.actor, number)
    output.done(_("Letter {number} counts as sent.").format(number=number), as_json, outgoing=number)
