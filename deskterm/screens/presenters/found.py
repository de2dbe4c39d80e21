"""What a search found, marked where it stands: in a row of a list, in the text of a message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deskterm.screens.presenters.line import Line, Piece

if TYPE_CHECKING:
    from deskterm.desk.query.marks import Marks

Pattern = re.Pattern[str]


def pattern(marks: Marks) -> Pattern | None:
    """What finds these words in a text as it is written; None for none."""
    between = r"[\W_]+"
    each = [between.join(map(_written, phrase)) for phrase in marks.phrases]
    # the longest first: what begins like another word is not cut short
    each += [_written(word) for word in sorted(marks.words, key=len, reverse=True)]
    each += [_written(beginning) + r"[^\W_]*" for beginning in marks.beginnings]
    if not each:
        return None
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(each)})(?![^\W_])", re.IGNORECASE)


def _written(word: str) -> str:
    return re.sub("[ёе]", "[ёе]", re.escape(word))


def marked(line: Line, places: Sequence[int], sought: Pattern) -> Line:
    """A line with what is sought in the pieces at these places in the look of what is found."""
    wanted = set(places)
    return tuple(
        part
        for place, piece in enumerate(line)
        for part in (_parts(piece, sought) if place in wanted else (piece,))
    )


def _parts(piece: Piece, sought: Pattern) -> list[Piece]:
    text, style = piece
    found: list[Piece] = []
    at = 0
    for hit in sought.finditer(text):
        found += [(text[at : hit.start()], style), (hit.group(), "found")]
        at = hit.end()
    return [part for part in (*found, (text[at:], style)) if part[0]]
