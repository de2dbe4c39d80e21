"""The intake as a list one can read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable

from deskterm.desk.intake.case import Case, Desk, Judgement, Receiver, Ruling, Sender, Verdict
from deskterm.desk.intake.steps.admission import admission
from deskterm.desk.intake.steps.black_list import black_list
from deskterm.desk.intake.steps.duplicate import duplicate
from deskterm.desk.intake.steps.junk import junk
from deskterm.desk.intake.steps.kind import kind
from deskterm.desk.intake.steps.loop import loop
from deskterm.desk.intake.steps.readable import readable
from deskterm.desk.intake.steps.rules import rules
from deskterm.desk.intake.steps.sender import sender
from deskterm.desk.intake.steps.thread import thread
from deskterm.i18n import _
from deskterm.mail.letter import Letter
from deskterm.mail.message_ids import Keys

Step = Callable[[Case], Verdict | None]

STEPS: tuple[Step, ...] = (
    duplicate,
    loop,
    black_list,
    junk,
    readable,
    kind,
    thread,
    sender,
    rules,
    admission,
)
"""The first step that says something decides; where none does, the letter makes a new ticket."""


def judge(letter: Letter, desk: Desk, receiver: Receiver | None = None) -> Judgement:
    """What becomes of a letter and why."""
    case = Case(letter=letter, desk=desk, receiver=receiver or Receiver())
    verdict = next((found for step in STEPS if (found := step(case)) is not None), None)
    if verdict is None:
        verdict = Verdict.NEW
        case.say(_("it belongs to no ticket: a new one"))
    if case.letter.sender is not None and verdict in (Verdict.APPEND, Verdict.UNVERIFIED):
        case.sender = desk.sender(case.letter.sender.key)
    return Judgement(
        verdict=verdict,
        reasons=tuple(case.reasons),
        ticket_id=case.ticket_id,
        letter_id=case.letter_id,
        black_entry_id=case.black_entry_id,
        linked_to=case.linked_to,
        sender=case.sender,
        ruling=case.ruling,
    )


class EmptyDesk:
    """A desk that knows nothing and is open to everybody: `explain` without a store."""

    keys: Keys | None = None
    own_addresses: frozenset[str] = frozenset()

    def duplicate_of(self, message_key: str, body_hash: str) -> int | None:
        return None

    def blocked_by(self, sender_key: str, subject: str, text: str) -> None:
        return None

    def ticket_of_reference(self, ref: str) -> int | None:
        return None

    def ticket_with_unverified(self, ref: str) -> int | None:
        return None

    def ticket_awaiting(self, ref: str) -> int | None:
        return None

    def ticket_now(self, ticket_id: int) -> int | None:
        return None

    def knows(self, ticket_id: int, sender_key: str) -> str | None:
        return None

    def sender(self, sender_key: str) -> Sender:
        return Sender()

    def reopens(self, ticket_id: int) -> bool:
        return True

    def late_ticket(self, ticket_id: int) -> int | None:
        return None

    def ruling(self, account_id: int | None, letter: Letter, registered: bool) -> Ruling | None:
        return None
