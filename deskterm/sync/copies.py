"""Sent letters in the account's Sent folder: filed by us, or looked up where the provider files them."""

from __future__ import annotations

import time
from contextlib import closing
from email.parser import BytesHeaderParser

from deskterm import limits
from deskterm.crash import crash
from deskterm.desk import dispatch
from deskterm.desk.orders import MailAccount
from deskterm.mail.wire.faults import Stage, WireError, explain
from deskterm.mail.wire.imap import ImapMailbox
from deskterm.sync.duty import Duty, Hand, delays
from deskterm.sync.log import LOG
from deskterm.sync.servers import Unusable, open_imap

SENT = "Sent"
"""The folder that is made where an account has none for sent letters."""


class Copies:
    """What one account has still to file or to look up, and when to try again after a fault."""

    def __init__(self, account: MailAccount) -> None:
        self._account = account
        self._pauses = delays()
        self._next_try = 0.0
        self._expected = True
        """Whether there may be letters to file: at the start, and after any was sent."""
        self._doubtful = True
        """Whether a copy may be there already: a try before this one broke off."""
        self._looks: dict[int, int] = {}
        self._next_look: float | None = None

    def seconds_until_due(self) -> float:
        """How long until something is to be tried again; infinity where nothing is."""
        times = [moment for moment in (self._next_try, self._next_look) if moment]
        return max(0.0, min(times) - time.monotonic()) if times else float("inf")

    def expect(self) -> None:
        """Say that letters were sent."""
        self._expected = True

    def tend(self, duty: Duty, hand: Hand | None) -> None:
        """File what waits to be filed, look for what nobody knows the fate of."""
        now = time.monotonic()
        with duty.store.work() as work:
            pending = dispatch.file_pending(work, self._account.id) if self._expected else []
            unknown = self._to_look_up(dispatch.unknown_answers(work, self._account.id))
        if self._account.incoming != "imap" or not self._account.receives:
            for outgoing_id, _, _ in pending:
                _note(duty, outgoing_id, done=False)
            return
        if not pending:
            self._expected = False
            self._next_try = 0.0
        if not (pending and now >= self._next_try) and not unknown:
            return
        try:
            with closing(open_imap(self._account, duty.secrets)) as mailbox:
                folder = self._account.sent_folder or mailbox.sent_folder() or SENT
                while pending and now >= self._next_try and not (hand is not None and hand.leave.is_set()):
                    self._file(duty, hand, mailbox, folder, pending)
                    with duty.store.work() as work:
                        pending = dispatch.file_pending(work, self._account.id)
                for outgoing_id, message_id in unknown:
                    self._look_up(duty, mailbox, folder, outgoing_id, message_id)
        except WireError as error:
            self._failed(explain(error))
            if error.stage is Stage.FOLDER and not error.temporary:
                for outgoing_id, _, _ in pending:
                    _note(duty, outgoing_id, done=False)
        except Unusable as error:
            self._failed(error.sentence)
        else:
            self._pauses = delays()
            self._next_try = 0.0

    def _file(
        self,
        duty: Duty,
        hand: Hand | None,
        mailbox: ImapMailbox,
        folder: str,
        pending: list[tuple[int, int, bytes]],
    ) -> None:
        for outgoing_id, _, raw in pending:
            if hand is not None and hand.leave.is_set():
                return
            crash("before_file")
            if not (self._doubtful and mailbox.find_by_message_id(folder, _message_id(raw))):
                mailbox.append(folder, raw)
            crash("after_file")
            _note(duty, outgoing_id, done=True)
        self._doubtful = False

    def _look_up(
        self, duty: Duty, mailbox: ImapMailbox, folder: str, outgoing_id: int, message_id: str
    ) -> None:
        if mailbox.find_by_message_id(folder, message_id):
            with duty.write() as work:
                dispatch.found_sent(work, outgoing_id)
            LOG.info("letter %d was found in %s: it was sent", outgoing_id, folder)

    def _to_look_up(self, unknown: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """Those to look for now: at once, then a few times more while the provider may still be filing."""
        self._looks = {id: tries for id, tries in self._looks.items() if id in dict(unknown)}
        if self._account.files_sent != "provider":
            return []
        fresh = any(id not in self._looks for id, _ in unknown)
        if not fresh and (self._next_look is None or time.monotonic() < self._next_look):
            return []
        wanted = [one for one in unknown if self._looks.get(one[0], 0) < len(limits.LOOK_AGAIN_SECONDS)]
        for id, _ in wanted:
            self._looks[id] = self._looks.get(id, 0) + 1
        waits = [limits.LOOK_AGAIN_SECONDS[self._looks[id] - 1] for id, _ in wanted]
        self._next_look = time.monotonic() + min(waits) if waits else None
        return wanted

    def _failed(self, sentence: str) -> None:
        self._doubtful = True
        self._next_try = time.monotonic() + next(self._pauses)
        LOG.warning("copies of sent letters wait: %s", sentence)


def _note(duty: Duty, outgoing_id: int, *, done: bool) -> None:
    with duty.write() as work:
        dispatch.filed(work, outgoing_id, done)


def _message_id(raw: bytes) -> str:
    return str(BytesHeaderParser().parsebytes(raw)["Message-ID"] or "").strip().strip("<>")
