"""Who wrote, and whether he may."""

from __future__ import annotations

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _


def sender(case: Case) -> Verdict | None:
    """Find client, contact or agent; hold or refuse where the account wants that."""
    assert case.letter.sender is not None
    case.sender = case.desk.sender(case.letter.sender.key)
    if case.sender.agent_id is not None:
        case.say(_("from staff"))
    elif case.sender.contact_id is not None:
        case.say(_("the sender is a known contact"))
    elif case.sender.why:
        case.say(case.sender.why)
    if case.receiver.who_may_write == "review":
        case.say(_("the account holds everything for review"))
        return Verdict.HOLD
    if case.receiver.who_may_write == "registered" and not case.sender.registered:
        case.say(_("the account takes mail of registered senders only"))
        return Verdict.REFUSED
    return None
