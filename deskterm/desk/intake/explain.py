"""How a letter would be treated and why: `deskterm explain`, and the trail of one that was."""

from __future__ import annotations

from typing import Any

from deskterm.desk.intake.case import Judgement
from deskterm.desk.intake.pipeline import EmptyDesk, judge
from deskterm.desk.intake.store_desk import StoreDesk, receiver
from deskterm.mail.letter import Address, Letter
from deskterm.store.work import Work


def explain(letter: Letter) -> dict[str, Any]:
    """The verdict of an empty desk that is open to everybody, as the line of `explain` without `file`."""
    return described(letter, judge(letter, EmptyDesk()))


def explain_in(work: Work, letter: Letter, account_id: int) -> dict[str, Any]:
    """The verdict this desk would give now, in the same form; nothing is written."""
    return described(letter, judge(letter, StoreDesk(work), receiver(work, account_id)))


def described(letter: Letter, judgement: Judgement) -> dict[str, Any]:
    """A letter and its judgement under the stable keys of the command line."""
    return {
        "kind": str(letter.kind),
        "verdict": str(judgement.verdict),
        "reasons": list(judgement.reasons),
        "from": _address(letter.sender) if letter.sender else None,
        "to": [_address(one) for one in letter.to],
        "cc": [_address(one) for one in letter.cc],
        "subject": letter.subject,
        "date": letter.date.isoformat() if letter.date else None,
        "message_id": letter.message_id,
        "references": list(letter.references),
        "text": letter.text,
        "visible_text": letter.visible_text,
        "html": letter.html,
        "attachments": [
            {
                "name": part.name,
                "type": part.type,
                "size": part.size,
                "sha256": part.sha256,
                "inline": part.inline,
            }
            for part in letter.attachments
        ],
        "may_answer": letter.may_answer,
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}
