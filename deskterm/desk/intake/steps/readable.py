"""Letters that could not be read as they should, or that name nobody."""

from __future__ import annotations

from typing import Final

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import N_, _
from deskterm.mail.letter import Kind, Letter

SEALED: Final = {
    "signed (PGP)": N_("signed (PGP); the signature was not checked"),
    "signed (S/MIME)": N_("signed (S/MIME); the signature was not checked"),
    "encrypted (PGP)": N_("encrypted (PGP); it cannot be read here"),
    "encrypted (S/MIME)": N_("encrypted (S/MIME); it cannot be read here"),
}
"""What the reader notes of seals, and what is said of them: nothing here verifies or decrypts."""

WITHOUT_SENDER: Final = (Kind.BOUNCE, Kind.DELAYED, Kind.DELIVERED, Kind.FEEDBACK)
"""Reports are treated by what they report of; mail systems may say `From: <>`."""


def instead_of_text(letter: Letter) -> str:
    """What stands in a ticket for a letter that is only encrypted; '' for any other."""
    if letter.text.strip() or not any(note.startswith("encrypted") for note in letter.notes):
        return ""
    return _("This letter is encrypted: it cannot be read here. What came is among its attachments.")


def readable(case: Case) -> Verdict | None:
    """Held where the reader found something wrong, or nobody is named as sender of what is no report."""
    for note in case.letter.notes:
        if note in SEALED:
            case.say(_(SEALED[note]))
    if case.letter.problems:
        for problem in case.letter.problems:
            case.say(_("not readable as it should be: {problem}").format(problem=problem))
        return Verdict.HOLD
    if case.letter.sender is None and case.letter.kind not in WITHOUT_SENDER:
        case.say(_("nobody is named as its sender"))
        return Verdict.HOLD
    return None
