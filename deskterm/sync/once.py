"""One round of everything, for cron and for trying out: fetch, read, send, end."""

from __future__ import annotations

from deskterm.desk import dispatch
from deskterm.desk.orders import orders
from deskterm.i18n import _
from deskterm.sync import deliver, fetch, files, intake, timers
from deskterm.sync.duty import Duty


def make_round(duty: Duty) -> list[str]:
    """Look into every mailbox once and send what is due; one sentence for each account in trouble."""
    with duty.write() as work:
        dispatch.recover(work, duty.lease.epoch)
    with duty.store.work() as work:
        wanted = orders(work)
    if not wanted.mail_on:
        intake.process_all(duty)
        timers.run_all(duty, ())
        return [_("Mail is switched off. Switch it on: deskterm settings edit mail_on on")]
    troubles: list[str] = []
    unreached: list[int] = []
    for account in wanted.accounts:
        if account.receives:
            troubles.append(_said(account.address, fetch.look_once(duty, account)))
            unreached.extend([account.id] if troubles[-1] else [])
    intake.process_all(duty)
    timers.run_all(duty, unreached)
    troubles += files.save_all(duty).values()
    for account in wanted.accounts:
        if account.sends:
            troubles.append(_said(account.address, deliver.send_once(duty, account)))
    return [trouble for trouble in troubles if trouble]


def _said(address: str, trouble: str) -> str:
    return _("{address}: {what}").format(address=address, what=trouble) if trouble else ""
