"""The account's rules: asked about letters that would make a new ticket, never about one that threads."""

from __future__ import annotations

from deskterm.desk.intake.case import Case, Verdict
from deskterm.i18n import _


def rules(case: Case) -> Verdict | None:
    """Held or filed where the first rule that matches says so; its other effects go on with the case."""
    found = case.desk.ruling(case.receiver.account_id, case.letter, case.sender.registered)
    if found is None:
        return None
    case.ruling = found
    case.say(
        _("rule {number} “{name}” matches: {why}").format(
            number=found.rule_id, name=found.name, why=found.why
        )
    )
    if found.shown:
        case.say(
            _("it says: {effects}").format(
                effects="; ".join(f"{name}={value}" for name, value in found.shown.items())
            )
        )
    if found.effects.get("file"):
        case.say(_("the rule keeps it without a ticket"))
        return Verdict.FILED
    if found.effects.get("hold"):
        case.say(_("the rule holds it for a person"))
        return Verdict.HOLD
    return None
