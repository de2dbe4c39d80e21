"""What others do appears by itself: a thread follows the store and tells the main screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual.message import Message

from deskterm.screens.desk_link import DeskLink, Trouble

if TYPE_CHECKING:
    from deskterm.desk.views import Change
    from deskterm.store.feed import Feed

POLL_SECONDS: Final = 0.25
BEAT_SECONDS: Final = 5.0
MOST_CHANGES: Final = 500


class Stirred(Message):
    """Something was committed, by whomever; `many` when there was too much to name."""

    def __init__(self, changes: Sequence[Change], many: bool) -> None:
        super().__init__()
        self.changes = changes
        self.many = many


class Follower(threading.Thread):
    """Asks the store four times a second whether anything was committed, and beats for presence."""

    def __init__(self, link: DeskLink, tell: Callable[[Message], object], console: str) -> None:
        super().__init__(name="desk-follow", daemon=True)
        self._link = link
        self._tell = tell
        self._console = console
        self._over = threading.Event()
        self.ticket_id: int | None = None
        self.mode = "idle"

    def stop(self) -> None:
        """End soon."""
        self._over.set()

    def run(self) -> None:
        from deskterm.store.feed import Feed

        assert self._link.store is not None
        feed = Feed(self._link.store)
        since_beat = BEAT_SECONDS
        try:
            while not self._over.is_set():
                if since_beat >= BEAT_SECONDS:
                    since_beat = 0.0
                    self._beat()
                try:
                    if feed.poll():
                        self._read(feed)
                except Trouble:
                    # the store is busy or away; the next round asks again, the status line says it
                    self._tell(Stirred((), False))
                self._over.wait(POLL_SECONDS)
                since_beat += POLL_SECONDS
        finally:
            feed.close()

    def _read(self, feed: Feed) -> None:
        changes = self._link.run("feed.changes", (feed.last, MOST_CHANGES), {}, write=False)
        if changes:
            feed.last = changes[-1].event_id
        self._tell(Stirred(changes, len(changes) >= MOST_CHANGES))

    def _beat(self) -> None:
        try:
            self._link.run(
                "presence.beat",
                (self._console,),
                {"ticket_id": self.ticket_id, "mode": self.mode},
                write=True,
            )
        except Trouble:
            return  # presence is a courtesy: what is wrong with the store is said where it matters
