"""Painted lines on another ground, and with the sign of a mark."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from deskterm.screens.presenters import signs
from deskterm.screens.theme import Palette


def on_ground(styles: Palette) -> Palette:
    return {name: styles[""] + style for name, style in styles.items()}


def grounded(strip: Strip, ground: Style) -> Strip:
    """The strip on another ground."""
    return Strip(
        [Segment(text, (style or ground) + ground) for text, style, _control in strip], strip.cell_length
    )


def marked(strip: Strip, width: int) -> Strip:
    """The strip with a sign in its first cell, which needs no colour."""
    first = next(iter(strip), None)
    return Strip(
        [Segment(signs.MARK, first.style if first is not None else None), *strip.crop(1, width)], width
    )
