"""What happens by time alone: reminders come up, snoozed tickets wake, answered ones close."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from deskterm.desk import closing, reminders, snoozing
from deskterm.store.work import Work


def run(work: Work, unheard: Collection[int] = ()) -> datetime | None:
    """Do what is due now; when something is due again, as far as is known now.

    `unheard` are accounts whose mail cannot be read now: their tickets do not close.
    """
    moments = [reminders.due(work), snoozing.due(work), closing.due(work, unheard)]
    return min((moment for moment in moments if moment is not None), default=None)


def pending(work: Work) -> datetime | None:
    """When the next reminder or snoozed ticket is due: cheap, for whoever looks often."""
    moments = [reminders.next_at(work), snoozing.next_at(work)]
    return min((moment for moment in moments if moment is not None), default=None)
