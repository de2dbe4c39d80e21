"""Widgets whose lines are made once.

Whenever anything changes, Textual asks every widget whose container it touches for all its lines, and takes
each through the styles it may have and the screen's filters: of a key that changes one list, that was half of
the work. What did not change is given back here as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class KeptLines(Widget):
    """A widget that is drawn anew after `refresh` alone."""

    _made: tuple[Region, list[Strip]] | None = None

    def refresh(self, *regions: Region, **named: Any) -> Any:
        self._made = None
        return super().refresh(*regions, **named)

    def render_lines(self, crop: Region) -> list[Strip]:
        kept = self._made
        if kept is None or kept[0] != crop:
            kept = self._made = (crop, list(self.made_lines(crop)))
        return kept[1]

    def made_lines(self, crop: Region) -> Sequence[Strip]:
        """The lines of now."""
        return super().render_lines(crop)


class Row(Horizontal):
    """Widgets side by side that cover it: it has no line of its own."""

    BLANK: ClassVar[bool] = True


class Pane(Vertical):
    """The same one below the other."""

    BLANK: ClassVar[bool] = True
