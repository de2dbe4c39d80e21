"""Carrying a verdict out: letter, ticket, message, history and automatic answer in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from deskterm import limits
from deskterm.desk import (
    attachment_limits,
    attachments,
    automatic,
    blacklist,
    history,
    letters,
    maillog,
    muting,
    notices,
    participants,
    posting,
    responsible,
    rules,
    settings,
    statuses,
    tickets,
)
from deskterm.desk.actor import SYSTEM, Actor, customer
from deskterm.desk.intake import folders, late, ruling
from deskterm.desk.intake.case import Judgement, Ruling, Sender, Verdict
from deskterm.desk.intake.steps.readable import instead_of_text
from deskterm.i18n import _
from deskterm.mail.letter import Kind, Letter
from deskterm.mail.message_ids import without_tokens
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

PREVIEW_CHARACTERS = 200
HELD = (Verdict.HOLD, Verdict.UNVERIFIED)


@dataclass(frozen=True, slots=True)
class Applied:
    """The rows a verdict made or touched."""

    letter_id: int
    ticket_id: int | None = None
    message_id: int | None = None
    reasons: tuple[str, ...] = ()


def apply(
    work: Work, account: Any, delivery: Any, letter: Letter, judgement: Judgement, words: str
) -> Applied:
    """Write what the verdict says; `words` are the message's search words, made before the transaction."""
    reasons = list(judgement.reasons)
    if judgement.letter_id is not None:
        _finish(work, delivery, judgement.letter_id, judgement.verdict, reasons)
        row = work.first(select(t.letter.c.ticket_id).where(t.letter.c.id == judgement.letter_id))
        first_ticket = row.ticket_id if row else None
        _log(work, account.id, letter, judgement, judgement.letter_id, first_ticket)
        return Applied(judgement.letter_id, first_ticket, None, tuple(reasons))
    letter_id = keep(work, account.id, delivery, letter, judgement)
    ticket_id: int | None = None
    message_id: int | None = None
    match judgement.verdict:
        case Verdict.NEW:
            ticket_id, message_id = new_ticket(
                work,
                account,
                letter,
                letter_id,
                judgement.sender,
                words,
                ruled=judgement.ruling,
                linked_to=judgement.linked_to,
            )
            muting.watch(work, ticket_id, letter_id, letter, new=True)
            queued, why = automatic.confirm(
                work, account, ticket_id, letter, attachment_limits.template_values(work, letter)
            )
            reasons.append(
                _("confirmation queued") if queued else _("no confirmation: {why}").format(why=why)
            )
        case Verdict.APPEND:
            ticket_id = judgement.ticket_id
            assert ticket_id is not None
            message_id = append(work, ticket_id, letter, letter_id, judgement.sender, words)
            reasons.extend(_files_too_large(work, account, ticket_id, letter))
        case Verdict.UNVERIFIED:
            ticket_id = judgement.ticket_id
            assert ticket_id is not None
            message_id = append(work, ticket_id, letter, letter_id, judgement.sender, words, unverified=True)
        case Verdict.HOLD:
            reasons.extend(_too_large(work, account, delivery, letter))
        case Verdict.BOUNCE_NOTE:
            ticket_id = judgement.ticket_id
            assert ticket_id is not None
            message_id = _bounce(work, ticket_id, letter, letter_id, words)
        case Verdict.BLOCKED:
            assert judgement.black_entry_id is not None
            blacklist.hit(work, judgement.black_entry_id)
        case Verdict.REFUSED:
            reasons.append(ruling.refuse(work, account, letter, letter_id, judgement))
    if judgement.rule_id is not None:
        rules.hit(work, judgement.rule_id)
    work.update(t.letter, letter_id, ticket_id=ticket_id, reasons=reasons)
    if judgement.verdict in (Verdict.APPEND, Verdict.UNVERIFIED) and ticket_id is not None:
        muting.watch(work, ticket_id, letter_id, letter)
    _finish(work, delivery, letter_id, judgement.verdict, reasons)
    _log(work, account.id, letter, judgement, letter_id, ticket_id)
    if ticket_id is None:
        history.record(
            work,
            SYSTEM,
            "letter.received",
            subject=("letter", letter_id),
            changes=[("verdict", None, str(judgement.verdict))],
        )
    return Applied(letter_id, ticket_id, message_id, tuple(reasons))


