"""The text of a message as lines: folded, wrapped, its links numbered, what is looked for marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deskterm.clean import clean_lines
from deskterm.screens.presenters.line import Line, Piece, wrap
from deskterm.screens.presenters.links import Link

Span = tuple[int, int, str]
"""A run of characters and how it looks."""

HIT, HERE = "»", "▶"
"""Before a line that holds what is looked for, and before the one the reader stands on."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the text; `links` are the numbers of the links that end on it."""

    line: Line
    hit: bool = False
    links: tuple[int, ...] = ()


def pattern(words: str) -> re.Pattern[str] | None:
    """What finds these words, whatever their case, the blanks between them, and ё or е."""
    parts = [_either_e(re.escape(part)) for part in words.split()]
    return re.compile(r"\s+".join(parts), re.IGNORECASE) if parts else None


def _either_e(part: str) -> str:
    return re.sub("[ёе]", "[ёе]", part, flags=re.IGNORECASE)


def found_in(text: str, sought: re.Pattern[str] | None) -> bool:
    """Whether the text holds what is looked for."""
    return sought is not None and sought.search(clean_lines(text)) is not None


def lines(
    text: str,
    start: int,
    end: int,
    links: Sequence[Link],
    sought: re.Pattern[str] | None,
    width: int | None,
    style: str = "",
) -> Iterator[TextLine]:
    """The lines of text[start:end]; without a width they are as long as they are."""
    shown, spans, marks = _marked(text, start, end, links)
    if sought is not None:
        spans = [*spans, *((hit.start(), hit.end(), "found") for hit in sought.finditer(shown) if hit[0])]
        spans.sort()
    at = 0
    first_span = first_mark = 0
    for whole in shown.split("\n"):
        stop = at + len(whole)
        looks = style or ("quote" if whole.startswith(">") else "")
        while first_span < len(spans) and spans[first_span][1] <= at:
            first_span += 1
        inside = [span for span in _until(spans, first_span, stop) if span[1] > at]
        line_marks = []
        while first_mark < len(marks) and marks[first_mark][0] <= stop:
            line_marks.append(marks[first_mark])
            first_mark += 1
        yield from _broken(whole.rstrip(), at, inside, line_marks, width, looks)
        at = stop + 1


def _until(spans: Sequence[Span], first: int, stop: int) -> Iterator[Span]:
    # by place: a slice of thousands of them would be copied for each line
    for place in range(first, len(spans)):
        if spans[place][0] >= stop:
            return
        yield spans[place]


def _marked(
    text: str, start: int, end: int, links: Sequence[Link]
) -> tuple[str, list[Span], list[tuple[int, int]]]:
    """The text safe for a terminal with ` [n]` behind each link, how runs of it look, where links end."""
    pieces: list[str] = []
    spans: list[Span] = []
    marks: list[tuple[int, int]] = []
    length = 0
    at = start
    for link in links[bisect_left(links, start, key=lambda one: one.start) :]:
        if link.start >= end:
            break
        if link.start < at or link.end > end:
            continue
        for piece, looks in ((text[at : link.start], ""), (text[link.start : link.end], "link")):
            safe = clean_lines(piece)
            if safe and looks:
                spans.append((length, length + len(safe), looks))
            pieces.append(safe)
            length += len(safe)
        mark = f"[{link.number}]" if link.start == link.end else f"\u00a0[{link.number}]"
        pieces.append(mark)
        spans.append((length, length + len(mark), "key"))
        length += len(mark)
        marks.append((length, link.number))
        at = link.end
    pieces.append(clean_lines(text[at:end]))
    return "".join(pieces), spans, marks


def _broken(
    whole: str,
    at: int,
    spans: Sequence[Span],
    marks: Sequence[tuple[int, int]],
    width: int | None,
    looks: str,
) -> Iterator[TextLine]:
    """One line of the text, broken to the width."""
    pieces = [whole] if width is None else [piece.rstrip() for piece in wrap(whole, width)]
    if not spans and not marks:
        for piece in pieces:
            yield TextLine(((piece, looks),) if piece else ())
        return
    place = first = 0
    for number, piece in enumerate(pieces):
        bare = piece.lstrip(" ") if number else piece
        begin = max(whole.find(bare, place), place)
        place = begin + len(bare)
        while first < len(spans) and spans[first][1] <= at + begin:
            first += 1
        near = [span for span in _until(spans, first, at + place) if span[1] > at + begin]
        indent: Line = ((piece[: len(piece) - len(bare)], looks),) if len(bare) < len(piece) else ()
        yield TextLine(
            (*indent, *_styled(bare, at + begin, near, looks)),
            any(span[2] == "found" for span in near),
            tuple(link for end, link in marks if at + begin < end <= at + place),
        )


def _styled(piece: str, at: int, spans: Sequence[Span], looks: str) -> Iterator[Piece]:
    """A piece of text that begins at `at`, its runs in their looks; what is found lies over links."""
    stop = at + len(piece)
    found = [span for span in spans if span[2] == "found"]
    others = [span for span in spans if span[2] != "found"]
    edges = {at, stop}
    for begin, end, _looks in spans:
        edges.update(edge for edge in (begin, end) if at < edge < stop)
    ordered = sorted(edges)
    for begin, end in zip(ordered, ordered[1:], strict=False):
        style = next(
            (span[2] for group in (found, others) for span in group if span[0] <= begin < span[1]), looks
        )
        yield piece[begin - at : end - at], style
