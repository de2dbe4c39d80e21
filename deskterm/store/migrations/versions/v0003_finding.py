"""Full text by part of the message and by words as they stand; which words are forms of which."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

import sqlalchemy as sa
from alembic import op

from deskterm.store import fulltext, postgres, sqlite, tokens

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in sqlite.CREATE_FULL_TEXT if dialect == "sqlite" else postgres.CREATE_FULL_TEXT:
        op.execute(statement)
    message = sa.table(
        "message",
        *(sa.column(name) for name in ("id", "subject", "body", "from_name", "from_address", "deleted_at")),
    )
    attachment = sa.table("attachment", *(sa.column(name) for name in ("id", "message_id", "name")))
    add_words = sa.text("insert into word_form (form, lemma) values (:form, :lemma)")
    known: set[str] = set()
    last = 0
    while rows := connection.execute(
        sa.select(message)
        .where(message.c.id > last, message.c.deleted_at.is_(None))
        .order_by(message.c.id)
        .limit(BATCH)
    ).all():
        files: dict[int, list[str]] = defaultdict(list)
        within = sa.and_(attachment.c.message_id >= rows[0].id, attachment.c.message_id <= rows[-1].id)
        for row in connection.execute(sa.select(attachment).where(within).order_by(attachment.c.id)):
            files[row.message_id].append(row.name)
        indexed = [
            (
                row.id,
                tokens.indexed(
                    row.subject, f"{row.from_name} {row.from_address}", " ".join(files[row.id]), row.body
                ),
            )
            for row in rows
        ]
        connection.execute(
            sa.text(fulltext.INSERT[dialect]), [fulltext.parameters(dialect, *one) for one in indexed]
        )
        words = {word for _id, line in indexed for word in line.split()}
        fresh = iter(sorted(word for word in words - known if word.isalpha()))
        while some := list(islice(fresh, BATCH)):
            forms = [{"form": word, "lemma": lemma} for word in some for lemma in tokens.lemmas(word)]
            connection.execute(add_words, forms)
            known.update(some)
        last = rows[-1].id
