"""One round of everything, for cron and for trying out: fetch, read, send, end."""

from __future__ import annotations

from collections.abc import Sequence

from deskterm.desk import dispatch
from deskterm.desk.orders import MailAccount, orders
from deskterm.i18n import _
from deskterm.sync import deliver, fetch, files, intake, timers
from deskterm.sync.duty import Duty, beside


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
    fetching = beside("fetch", _fetch_all, duty, [one for one in wanted.accounts if one.receives])
    fetching.add_done_callback(lambda _done: duty.stored.ring())
    intake.process_all(duty, fetching.done)
    said = fetching.result()
    troubles = [_said(account.address, trouble) for account, trouble in said]
    unreached = [account.id for account, trouble in said if trouble]
    timers.run_all(duty, unreached)
    troubles += files.save_all(duty).values()
    for account in wanted.accounts:
        if account.sends:
            troubles.append(_said(account.address, deliver.send_once(duty, account)))
    return [trouble for trouble in troubles if trouble]


def _fetch_all(duty: Duty, accounts: Sequence[MailAccount]) -> list[tuple[MailAccount, str]]:
    """Look into every mailbox; each account with what went wrong, '' for nothing."""
    return [(account, fetch.look_once(duty, account)) for account in accounts]


def _said(address: str, trouble: str) -> str:
    return _("{address}: {what}").format(address=address, what=trouble) if trouble else ""
