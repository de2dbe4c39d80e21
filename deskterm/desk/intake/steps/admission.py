"""Whether the sender may write: as the rule that matched says, else as the account does."""

from __future__ import annotations

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _


def admission(case: Case) -> Verdict | None:
    """Held where everything is reviewed; refused where only registered senders may write and he is none."""
    said = case.ruling.effects.get("who") if case.ruling is not None else None
    who = said or case.receiver.who_may_write
    if who == "review":
        case.say(
            _("the rule holds everything for review")
            if said
            else _("the account holds everything for review")
        )
        return Verdict.HOLD
    if who == "registered" and not case.sender.registered:
        case.say(
            _("the rule takes mail of registered senders only")
            if said
            else _("the account takes mail of registered senders only")
        )
        return Verdict.REFUSED
    return None
