"""One ticket opened: its head, its messages, a body; and held and outgoing letters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, or_, select

from deskterm import limits
from deskterm.desk import forwards, participants, reading, sending, tickets, visibility
from deskterm.desk import letters as desk_letters
from deskterm.desk import messages as desk_messages
from deskterm.desk.actor import Actor
from deskterm.desk.errors import NotFound
from deskterm.desk.names import Names
from deskterm.desk.rights import require
from deskterm.desk.views import (
    AttachmentRow,
    Body,
    MessageRow,
    OutgoingRow,
    Page,
    RecipientRow,
    TicketHead,
)
from deskterm.i18n import _
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work

PREVIEW_CHARACTERS = 160


def head(work: Work, actor: Actor, ticket_id: int) -> TicketHead:
    """What stands above an open ticket; of a merged one its target's."""
    ticket_id = tickets.target(work, ticket_id)
    row = tickets.find(work, actor, ticket_id)
    names = Names(work)
    account = work.first(
        select(t.account.c.address, t.account.c.silent).where(t.account.c.id == row.account_id)
    )
    newest = desk_messages.newest_by_person(work, actor, ticket_id)
    return TicketHead(
        id=row.id,
        token=row.token,
        subject=row.subject,
        status_id=row.status_id,
        status=names.status(row.status_id),
        status_class=row.status_class,
        client=work.value(select(t.client.c.name).where(t.client.c.id == row.client_id)) or "",
        customer=row.customer,
        responsible_id=row.responsible_id,
        responsible=names.agent(row.responsible_id),
        rubric_id=row.rubric_id,
        rubric=names.choice(row.rubric_id),
        account=account.address if account else "",
        silent=row.silent or bool(account and account.silent),
        turn=row.turn,
        muted=row.muted,
        client_why=row.client_why,
        participants=tuple(desk_messages.preview(work, actor, ticket_id)),
        excluded=tuple(one.address for one in participants.excluded(work, ticket_id)),
        messages=row.messages,
        last_message_id=newest.id if newest else 0,
        version=row.version,
        created_at=row.created_at,
        category_id=row.category_id,
        kind_id=row.kind_id,
        criticality_id=row.criticality_id,
        difficulty_id=row.difficulty_id,
        sla_id=row.sla_id,
        team_id=row.team_id,
        branch_id=row.branch_id,
        source_id=row.source_id,
        client_id=row.client_id,
        contact_id=row.contact_id,
        auto_close_days=row.auto_close_days,
        due_at=row.due_at,
        fields=tuple(_fields(work, row, names)),
        passed_on=written.address if (written := forwards.writer_of(work, row, actor)) else "",
    )


def _fields(work: Work, row: Any, names: Names) -> list[tuple[str, str]]:
    """What is set of a ticket beside what its head line shows, in words."""
    found = [
        (title, names.choice(getattr(row, column)))
        for column, title in (
            ("rubric_id", _("rubric")),
            ("category_id", _("category")),
            ("kind_id", _("kind")),
            ("criticality_id", _("criticality")),
            ("difficulty_id", _("difficulty")),
            ("sla_id", _("SLA level")),
            ("source_id", _("source")),
        )
    ]
    if row.team_id is not None:
        found.append((_("team"), str(work.value(select(t.team.c.name).where(t.team.c.id == row.team_id)))))
    if row.snoozed_until is not None and row.snoozed_until > work.now:
        found.append((_("snoozed until"), f"{row.snoozed_until.astimezone():%Y-%m-%d %H:%M}"))
    if row.due_at is not None:
        found.append((_("due"), f"{row.due_at.astimezone():%Y-%m-%d %H:%M}"))
    if row.outcome:
        found.append((_("outcome"), _("solved") if row.outcome == "solved" else _("did not help")))
    return [(title, value) for title, value in found if value]


