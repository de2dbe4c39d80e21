"""Notifications of the desktop, asked for of the terminal: OSC 9 (iTerm2, kitty, WezTerm) or OSC 777."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from deskterm.clean import clean

LONGEST: Final = 200


def notification(way: str, title: str, told: str, environment: Mapping[str, str] = os.environ) -> str:
    """What the terminal is sent; within tmux it is handed through (`allow-passthrough on`)."""
    title, told = (clean(text)[:LONGEST].replace("\\", "/") for text in (title, told))
    # a digit first would mean another command of OSC 9 to some terminals
    sequence = (
        f"\x1b]777;notify;{title.replace(';', ',')};{told.replace(';', ',')}\x1b\\"
        if way == "777"
        else f"\x1b]9;deskterm: {title}: {told}\x1b\\"
    )
    if environment.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    return sequence
