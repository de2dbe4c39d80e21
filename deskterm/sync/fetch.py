"""The incoming side of an account: bytes into the store first, then the letter to its place on the server."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from deskterm import limits
from deskterm.crash import crash
from deskterm.desk import account_state
from deskterm.desk.intake import folders, receive
from deskterm.desk.intake.receive import Arrived
from deskterm.desk.orders import MailAccount
from deskterm.i18n import _
from deskterm.mail.wire.faults import Stage, WireError, explain
from deskterm.mail.wire.imap import ImapMailbox, blocks
from deskterm.sync.duty import Duty, Hand, delays
from deskterm.sync.log import LOG
from deskterm.sync.servers import Unusable, open_mailbox


def follow(account: MailAccount, hand: Hand) -> None:
    """Stay connected and fetch what arrives; after a fault try again, later each time."""
    pauses = delays()
    _say(hand.duty, account, "connecting")
    while not hand.leave.is_set():
        try:
            with closing(open_mailbox(account, hand.duty.secrets)) as mailbox:
                if hand.leave.is_set():
                    return
                pauses = delays()
                _attend(account, hand, mailbox)
        except WireError as error:
            _say(hand.duty, account, account_state.FAILING, explain(error), error.stage.value)
            hand.bell.wait(next(pauses))
        except Unusable as error:
            _say(hand.duty, account, account_state.FAILING, error.sentence, error.stage.value)
            hand.bell.wait(next(pauses))


def look_once(duty: Duty, account: MailAccount) -> str:
    """Fetch what is there now; the sentence of what went wrong, '' where nothing did."""
    try:
        with closing(open_mailbox(account, duty.secrets)) as mailbox:
            trouble = look(duty, account, mailbox)
    except WireError as error:
        trouble = explain(error)
        _say(duty, account, account_state.FAILING, trouble, error.stage.value)
    except Unusable as error:
        trouble = error.sentence
        _say(duty, account, account_state.FAILING, trouble, error.stage.value)
    else:
        _say(duty, account, "polling", trouble)
    return trouble


def look(duty: Duty, account: MailAccount, mailbox: ImapMailbox) -> str:
    """Fetch what is new in every folder; a sentence about letters that could not be put in their place."""
    trouble = ""
    # The first folder comes last: it stays selected for IDLE
    for folder in reversed(account.folders):
        if mailbox.selected is None or mailbox.selected.folder != folder:
            mailbox.select(folder)
        assert mailbox.selected is not None
        epoch = str(mailbox.selected.uidvalidity)
        fetch_new(duty, account, mailbox, folder, epoch)
        try:
            place(duty, account, mailbox, folder, epoch)
        except WireError as error:
            if error.stage is not Stage.FOLDER:
                raise
            # A folder to move to that is not there must not stop the receiving
            trouble = explain(error)
    with duty.write() as work:
        account_state.note_checked(work, account.id)
    return trouble


def fetch_new(duty: Duty, account: MailAccount, mailbox: ImapMailbox, folder: str, epoch: str) -> None:
    """Store every letter of the selected folder above the last UID known, a block in one transaction."""
    with duty.store.work() as work:
        state = folders.folder_state(work, account.id, folder)
    # A new UIDVALIDITY gives all letters new UIDs (RFC 9051 2.3.1.1): all are read again, the desk knows them
    last_uid = state.last_uid if state.epoch == epoch else 0
    uids = mailbox.uids_after(last_uid)
    if not uids:
        if state.epoch != epoch:
            with duty.write() as work:
                folders.set_folder_state(work, account.id, folder, epoch, 0)
        return
    LOG.info("%d letters in %s", len(uids), folder)
    sizes = mailbox.sizes(uids)
    _say(duty, account, "reading")
    for block in blocks(sizes):
        arrived, shortened = _fetch(mailbox, block, sizes)
        crash("before_store")
        with duty.write() as work:
            ids = receive.store(work, account.id, folder, epoch, arrived)
            for id, one in zip(ids, arrived, strict=True):
                if one.key in shortened:
                    folders.note_shortened(work, id, shortened[one.key])
            folders.set_folder_state(work, account.id, folder, epoch, block[-1])
        crash("after_store")
        duty.stored.ring()


def place(duty: Duty, account: MailAccount, mailbox: ImapMailbox, folder: str, epoch: str) -> None:
    """Flag, move or delete on the server what is stored, as the account says; repeated after a crash."""
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
                mailbox.move(uids, account.after_folder)
            elif account.after == "delete":
                mailbox.delete(uids)
            else:
                mailbox.mark_seen(uids)
            crash("after_place")
        with duty.write() as work:
            folders.placed(work, [one.delivery_id for one in waiting])


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
        start = mailbox.fetch_start(uid)
        if start is not None:
            found[uid] = start
            shortened[str(uid)] = sizes[uid]
    arrived = [Arrived(str(uid), found[uid].raw, found[uid].internaldate) for uid in sorted(found)]
    return arrived, shortened


def _attend(account: MailAccount, hand: Hand, mailbox: ImapMailbox) -> None:
    """Look, then wait for the server or the clock, until told to leave; returns to be connected anew."""
    while not hand.leave.is_set():
        trouble = look(hand.duty, account, mailbox)
        _say(hand.duty, account, "idle" if mailbox.can_idle else "polling", trouble)
        if not mailbox.can_idle and account.poll_seconds > limits.IDLE_SECONDS:
            # Nobody keeps a connection for us that long
            mailbox.close()
            hand.bell.wait(account.poll_seconds)
            return
        if mailbox.noop():
            continue  # something came while this was written down: a server need not say so again in IDLE
        mailbox.idle(min(account.poll_seconds, limits.IDLE_SECONDS), hand.bell)
        hand.bell.hush()


def _say(duty: Duty, account: MailAccount, state: str, detail: str = "", stage: str = "") -> None:
    with duty.write() as work:
        changed = account_state.note_incoming(work, account.id, state, detail, stage)
    if changed and detail:
        LOG.warning("%s", _("{address}: {what}").format(address=account.address, what=detail))
