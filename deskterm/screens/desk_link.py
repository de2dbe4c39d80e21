"""The console's way to the desk: reads and acts run in threads, each in a unit of work of its own.

Nothing of the desk or the store is imported before the first of them runs, so that the first frame is
painted before any SQL is loaded. Every error of the desk comes back as `Trouble` with one sentence.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from deskterm import limits
from deskterm.i18n import _
from deskterm.screens import pace
from deskterm.store.stopping import Stop

if TYPE_CHECKING:
    from datetime import datetime

    from deskterm.config import Home
    from deskterm.desk.actor import Actor
    from deskterm.desk.views import DraftView
    from deskterm.store.alive import SignOfLife
    from deskterm.store.engine import Store
    from deskterm.store.feed import Feed
    from deskterm.store.foresight import Foresight

READERS = 3

WITHOUT_ACTOR = frozenset(
    {"listing.statuses", "listing.rubrics", "listing.agents", "feed.newest", "presence.gone"}
)
"""Functions of the desk that are the same for everybody."""
TOGETHER: Mapping[str, str] = {
    "feed.glance": "feed.asked",
    "listing.touched": "listing.asked",
    "state.overview": "state.asked",
}
"""What functions ask, so that it is asked in one way to the database and back."""
KEEPING = frozenset({"drafts.save", "presence.gone"})
"""What is done for an agent whose rights were withdrawn all the same: what he was writing is kept."""


class Trouble(Exception):
    """What the desk or the store could not do, as one sentence."""

    def __init__(self, sentence: str, exit_code: int, cause: Exception | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_code = exit_code
        self.cause = cause

    @property
    def of_what_was_asked(self) -> bool:
        """What was asked means nothing, or names what is not there: nothing else is wrong."""
        from deskterm.desk.errors import BadData, NotFound

        return isinstance(self.cause, (BadData, NotFound))


class Withdrawn(Trouble):
    """The agent was blocked, or lost every right, while his console was open."""


@dataclass(frozen=True, slots=True)
class UnsavedDraft:
    """A text being written, as it stands on the screen."""

    key: str
    ticket_id: int | None
    visibility: str
    body: str
    addressee_id: int | None
    seen_message_id: int
    form: Mapping[str, Any] | None = None
    subject: str | None = None

    def values(self) -> Mapping[str, Any]:
        """What `drafts.save` takes."""
        return {
            "key": self.key,
            "ticket_id": self.ticket_id,
            "visibility": self.visibility,
            "body": self.body,
            "addressee_id": self.addressee_id,
            "seen_message_id": self.seen_message_id,
            "form": self.form,
            "subject": self.subject,
        }


class DeskLink:
    """One open store and one actor, with threads for reading and one thread for writing, in order."""

    def __init__(self, home: Home, as_login: str | None = None) -> None:
        self.home = home
        self.as_login = as_login
        self.store: Store | None = None
        self.actor: Actor | None = None
        self.console = f"{os.getpid()}-{os.urandom(4).hex()}"
        """The name others know this console by."""
        self.life: SignOfLife | None = None
        self.feed: Feed | None = None
        self.after_act: Callable[[], object] = lambda: None
        """Called in the event loop after each act: of some, as of reading a message, there is no event."""
        self.unsaved: dict[str, UnsavedDraft] = {}
        """Texts not yet in the store, by their draft's key; saved on every way out."""
        self.kept: dict[str, datetime] = {}
        """Drafts this console put into the store or took out of it, and when they were changed last."""
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="desk-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="desk-write")
        self._foresight: Foresight | None = None
        self._closed = threading.Event()
        self.waiting: dict[asyncio.Future[Any], bool] = {}
        """What takes long, and whether it only reads."""
        self.on_late: Callable[[], object] = lambda: None
        """Called when something begins or ends to take long."""

    # -- opening and closing

    async def open(self) -> None:
        """Open the store and settle who acts. Raises Trouble."""
        await self._in(self._writer, self._open)

    def _open(self) -> None:
        from deskterm.desk import actor
        from deskterm.store.alive import SignOfLife
        from deskterm.store.foresight import Foresight
        from deskterm.store.opening import open_store

        self._foresight = Foresight()
        self.store = open_store(self.home)
        self.store.keep_little(limits.CONSOLE_CACHE_KIB)
        self.actor = actor.settle(self.store, self.home, as_login=self.as_login, via="console")
        self.life = SignOfLife(self.store, self.console)

    async def follow(self) -> None:
        """From here on no event is missed: asked for before the first thing is read."""
        await self._in(self._writer, self._follow)

    def _follow(self) -> None:
        from deskterm.store.feed import Feed

        assert self.store is not None
        self.feed = Feed(self.store, self.life)

    @property
    def is_open(self) -> bool:
        return self.actor is not None and not self._closed.is_set()

    @property
    def rights(self) -> frozenset[str]:
        """What whoever acts may do now; nothing before the desk is open."""
        return self.actor.rights if self.actor is not None else frozenset()

    def save_unsaved(self) -> None:
        """Put every unsaved text into the store, from any thread; what fails is tried by nobody else."""
        while self.unsaved and self.actor is not None:
            key, draft = next(iter(self.unsaved.items()))
            try:
                self.save_draft(draft)
            finally:
                if self.unsaved.get(key) is draft:
                    del self.unsaved[key]

    def save_draft(self, draft: UnsavedDraft) -> DraftView:
        """Put a text into the store, over what this console knows there, else as a draft of its own."""
        named = {**draft.values(), "over": self.kept.get(draft.key)}
        try:
            view: DraftView = self.run("drafts.save", (), named, write=True)
        except Trouble as trouble:
            if getattr(trouble.cause, "field", "") != "draft":
                raise
            view = self.run("drafts.save", (), {**draft.values(), "key": os.urandom(16).hex()}, write=True)
        self.kept[view.key] = view.updated_at
        return view

    async def keep(self, draft: UnsavedDraft) -> DraftView:
        """The same, in its turn among the acts."""
        view: DraftView = await self._in(self._writer, lambda: self.save_draft(draft))
        return view

    def close(self, seconds: float) -> bool:
        """Save what is unsaved, take no more work, close the store. False when time ran out."""
        self._closed.set()
        done: Future[None] = self._writer.submit(self._close)
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(wait=False)
        try:
            done.result(timeout=seconds)
        except TimeoutError:
            return False
        except Trouble:
            return True
        return True

    def _close(self) -> None:
        self.save_unsaved()
        if self.life is not None:
            self.life.end()
        if self.store is not None:
            self.store.close()

    # -- asking

    async def read(self, path: str | Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What a function of the desk ('showing.head'), or one called like it, answers, read in a thread.

        Where nobody waits for it any more, its statement is ended.
        """
        stop = Stop()
        try:
            return await self._in(
                self._readers, lambda: self.run(path, arguments, named, write=False, stop=stop)
            )
        except asyncio.CancelledError:
            threading.Thread(target=stop.now, daemon=True).start()
            raise

    async def act(self, path: str | Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Do an act of the desk ('tickets.assign'), one unit of work, in the order acts were asked for."""
        done = await self._in(self._writer, lambda: self.run(path, arguments, named, write=True))
        self.after_act()
        return done

    def beside(self, path: str, *arguments: Any) -> None:
        """Have an act done after those asked for before, for a courtesy: nobody waits, nobody is told."""
        if not self._closed.is_set():
            self._writer.submit(self._courtesy, path, arguments)

    def _courtesy(self, path: str, arguments: tuple[Any, ...]) -> None:
        with suppress(Trouble):
            self.run(path, arguments, {}, write=True)

    async def aside(self, function: Callable[[], Any]) -> Any:
        """Run anything else that blocks (files, processes) among the readers."""
        return await self._in(self._readers, function)

    def run(
        self,
        path: str | Callable[..., Any],
        arguments: tuple[Any, ...],
        named: Mapping[str, Any],
        *,
        write: bool,
        stop: Stop | None = None,
    ) -> Any:
        """Call `deskterm.desk.<path>(work, actor, …)`, or a function, in this thread. Raises Trouble.

        The actor has the rights he has now, in the same unit of work: what was withdrawn is not there any
        more. `Withdrawn` where he is no agent any more.
        """
        from deskterm.desk.actor import refresh, standing
        from deskterm.desk.errors import DeskError
        from deskterm.store.errors import StoreError

        if self.store is None or self.actor is None:
            raise Trouble(_("The desk is not open yet."), 75)
        try:
            called = _function(path) if isinstance(path, str) else path
            with self.store.work(write=write) as work, stop.of(work) if stop else nullcontext():
                if asks := TOGETHER.get(path) if isinstance(path, str) else None:
                    work.ahead([standing(self.actor), *_function(asks)(self.actor, *arguments, **named)])
                elif isinstance(path, str) and self._foresight is not None:
                    whose = (self.actor.login, self.actor.agent_id)
                    self._foresight.ask(work, path, (*whose, *arguments, *named.values()))
                if path not in KEEPING:
                    self.actor = _still(refresh, work, self.actor)
                if path in WITHOUT_ACTOR:
                    return called(work, *arguments, **named)
                return called(work, self.actor, *arguments, **named)
        except (DeskError, StoreError) as error:
            raise Trouble(error.sentence, error.exit_code, error) from error

    async def _in(self, pool: ThreadPoolExecutor, function: Callable[[], Any]) -> Any:
        if self._closed.is_set():
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(pool, _plain, function)
        late = loop.call_later(pace.LATE, self._late, asked, pool is self._readers)
        try:
            return await asked
        finally:
            late.cancel()
            if self.waiting.pop(asked, None) is not None:
                self.on_late()

    def _late(self, asked: asyncio.Future[Any], reads: bool) -> None:
        """Something takes long enough for an agent to ask himself what happens."""
        if not asked.done():
            self.waiting[asked] = reads
            self.on_late()

    def give_up(self) -> bool:
        """Wait no more for reads that take long; what changes the desk is always waited for."""
        reads = [asked for asked, reads in self.waiting.items() if reads]
        for asked in reads:
            asked.cancel()
        return bool(reads)


def _still(refresh: Callable[[Any, Actor], Actor], work: Any, actor: Actor) -> Actor:
    """The actor as he is now; Withdrawn where he may not be here any more."""
    from deskterm.desk.errors import NotAllowed

    try:
        return refresh(work, actor)
    except NotAllowed as error:
        raise Withdrawn(error.sentence, error.exit_code, error) from error


def _function(path: str) -> Callable[..., Any]:
    module, name = path.rsplit(".", 1)
    found: Callable[..., Any] = getattr(import_module(f"deskterm.desk.{module}"), name)
    return found


def _plain(function: Callable[[], Any]) -> Any:
    """Run in a thread; errors of store and desk become Trouble."""
    from deskterm.desk.errors import DeskError
    from deskterm.store.errors import StoreError

    try:
        return function()
    except (DeskError, StoreError) as error:
        raise Trouble(error.sentence, error.exit_code, error) from error
    except OSError as error:
        raise Trouble(
            _("{what}: {why}").format(what=error.filename or "", why=error.strerror or error), 73
        ) from error
