"""Letters the server took for junk."""

from __future__ import annotations

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _


def junk(case: Case) -> Verdict | None:
    """Held, whatever else they are: a person says which of them are none."""
    if not case.receiver.junk:
        return None
    case.say(_("from the Junk folder"))
    return Verdict.HOLD
