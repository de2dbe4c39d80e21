"""Mail nobody wrote by hand: the one gate it passes, the one way it is queued, and confirmations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from deskterm.desk import addresses, history, maillog, muting, rules, sending, settings, templates
from deskterm.desk.actor import SYSTEM
from deskterm.i18n import _, n_
from deskterm.mail.letter import Address, Letter
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

OBSERVERS: Final = "notice"
TOLD: Final = "told"
STAFF: Final = "staff"
"""Kinds of our letters that tell of changes: to observers, to the customer, to agents."""

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
    if work.quiet:
        return None, _("the letter was imported")
    if account.silent:
        return None, _("the account never answers")
    if ticket_id is not None and work.value(_SILENT, {"id": ticket_id}):
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
    event_id: int | None = None,
) -> tuple[int | None, str]:
    """Queue a notice to an observer; (the outgoing letter's id, '') or (None, why nothing was queued).

    `tells_of` is the answer it tells of: it is withdrawn with that one; `event_id` the last event: undoing
    that withdraws it.
    """
    if why := may_notify(work, to):
        return None, why
    sender = sending.account_of(work, ticket)
    if sender is None:
        return None, _("no account can send")
    return (
        _freeze(
            work,
            OBSERVERS,
            ticket,
            sender,
            to,
            text,
            parent=parent,
            not_before=not_before,
            seen_message_id=tells_of,
            event_id=event_id,
            marker=False,
        ),
        "",
    )


def may_tell_customer(work: Work, ticket: Any, to: Address) -> str:
    """Why the author of a ticket is not told of a change by mail, '' where he may.

    What keeps a confirmation from him keeps this too: silence, his own letter, machines, limits.
    """
    if (
        ticket.silent
        or work.value(_ACCOUNT_SILENT, {"id": ticket.account_id})
        or rules.answers(work, ticket.rule_id) == "no"
    ):
        return _("the ticket's author is never answered")
    if "@" not in to.address or addresses.is_own(to.key, addresses.own(work)):
        return _("there is no address to answer to")
    first = work.first(_FIRST_LETTER, {"ticket_id": ticket.id})
    if first is not None and not first.may_answer and rules.answers(work, ticket.rule_id) != "yes":
        return _("the letter forbids an automatic answer")
    sender = sending.account_of(work, ticket)
    if sender is None:
        return _("no account can send")
    why = _stopped(work, to) or _flood(work, sender, to)
    if why:
        muting.flag(work, ticket.id, why)
    return why


def tell_customer(
    work: Work, ticket: Any, to: Address, text: str, *, not_before: datetime | None, event_id: int
) -> int:
    """Queue a letter about what was changed, in the ticket's thread: where `may_tell_customer`; its id."""
    sender = sending.account_of(work, ticket)
    return _freeze(work, TOLD, ticket, sender, to, text, not_before=not_before, event_id=event_id)


def tell_agent(
    work: Work,
    ticket: Any,
    to: Address,
    subject: str,
    text: str,
    *,
    language: str,
    not_before: datetime | None,
    event_id: int,
    tells_of: int = 0,
) -> tuple[int | None, str]:
    """Queue a letter about a ticket to an agent; (its id, '') or (None, why not). No limit counts."""
    why = may_notify(work, to)
    if not why and addresses.is_own(to.key, addresses.own(work)):
        why = _("the address is one of our own")
    sender = sending.account_of(work, ticket)
    if why or sender is None:
        return None, why or _("no account can send")
    return (
        sending.freeze_to_agent(
            work,
            kind=STAFF,
            ticket_id=ticket.id,
            account=sender,
            to=to,
            subject=subject,
            text=text,
            language=language,
            thread=f"staff.ticket.{ticket.id}",
            not_before=not_before or work.now,
            event_id=event_id,
            seen_message_id=tells_of,
        ),
        "",
    )


def registered(
    work: Work, ticket: Any, to: Address, text: str, *, message_id: int, not_before: datetime
) -> tuple[int | None, str]:
    """Queue “registered” for a ticket an agent made: his act, so that no limit counts.

    (the outgoing letter's id, '') or (None, why nothing was queued).
    """
    account = work.first(select(t.account).where(t.account.c.id == ticket.account_id))
    if ticket.silent or (account is not None and account.silent):
        return None, _("the ticket's author is never answered")
    if why := may_notify(work, to):
        return None, why
    if addresses.is_own(to.key, addresses.own(work)):
        return None, _("the address is one of our own")
    sender = sending.account_of(work, ticket)
    if sender is None:
        return None, _("no account can send")
    more = {"message_id": message_id, "not_before": not_before}
    return _freeze(work, "confirmation", ticket, sender, to, text, **more), ""


def too_large(
    work: Work, account: Any, ticket_id: int, letter: Letter, files: Mapping[str, str]
) -> tuple[int | None, str]:
    """Tell who wrote that files of his letter were not taken: {files}, {limit}."""
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == ticket_id))
    assert ticket is not None
    if rules.answers(work, ticket.rule_id) == "no":
        return None, _("its rule forbids it")
    text = templates.text(work, "too_large", account, ticket.language, {**_of_ticket(ticket), **files})
    return answer(work, "too_large", account, letter, text, ticket=ticket)


