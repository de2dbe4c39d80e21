"""Letters from an IMAP server: by UID, pushed where it can, put in their place once they are stored."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from deskterm import limits
from deskterm.crash import crash
from deskterm.desk import account_state
from deskterm.desk.intake import folders, receive
from deskterm.desk.intake.receive import Arrived
from deskterm.desk.orders import MailAccount
from deskterm.mail.wire.blocks import blocks
from deskterm.mail.wire.faults import Stage, WireError, explain
from deskterm.mail.wire.imap import ImapMailbox
from deskterm.sync.duty import Duty, Hand, beside
from deskterm.sync.log import LOG
from deskterm.sync.placing import fulfil, place
from deskterm.sync.servers import open_imap
from deskterm.sync.standing import say


class Block(NamedTuple):
    """Letters fetched at once."""

    last_uid: int
    arrived: list[Arrived]
    shortened: dict[str, int]
    """The true sizes of those of which only the beginning was taken, by key."""


class ImapWay:
    """The letters of one account (see `fetch.Way`)."""

    def __init__(self, duty: Duty, account: MailAccount) -> None:
        self._duty = duty
        self._account = account
        self._mailbox: ImapMailbox | None = None

    @property
    def pushes(self) -> bool:
        """Whether the server says by itself when something comes."""
        return self._mailbox is not None and self._mailbox.can_idle

    def open(self) -> None:
        """Connect and log in; raises WireError or Unusable."""
        self._mailbox = open_imap(self._account, self._duty.secrets)

    def look(self) -> str:
        """Fetch what is new; a sentence about letters that could not be put in their place."""
        assert self._mailbox is not None
        return look(self._duty, self._account, self._mailbox)

    def rest(self, hand: Hand) -> bool:
        """Wait for the server, the clock or the bell; whether the connection is still of use."""
        mailbox, patience = self._mailbox, self._account.poll_seconds
        assert mailbox is not None
        if not mailbox.can_idle and patience > limits.IDLE_SECONDS:
            # Nobody keeps a connection for us that long
            self.close()
            hand.bell.wait(patience)
            return False
        if not mailbox.noop():  # something came while this was written down: a server need not say so again
            mailbox.idle(min(patience, limits.IDLE_SECONDS), hand.bell)
            hand.bell.hush()
        return not mailbox.closed

    def close(self) -> None:
        """Log out, if connected."""
        mailbox, self._mailbox = self._mailbox, None
        if mailbox is not None:
            mailbox.close()


def look(duty: Duty, account: MailAccount, mailbox: ImapMailbox) -> str:
    """Fetch what is new in every folder; a sentence about letters that could not be put in their place."""
    troubles = [fulfil(duty, account, mailbox)]
    if account.reads_junk:
        junk = account.junk_folder or mailbox.junk_folder()
        if junk and junk not in account.folders:
            fetch_new(duty, account, mailbox, junk, role=folders.JUNK)
    # The first folder comes last: it stays selected for IDLE
    for folder in reversed(account.folders):
        epoch = fetch_new(duty, account, mailbox, folder)
        try:
            place(duty, account, mailbox, folder, epoch)
        except WireError as error:
            if error.stage is not Stage.FOLDER:
                raise
            # A folder to move to that is not there must not stop the receiving
            troubles.append(explain(error))
    with duty.write() as work:
        account_state.note_checked(work, account.id)
    return next(filter(None, troubles), "")


def fetch_new(duty: Duty, account: MailAccount, mailbox: ImapMailbox, folder: str, role: str = "") -> str:
    """Store every letter of a folder above the last UID known, a block in one transaction.

    Gives the folder's epoch. Letters of the Junk folder stay where they are.
    """
    if mailbox.selected is None or mailbox.selected.folder != folder:
        mailbox.select(folder)
    assert mailbox.selected is not None
    epoch = str(mailbox.selected.uidvalidity)
    with duty.store.work() as work:
        state = folders.folder_state(work, account.id, folder)
    # A new UIDVALIDITY gives all letters new UIDs (RFC 9051 2.3.1.1): all are read again, the desk knows them
    last_uid = state.last_uid if state.epoch == epoch else 0
    uids = mailbox.uids_after(last_uid)
    if not uids:
        if state.epoch != epoch:
            with duty.write() as work:
                folders.set_folder_state(work, account.id, folder, epoch, 0, role)
        return epoch
    LOG.info("%d letters in %s", len(uids), folder)
    say(duty, account, "reading")
    stays = role == folders.JUNK or account.after == "leave"
    with closing(_fetched(mailbox, uids)) as fetched:
        for last, arrived, shortened in fetched:
            crash("before_store")
            with duty.write() as work:
                ids = receive.store(work, account.id, folder, epoch, arrived, placed=stays)
                for id, one in zip(ids, arrived, strict=True):
                    if one.key in shortened:
                        folders.note_shortened(work, id, shortened[one.key])
                folders.set_folder_state(work, account.id, folder, epoch, last, role)
            crash("after_store")
            duty.stored.ring()
    return epoch


def _fetched(mailbox: ImapMailbox, uids: Sequence[int]) -> Generator[Block, None, None]:
    """Every block of these letters; while one is stored the next one is on its way."""
    coming = _blocks(mailbox, uids)
    ahead = beside("fetch ahead", next, coming, None)
    try:
        while (block := ahead.result()) is not None:
            ahead = beside("fetch ahead", next, coming, None)
            yield block
            del block
    finally:
        # the connection must not be used by two
        ahead.exception()


def _blocks(mailbox: ImapMailbox, uids: Sequence[int]) -> Iterator[Block]:
    """The letters in blocks; sizes are asked for some at a time, so that the first block comes soon."""
    for at in range(0, len(uids), limits.FETCH_SIZES_LETTERS):
        sizes = mailbox.sizes(uids[at : at + limits.FETCH_SIZES_LETTERS])
        for block in blocks(sizes):
            arrived, shortened = _fetch(mailbox, block, sizes)
            yield Block(block[-1], arrived, shortened)


def _fetch(
    mailbox: ImapMailbox, block: list[int], sizes: Mapping[int, int]
) -> tuple[list[Arrived], dict[str, int]]:
    """The letters of a block in UID order, and the true sizes of those kept shortened, by key.

    Of a letter over the limit, and of one the server lists but will not give whole, only the beginning
    is kept; it is held for a person and stays on the server.
    """
    whole = [uid for uid in block if sizes[uid] <= limits.LETTER_BYTES]
    found = {one.uid: one for one in mailbox.fetch_block(whole, sizes)}
    missing = [uid for uid in block if uid not in found]
    there = mailbox.sizes(missing) if missing else {}
    shortened: dict[str, int] = {}
    for uid in there:
        start = mailbox.fetch_start(uid, limits.TOO_LARGE_KEPT_BYTES)
        if start is not None:
            found[uid] = start
            shortened[str(uid)] = sizes[uid]
    arrived = [Arrived(str(uid), found[uid].raw, found[uid].internaldate) for uid in sorted(found)]
    return arrived, shortened
