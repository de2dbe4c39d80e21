"""Attachments into their folders on disk: after the letter's transaction, apart from the intake."""

from __future__ import annotations

from deskterm.crash import crash
from deskterm.desk import account_state, attachments
from deskterm.desk.attachments import ToSave
from deskterm.desk.errors import Unavailable
from deskterm.sync.duty import Duty, Hand, delays
from deskterm.sync.log import LOG

IDLE_SECONDS = 60.0
"""How long to sleep without a ring: whatever commits rings, this is for what was missed."""
AT_ONCE = 50


def follow(hand: Hand) -> None:
    """Save what waits, then wait for more; after a fault try again, later each time."""
    pauses = delays()
    while not hand.leave.is_set():
        if save_all(hand.duty, hand):
            # Not by the bell: every commit rings, and a full disk is full until somebody comes
            hand.leave.wait(next(pauses))
        else:
            pauses = delays()
            hand.bell.wait(IDLE_SECONDS)


def save_all(duty: Duty, hand: Hand | None = None) -> dict[int, str]:
    """Save all files that wait and can be saved; the sentence for each account whose files cannot be."""
    troubles: dict[int, str] = {}
    closed: set[str] = set()
    served: set[int] = set()
    while not (hand is not None and hand.leave.is_set()):
        with duty.store.work() as work:
            waiting = attachments.to_save(work, AT_ONCE, closed)
        if not waiting:
            break
        done: list[int] = []
        for one in waiting:
            if one.folder in closed:
                continue
            try:
                _save(duty, one)
            except Unavailable as error:
                closed.add(one.folder)
                troubles.setdefault(one.account_id, error.sentence)
                continue
            served.add(one.account_id)
            done.append(one.attachment_id)
        if done:
            with duty.write() as work:
                attachments.saved(work, done)
    for account_id in served | set(troubles):
        _say(duty, account_id, troubles.get(account_id, ""))
    return troubles


def _save(duty: Duty, one: ToSave) -> None:
    with duty.store.work() as work:
        try:
            data = attachments.content(work, one.attachment_id)
        except LookupError:
            LOG.error("attachment %d of ticket %d cannot be found", one.attachment_id, one.ticket_id)
            return
    duty.insist()
    name = attachments.save_by_ticket(one, data)
    crash("after_place")
    LOG.info("attachment %d was saved as %s/%d/%s", one.attachment_id, one.folder, one.ticket_id, name)


def _say(duty: Duty, account_id: int, detail: str) -> None:
    with duty.write() as work:
        changed = account_state.note_files(work, account_id, detail)
    if changed and detail:
        LOG.warning("%s", detail)