def _files_too_large(work: Work, account: Any, ticket_id: int, letter: Letter) -> list[str]:
    """Tell who wrote that files of his were not taken; what was done, for the trail."""
    values = attachment_limits.template_values(work, letter)
    if not values:
        return []
    outgoing_id, why = automatic.too_large(work, account, ticket_id, letter, values)
    told = _("the sender is told") if outgoing_id is not None else _("the sender is not told: {why}")
    return [
        _("files too large: {files}").format(files=values["files"].replace("\n", ", ")),
        told.format(why=why),
    ]


def _too_large(work: Work, account: Any, delivery: Any, letter: Letter) -> list[str]:
    """Tell who wrote that his letter was too large to be fetched; what was done, for the trail."""
    whole = folders.shortened(work, [delivery.id]).get(delivery.id) or 0
    if whole <= limits.LETTER_BYTES:
        return []
    size = f"{attachment_limits.megabytes(whole)} MB"
    outgoing_id, why = automatic.letter_too_large(
        work, account, letter, size, limits.LETTER_BYTES // limits.MIB
    )
    if outgoing_id is not None:
        return [_("the sender is told")]
    return [_("the sender is not told: {why}").format(why=why)]


def keep(work: Work, account_id: int, delivery: Any, letter: Letter, judgement: Judgement) -> int:
    """The row of a letter as understood."""
    sender = letter.sender
    triage = "waiting" if judgement.verdict in HELD else letters.STOPPED.get(str(judgement.verdict))
    return work.insert(
        t.letter,
        account_id=account_id,
        blob_sha256=delivery.blob_sha256,
        message_key=letter.message_id,
        body_hash=letter.body_hash,
        kind=str(letter.kind),
        verdict=str(judgement.verdict),
        reasons=list(judgement.reasons),
        from_name=sender.name if sender else "",
        from_address=sender.address if sender else "",
        from_key=sender.key if sender else "",
        subject=letter.subject,
        preview=" ".join(letter.visible_text[: 4 * PREVIEW_CHARACTERS].split())[:PREVIEW_CHARACTERS],
        sent_at=letter.date,
        arrived_at=delivery.arrived_at,
        size=letter.size,
        attachments=len(letter.attachments),
        from_staff=judgement.sender.agent_id is not None,
        may_answer=letter.may_answer,
        black_entry_id=judgement.black_entry_id,
        rule_id=judgement.rule_id,
        triage=triage,
        triage_why=judgement.reasons[-1] if triage and judgement.reasons else "",
    )


def new_ticket(
    work: Work,
    account: Any,
    letter: Letter,
    letter_id: int,
    sender: Sender,
    words: str,
    *,
    actor: Actor | None = None,
    linked_to: int | None = None,
    ruled: Ruling | None = None,
) -> tuple[int, int]:
    """A ticket with the letter as its first message: (ticket, message).

    What its rule says is set. Of a ticket a person makes the rules are asked here: the letter may have
    been stopped before they were. `linked_to` is a ticket that was closed too long ago to reopen.
    """
    who = actor or _author(letter)
    name = sender.name or (letter.sender.name or letter.sender.address if letter.sender else "")
    if actor is not None and ruled is None:
        ruled = ruling.asked_now(work, account.id, letter, letter_id)
    fields: dict[str, Any] = {
        "subject": (without_tokens(letter.subject) or "—")[: limits.SUBJECT_CHARACTERS],
        "account_id": account.id,
        "source_id": tickets.source(work, "import" if work.quiet else "email"),
        "client_id": sender.client_id,
        "contact_id": sender.contact_id,
        "client_why": sender.why,
        "customer": name,
        "customer_key": letter.sender.key if letter.sender else "",
        "language": account.language,
        **(late.columns(work, linked_to, letter) if linked_to is not None else {}),
        **ruling.columns(work, ruled, sender),
    }
    if work.quiet:
        fields["created_at"] = _arrival(work, letter_id)
    why = responsible.fill(work, fields)
    ticket_id = tickets.make(work, who, **fields)
    if linked_to is not None:
        late.link(work, linked_to, ticket_id)
    responsible.say(work, ticket_id, why)
    participants.from_letter(work, ticket_id, letter, author=True)
    message_id = _post(
        work, ticket_id, letter, letter_id, sender, words, folds=False, at=_arrival(work, letter_id)
    )
    history.record(work, who, "message.received", ticket_id=ticket_id, message_id=message_id)
    return ticket_id, message_id


