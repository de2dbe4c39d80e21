"""The second wall: nothing that reaches the terminal holds a control character, whatever passed the first."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from deskterm.clean import strip_controls


class Wall(LineFilter):
    """Drops control characters from every segment of every line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        found = []
        for segment in segments:
            text = segment.text
            if not text.isascii() or not text.isprintable():
                safe = strip_controls(text)
                if safe != text:
                    # as wide as it was laid out: what is dropped takes no cell, so blanks make it up
                    segment = Segment(safe, segment.style, segment.control)
            found.append(segment)
        return found
