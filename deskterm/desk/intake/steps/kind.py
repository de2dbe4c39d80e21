"""Letters of machines about our letters: reports of delivery and feedback."""

from __future__ import annotations

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _, p_
from deskterm.mail.letter import Kind
from deskterm.mail.message_ids import is_loose_message_id, ticket_of_message_id

REPORTS = (Kind.BOUNCE, Kind.DELAYED)


def kind(case: Case) -> Verdict | None:
    """A report about a letter we know becomes a note on it, one about another is held."""
    letter = case.letter
    why = "; ".join(map(_, letter.kind_reasons))
    named = p_("kind of letter", letter.kind)
    case.say(_("kind: {kind}").format(kind=named) + (f" ({why})" if why else ""))
    if letter.kind is Kind.FEEDBACK:
        return Verdict.HOLD
    if letter.kind is Kind.DELIVERED:
        case.say(_("a receipt: kept without a ticket"))
        return Verdict.FILED
    if letter.kind in REPORTS:
        case.ticket_id = _reported(case)
        if case.ticket_id is None and _of_loose_letter(case):
            # refusals go to addresses nobody vouches for: their reports must not fill triage
            case.say(_("it reports about a refusal of ours: kept without a ticket"))
            return Verdict.FILED
        if case.ticket_id is None:
            case.say(_("the letter it reports about is not known here"))
            return Verdict.HOLD
        case.say(_("it reports about a letter of ticket {ticket_id}").format(ticket_id=case.ticket_id))
        return Verdict.BOUNCE_NOTE
    return None


def _of_loose_letter(case: Case) -> bool:
    keys, letter = case.desk.keys, case.letter
    refs = (*letter.reported_ids, *letter.in_reply_to, *letter.references)
    return keys is not None and any(is_loose_message_id(keys, ref) for ref in refs)


def _reported(case: Case) -> int | None:
    keys = case.desk.keys
    # what a report quotes must be signed by us: anybody can send a report
    for ref in (*case.letter.reported_ids, *case.letter.in_reply_to, *case.letter.references):
        found = ticket_of_message_id(keys, ref) if keys is not None else None
        if found is not None:
            return case.desk.ticket_now(found)
    return None