def messages(work: Work, actor: Actor, ticket_id: int) -> list[MessageRow]:
    """The messages of a ticket the actor may see, oldest first; of a merged one its target's."""
    ticket_id = tickets.target(work, ticket_id)
    tickets.find(work, actor, ticket_id)
    names = Names(work)
    unread = reading.unread_messages(work, actor, ticket_id)
    sent_to = _recipients_by_message(work, ticket_id)
    c = t.message.c
    contact, client = t.contact.c, t.client.c
    return [
        MessageRow(
            id=row.id,
            ticket_id=ticket_id,
            type=row.type,
            visibility=row.visibility,
            author=names.agent(row.author_agent_id) or row.from_name or row.from_address,
            author_kind=_author_kind(row),
            addressee=names.agent(row.addressee_id),
            addressed_to_me=row.addressee_id is not None and row.addressee_id == actor.agent_id,
            preview=" ".join(sending.unfolded(row.body, row.folds)[: 4 * PREVIEW_CHARACTERS].split())[
                :PREVIEW_CHARACTERS
            ],
            at=row.at,
            unread=row.id in unread,
            delivery=row.delivery or "",
            unverified=row.unverified == "waiting",
            attachments=row.attachments,
            to=names.agent(row.addressee_id) or ", ".join(sent_to.get(row.id, ())),
            contact=row.contact or "",
            client=row.client or "",
        )
        for row in work.rows(
            select(
                c.id,
                c.type,
                c.visibility,
                c.from_name,
                c.from_address,
                c.author_agent_id,
                c.addressee_id,
                func.substr(c.body, 1, 4000).label("body"),
                c.folds,
                c.at,
                c.delivery,
                c.unverified,
                c.attachments,
                contact.name.label("contact"),
                client.name.label("client"),
            )
            .outerjoin(t.contact, contact.id == c.author_contact_id)
            .outerjoin(t.client, client.id == contact.client_id)
            .where(c.ticket_id == ticket_id, visibility.messages(actor))
            .order_by(c.id)
        )
    ]


