"""Why an act was not done: one clear sentence each, and the exit code a command ends with."""

from __future__ import annotations

from typing import Any

USAGE = 2
BAD_DATA = 65
UNAVAILABLE = 69
TRY_AGAIN = 75
NOT_ALLOWED = 77


class DeskError(Exception):
    """`sentence` says what happened, to which thing, and what to do."""

    exit_code = BAD_DATA

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadData(DeskError):
    """What was given cannot be used."""


class TakenBack(BadData):
    """An answer was sent and came back since: it is a draft again, under another key."""


class NotFound(DeskError):
    """There is no such thing, or the actor may not see it: the two look alike on purpose."""


class NotAllowed(DeskError):
    """The actor has not the right."""

    exit_code = NOT_ALLOWED


class Unavailable(DeskError):
    exit_code = UNAVAILABLE


class Busy(DeskError):
    """Others are at work; later it can be done."""

    exit_code = TRY_AGAIN


class Changed(DeskError):
    """Somebody else changed the same field since the actor saw it; `now` is what stands there."""

    exit_code = TRY_AGAIN

    def __init__(self, sentence: str, field: str, who: str, now: Any) -> None:
        super().__init__(sentence)
        self.field = field
        self.who = who
        self.now = now


class SeenNewer(Changed):
    """A newer message by a person is there that the author of an answer has not seen."""

    def __init__(self, sentence: str, who: str, message_id: int) -> None:
        super().__init__(sentence, "message", who, message_id)
        self.message_id = message_id
