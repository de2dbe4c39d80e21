"""Mail nobody wrote by hand: the one gate it passes, the one way it is queued, and confirmations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from deskterm.desk import addresses, history, maillog, muting, rules, sending, settings, templates
from deskterm.desk.actor import SYSTEM
from deskterm.i18n import _, n_
from deskterm.mail.letter import Address, Letter
from deskterm.store import tables as t
from deskterm.store.work import Work

MACHINE_REASONS = frozenset(
    {"kind is auto-generated", "Auto-Submitted: auto-generated", "Auto-Submitted: auto-notified"}
)
"""What forbids an answer only because a machine wrote: a rule may say otherwise (LETTERS.md)."""


def may_auto_send(
    work: Work, account: Any, letter: Letter, ticket_id: int | None, *, machines: bool = False
) -> tuple[Address | None, str]:
    """(address, '') an automatic answer to a letter may go to, or (None, why not).

    To where an answer would go; never where the letter itself forbids it, to ourselves, to muted
    addresses, past the flood limits (LETTERS.md). With `machines` it does not count that a machine wrote.
    """
    if account.silent:
        return None, _("the account never answers")
    if ticket_id is not None and work.value(select(t.ticket.c.silent).where(t.ticket.c.id == ticket_id)):
        return None, _("the ticket's author is never answered")
    forbids = [why for why in letter.may_answer_reasons if not (machines and why in MACHINE_REASONS)]
    if not letter.may_answer and (forbids or not machines):
        return None, ", ".join(map(_, forbids)) or _("the letter forbids an automatic answer")
    to = muting.answer_address(letter)
    if to is None:
        return None, _("there is no address to answer to")
    if addresses.is_own(to.key, addresses.own(work)):
        return None, _("the address is one of our own")
    sender = sending.account_for(work, account.id)
    why = _stopped(work, to) or _flood(work, sender or account, to)
    if why and ticket_id is not None:
        muting.flag(work, ticket_id, why)
    return (None, why) if why else (to, "")


def may_notify(work: Work, to: Address) -> str:
    """Why an observer gets no notice, '' where he may: no limit counts, our own mailboxes may observe."""
    if "@" not in to.address:
        return _("there is no address to answer to")
    return _stopped(work, to)


def answer(
    work: Work,
    kind: str,
    account: Any,
    letter: Letter,
    text: str,
    *,
    ticket: Any | None = None,
    language: str = "en",
    machines: bool = False,
) -> tuple[int | None, str]:
    """Queue an automatic answer to a letter, in its ticket or, without one, loose.

    (the outgoing letter's id, '') or (None, why nothing was queued). `account` is the one the letter
    came in on.
    """
    ticket_id = ticket.id if ticket is not None else None
    to, why = may_auto_send(work, account, letter, ticket_id, machines=machines)
    if to is None:
        return None, _logged(work, account, letter, ticket_id, why)
    sender = sending.account_for(work, ticket.account_id if ticket is not None else account.id)
    if sender is None:
        return None, _logged(work, account, letter, ticket_id, _("no account can send"))
    if ticket is None:
        return (
            sending.freeze_loose(
                work, kind=kind, account=sender, to=to, text=text, letter=letter, language=language
            ),
            "",
        )
    return _freeze(work, kind, ticket, sender, to, text), ""


def notify(
    work: Work,
    ticket: Any,
    to: Address,
    text: str,
    *,
    parent: tuple[str, tuple[str, ...]],
    not_before: datetime | None = None,
    tells_of: int = 0,
) -> tuple[int | None, str]:
    """Queue a notice to an observer; (the outgoing letter's id, '') or (None, why nothing was queued).

    `tells_of` is the answer it tells of: it is withdrawn with that one.
    """
    if why := may_notify(work, to):
        return None, why
    sender = sending.account_of(work, ticket)
    if sender is None:
        return None, _("no account can send")
    return (
        _freeze(
            work,
            "notice",
            ticket,
            sender,
            to,
            text,
            parent=parent,
            not_before=not_before,
            seen_message_id=tells_of,
            marker=False,
        ),
        "",
    )


def confirm(work: Work, account: Any, ticket_id: int, letter: Letter) -> tuple[bool, str]:
    """Queue “registered as ticket N” as a reply to the customer's letter; (queued, why not).

    What a limit stopped is shown on the ticket. Its rule may forbid it, or want it for machines too and
    where the account would not.
    """
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == ticket_id))
    assert ticket is not None
    rule_says = rules.answers(work, ticket.rule_id)
    if rule_says == "no":
        return False, _("its rule forbids it")
    if not account.confirms and rule_says != "yes":
        return False, _("the account sends no confirmations")
    text = templates.text(
        work,
        "confirmation",
        account,
        ticket.language,
        {
            "number": str(ticket.id),
            "token": ticket.token,
            "subject": ticket.subject,
            "customer": ticket.customer,
        },
    )
    outgoing_id, why = answer(
        work, "confirmation", account, letter, text, ticket=ticket, machines=rule_says == "yes"
    )
    if outgoing_id is None:
        return False, why
    history.record(work, SYSTEM, "ticket.confirmed", ticket_id=ticket_id)
    return True, ""


def _logged(work: Work, account: Any, letter: Letter, ticket_id: int | None, why: str) -> str:
    """Why an automatic answer was not queued, as a line of the mail log."""
    maillog.note(
        work,
        "unanswered",
        account_id=account.id,
        address=letter.sender.address if letter.sender else "",
        subject=letter.subject,
        ticket_id=ticket_id,
        detail=why,
    )
    return why


def _freeze(work: Work, kind: str, ticket: Any, sender: Any, to: Address, text: str, **more: Any) -> int:
    """The only place where automatic mail of a ticket gets into the outbox."""
    return sending.freeze(
        work,
        kind=kind,
        ticket=ticket,
        account=sender,
        recipients=[(to, "author")],
        text=text,
        message_id=None,
        automatic=True,
        **more,
    )


def _stopped(work: Work, to: Address) -> str:
    why = muting.why(work, to.key)
    if not why:
        return ""
    return _("automatic letters to {address} are stopped: {why}").format(address=to.address, why=why)


def _flood(work: Work, account: Any, to: Address) -> str:
    """Why a limit stops a letter to this address from this account, '' where none does."""
    hour = work.now - timedelta(hours=1)
    automatic = (
        select(func.count())
        .select_from(t.outbox.join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id))
        # what observers get is no answer to anybody
        .where(t.outgoing.c.automatic, t.outgoing.c.kind != "notice", t.outbox.c.created_at > hour)
    )
    most = int(settings.get(work, "automatic_per_address_hour"))
    if work.value(automatic.where(t.outbox.c.key == to.key)) >= most:
        return n_(
            "{count} automatic letter went to {address} within an hour",
            "{count} automatic letters went to {address} within an hour",
            most,
        ).format(count=most, address=to.address)
    if work.value(automatic.where(t.outgoing.c.account_id == account.id)) >= int(
        settings.get(work, "automatic_per_account_hour")
    ):
        return _("the account sent as many automatic letters as it may in an hour")
    return ""