def append(
    work: Work,
    ticket_id: int,
    letter: Letter,
    letter_id: int,
    sender: Sender,
    words: str,
    *,
    unverified: bool = False,
) -> int:
    """Add the letter to a ticket; what a customer's message changes follows unless it is unverified."""
    auto = letter.kind is Kind.AUTO_REPLY
    message_id = _post(
        work,
        ticket_id,
        letter,
        letter_id,
        sender,
        words,
        type="auto-reply" if auto else "email",
        unverified="waiting" if unverified else None,
        at=_arrival(work, letter_id),
    )
    if not unverified:
        heard = ruling.without_answers(work, ticket_id, letter)
        participants.from_letter(work, ticket_id, heard, author=False)
    event_id = history.record(
        work, _author(letter), "message.received", ticket_id=ticket_id, message_id=message_id
    )
    notices.tell(work, ticket_id, event_id)
    if not unverified and not auto:
        customer_wrote(work, _author(letter), ticket_id, message_id)
    return message_id


def customer_wrote(work: Work, actor: Actor, ticket_id: int, message_id: int) -> None:
    """The transition a customer's message makes (C3): kept as data with the status.

    The ticket is its responsible agent's turn again; one who is there no more is nobody. A snoozed one
    wakes, unless the desk wants it only unread.
    """
    ticket = tickets.row(work, ticket_id)
    assert ticket is not None
    values: dict[str, Any] = {"turn": "ours", **tickets.back_at_work(work, ticket)}
    if not settings.get(work, "wake_on_reply"):
        values.pop("snoozed_until", None)
        values.pop("snoozed_by", None)
    then = statuses.after_customer(work, ticket.status_id)
    if then is not None:
        values["status_id"] = then.id
    tickets.change(work, SYSTEM, "ticket.customer_wrote", ticket_id, values, message_id=message_id)


def _bounce(work: Work, ticket_id: int, letter: Letter, letter_id: int, words: str) -> int:
    """A note on the ticket, and the state of the letter that bounced; no status changes."""
    message_id = posting.post(
        work,
        ticket_id,
        words=words,
        type="bounce",
        visibility="internal",
        from_name=letter.sender.name if letter.sender else "",
        from_address=letter.sender.address if letter.sender else "",
        subject=letter.subject,
        body=letter.text,
        letter_id=letter_id,
        message_key=letter.message_id,
        sent_at=letter.date,
        at=_arrival(work, letter_id),
    )
    letters.linked(work, letter_id, ticket_id, message_id)
    if letter.kind is Kind.BOUNCE:
        _mark_bounced(work, letter)
    event_id = history.record(work, SYSTEM, "message.bounced", ticket_id=ticket_id, message_id=message_id)
    if letter.kind is Kind.BOUNCE:
        notices.tell(work, ticket_id, event_id)
    return message_id


