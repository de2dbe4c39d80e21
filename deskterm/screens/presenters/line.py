"""A line is a row of pieces, each a text and the name of what it means; here are its widths in cells."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, chop_cells, set_cell_size

from deskterm.clean import clean

Piece = tuple[str, str]
Line = tuple[Piece, ...]

ELLIPSIS = "…"


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells; what does not fit ends in an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    if cell_len(text.rstrip()) <= width:
        return text.rstrip()
    if width == 1:
        return ELLIPSIS
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells."""
    text = cut(text, width)
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks


def width_of(line: Iterable[Piece]) -> int:
    """Cells the line takes."""
    return sum(cell_len(text) for text, _style in line)


def clip(line: Iterable[Piece], width: int) -> Line:
    """The line in at most `width` cells."""
    found: list[Piece] = []
    left = width
    for text, style in line:
        size = cell_len(text)
        if size > left:
            found.append((cut(text, left), style))
            break
        found.append((text, style))
        left -= size
    return tuple(found)


def shifted(line: Iterable[Piece], cells: int) -> Line:
    """The line without its first `cells` cells."""
    found: list[Piece] = []
    for text, style in line:
        at = 0
        while cells > 0 and at < len(text):
            cells -= cell_len(text[at])
            at += 1
        if at < len(text):
            found.append((text[at:], style))
    return tuple(found)


def spread(left: Line, right: Line, width: int) -> Line:
    """`left` and `right` at the two ends of `width` cells; the left one is cut when both do not fit."""
    room = width - width_of(right)
    if room < 8:
        return clip(left, width)
    left = clip(left, room - 1 if right else room)
    return (*left, (" " * (room - width_of(left)), ""), *right)


def foreign(text: str, style: str = "") -> Piece:
    """A piece of foreign text, made safe."""
    return clean(text), style


def wrap(text: str, width: int) -> list[str]:
    """One line of text broken at blanks into lines of at most `width` cells, its indentation kept.

    Words longer than a line (addresses of web pages) are broken where the line ends. Linear in the text.
    """
    width = max(width, 4)
    cells = len if text.isascii() else cell_len
    if cells(text) <= width:
        return [text]
    indent = text[: len(text) - len(text.lstrip(" "))][: width // 3]
    lines: list[str] = []
    current, used, blank = indent, len(indent), ""
    for word in text.split(" ")[len(text) - len(text.lstrip(" ")) :]:
        size = cells(word)
        if used + len(blank) + size <= width:
            current += blank + word
            used += len(blank) + size
        else:
            if current.strip():
                lines.append(current)
            pieces = [word] if size + len(indent) <= width else chop_cells(word, width - len(indent))
            lines += [indent + piece for piece in pieces[:-1]]
            current = indent + (pieces[-1] if pieces else "")
            used = cells(current)
        blank = " "
    lines.append(current)
    return lines
