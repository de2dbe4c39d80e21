"""Tables, lists and lines of code of an HTML letter made ready before its text is laid out.

A table of facts becomes text whose columns stand under each other, counted in cells of a terminal, so that
wide signs do not shift what is behind them; one wider than a letter is wrapped within its columns. Tables
that only place things lose their empty cells, which would push the text aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len, chop_cells
from selectolax.lexbor import LexborHTMLParser, LexborNode

HARD_BLANK: Final = "\U0010fff2"
"""A blank that stays where runs of blanks are cut; it is a plain one in the end."""

MOST_TABLES: Final = 100
FIRST_MARK: Final = 0x10FE00
"""The mark of the first table that was taken out, and of each after it."""
MARKS: Final = "\U0010fe00-\U0010fe64"
WIDEST: Final = 76
"""Cells a line of a letter has; a table that needs more is wrapped."""
NARROWEST: Final = 10
"""No column is wrapped narrower than this."""
NUMBER_CELLS: Final = 16
"""A wider column of numbers stands at the left: its title would be far from them."""
MOST_CHARACTERS: Final = 300
"""What has longer cells is no table of facts."""
MOST_ROWS: Final = 500
MOST_COLUMNS: Final = 12

_NO_FACT: Final = "table, ul, ol, dl, pre, blockquote, h1, h2, h3, h4, h5, h6, hr"
_LINE_END: Final = re.compile(r"(?i)<br\b[^<>]*>|</(?:p|div)>")
_TAG: Final = re.compile(r"<[^<>]*>")
_BLANKS: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"[-+−]?\d[\d\s.,']*(?:%|[€$£₽¥]|[A-ZА-Я]{3}|руб\.?|шт\.?)?")
_GAP: Final = re.compile(r" {4,}")
_CODE: Final = re.compile(r"<pre\b.*?</pre>", re.DOTALL)

Row = Sequence[str]
"""The texts of a row's cells, each of one line or several."""


def take_out(tree: LexborHTMLParser) -> list[str]:
    """The texts of the tables of facts, each of which leaves its mark in the tree; lists are numbered.

    Nodes are replaced by text only: what a node of another tree is put into lives no longer than that one.
    """
    _number_lists(tree)
    tables = tree.css("table")
    found: list[str] = []
    for table in tables if len(tables) <= MOST_TABLES else ():
        rows = _facts(table)
        if rows:
            table.replace_with(chr(FIRST_MARK + len(found)))
            found.append(text_of(rows))
        else:
            _drop_empty_columns(table)
    return found


def put_in(html: str, texts: Sequence[str]) -> str:
    """The HTML with the texts that were taken out at their marks; columns of code stay where they are."""
    if "<pre" in html:
        html = _CODE.sub(lambda code: _GAP.sub(lambda gap: HARD_BLANK * len(gap[0]), code[0]), html)
    for number, text in enumerate(texts):
        html = html.replace(chr(FIRST_MARK + number), f"<pre>{escape(text)}</pre>", 1)
    return html


def _number_lists(tree: LexborHTMLParser) -> None:
    """A list that begins with another number than one says so on its first entry."""
    for numbered in tree.css("ol[start]"):
        start = numbered.attributes.get("start") or ""
        first = numbered.css_first("li")
        if first is not None and start.isascii() and start.isdigit() and len(start) < 10:
            first.attrs["value"] = start


def _rows(table: LexborNode) -> Iterator[list[LexborNode]]:
    """The cells of a table's own rows."""
    for part in table.iter():
        for row in part.iter() if part.tag in ("tbody", "thead", "tfoot") else (part,):
            if row.tag == "tr":
                yield [cell for cell in row.iter() if cell.tag in ("td", "th")]


def _drop_empty_columns(table: LexborNode) -> None:
    """Columns without a text only place what stands beside them."""
    columns: dict[int, list[LexborNode]] = {}
    for cells in _rows(table):
        for place, cell in enumerate(cells):
            if cell.attributes.get("colspan") in (None, "1"):
                columns.setdefault(place, []).append(cell)
    for column in columns.values():
        if all(cell.css_first("table") is None and not (cell.text() or "").strip() for cell in column):
            for cell in column:
                cell.decompose()


def _facts(table: LexborNode) -> list[Row]:
    """The cells of a table of facts, row by row; nothing of a table that only places things."""
    if len(table.css(_NO_FACT)) > 1 or table.css_first("[colspan]:not([colspan='1'])") is not None:
        return []
    rows: list[Row] = []
    for nodes in _rows(table):
        cells = [_cell(node) for node in nodes]
        if any(len(cell) > MOST_CHARACTERS for cell in cells):
            return []
        if any(cells):
            rows.append(cells)
    filled = sorted({place for cells in rows for place, cell in enumerate(cells) if cell})
    if not 2 <= len(rows) <= MOST_ROWS or not 2 <= len(filled) <= MOST_COLUMNS:
        return []
    return [[cells[place] if place < len(cells) else "" for place in filled] for cells in rows]


def _cell(cell: LexborNode) -> str:
    html = _LINE_END.sub("\n", _BLANKS.sub(" ", cell.html or ""))
    lines = (_BLANKS.sub(" ", unescape(_TAG.sub("", line))).strip() for line in html.split("\n"))
    return "\n".join(line for line in lines if line)


def text_of(rows: Sequence[Row]) -> str:
    """The rows with their columns under each other, numbers at the right of theirs."""
    columns = list(zip(*rows, strict=True))
    widths = _widths([max(_width(cell) for cell in column) for column in columns])
    at_right = [
        width <= NUMBER_CELLS and any(column[1:]) and all(map(_is_number, filter(None, column[1:])))
        for column, width in zip(columns, widths, strict=True)
    ]
    return "\n".join(line for row in rows for line in _lines(row, widths, at_right))


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _width(cell: str) -> int:
    return max(cell_len(line) for line in cell.split("\n"))


def _widths(wanted: list[int]) -> list[int]:
    """As wide as the columns want to be; where that is too much the widest give way."""
    widths = list(wanted)
    while sum(widths) + 2 * (len(widths) - 1) > WIDEST and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _lines(row: Row, widths: Sequence[int], at_right: Sequence[bool]) -> Iterator[str]:
    wrapped = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    for pieces in zip_longest(*wrapped, fillvalue=""):
        line = ""
        for piece, width, right in zip(pieces, widths, at_right, strict=True):
            rest = HARD_BLANK * (width - cell_len(piece))
            line += (rest + piece if right else piece + rest) + HARD_BLANK * 2
        yield line.rstrip(HARD_BLANK)


def _wrapped(cell: str, width: int) -> list[str]:
    found: list[str] = []
    for line in cell.split("\n"):
        now = ""
        for word in line.split(" "):
            joined = f"{now} {word}" if now else word
            if cell_len(joined) <= width:
                now = joined
                continue
            if now:
                found.append(now)
            *whole, now = chop_cells(word, width) or [""]
            found.extend(whole)
        found.append(now)
    return found
