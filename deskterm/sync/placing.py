"""Where letters lie on an IMAP server: as the account says once they are stored, and as people wish later."""

from __future__ import annotations

from collections.abc import Iterator

from deskterm import limits
from deskterm.crash import crash
from deskterm.desk.intake import folders
from deskterm.desk.intake.folders import Wished
from deskterm.desk.orders import MailAccount
from deskterm.i18n import _
from deskterm.mail.wire.faults import Stage, WireError, explain
from deskterm.mail.wire.imap import ImapMailbox
from deskterm.sync.duty import Duty
from deskterm.sync.log import LOG

JUNK = "Junk"
"""The folder that is made where a server has none for junk."""


def place(duty: Duty, account: MailAccount, mailbox: ImapMailbox, folder: str, epoch: str) -> None:
    """Flag, move or delete what is stored of the selected folder, as the account says.

    Repeated after a crash: UIDs that are gone are no fault. Without MOVE a letter is copied and
    deleted, and a crash between the two leaves it in both folders.
    """
    while True:
        with duty.store.work() as work:
            waiting = folders.unplaced(work, account.id, folder, epoch, limits.FETCH_BLOCK_LETTERS)
        if not waiting:
            return
        uids = [int(one.key) for one in waiting]
        if account.after != "leave":
            duty.insist()
            crash("before_place")
            if account.after == "move":
                if account.after_folder != folder:
                    mailbox.move(uids, account.after_folder)
            elif account.after == "delete":
                mailbox.delete(uids)
            else:
                mailbox.mark_seen(uids)
            crash("after_place")
        with duty.write() as work:
            folders.placed(work, [one.delivery_id for one in waiting])


def fulfil(duty: Duty, account: MailAccount, mailbox: ImapMailbox) -> str:
    """Move letters where people wish them; a sentence about a folder that would not take one.

    Where a letter lies is asked of the server: it may have been moved by us, by a crash, by anybody.
    One that is nowhere to be found is let go.
    """
    trouble = ""
    junk = ""
    with duty.store.work() as work:
        wished = folders.wished(work, account.id, limits.FETCH_BLOCK_LETTERS)
    for wish in wished:
        if wish.wish == folders.JUNK:
            junk = junk or account.junk_folder or mailbox.junk_folder() or JUNK
        target = junk if wish.wish == folders.JUNK else wish.wish_folder
        duty.insist()
        crash("before_place")
        try:
            _move(account, mailbox, wish, target)
        except WireError as error:
            if error.stage is not Stage.FOLDER:
                raise
            trouble = explain(error)
            continue
        crash("after_place")
        with duty.write() as work:
            folders.fulfilled(work, wish)
    return trouble


def _move(account: MailAccount, mailbox: ImapMailbox, wish: Wished, target: str) -> None:
    for folder, uids in _places(account, mailbox, wish, target):
        if uids:
            mailbox.move(uids, target)
            LOG.info("delivery %d was moved from %s to %s", wish.delivery_id, folder, target)
            return
    LOG.info("%s", _("delivery {number} is no longer where it was").format(number=wish.delivery_id))


def _places(
    account: MailAccount, mailbox: ImapMailbox, wish: Wished, target: str
) -> Iterator[tuple[str, list[int]]]:
    """Where the letter may lie, likeliest first: where it was read by its UID, then anywhere by its name."""
    if wish.folder != target and _open(mailbox, wish.folder, wish.epoch):
        yield wish.folder, list(mailbox.sizes([int(wish.key)])) if wish.key.isdigit() else []
    if not wish.message_id:
        return
    moved_to = [account.after_folder] if account.after == "move" else []
    for folder in dict.fromkeys([*moved_to, wish.folder, *account.folders]):
        if folder and folder != target and _open(mailbox, folder):
            yield folder, _alike(mailbox, wish)


def _open(mailbox: ImapMailbox, folder: str, epoch: str | None = None) -> bool:
    """Open a folder that may not be there any more; whether it is, and numbered as it was."""
    if mailbox.selected is None or mailbox.selected.folder != folder:
        try:
            mailbox.select(folder)
        except WireError as error:
            if error.stage is not Stage.FOLDER:
                raise
            return False
    return mailbox.selected is not None and epoch in (None, str(mailbox.selected.uidvalidity))


def _alike(mailbox: ImapMailbox, wish: Wished) -> list[int]:
    """The letters of the open folder that have its Message-ID: those of its size, or the only one."""
    sizes = mailbox.sizes(mailbox.uids_of(wish.message_id))
    same = [uid for uid, size in sizes.items() if size == wish.size]
    return same or (list(sizes) if len(sizes) == 1 else [])
