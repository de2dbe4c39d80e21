"""The outgoing side of an account: one letter at a time claimed, sent and settled, in this order."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NoReturn

from deskterm import limits
from deskterm.crash import crash
from deskterm.desk import account_state, dispatch
from deskterm.desk.dispatch import Claimed
from deskterm.desk.orders import MailAccount, half_sent, next_letter_at
from deskterm.i18n import _
from deskterm.mail.wire.faults import WireError, explain
from deskterm.mail.wire.smtp import Result, SmtpSender, State
from deskterm.store.errors import LeaseLost, StoreError
from deskterm.sync.copies import Copies
from deskterm.sync.duty import Duty, Hand, delays
from deskterm.sync.log import LOG
from deskterm.sync.servers import Unusable, open_sender

IDLE_SECONDS = 60.0
"""How long to sleep without a ring: whatever commits rings, this is for what was missed."""

GIVEN_BACK_IN_A_ROW = 20
DUE_AGAIN_SECONDS = 1.0
"""How long to sleep where something is due that could not be claimed a moment ago."""


class Unreachable(Exception):
    """The account's server cannot be used now; nothing was sent, the queue waits."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def follow(account: MailAccount, hand: Hand) -> None:
    """Send what is due as soon as it is due; while the server cannot be used the queue waits."""
    _own_up(hand.duty, account)
    copies = Copies(account)
    pauses = delays()
    pause = next(pauses)
    while not hand.leave.is_set():
        try:
            if send_due(hand.duty, account, hand, pause):
                copies.expect()
                pauses = delays()
                pause = next(pauses)
        except Unreachable:
            copies.expect()
            _rest(hand, pause)
            pause = next(pauses)
            continue
        copies.tend(hand.duty, hand)
        if not hand.leave.is_set():
            hand.bell.wait(_seconds_until_due(hand.duty, account, copies))


def send_once(duty: Duty, account: MailAccount) -> str:
    """Send what is due now; the sentence of what went wrong, '' where nothing did."""
    try:
        send_due(duty, account, None, limits.BACKOFF_FIRST_SECONDS)
    except Unreachable as error:
        return error.sentence
    Copies(account).tend(duty, None)
    return ""


def send_due(duty: Duty, account: MailAccount, hand: Hand | None, pause: float) -> int:
    """Send letter after letter over one connection until none is due; how many were settled.

    Raises Unreachable when no connection can be made; the letter claimed for it is due again after `pause`.
    """
    sent = given_back = 0
    sender: SmtpSender | None = None
    try:
        while not (hand is not None and hand.leave.is_set()) and _is_due(duty, account):
            crash("before_claim")
            with duty.write() as work:
                claimed = dispatch.claim(work, duty.lease.epoch, 1, [account.id])
            if not claimed:
                # The send guard gave it back to its author: the next one, but not for ever
                given_back += 1
                if given_back >= GIVEN_BACK_IN_A_ROW:
                    break
                continue
            given_back = 0
            crash("after_claim")
            try:
                if sender is None:
                    sender = open_sender(account, duty.secrets)
                sender.connect()
                results = _send(duty, account, sender, claimed[0])
            except WireError as error:
                _put_off(duty, account, explain(error), pause)
            except Unusable as error:
                _put_off(duty, account, error.sentence, pause)
            _settle(duty, account, hand, claimed[0], results)
            sent += 1
    finally:
        if sender is not None:
            sender.close()
    return sent


def _send(duty: Duty, account: MailAccount, sender: SmtpSender, letter: Claimed) -> Mapping[str, Result]:
    """Send a claimed letter over an open connection, unless the lease ran out meanwhile."""
    duty.insist()
    crash("before_data")
    results = sender.send(letter.sender, letter.recipients, letter.raw, instead_of_null=account.address)
    crash("after_data")
    return results


def _settle(
    duty: Duty, account: MailAccount, hand: Hand | None, letter: Claimed, results: Mapping[str, Result]
) -> None:
    """Write down what became of it, however long the store cannot be written: it must not be sent twice."""
    for pause in delays():
        try:
            with duty.write() as work:
                dispatch.settle(work, letter.outgoing_id, results)
                account_state.note_outgoing(work, account.id, "fine")
            break
        except LeaseLost:
            raise
        except StoreError as error:
            LOG.error("%s", error.sentence)
            if hand is None or hand.leave.is_set():
                raise
            hand.bell.wait(pause)
    crash("after_settle")
    for address, result in results.items():
        LOG.info("letter %d to %s: %s %s", letter.outgoing_id, address, result.state, result.code or "")


def _own_up(duty: Duty, account: MailAccount) -> None:
    """Call unknown what this thread was sending when the store failed it, or when it fell over."""
    with duty.store.work() as work:
        left = half_sent(work, account.id, duty.lease.epoch)
    if not left:
        return
    why = _("Sending was broken off: nobody knows whether the letter arrived.")
    with duty.write() as work:
        for outgoing_id, recipients in left.items():
            result = Result(State.UNKNOWN, 0, why)
            dispatch.settle(work, outgoing_id, dict.fromkeys(recipients, result))


def _put_off(duty: Duty, account: MailAccount, sentence: str, pause: float) -> NoReturn:
    """Put the claimed letter back, say so where people look, and raise Unreachable."""
    said = _("{what} The outbox waits, nothing is lost.").format(what=sentence)
    with duty.write() as work:
        dispatch.put_off(work, account.id, duty.lease.epoch, sentence, round(pause))
        changed = account_state.note_outgoing(work, account.id, account_state.FAILING, said)
    if changed:
        LOG.warning("%s", said)
    raise Unreachable(said)


def _is_due(duty: Duty, account: MailAccount) -> bool:
    with duty.store.work() as work:
        due = next_letter_at(work, account.id)
        return due is not None and due <= work.now


def _seconds_until_due(duty: Duty, account: MailAccount, copies: Copies) -> float:
    """How long to sleep: exactly until the next letter, or the next try to file a copy."""
    with duty.store.work() as work:
        due = next_letter_at(work, account.id)
        seconds = IDLE_SECONDS if due is None else (due - work.now).total_seconds()
    if seconds <= 0:
        seconds = DUE_AGAIN_SECONDS
    return min(seconds, IDLE_SECONDS, copies.seconds_until_due())


def _rest(hand: Hand, seconds: float) -> None:
    """Sleep through rings: new letters in the outbox make the server no more reachable."""
    until = time.monotonic() + seconds
    while not hand.leave.is_set() and (left := until - time.monotonic()) > 0:
        hand.bell.wait(left)
