"""Lists of tickets are also read by creation, due time and client: an index for each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ticket_created", "ticket", ["created_at", "id"])
    op.create_index("ticket_client", "ticket", ["client_id", "last_message_at", "id"])
    # the index above begins with it
    op.drop_index(op.f("ix_ticket_client_id"), "ticket")
    op.create_index(
        "ticket_due",
        "ticket",
        ["due_at", "id"],
        sqlite_where=sa.text("due_at is not null"),
        postgresql_where=sa.text("due_at is not null"),
    )
