"""How results are printed: tables for people, JSON for programs, nothing a terminal could obey."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deskterm.clean import clean, clean_lines
from deskterm.cli.record_titles import TITLES, UNSAID
from deskterm.i18n import _

PIPE_COLUMNS = 100_000
"""A table that goes into a pipe is never cut or wrapped."""

# JSON escapes C0 itself; these would still reach a terminal as they are. They stand in strings only.
_UNSAFE_IN_JSON = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a listing: `key` names the value, `title` is translated where it is shown."""

    key: str
    title: str
    right: bool = False
    wide: bool = False
    """It gives way first where the terminal is narrow."""
    word: Callable[[str], str] | None = None
    """Says a key in the language in use; JSON keeps the key."""


def as_data(value: Any) -> Any:
    """A value as JSON knows it: moments in UTC (ISO 8601), dataclasses as objects."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_data(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON of a value; readable letters stay letters, whatever steers a terminal is escaped."""

    def escaped(match: re.Match[str]) -> str:
        units = match.group().encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{int.from_bytes(units[at : at + 2]):04x}" for at in range(0, len(units), 2))

    return _UNSAFE_IN_JSON.sub(escaped, json.dumps(as_data(value), ensure_ascii=False, indent=indent))


def json_line(value: Any) -> None:
    """One object, one line, out at once: who reads a pipe sees each as it is done."""
    print(json_text(value), flush=True)


def json_document(value: Any) -> None:
    print(json_text(value, indent=2))


def line(text: str) -> None:
    print(clean(text))


def block(text: str) -> None:
    """A text of several lines."""
    print(clean_lines(text))


def cell(value: Any) -> str:
    """A value as a person reads it, on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(cell(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{clean(str(key))}={cell(item)}" for key, item in value.items())
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(cell(getattr(value, field.name)) for field in fields(value)).rstrip()
    return clean(str(value))


def table(columns: Sequence[Column], rows: Iterable[Any]) -> None:
    """A table of mappings or dataclasses; nothing but its heading where there are no rows."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(
            Text(_(column.title)),
            justify="right" if column.right else "left",
            no_wrap=not column.wide,
            overflow="fold" if column.wide else "ellipsis",
        )
    for row in rows:
        drawn.add_row(*(Text(_shown(column, row)) for column in columns))
    wide = None if sys.stdout.isatty() else PIPE_COLUMNS
    console = Console(markup=False, highlight=False, emoji=False, width=wide, soft_wrap=False)
    if wide is None:
        console.print(drawn)
        return
    with console.capture() as captured:
        console.print(drawn)
    for printed in captured.get().splitlines():
        print(printed.rstrip())


def _shown(column: Column, row: Any) -> str:
    value = value_of(row, column.key)
    return cell(column.word(value) if column.word and value else value)


def value_of(row: Any, key: str) -> Any:
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key)


def listing(columns: Sequence[Column], rows: Sequence[Any], as_json: bool) -> None:
    """Rows as one JSON array with every key they have, or as a table of the columns."""
    if as_json:
        json_document([as_data(row) for row in rows])
    else:
        table(columns, rows)


def record(value: Any, as_json: bool, titles: Mapping[str, str] | None = None) -> None:
    """One thing, a line for each of its fields; `titles` go before those of `record_titles`."""
    data = as_data(value)
    if as_json:
        json_document(data)
        return
    known = TITLES | dict(titles or {})
    names = {
        key: _(known[key]) if known.get(key) else key.replace("_", " ")
        for key in data
        if key in (titles or ()) or key not in UNSAID
    }
    width = max((len(name) for name in names.values()), default=0)
    for key, name in names.items():
        print(f"{clean(name):<{width}}  {cell(value_of(value, key) if key in data else None)}".rstrip())


def done(sentence: str, as_json: bool = False, **values: Any) -> None:
    """What a change did: a sentence, or its numbers."""
    if as_json:
        json_document(values)
    else:
        line(sentence)
