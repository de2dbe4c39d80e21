"""Keys pressed before what they are meant for is on the screen wait for it, in their order.

While the console begins, while an act of the main screen is under way, and while the screen it opens is
being made, nothing yet shows what a key would do. The keys are kept and pressed once it is there: text
typed right after `r` is in the answer, `n` after a sent answer leads on from where the sending left the
cursor. A question takes none: a key pressed before it could be read is no answer to it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from textual import events
from textual.screen import Screen
from textual.widgets import Input

from deskterm.screens import acts
from deskterm.screens.running import Running

if TYPE_CHECKING:
    from deskterm.screens.app import Console

SOON = 0.01
"""How often it is looked whether the keys can go on, in seconds."""
PATIENCE = 1.0
"""How long an act may take before the key that ends the console is not kept any more, in seconds."""


class TypeAhead:
    """The keys that wait, and what they wait for."""

    def __init__(self, app: Console, press: Callable[[events.Key], Awaitable[None]]) -> None:
        """`press` does with a key what is done with any other."""
        self._app = app
        self._press = press
        self._keys: list[events.Key] = []
        self._acts = 1
        """Those under way; the beginning of the console is the first."""
        self._since = time.monotonic()

    def begun(self) -> None:
        """The console is on the screen, and opening its desk is under way as an act of its own."""
        self._acts -= 1

    def during(self, running: Coroutine[Any, Any, None]) -> Coroutine[Any, Any, None]:
        """An act that may open a screen or move rows, from now on until it has run."""
        if not self._acts:
            self._since = time.monotonic()
        self._acts += 1  # not in the coroutine: the next key may come before it has begun
        to_run = Running(running)

        async def run() -> None:
            try:
                await to_run
            finally:
                self._acts -= 1

        return run()

    def keeps(self, key: events.Key) -> bool:
        """Whether this key has to wait; it is kept then."""
        if not self._keys and not self._too_early():
            return False
        if self._ends(key):
            self._keys.clear()
            return False
        self._keys.append(key)
        if len(self._keys) == 1:
            self._app.set_timer(SOON, self._go_on)
        return True

    async def _go_on(self) -> None:
        """Press what waited, as far as it can be pressed; this runs between other events of the console."""
        if _only_asks(self._app.screen):
            self._keys.clear()
        while self._keys and not self._too_early():
            await self._press(self._keys.pop(0))
        if self._keys:
            self._app.set_timer(SOON, self._go_on)

    def _too_early(self) -> bool:
        main = self._app.main
        if not main.is_mounted:
            return True
        if self._app.screen is main:
            return self._acts > 0 and not isinstance(main.focused, Input)
        return not _only_asks(self._app.screen) and not self._app.screen.is_mounted

    def _ends(self, key: events.Key) -> bool:
        """Whether it is for the end of the console, and what is under way takes too long to wait for."""
        waited = time.monotonic() - self._since
        if not self._acts or waited < PATIENCE or not self._app.main.is_mounted:
            return False
        own = acts.keys_of(acts.BY_ID["quit"], self._app.main.keymap)
        return any(name in (key.key, key.character) for each in own for name in (each, acts.twin(each)))


def _only_asks(screen: Screen[object]) -> bool:
    """Screens one types or works in say that they take keys ahead; all others only ask or tell."""
    return not getattr(screen, "takes_keys_ahead", False)
