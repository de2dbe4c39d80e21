"""Which ticket a letter belongs to, and whether its sender may join it."""

from __future__ import annotations

from collections.abc import Iterator

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _
from deskterm.mail.letter import Kind
from deskterm.mail.message_ids import (
    ticket_of_message_id,
    ticket_of_token,
    token_in_plus_address,
    tokens_in_subject,
)


def thread(case: Case) -> Verdict | None:
    """Append where references or a valid token lead to a ticket; unverified from a stranger to it."""
    found = next(_candidates(case), None)
    if found is None:
        if case.letter.kind is Kind.AUTO_REPLY:
            case.say(_("an automatic reply that belongs to no ticket"))
            return Verdict.HOLD
        return None
    ticket_id, why = found
    case.say(why)
    later = None if case.desk.reopens(ticket_id) else case.desk.late_ticket(ticket_id)
    if later is not None and case.desk.reopens(later):
        case.say(_("it goes on in ticket {later}, made of a late answer to it").format(later=later))
        ticket_id = later
    elif not case.desk.reopens(ticket_id):
        case.linked_to = ticket_id
        case.say(
            _("ticket {ticket_id} was closed too long ago to reopen: a new, linked one").format(
                ticket_id=ticket_id
            )
        )
        return None
    case.ticket_id = ticket_id
    assert case.letter.sender is not None
    known = case.desk.knows(ticket_id, case.letter.sender.key)
    if known is None:
        case.say(
            _("{key} is neither participant of ticket {ticket_id} nor of its client").format(
                key=case.letter.sender.key, ticket_id=ticket_id
            )
        )
        return Verdict.UNVERIFIED
    case.say(_("its sender may join: {known}").format(known=known))
    return Verdict.APPEND


def _candidates(case: Case) -> Iterator[tuple[int, str]]:
    """Tickets it may belong to with the reason, the surest first, merged ones followed to their target."""
    letter, desk = case.letter, case.desk
    refs = list(dict.fromkeys((*letter.in_reply_to, *reversed(letter.references))))
    if desk.keys is not None:
        for ref in refs:
            signed = ticket_of_message_id(desk.keys, ref)
            # the letter may have been moved to another ticket since it was signed
            here = desk.ticket_of_reference(ref) if signed is not None else None
            now = desk.ticket_now(here or signed) if signed is not None else None
            if now is not None:
                yield now, _("it answers a letter signed by us, of ticket {number}").format(number=now)
    for ref in refs:
        mentioned = desk.ticket_of_reference(ref)
        now = desk.ticket_now(mentioned) if mentioned is not None else None
        if now is not None:
            yield now, _("it names a letter of ticket {number}").format(number=now)
    for ref in refs:
        waiting = desk.ticket_with_unverified(ref)
        now = desk.ticket_now(waiting) if waiting is not None else None
        if now is not None:
            yield now, _("it answers an unverified letter in ticket {number}").format(number=now)
    awaiting = None if letter.made_message_id else desk.ticket_awaiting(letter.message_id)
    now = desk.ticket_now(awaiting) if awaiting is not None else None
    if now is not None:
        yield now, _("a letter of ticket {number} answers it and came first").format(number=now)
    if desk.keys is None:
        return
    tokens = tokens_in_subject(letter.subject)
    for address in (*letter.to, *letter.cc):
        token = token_in_plus_address(address.address, desk.own_addresses)
        if token:
            tokens.append(token)
    for token in tokens:
        opened = ticket_of_token(desk.keys, token)
        if opened is None:
            number = token.removeprefix("#").partition("-")[0]
            case.say(
                _("the token {token} is not one of ours: as if absent; it looks like ticket {number}").format(
                    token=token, number=number
                )
            )
            continue
        now = desk.ticket_now(opened)
        if now is not None:
            yield now, _("it carries the token of ticket {number}").format(number=now)
