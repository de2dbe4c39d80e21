"""Every way out of the console: quitting, SIGHUP, SIGTERM, a terminal that has vanished.

Texts being written are saved first. The ways that are not the agent's own are walked by a thread that needs
nothing of the event loop: with the terminal gone that loop may hang on its output for ever.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

from deskterm.screens import layout
from deskterm.screens.desk_link import Trouble

if TYPE_CHECKING:
    from deskterm.screens.app import Console

SAVE_SECONDS = 1.2
GRACE_SECONDS = 0.5
LOOK_MILLISECONDS = 500


class Ending:
    """Watches for the end and walks it once."""

    def __init__(self, app: Console) -> None:
        self._app = app
        self._begun = threading.Event()
        self._saved = threading.Event()
        self._over = threading.Event()
        self._handlers: dict[int, Any] = {}
        self.code: int | None = None
        """The exit code of an end that was not the agent's own."""

    def watch(self) -> None:
        """From now on signals and a vanished terminal end the console."""
        if self._app.is_headless or threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGHUP, signal.SIGTERM):
            self._handlers[number] = signal.signal(number, self._told)
        threading.Thread(target=self._watch_terminal, name="terminal-watch", daemon=True).start()

    def _told(self, number: int, frame: FrameType | None) -> None:
        self._begin(128 + number)

    def _begin(self, code: int) -> None:
        if not self._begun.is_set():
            self._begun.set()
            self.code = code
            threading.Thread(target=self._end, args=(code,), name="ending", daemon=True).start()

    def _watch_terminal(self) -> None:
        """Wait for the hang-up of standard input; Textual itself would read its end for ever."""
        assert sys.__stdin__ is not None
        poll = select.poll()
        poll.register(sys.__stdin__.fileno(), 0)
        while not self._begun.is_set():
            if any(
                mask & (select.POLLHUP | select.POLLERR | select.POLLNVAL)
                for _fd, mask in poll.poll(LOOK_MILLISECONDS)
            ):
                self._begin(128 + signal.SIGHUP)

    def _end(self, code: int) -> None:
        """Save, then end: by the loop where it still answers, so that whoever started us can clean up."""
        self._save(SAVE_SECONDS)
        with contextlib.suppress(RuntimeError):
            self._app.call_later(self._app.exit, code)
        if not self._over.wait(GRACE_SECONDS):
            os._exit(code)

    def _save(self, seconds: float) -> None:
        if self._saved.is_set():
            return
        self._saved.set()
        app = self._app
        if app.follower is not None:
            app.follower.stop()
        with contextlib.suppress(OSError):
            layout.write(app.home.own, app.main.kept)
        if app.link.is_open:
            with contextlib.suppress(Trouble):
                app.link.run("presence.gone", (app.link.console,), {}, write=True)
        app.link.close(seconds)

    def finish(self) -> None:
        """The screen was given back: save what there is; nothing holds the process any longer."""
        begun = self._begun.is_set()
        self._begun.set()
        if not begun:
            self._save(SAVE_SECONDS)
        self._over.set()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
