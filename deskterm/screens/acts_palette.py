"""The palette: every act that applies now, found by its name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acts import Act
from deskterm.screens.main_screen import MainScreen


class ActsProvider(Provider):
    """The acts of the table."""

    def _acts(self) -> Iterator[tuple[Act, str]]:
        if isinstance(self.screen, MainScreen):
            for act in acts.applying(self.screen.things(), self.screen.focus_thing()):
                yield act, _(act.title)

    def _help(self, act: Act) -> str:
        assert isinstance(self.screen, MainScreen)
        return "  ".join(acts.shown_key(key) for key in acts.keys_of(act, self.screen.keymap))

    def _do(self, act: Act) -> None:
        if isinstance(self.screen, MainScreen):
            self.screen.do(act)

    async def discover(self) -> Hits:
        for act, title in self._acts():
            yield DiscoveryHit(title, partial(self._do, act), help=self._help(act))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for act, title in self._acts():
            score = matcher.match(title)
            if score > 0:
                yield Hit(
                    score, matcher.highlight(title), partial(self._do, act), text=title, help=self._help(act)
                )
