"""The same mail arriving twice makes one message."""

from __future__ import annotations

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _


def duplicate(case: Case) -> Verdict | None:
    """Ignored where the same Message-ID came with the same body before; another body goes on as if new."""
    letter = case.letter
    found = case.desk.duplicate_of(letter.message_id, letter.body_hash)
    if found is None:
        return None
    case.letter_id = found
    case.say(_("the same letter was received before (letter {found}): a second delivery").format(found=found))
    return Verdict.IGNORED
