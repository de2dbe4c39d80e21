"""Who works while this process is the worker: one thread reads, and per account one fetches and one sends."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from deskterm import limits
from deskterm.desk import account_state
from deskterm.desk.orders import MailAccount, Orders
from deskterm.store.errors import StoreError
from deskterm.sync import deliver, fetch, files, intake
from deskterm.sync.duty import Duty, Hand
from deskterm.sync.log import LOG

FETCHES, SENDS = "fetch", "send"


@dataclass(slots=True)
class _Post:
    """A place in the crew: its account as it was when its thread began, and how often it fell over."""

    account: MailAccount
    hand: Hand
    falls: int = 0
    begun: float = 0.0


class Crew:
    """The threads of one duty, kept in step with the desk's orders."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._posts: dict[tuple[str, int], _Post] = {}
        self._checked: int | None = None
        self._wishes: frozenset[tuple[int, int]] = frozenset()
        self._wanted: dict[tuple[str, int], MailAccount] = {}
        self._intake_falls = 0
        self._intake = self._begin_intake()
        self._files_falls = 0
        self._files = self._begin_files()

    def obey(self, orders: Orders) -> None:
        """Take note of what the desk wants, and wake whom it concerns."""
        self._wanted = wanted(orders)
        asked = self._checked is not None and orders.check_now != self._checked
        # Only for a new wish: one that cannot be fulfilled now must not cut the pauses after faults short
        wished = {account_id for account_id, _ in orders.wishes - self._wishes}
        for (what, account_id), post in self._posts.items():
            if what == FETCHES and (asked or account_id in wished):
                post.hand.bell.ring()
        self._checked = orders.check_now
        self._wishes = orders.wishes
        self._duty.stored.ring()
        self._duty.ring_queued()

    def wake(self) -> None:
        """Have everybody look at once, whatever they wait for."""
        for post in self._posts.values():
            post.hand.bell.ring()
        self._duty.stored.ring()
        self._duty.ring_queued()

    def muster(self) -> None:
        """Dismiss who is no longer wanted, begin who is missing, and who fell over again after a pause."""
        for place, post in list(self._posts.items()):
            if self._wanted.get(place) != post.account:
                post.hand.dismiss()
            if not post.hand.is_alive():
                self._retire(place, post)
        for place, account in self._wanted.items():
            if place not in self._posts:
                self._posts[place] = self._begin(place, account, 0)
        if not self._intake.is_alive() and _rested(self._intake_begun, self._intake_falls):
            self._intake_falls += 1
            self._intake = self._begin_intake()
        if not self._files.is_alive() and _rested(self._files_begun, self._files_falls):
            self._files_falls += 1
            self._duty.queued.remove(self._files.bell)
            self._files = self._begin_files()

    def dismiss(self) -> None:
        """End all of them; those that do not end in time are fenced out or go with the process."""
        hands = [self._intake, self._files, *(post.hand for post in self._posts.values())]
        for hand in hands:
            hand.dismiss()
        deadline = time.monotonic() + limits.WORKER_STOP_SECONDS
        for hand in hands:
            hand.join(max(0.0, deadline - time.monotonic()))

    def _retire(self, place: tuple[str, int], post: _Post) -> None:
        """Clear the place of a thread that ended; one that fell over begins again after a pause."""
        dismissed = post.hand.leave.is_set()
        if not dismissed and not _rested(post.begun, post.falls):
            return
        if post.hand.bell in self._duty.queued:
            self._duty.queued.remove(post.hand.bell)
        del self._posts[place]
        account = self._wanted.get(place)
        if account is None:
            self._forget(place[1])
        elif not dismissed:
            self._posts[place] = self._begin(place, account, post.falls + 1)

    def _forget(self, account_id: int) -> None:
        if any(known == account_id for _, known in self._wanted):
            return
        try:
            with self._duty.write() as work:
                account_state.forget(work, account_id)
        except StoreError as error:
            LOG.error("%s", error.sentence)

    def _begin(self, place: tuple[str, int], account: MailAccount, falls: int) -> _Post:
        task = fetch.follow if place[0] == FETCHES else deliver.follow
        hand = Hand(f"{place[0]} {account.address}", self._duty, partial(task, account))
        if place[0] == SENDS:
            self._duty.queued.append(hand.bell)
        hand.start()
        return _Post(account, hand, falls, time.monotonic())

    def _begin_intake(self) -> Hand:
        hand = Hand("intake", self._duty, intake.follow, self._duty.stored)
        hand.start()
        self._intake_begun = time.monotonic()
        return hand

    def _begin_files(self) -> Hand:
        hand = Hand("files", self._duty, files.follow)
        self._duty.queued.append(hand.bell)
        hand.start()
        self._files_begun = time.monotonic()
        return hand


def wanted(orders: Orders) -> dict[tuple[str, int], MailAccount]:
    """The places the desk's orders ask for: none while its mail is switched off."""
    if not orders.mail_on:
        return {}
    places = {(FETCHES, account.id): account for account in orders.accounts if account.receives}
    return places | {(SENDS, account.id): account for account in orders.accounts if account.sends}


def _rested(begun: float, falls: int) -> bool:
    """Whether a thread that began then and fell over may begin again: later after each fall."""
    return time.monotonic() - begun >= min(2.0 ** min(falls, 16), limits.BACKOFF_MOST_SECONDS)
