"""The one history of the schema; `HEAD` is its end, known without importing alembic."""

HEAD = "0007"
