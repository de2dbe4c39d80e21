"""Who wrote."""

from __future__ import annotations

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _


def sender(case: Case) -> Verdict | None:
    """Find client, contact or agent, or the entry of the list of registered senders; decides nothing."""
    assert case.letter.sender is not None
    case.sender = case.desk.sender(case.letter.sender.key)
    if case.sender.agent_id is not None:
        case.say(_("from staff"))
        # the worker holds nothing that reads addresses before an agent has written
        from deskterm.mail.forwarded import original_sender

        if original := original_sender(case.letter.subject, case.letter.text):
            case.say(_("passed on by an agent; {address} wrote it").format(address=original.address))
    elif case.sender.contact_id is not None:
        case.say(_("the sender is a known contact"))
    elif case.sender.why:
        case.say(case.sender.why)
    elif case.sender.listed:
        case.say(_("the sender is on the list of registered senders"))
    return None
