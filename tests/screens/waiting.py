"""Waiting for a state of a console that is driven without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

SECONDS = 12.0


async def until(pilot: Pilot[Any], holds: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    """Wait until `holds()`; fails saying what never came."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not holds():
        if loop.time() > deadline:
            raise AssertionError(f"never came: {what}")
        await pilot.pause()