def letter_too_large(
    work: Work, account: Any, letter: Letter, size: str, limit: int
) -> tuple[int | None, str]:
    """Tell who wrote that his letter could not be taken at all; limits and machines as for any answer."""
    values = {
        "subject": letter.subject,
        "customer": (letter.sender.name or letter.sender.address) if letter.sender else "",
        "files": size,
        "limit": str(limit),
    }
    text = templates.text(work, "letter_too_large", account, account.language, values)
    return answer(work, "too_large", account, letter, text, language=account.language)


def confirm(
    work: Work, account: Any, ticket_id: int, letter: Letter, too_large_files: Mapping[str, str] | None = None
) -> tuple[bool, str]:
    """Queue “registered as ticket N” as a reply to the customer's letter; (queued, why not).

    What a limit stopped is shown on the ticket. Its rule may forbid it, or want it for machines too and
    where the account would not. Files of his letter that were too large are named in it.
    """
    ticket = work.first(_TICKET, {"id": ticket_id})
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
        _of_ticket(ticket),
    )
    if too_large_files:
        values = {**_of_ticket(ticket), **too_large_files}
        text += "\n\n" + templates.text(work, "too_large", account, ticket.language, values)
    outgoing_id, why = answer(
        work, "confirmation", account, letter, text, ticket=ticket, machines=rule_says == "yes"
    )
    if outgoing_id is None:
        return False, why
    history.record(work, SYSTEM, "ticket.confirmed", ticket_id=ticket_id)
    return True, ""


def _of_ticket(ticket: Any) -> dict[str, str]:
    return {
        "number": str(ticket.id),
        "token": ticket.token,
        "subject": ticket.subject,
        "customer": ticket.customer,
    }


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
        automatic=True,
        **{"message_id": None, **more},
    )


def _stopped(work: Work, to: Address) -> str:
    why = muting.why(work, to.key)
    if not why:
        return ""
    return _("automatic letters to {address} are stopped: {why}").format(address=to.address, why=why)


def _flood(work: Work, account: Any, to: Address) -> str:
    """Why a limit stops a letter to this address from this account, '' where none does."""
    hour = work.now - timedelta(hours=1)
    most = int(settings.get(work, "automatic_per_address_hour"))
    if work.value(_TO_ADDRESS, {"since": hour, "key": to.key}) >= most:
        return n_(
            "{count} automatic letter went to {address} within an hour",
            "{count} automatic letters went to {address} within an hour",
            most,
        ).format(count=most, address=to.address)
    if work.value(_FROM_ACCOUNT, {"since": hour, "account_id": account.id}) >= int(
        settings.get(work, "automatic_per_account_hour")
    ):
        return _("the account sent as many automatic letters as it may in an hour")
    return ""


_TICKET = Query(select(t.ticket).where(t.ticket.c.id == bindparam("id")))
_SILENT = Query(select(t.ticket.c.silent).where(t.ticket.c.id == bindparam("id")))
_ACCOUNT_SILENT = Query(select(t.account.c.silent).where(t.account.c.id == bindparam("id")))
_FIRST_LETTER = Query(
    select(t.letter.c.may_answer)
    .join(t.message, t.message.c.letter_id == t.letter.c.id)
    .where(t.message.c.ticket_id == bindparam("ticket_id"), t.message.c.type == "email")
    .order_by(t.message.c.id)
    .limit(1)
)
_WITHIN_AN_HOUR = (
    select(func.count())
    .select_from(t.outbox.join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id))
    .where(
        t.outgoing.c.automatic,
        # what observers and agents get is no answer to anybody
        t.outgoing.c.kind != OBSERVERS,
        t.outgoing.c.kind != STAFF,
        t.outbox.c.created_at > bindparam("since"),
        # what was taken back in time went to nobody
        t.outbox.c.state != "withdrawn",
    )
)
_TO_ADDRESS = Query(_WITHIN_AN_HOUR.where(t.outbox.c.key == bindparam("key")))
_FROM_ACCOUNT = Query(_WITHIN_AN_HOUR.where(t.outgoing.c.account_id == bindparam("account_id")))
