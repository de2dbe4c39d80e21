"""Our own mail coming back."""

from __future__ import annotations

from deskterm.desk.addresses import is_own
from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _
from deskterm.limits import RECEIVED_HEADERS
from deskterm.mail.message_ids import is_loose_message_id, is_own_stamp, ticket_of_message_id

STAMP_HEADER = "x-deskterm-loop"


def loop(case: Case) -> Verdict | None:
    """Ignored where it is ours by signature; held where it only says so, or has gone in circles."""
    letter, keys = case.letter, case.desk.keys
    if keys is not None:
        ours = ticket_of_message_id(keys, letter.message_id) is not None
        if ours or is_loose_message_id(keys, letter.message_id):
            case.say(_("our own letter came back: its Message-ID is signed by us"))
            return Verdict.IGNORED
        stamps = [value for name, value in letter.headers if name.casefold() == STAMP_HEADER]
        if any(is_own_stamp(keys, stamp) for stamp in stamps):
            case.say(_("our own automatic letter came back: it carries our loop stamp"))
            return Verdict.IGNORED
    if letter.received > RECEIVED_HEADERS:
        case.say(_("it has passed {received} servers: it goes in circles").format(received=letter.received))
        return Verdict.HOLD
    if letter.sender is not None and is_own(letter.sender.key, case.desk.own_addresses):
        case.say(
            _("it says it is from {key}, one of our own addresses, but is not signed by us").format(
                key=letter.sender.key
            )
        )
        return Verdict.HOLD
    return None
