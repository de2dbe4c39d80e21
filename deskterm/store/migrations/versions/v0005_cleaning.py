"""What the worker looks for each hour has an index, it read whole tables; rating levels are a list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from deskterm.store.migrations.first_rows import CHOICES

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("ticket", "deleted_at"), ("message", "deleted_at"), ("notification", "seen_at")):
        there = sa.text(f"{column} is not null")
        name = f"{table}_{column.removesuffix('_at')}"
        op.create_index(name, table, [column], sqlite_where=there, postgresql_where=there)
    op.create_index("reversal_at", "reversal", ["at"])
    choice = sa.table("choice", *(sa.column(name) for name in CHOICES[0]))
    # a store made by this program has them from its first rows
    if op.get_bind().execute(sa.select(choice.c.key).where(choice.c.list == "rating")).first() is None:
        op.bulk_insert(choice, [row for row in CHOICES if row["list"] == "rating"])
