"""How an opened message is read, beside what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

    from deskterm.screens.presenters.links import Link


@dataclass(frozen=True, slots=True)
class Reading:
    """How a message is read: which folds are open, its links, what is looked for, all its header fields."""

    unfolded: frozenset[int] = frozenset()
    links: tuple[Link, ...] = ()
    sought: re.Pattern[str] | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """Shown instead of the usual head."""
    text_width: int | None = 0
    """Cells a line of the text has at most; 0: as many as there are; None: lines are not broken."""


AS_IT_IS = Reading()
