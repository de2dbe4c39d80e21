"""Keys and what they do, side by side: a long sentence goes on under itself, not under the key."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text


def pairs(rows: Iterable[tuple[str, Text | str]]) -> Table:
    """The rows as two columns."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for key, told in rows:
        table.add_row(Text(key), told if isinstance(told, Text) else Text(told))
    return table