def _mark_bounced(work: Work, letter: Letter) -> None:
    refs = [*letter.reported_ids, *letter.in_reply_to, *letter.references]
    row = work.first(
        select(t.outgoing.c.id, t.outgoing.c.message_id).where(t.outgoing.c.message_key.in_(refs))
    )
    if row is None:
        return
    keys = {report.recipient.strip().casefold() for report in letter.reports if report.action == "failed"}
    there = work.rows(select(t.outbox.c.id, t.outbox.c.key).where(t.outbox.c.outgoing_id == row.id))
    failed = [one for one in there if one.key in keys] or (list(there) if len(there) == 1 else [])
    for one in failed:
        work.update(t.outbox, one.id, state="bounced", settled_at=work.now)
        work.execute(
            t.contact_point.update()
            .where(t.contact_point.c.kind == "email", t.contact_point.c.key == one.key)
            .values(bounced_at=work.now)
        )
    if failed and row.message_id is not None:
        work.update(t.message, row.message_id, delivery="bounced")


def _post(
    work: Work,
    ticket_id: int,
    letter: Letter,
    letter_id: int,
    sender: Sender,
    words: str,
    *,
    folds: bool = True,
    **fields: Any,
) -> int:
    letter, large = attachment_limits.within(work, letter)
    message_id = posting.post(
        work,
        ticket_id,
        words=words,
        **{
            "type": "email",
            "visibility": "public",
            "author_contact_id": sender.contact_id,
            "from_name": letter.sender.name if letter.sender else "",
            "from_address": letter.sender.address if letter.sender else "",
            "subject": letter.subject,
            "body": instead_of_text(letter) or letter.text,
            # a first message is never trimmed
            "folds": [[fold.start, fold.end, fold.why] for fold in letter.folds] if folds else None,
            "html": letter.html,
            "letter_id": letter_id,
            "message_key": letter.message_id,
            "sent_at": letter.date,
            "attachments": len(letter.attachments),
            **fields,
        },
    )
    letters.linked(work, letter_id, ticket_id, message_id)
    besides = attachments.save_folder(work, ticket_id, letter_id) if letter.attachments else ""
    attach(work, message_id, letter, save_to=besides)
    if large:
        history.record(
            work,
            SYSTEM,
            "message.too_large",
            ticket_id=ticket_id,
            message_id=message_id,
            changes=[("file", None, attachment_limits.line(part)) for part in large],
        )
    if fields.get("unverified") is None:
        refs = [(letter.message_id, "seen")]
        refs += [(ref, "mentioned") for ref in (*letter.in_reply_to, *letter.references)]
        posting.reference(work, ticket_id, message_id, refs)
    return message_id


def attach(work: Work, message_id: int, letter: Letter, save_to: str = "") -> None:
    """Attachments as references into the original; `save_to` is a folder on disk they are saved in too."""
    if letter.attachments:
        besides = {"save_to": save_to} if save_to else {}
        work.insert_many(
            t.attachment,
            [
                {
                    "message_id": message_id,
                    "position": position,
                    "name": part.name,
                    "type": part.type,
                    "size": part.size,
                    "sha256": part.sha256,
                    "inline": part.inline,
                    "content_id": part.content_id,
                    "original_sha256": letter.sha256,
                    "part": part.index,
                    **besides,
                }
                for position, part in enumerate(letter.attachments)
            ],
        )


def _log(
    work: Work,
    account_id: int,
    letter: Letter,
    judgement: Judgement,
    letter_id: int,
    ticket_id: int | None,
) -> None:
    maillog.note(
        work,
        maillog.OF_VERDICT[str(judgement.verdict)],
        account_id=account_id,
        rule_id=judgement.rule_id,
        address=letter.sender.address if letter.sender else "",
        subject=letter.subject,
        ticket_id=ticket_id,
        letter_id=letter_id,
        detail="; ".join(judgement.reasons),
    )


def _finish(work: Work, delivery: Any, letter_id: int, verdict: Verdict, reasons: list[str]) -> None:
    work.update(
        t.delivery, delivery.id, state="done", letter_id=letter_id, verdict=str(verdict), reasons=reasons
    )


def _arrival(work: Work, letter_id: int) -> Any:
    return work.value(_ARRIVAL, {"id": letter_id})


def _author(letter: Letter) -> Actor:
    return customer((letter.sender.name or letter.sender.address) if letter.sender else "")


_ARRIVAL = Query(select(t.letter.c.arrived_at).where(t.letter.c.id == bindparam("id")))
