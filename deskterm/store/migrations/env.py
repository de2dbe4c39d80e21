"""Alembic's way in: one open connection is handed over, foreign keys off on SQLite."""

from __future__ import annotations

from typing import Any

from alembic import context

from deskterm.store.tables import METADATA


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Full-text tables are made by hand and look like tables to drop."""
    return not (kind == "table" and name is not None and name.startswith("message_words"))


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
