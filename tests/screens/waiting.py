"""Waiting for a state of a console that is driven without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.02


async def until(pilot: Pilot[Any], holds: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    """Wait until `holds()`; fails saying what never came.

    A look costs nothing but itself: to have every widget answer each time, as a pause of the pilot does,
    took a good part of the time of whole walks. What was waited for is let come to rest once.
    """
    if holds():
        return
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not holds():
        if loop.time() > deadline or pilot.app._exception is not None:
            raise AssertionError(f"never came: {what}")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    await pilot.pause()
