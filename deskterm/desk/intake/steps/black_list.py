"""Letters somebody asked not to see."""

from __future__ import annotations

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _


def black_list(case: Case) -> Verdict | None:
    """Blocked where an entry matches: address, domain, or text in subject or body."""
    letter = case.letter
    sender_key = letter.sender.key if letter.sender else ""
    entry = case.desk.blocked_by(sender_key, letter.subject, letter.text)
    if entry is None:
        return None
    case.black_entry_id = entry.entry_id
    case.say(
        _("black list entry {entry_id} matches: {kind} {value}").format(
            entry_id=entry.entry_id, kind=entry.kind, value=entry.value
        )
    )
    return Verdict.BLOCKED
