"""The opened message as a list of lines: folds, links, header fields, what is looked for in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events

from deskterm.screens.lines import Id, LineList
from deskterm.screens.presenters import body as body_presenter
from deskterm.screens.presenters import links as link_presenter
from deskterm.screens.presenters import text as text_presenter
from deskterm.screens.presenters import when
from deskterm.screens.presenters.line import Line, clip, shifted
from deskterm.screens.presenters.reading import AS_IT_IS

if TYPE_CHECKING:
    from deskterm.desk.views import Body, BodyLink
    from deskterm.screens.presenters.body import BodyLine
    from deskterm.screens.presenters.links import Link

FULL: Final = 0
UNBROKEN: Final = -1
WIDTHS: Final = (FULL, 100, 80, UNBROKEN)
"""How wide lines of the text may be, in cells; the same key goes from one to the next."""

ASIDE: Final = 8
"""Cells that unbroken lines move by."""


class BodyText(LineList):
    """The opened message."""

    cursor_shown: ClassVar[bool] = False

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.body: Body | None = None
        self.reading = AS_IT_IS
        self.words = ""
        """What is looked for in the text; it stays from one message to the next."""
        self.found: re.Pattern[str] | None = None
        """What the search looks for that found this ticket; marked as long as nothing else is."""
        self.text_width = FULL
        self.hit = -1
        """The line of the hit one stands on."""
        self.links_known = True
        """False while the links of an HTML letter, that may lead elsewhere than it says, are not read."""
        self._hidden: tuple[BodyLink, ...] = ()
        self._aside = 0
        self._lines: list[BodyLine] = []
        self._width = -1

    # -- what is shown

    def show(self, body: Body | None, *, keep: bool = False) -> None:
        """Show a message, from its beginning unless it is the same one again."""
        if not keep:
            self.links_known = body is None or not body.html or body.letter_id is None
            self._hidden = ()
            self._aside = 0
            self.reading = replace(self.reading, unfolded=frozenset(), fields=())
        self.body = body
        self._number_links()
        self._lay_out(keep=keep)
        if not keep and self.words:
            self.step_hit(1)

    def use_links(self, hidden: Sequence[BodyLink]) -> None:
        """Number these links, which stand behind words of the text, too."""
        self.links_known = True
        if hidden:
            self._hidden = tuple(hidden)
            self._number_links()
            self._lay_out(keep=True)

    def _number_links(self) -> None:
        text = self.body.text if self.body is not None else ""
        self.reading = replace(self.reading, links=link_presenter.numbered(text, self._hidden))

    @property
    def links(self) -> tuple[Link, ...]:
        """The links of the text in their order."""
        return self.reading.links

    def show_fields(self, fields: tuple[tuple[str, str], ...]) -> None:
        """Show every header field instead of the usual head; none: the usual head."""
        self.reading = replace(self.reading, fields=fields)
        self._lay_out(keep=True)
        self.scroll_to(y=0, animate=False)

    def toggle(self, what: int) -> None:
        """Fold or unfold one fold, ALL of them, or the PICTURES."""
        self.reading = replace(self.reading, unfolded=self.reading.unfolded ^ {what})
        self._lay_out(keep=True)

    def use_width(self, cells: int) -> None:
        """Break lines of the text at so many cells; FULL: at the width there is; UNBROKEN: nowhere."""
        self.text_width = cells
        self._aside = 0
        self._lay_out(keep=True)

    def move_aside(self, cells: int) -> None:
        """Show what stands further right, or left, of lines that are not broken."""
        aside = max(0, self._aside + cells) if self.text_width == UNBROKEN else 0
        if aside != self._aside:
            self._aside = aside
            self.redraw()

    def _lay_out(self, *, keep: bool) -> None:
        self._width = self.line_width
        self._lines = []
        if self.body is not None:
            reading = replace(
                self.reading,
                sought=text_presenter.pattern(self.words) or self.found,
                text_width=None if self.text_width == UNBROKEN else self.text_width,
            )
            self._lines = body_presenter.body_lines(self.body, max(20, self._width - 2), when.now(), reading)
        self.set_ids(range(len(self._lines)), keep=keep)

    def tick(self) -> None:
        """How long ago it was is told as it is now."""
        if self.body is None:
            return
        head = body_presenter.head(self.body, max(20, self._width - 2), when.now(), self.reading)
        if head != self._lines[: len(head)]:
            self._lines[: len(head)] = head
            self.patch(range(len(head)))

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.line_width != self._width:
            self._lay_out(keep=True)

    def draw(self, id: Id, width: int) -> Line | None:
        here = self._lines[int(id)]
        line = shifted(here.line, self._aside) if self._aside and here.kind in ("text", "link") else here.line
        margin = (text_presenter.HERE if id == self.hit else text_presenter.HIT) if here.hit else " "
        return ((margin, "key" if here.hit else ""), *clip(line, width - 1))

    def line_at(self, id: Id | None) -> BodyLine | None:
        """The line of an id."""
        return None if id is None or int(id) >= len(self._lines) else self._lines[int(id)]

    def in_view(self) -> list[Id]:
        return [id for id in super().in_view() if self._lines[int(id)].kind != "text"]

    def at_end(self) -> bool:
        """Whether the last line is in view."""
        return round(self.scroll_y) + self.size.height >= len(self.ids)

    @property
    def folds(self) -> int:
        return len(self.body.folds) if self.body is not None else 0

    # -- what is looked for

    def look_for(self, words: str) -> None:
        """Mark these words wherever they stand, folded text included, and go to the first; '': no more."""
        self.words = words.strip()
        self.hit = -1
        self._lay_out(keep=True)
        if self.words:
            self.step_hit(1)

    def mark_found(self, sought: re.Pattern[str] | None, *, stays: bool) -> None:
        """Mark what a search looks for; None: no more. At once in a text that stays open."""
        if sought != self.found:
            self.found = sought
            if stays:
                self._lay_out(keep=True)

    def hits(self) -> list[int]:
        """The lines what is looked for stands on."""
        return [number for number, line in enumerate(self._lines) if line.hit]

    def step_hit(self, lines: int) -> tuple[int, int]:
        """Go to the next hit, or the one before; behind the last comes the first. Gives (which, of many).

        Of no lines: tells where one stands.
        """
        hits = self.hits()
        old, self.hit = self.hit, self.hit if not lines and self.hit in hits else -1
        if hits and lines:
            following = (
                [hit for hit in hits if hit > old] if lines > 0 else [hit for hit in hits if hit < old]
            )
            self.hit = (following or hits)[0 if lines > 0 else -1]
            top = round(self.scroll_y)
            if not top <= self.hit < top + self.size.height:
                self.scroll_to(y=max(0, self.hit - self.size.height // 3), animate=False)
        self.patch([old, self.hit])
        return (hits.index(self.hit) + 1 if self.hit in hits else 0), len(hits)
