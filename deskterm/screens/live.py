"""What others do appears by itself: a thread follows the store and tells the main screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from textual.message import Message

from deskterm.screens.desk_link import DeskLink, Trouble, Withdrawn

if TYPE_CHECKING:
    from textual.timer import Timer

    from deskterm.desk.views import Change, Glance, Present
    from deskterm.store.feed import Feed

CHECK_SECONDS: Final = 3.0
"""How often is looked whether the others are still there: a crash commits nothing."""
AGAIN_SECONDS: Final = 1.0
"""How long to wait after the store was busy or away."""
Looked = tuple[int | None, str]
"""A ticket, and how it is looked at: 'idle', 'viewing', 'answering'."""
SETTLE_SECONDS: Final = 0.7
"""How long a ticket is looked at before others are told: who walks down a list writes nothing."""


@dataclass(frozen=True, slots=True)
class News:
    """What a look at the store brought."""

    changes: tuple[Change, ...]
    many: bool = False
    """Whether there are more changes than were read."""
    others: tuple[Present, ...] = ()
    moved: bool = False
    """Whether others came, went, or look at other tickets."""
    outside: bool = False
    """Whether what is shown without events has changed: states of accounts, the worker."""
    elsewhere: bool = False
    """Whether the agent has another console, where he may have read what is unread here."""
    told: int = 0
    """The newest of what the desk wants the agent to hear of."""


@dataclass(slots=True)
class Following:
    """What a screen has still to do about what it was told."""

    recount_due: tuple[float, Timer] | None = None
    touched: set[int] = field(default_factory=set)
    touching: bool = False


class Stirred(Message):
    """Something was committed, by whomever, or somebody went without a word."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news
        self.changes = news.changes
        self.many = news.many


class RightsChanged(Message):
    """The agent's rights are others than before; `lost`: he may see or do less."""

    def __init__(self, lost: bool) -> None:
        super().__init__()
        self.lost = lost


class ShutOut(Message):
    """The agent may not be here any more."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Unreachable(Message):
    """The store is busy or away; it is asked again."""


class Follower(threading.Thread):
    """Waits for commits, reads what they mean for this console, and says what this console looks at."""

    def __init__(self, link: DeskLink, tell: Callable[[Message], object]) -> None:
        super().__init__(name="desk-follow", daemon=True)
        self._link = link
        self._tell = tell
        self._over = threading.Event()
        self._feed: Feed | None = link.feed
        self._before: Glance | None = None
        self._checked = 0.0
        """When all other consoles were looked after, not only those not known to live."""
        self._actor = link.actor
        self._wanted: Looked = (None, "idle")
        self._since = 0.0
        self._said: Looked | None = None

    def stop(self) -> None:
        """End soon."""
        self._over.set()
        if self.ident is None and self._feed is not None:  # it was never begun, and nothing of it goes on
            self._feed.close()
        self._wake()

    def looks_at(self, ticket_id: int | None, mode: str) -> None:
        """This console looks at another ticket, or answers it."""
        if (ticket_id, mode) != self._wanted:
            self._wanted, self._since = (ticket_id, mode), time.monotonic()
            self._wake()

    def _wake(self) -> None:
        if self._feed is not None:
            self._feed.wake()

    def run(self) -> None:
        assert self._feed is not None
        feed, stirred = self._feed, True
        try:
            while not self._over.is_set():
                try:
                    self._look(feed, stirred)
                    stirred = False
                except Withdrawn as withdrawn:
                    self._tell(ShutOut(withdrawn.sentence))
                    return
                except Trouble:
                    # the next round asks again; the status line says it
                    self._tell(Unreachable())
                    self._over.wait(AGAIN_SECONDS)
                    stirred = True
                stirred = feed.wait(self._say_what_is_looked_at()) or stirred
        finally:
            feed.close()

    def _look(self, feed: Feed, stirred: bool) -> None:
        """Read what was committed; when nothing was, only look who has gone."""
        before = self._before
        if not stirred and not (before and before.others):
            return
        known: frozenset[str] = frozenset()
        if before is not None and time.monotonic() < self._checked + CHECK_SECONDS:
            known = before.living
        else:
            self._checked = time.monotonic()
        asked = (feed.last, self._link.console, known)
        seen: Glance = self._link.run("feed.glance", asked, {}, write=False)
        feed.read(seen.upto, seen.mark)
        self._before = seen
        self._compare_rights()
        news = News(
            changes=seen.changes,
            many=seen.many,
            others=seen.others,
            moved=seen.others != (before.others if before else ()),
            outside=before is not None and seen.outside != before.outside,
            elsewhere=seen.elsewhere,
            told=seen.told,
        )
        if (stirred and before is not None) or news.changes or news.moved:
            self._tell(Stirred(news))

    def _compare_rights(self) -> None:
        before, now = self._actor, self._link.actor
        if before is not None and now is not None and before.rights != now.rights:
            self._tell(RightsChanged(lost=bool(before.rights - now.rights)))
        self._actor = now

    def _say_what_is_looked_at(self) -> float:
        """Have written what this console looks at, once it rests there; how long to wait for news then."""
        wanted, said = self._wanted, self._said
        if wanted == said:
            return CHECK_SECONDS
        at_once = said is None or "answering" in (wanted[1], said[1])
        left = 0.0 if at_once else self._since + SETTLE_SECONDS - time.monotonic()
        if left > 0:
            return min(left, CHECK_SECONDS)
        self._said = wanted
        self._link.beside("presence.look", self._link.console, *wanted)
        return CHECK_SECONDS
