"""Reports of the time spent read an index; who wrote down a call stands with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # with its foreign key said in one: SQLite has no other way without copying the table
    kind = "integer" if op.get_bind().dialect.name == "sqlite" else "bigint"
    op.execute(f"alter table message add column taken_by_id {kind} references agent (id)")
    op.execute(
        "update message set taken_by_id = noted.agent_id"
        " from (select message_id, agent_id from event where act = 'message.registered') as noted"
        " where noted.message_id = message.id"
    )
    spent = sa.text("seconds_spent is not null")
    op.create_index("message_spent", "message", ["at"], sqlite_where=spent, postgresql_where=spent)
