"""How an account's mailbox stands, said where people look and, where it changed for the worse, in the log."""

from __future__ import annotations

from deskterm.desk import account_state
from deskterm.desk.orders import MailAccount
from deskterm.i18n import _
from deskterm.sync.duty import Duty
from deskterm.sync.log import LOG


def say(duty: Duty, account: MailAccount, state: str, detail: str = "", stage: str = "") -> None:
    """Note how receiving stands; see `account_state.note_incoming` for the words."""
    with duty.write() as work:
        changed = account_state.note_incoming(work, account.id, state, detail, stage)
    if changed and detail:
        LOG.warning("%s", _("{address}: {what}").format(address=account.address, what=detail))
