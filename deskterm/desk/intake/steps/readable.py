"""Letters that could not be read as they should, or that name nobody."""

from __future__ import annotations

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _


def readable(case: Case) -> Verdict | None:
    """Held where the reader found something wrong, or nobody is named as sender."""
    if case.letter.problems:
        for problem in case.letter.problems:
            case.say(_("not readable as it should be: {problem}").format(problem=problem))
        return Verdict.HOLD
    if case.letter.sender is None:
        case.say(_("nobody is named as its sender"))
        return Verdict.HOLD
    return None
