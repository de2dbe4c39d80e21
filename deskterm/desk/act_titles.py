"""What people call the acts of the desk: in the history, in what can be undone, in notices."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_, _

TITLES: Final[dict[str, str]] = {
    "ticket.new": N_("new ticket"),
    "ticket.assign": N_("responsible"),
    "ticket.team": N_("team"),
    "ticket.status": N_("status"),
    "ticket.rubric": N_("rubric"),
    "ticket.subject": N_("subject"),
    "ticket.set": N_("change of a ticket"),
    "ticket.answered": N_("answered"),
    "ticket.answer_undone": N_("answer taken back"),
    "ticket.client": N_("client"),
    "ticket.auto_close": N_("closing by itself"),
    "ticket.closed_itself": N_("closed by itself"),
    "ticket.close_warned": N_("told that it will close"),
    "ticket.solved": N_("solved"),
    "ticket.did_not_help": N_("did not help"),
    "ticket.snooze": N_("snooze"),
    "ticket.wake": N_("woken"),
    "ticket.merge": N_("merge"),
    "ticket.split": N_("split"),
    "ticket.link": N_("link"),
    "ticket.unlink": N_("link taken away"),
    "ticket.tab": N_("tab"),
    "ticket.watch": N_("watching"),
    "ticket.favorite": N_("favorite"),
    "ticket.read": N_("read or unread"),
    "ticket.delete": N_("deleted"),
    "ticket.restore": N_("restored"),
    "ticket.purge": N_("purged"),
    "ticket.spam": N_("spam"),
    "ticket.reminder": N_("reminder"),
    "message.reply": N_("answer"),
    "message.note": N_("note"),
    "message.received": N_("letter of the customer"),
    "message.move": N_("message moved"),
    "message.delete": N_("message deleted"),
    "message.restore": N_("message restored"),
    "message.accept": N_("unverified message accepted"),
    "message.detach": N_("unverified message detached"),
    "participant.add": N_("participant added"),
    "participant.exclude": N_("participant excluded"),
    "participant.include": N_("participant brought back"),
    "view.add": N_("view kept"),
    "view.rename": N_("view renamed"),
    "view.remove": N_("view dropped"),
    "undo": N_("undone"),
}


def title(act: str) -> str:
    """An act as people call it; its name where nobody gave it a title."""
    return _(TITLES[act]) if act in TITLES else act
