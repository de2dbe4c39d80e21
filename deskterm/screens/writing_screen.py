"""A screen on which one writes: its keys are acts of the table, and none of them is a letter."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.binding import BindingsMap
from textual.screen import Screen

from deskterm.screens import acts
from deskterm.screens.acting import key_bindings

if TYPE_CHECKING:
    from deskterm.screens.app import Console

Answer = TypeVar("Answer")


class WritingScreen(Screen[Answer]):
    """Does what its keys and its bar ask for, unless a dialog stands in front of it."""

    app: Console
    takes_keys_ahead: ClassVar[bool] = True
    where: ClassVar[str]
    """A key of `acts.WHERES`: whose acts are done here."""

    def use_keys(self, keymap: Mapping[str, tuple[str, ...]]) -> None:
        """Act by these keys."""
        own = [act for act in acts.ACTS if act.where == self.where]
        # beside those every screen has: Tab goes from field to field
        self._bindings = BindingsMap.merge([self._merge_bindings(), key_bindings(keymap, own, typing=True)])

    async def action_act(self, name: str) -> None:
        """Do an act of the table."""
        running = acts.resolve(acts.BY_ID[name].does)(self)
        if asyncio.iscoroutine(running):
            await running

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        if action == "act" and self.app.screen is not self:
            return False
        return super().check_action(action, parameters)
