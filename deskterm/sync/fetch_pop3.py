"""Letters from a POP3 server: asked for at intervals, left there or deleted once they are stored."""

from __future__ import annotations

from datetime import UTC, datetime

from deskterm import limits
from deskterm.crash import crash
from deskterm.desk import account_state
from deskterm.desk.intake import folders, receive
from deskterm.desk.intake.receive import Arrived
from deskterm.desk.orders import MailAccount
from deskterm.i18n import n_
from deskterm.mail.wire.blocks import blocks
from deskterm.mail.wire.faults import WireError
from deskterm.mail.wire.pop3 import Pop3Mailbox, arrival
from deskterm.sync.duty import Duty, Hand
from deskterm.sync.log import LOG
from deskterm.sync.servers import open_pop3
from deskterm.sync.standing import say

FOLDER = "INBOX"
"""POP3 knows one folder and no UIDVALIDITY: its epoch is ''."""

# A letter that broke so many readings off is read by itself, by its beginning, by its head, no more
_ALONE, _BEGINNING, _HEAD, _NOT_AT_ALL = 1, 2, 3, 4


class Pop3Way:
    """The letters of one account (see `fetch.Way`), each known by its UIDL.

    Deleting: DELE counts only once the server has said yes to QUIT, so a letter stays *unplaced* until
    then, and the next connection deletes what is stored and unplaced. Before it does, the letter's head
    is compared with what is stored: the UIDL of a letter that is gone may be given to another one.
    On a mailbox that is left as it is, a letter under a UIDL given out twice cannot be told apart.
    """

    def __init__(self, duty: Duty, account: MailAccount) -> None:
        self._duty = duty
        self._account = account
        self._mailbox: Pop3Mailbox | None = None
        self._stored: set[str] = set()
        """Keys known to be in the store, so that each is asked for once only."""
        self._strikes: dict[str, int] = {}
        """How often reading the letter of a key broke off."""

    @property
    def pushes(self) -> bool:
        """Never: POP3 has no word for it."""
        return False

    def open(self) -> None:
        """Connect and log in; raises WireError or Unusable."""
        self._mailbox = open_pop3(self._account, self._duty.secrets)

    def look(self) -> str:
        """Store what is new, delete what is stored where the account says so, and say good-bye."""
        mailbox = self._mailbox
        assert mailbox is not None
        sizes = mailbox.sizes()
        keys = mailbox.unique_ids(sizes)
        self._stored.intersection_update(keys.values())
        fresh = self._unknown(keys)
        here: set[str] = set()
        try:
            here = self._fetch_new(mailbox, {number: sizes[number] for number in fresh}, keys)
        except WireError:
            if mailbox.reading in keys:
                key = keys[mailbox.reading]
                self._strikes[key] = self._strikes.get(key, 0) + 1
            raise
        self._place(mailbox, keys, here)
        with self._duty.write() as work:
            account_state.note_checked(work, self._account.id)
        left = sum(self._strikes.get(keys[number], 0) >= _NOT_AT_ALL for number in fresh)
        sentence = n_(
            "{count} letter could not be read from the server; it is still there.",
            "{count} letters could not be read from the server; they are still there.",
            left,
        )
        return sentence.format(count=left) if left else ""

    def rest(self, hand: Hand) -> bool:
        """Let the mailbox go, which nobody else can use meanwhile, and wait."""
        self.close()
        hand.bell.wait(self._account.poll_seconds)
        return False

    def close(self) -> None:
        """End the connection without deleting anything, if there is one."""
        mailbox, self._mailbox = self._mailbox, None
        if mailbox is not None:
            mailbox.close()

    def _unknown(self, keys: dict[int, str]) -> list[int]:
        """The numbers of the letters that are not in the store."""
        asked = [key for key in keys.values() if key not in self._stored]
        if asked:
            with self._duty.store.work() as work:
                self._stored.update(folders.known_keys(work, self._account.id, FOLDER, "", asked))
        return [number for number, key in keys.items() if key not in self._stored]

    def _fetch_new(self, mailbox: Pop3Mailbox, sizes: dict[int, int], keys: dict[int, str]) -> set[str]:
        """Store these letters, a block in one transaction; the keys of those that were stored."""
        if sizes:
            LOG.info("%d letters", len(sizes))
            say(self._duty, self._account, "reading")
        calm = {number: size for number, size in sizes.items() if not self._strikes.get(keys[number])}
        # The suspicious ones come last: they must not keep the others out
        strange = [number for number in sizes if number not in calm]
        here: set[str] = set()
        for block in [*blocks(calm), *([number] for number in strange)]:
            arrived, shortened = self._fetch(mailbox, block, sizes, keys)
            if not arrived:
                continue
            crash("before_store")
            with self._duty.write() as work:
                new = [
                    one
                    for one in arrived
                    if not folders.came_back(work, self._account.id, FOLDER, one.key, one.sha256)
                ]
                stays = self._account.after != "delete"
                ids = receive.store(work, self._account.id, FOLDER, "", new, placed=stays)
                for id, one in zip(ids, new, strict=True):
                    if one.key in shortened:
                        folders.note_shortened(work, id, shortened[one.key])
            crash("after_store")
            here |= {one.key for one in arrived}
            self._stored |= here
            self._duty.stored.ring()
        return here

    def _fetch(
        self, mailbox: Pop3Mailbox, block: list[int], sizes: dict[int, int], keys: dict[int, str]
    ) -> tuple[list[Arrived], dict[str, int]]:
        """The letters of a block, and the true sizes of those kept shortened, by key.

        Of a letter over the limit, and of one that is not given whole, only the beginning is kept; it
        is held for a person and stays on the server.
        """
        strikes = max(self._strikes.get(keys[number], 0) for number in block)
        whole = [number for number in block if sizes[number] <= limits.LETTER_BYTES and strikes <= _ALONE]
        found = mailbox.fetch_block(whole, sizes)
        shortened: dict[str, int] = {}
        for number in block:
            raw = found.get(number)
            if raw is not None and len(raw) <= limits.LETTER_BYTES:
                continue
            if raw is not None:  # the server had said a smaller size
                start, size = raw[: limits.TOO_LARGE_KEPT_BYTES], len(raw)
            elif strikes < _NOT_AT_ALL:
                size = max(sizes[number], 1)
                kept = limits.TOO_LARGE_KEPT_BYTES
                start = mailbox.fetch_start(number, size, kept, head_only=strikes >= _HEAD) or b""
            else:
                continue
            if start:
                found[number] = start
                shortened[keys[number]] = max(size, len(start) + 1)
        now = datetime.now(UTC)
        arrived = [Arrived(keys[number], raw, arrival(raw, now)) for number, raw in sorted(found.items())]
        return arrived, shortened

    def _place(self, mailbox: Pop3Mailbox, keys: dict[int, str], here: set[str]) -> None:
        """Delete what is stored where the account says so; then end the session, which makes it so."""
        with self._duty.store.work() as work:
            waiting = folders.unplaced(work, self._account.id, FOLDER, "", most=len(keys) + 10_000)
        if self._account.after != "delete":
            mailbox.commit()
            with self._duty.write() as work:
                folders.placed(work, [one.delivery_id for one in waiting])
            return
        numbers = {key: number for number, key in keys.items()}
        doomed: list[int] = []
        for one in waiting:
            number = numbers.get(one.key)
            if number is None:
                continue  # deleted by us before a crash, or by somebody else
            if one.key in here or self._is_stored(mailbox, number, one.delivery_id):
                doomed.append(number)
            else:
                self._stored.discard(one.key)  # another letter: it is read next time
        self._duty.insist()
        crash("before_place")
        mailbox.delete(doomed)
        mailbox.commit()
        crash("after_place")
        with self._duty.write() as work:
            folders.gone(work, [one.delivery_id for one in waiting])
        self._stored.difference_update(one.key for one in waiting)

    def _is_stored(self, mailbox: Pop3Mailbox, number: int, delivery_id: int) -> bool:
        with self._duty.store.work() as work:
            raw = folders.original(work, delivery_id)
        return mailbox.is_same(number, raw)
