"""Alembic's way in: one open connection is handed over, foreign keys off on SQLite."""

from __future__ import annotations

from alembic import context

from deskterm.store.migrations.own_objects import include_object
from deskterm.store.tables.models import METADATA


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_object=include_object,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
    )
    context.run_migrations()


run()
