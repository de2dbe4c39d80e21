"""Print `core.py`: the models' tables for statements alone (`python -m deskterm.store.tables.generate`).

SQLModel is where a table is said; importing it takes a console longer than its first rows may. What
statements need of a table (names, types, defaults, primary key) is written out here, and a test compares
the two.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, Text
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import JSON

from deskterm.store.tables.models import METADATA
from deskterm.store.tables.types import Number, Utc

HEAD = '''"""The tables for statements; made by `python -m deskterm.store.tables.generate`, never by hand."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, String, Table, Text

from deskterm.store.tables.types import Json, Number, Utc

METADATA = MetaData()
'''


def source() -> str:
    """The text of `core.py`."""
    return HEAD + "".join(_table(METADATA.tables[name]) for name in sorted(METADATA.tables))


def _table(table: Table) -> str:
    lines = [f"\n{table.name} = Table(", f'    "{table.name}",', "    METADATA,"]
    lines += [f"    {_column(column)}," for column in table.columns]
    return "\n".join([*lines, ")", ""])


def _column(column: Column[object]) -> str:
    said = [f'"{column.name}"', _type(column)]
    if column.primary_key:
        said.append("primary_key=True")
        if column.autoincrement is True:
            said.append("autoincrement=True")
    if isinstance(column.default, ScalarElementColumnDefault):
        default = repr(column.default.arg)
        said.append("default=" + (default.replace("'", '"') if default[:1] == "'" else default))
    return f"Column({', '.join(said)})"


def _type(column: Column[object]) -> str:
    kinds = ((Utc, "Utc"), (JSON, "Json"), (LargeBinary, "LargeBinary"), (Boolean, "Boolean"), (Text, "Text"))
    for kind, name in kinds:
        if isinstance(column.type, kind):
            return name
    if isinstance(column.type, type(Number)):
        return "Number"
    # what is neither is SQLModel's own kind of String
    return "Integer" if isinstance(column.type, Integer) else "String"


if __name__ == "__main__":
    print(source(), end="")
