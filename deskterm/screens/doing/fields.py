"""Fields of tickets one by one, as menu and palette name them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from deskterm.i18n import _
from deskterm.screens.doing import life

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

Setting = Callable[["MainScreen"], Coroutine[Any, Any, None]]


def _setting(name: str) -> Setting:
    title = dict(life.FIELDS)[name]

    async def set_it(screen: MainScreen) -> None:
        await life.set_field(screen, name, _(title))

    return set_it


category = _setting("category")
kind = _setting("kind")
criticality = _setting("criticality")
difficulty = _setting("difficulty")
sla = _setting("sla")
team = _setting("team")
branch = _setting("branch")
source = _setting("source")
subject = _setting("subject")
auto_close_days = _setting("auto_close_days")
due_at = _setting("due_at")