def _recipients_by_message(work: Work, ticket_id: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in work.rows(
        select(t.outgoing.c.message_id, t.outbox.c.address)
        .join(t.outbox, t.outbox.c.outgoing_id == t.outgoing.c.id)
        .where(t.outgoing.c.ticket_id == ticket_id, t.outgoing.c.message_id.is_not(None))
        .order_by(t.outbox.c.id)
    ):
        found.setdefault(row.message_id, []).append(row.address)
    return found


def body(work: Work, actor: Actor, message_id: int) -> Body:
    """One message opened; NotFound where the actor may not see it."""
    row = work.first(select(t.message).where(t.message.c.id == message_id, visibility.messages(actor)))
    if row is None:
        raise NotFound(_("There is no such message."))
    names = Names(work)
    files = work.rows(
        select(t.attachment).where(t.attachment.c.message_id == message_id).order_by(t.attachment.c.position)
    )
    letter = work.first(select(t.letter.c.reasons).where(t.letter.c.id == row.letter_id))
    return Body(
        id=row.id,
        ticket_id=row.ticket_id,
        type=row.type,
        visibility=row.visibility,
        author=names.agent(row.author_agent_id) or row.from_name,
        address=row.from_address,
        author_kind=_author_kind(row),
        addressee=names.agent(row.addressee_id),
        subject=row.subject,
        text=row.body,
        folds=tuple((start, end, why) for start, end, why in row.folds or ()),
        html=row.html,
        at=row.at,
        sent_at=row.sent_at,
        attachments=tuple(
            AttachmentRow(id=file.id, name=file.name, type=file.type, size=file.size, inline=file.inline)
            for file in files
        ),
        recipients=tuple(_recipients(work, t.outgoing.c.message_id == message_id)),
        unverified=row.unverified == "waiting",
        delivery=row.delivery or "",
        letter_id=row.letter_id,
        reasons=tuple(letter.reasons or ()) if letter else (),
    )


def letters(work: Work, actor: Actor, **which: Any) -> Page:
    """Letters of a section that wait for a person, the newest first; takes what `letters.held` takes."""
    return desk_letters.held(work, actor, **which)


def outgoing(
    work: Work, actor: Actor, *, after: tuple[Any, ...] | None = None, limit: int = limits.PAGE_ROWS
) -> Page:
    """Letters of ours that have not wholly left, the newest first; of tickets the actor may see."""
    statement = (
        select(t.outgoing, t.agent.c.name.label("author"))
        .outerjoin(t.agent, t.agent.c.id == t.outgoing.c.agent_id)
        .outerjoin(t.ticket, t.ticket.c.id == t.outgoing.c.ticket_id)
        .where(t.outgoing.c.open, or_(t.outgoing.c.ticket_id.is_(None), visibility.tickets(actor)))
    )
    if after is not None:
        statement = statement.where(t.outgoing.c.id < after[0])
    rows = work.rows(statement.order_by(t.outgoing.c.id.desc()).limit(limit))
    return Page(
        rows=tuple(_outgoing(work, actor, row) for row in rows),
        after=(rows[-1].id,) if len(rows) == limit else None,
    )


def outgoing_body(work: Work, actor: Actor, outgoing_id: int) -> Body:
    """A letter in the outbox as its text, with the state of each recipient."""
    row = work.first(select(t.outgoing).where(t.outgoing.c.id == outgoing_id))
    if row is None:
        raise NotFound(_("There is no letter {number} in the outbox.").format(number=outgoing_id))
    if row.ticket_id is not None:
        tickets.find(work, actor, row.ticket_id)
    letter = _read(work, row.blob_sha256)
    agent = work.value(select(t.agent.c.name).where(t.agent.c.id == row.agent_id)) or ""
    account = work.value(select(t.account.c.address).where(t.account.c.id == row.account_id)) or ""
    recipients = tuple(_recipients(work, t.outgoing.c.id == outgoing_id))
    return Body(
        id=row.id,
        ticket_id=row.ticket_id or 0,
        type=row.kind,
        visibility="public",
        author=agent or _("automatic"),
        address=account,
        author_kind="agent" if row.agent_id else "system",
        addressee="",
        subject=row.subject,
        text=letter.text,
        folds=tuple((fold.start, fold.end, fold.why) for fold in letter.folds),
        html=letter.html,
        at=row.created_at,
        sent_at=None,
        attachments=(),
        recipients=recipients,
        unverified=False,
        delivery=", ".join(sorted({one.state for one in recipients})),
        letter_id=None,
        reasons=(),
    )


def letter_body(work: Work, actor: Actor, letter_id: int) -> Body:
    """A letter as it came, understood anew from its bytes."""
    require(work, actor, "triage", "letters.show")
    row = work.first(select(t.letter).where(t.letter.c.id == letter_id, visibility.letters(actor)))
    if row is None:
        raise NotFound(_("There is no letter {number}.").format(number=letter_id))
    letter = _read(work, row.blob_sha256)
    return Body(
        id=row.id,
        ticket_id=row.ticket_id or 0,
        type="email",
        visibility="public",
        author=row.from_name,
        address=row.from_address,
        author_kind="customer",
        addressee="",
        subject=row.subject,
        text=letter.text,
        folds=tuple((fold.start, fold.end, fold.why) for fold in letter.folds),
        html=letter.html,
        at=row.arrived_at,
        sent_at=row.sent_at,
        attachments=tuple(
            AttachmentRow(
                id=-part.index - 1, name=part.name, type=part.type, size=part.size, inline=part.inline
            )
            for part in letter.attachments
        ),
        recipients=(),
        unverified=False,
        delivery="",
        letter_id=row.id,
        reasons=tuple(row.reasons or ()),
        to=tuple(one.address for one in letter.to),
        cc=tuple(one.address for one in letter.cc),
        version=row.version,
    )


def original(work: Work, actor: Actor, letter_id: int) -> bytes:
    """The bytes of a letter as they came, for those who may see the ticket or treat held letters."""
    row = work.first(
        select(t.letter.c.blob_sha256, t.letter.c.ticket_id).where(
            t.letter.c.id == letter_id, visibility.letters(actor)
        )
    )
    if row is None:
        require(work, actor, "triage", "letters.show")
        raise NotFound(_("There is no letter {number}.").format(number=letter_id))
    return blobs.get(work, row.blob_sha256)


def _read(work: Work, sha256: str) -> Any:
    # the parser is imported when the first letter is opened, not when the console starts
    from deskterm.mail.parse import read_letter

    return read_letter(blobs.get(work, sha256))


def _outgoing(work: Work, actor: Actor, row: Any) -> OutgoingRow:
    ones = work.rows(select(t.outbox).where(t.outbox.c.outgoing_id == row.id).order_by(t.outbox.c.id))
    states = [one.state for one in ones]
    worst = next(
        (
            state
            for state in ("failed", "unknown", "deferred", "sending", "queued", "waiting")
            if state in states
        ),
        states[0] if states else "",
    )
    return OutgoingRow(
        id=row.id,
        ticket_id=row.ticket_id,
        kind=row.kind,
        subject=row.subject,
        recipients=", ".join(one.address for one in ones),
        state=worst,
        detail=next((one.reply for one in ones if one.state == worst and one.reply), ""),
        created_at=row.created_at,
        next_at=min((one.next_at for one in ones if one.state in ("waiting", "deferred")), default=None),
        author=row.author or "",
        mine=row.agent_id is not None and row.agent_id == actor.agent_id,
    )


def _recipients(work: Work, which: Any) -> list[RecipientRow]:
    return [
        RecipientRow(address=row.address, state=row.state, detail=row.reply)
        for row in work.rows(
            select(t.outbox.c.address, t.outbox.c.state, t.outbox.c.reply)
            .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
            .where(and_(which))
            .order_by(t.outbox.c.id)
        )
    ]


def _author_kind(row: Any) -> str:
    if row.author_agent_id is not None:
        return "agent"
    return "system" if row.type == "bounce" else "customer"
