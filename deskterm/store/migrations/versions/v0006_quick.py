"""Finding by notes, by days of closing and by old days reads indexes; changed subjects are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from deskterm.store import tokens

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ticket_latest", "ticket")
    op.create_index(
        "ticket_latest", "ticket", ["last_message_at", "id", "last_message_id", "last_private_id"]
    )
    closed, noted = sa.text("closed_at is not null"), sa.text("visibility <> 'public'")
    op.create_index(
        "ticket_closed", "ticket", ["closed_at", "id"], sqlite_where=closed, postgresql_where=closed
    )
    op.create_index("message_noted", "message", ["ticket_id"], sqlite_where=noted, postgresql_where=noted)
    _find_by_subjects(op.get_bind())


def _find_by_subjects(connection: sa.Connection) -> None:
    """Give the messages of tickets that agents renamed the words of their subjects."""
    renamed = connection.execute(
        sa.text(
            "select ticket.id, ticket.subject from ticket where ticket.id in"
            " (select ticket_id from event where act = 'ticket.subject')"
        )
    ).all()
    add = sa.text(_ADD[connection.dialect.name])
    for ticket_id, subject in renamed:
        words = tokens.runs(subject)
        forms = [
            {"form": word, "lemma": lemma}
            for word in words
            if word.isalpha()
            for lemma in tokens.lemmas(word)
        ]
        if forms:
            connection.execute(sa.text(_FORM), forms)
        if words:
            connection.execute(add, {"ticket": ticket_id, **_PLACED[connection.dialect.name](words)})


def _with_places(words: list[str]) -> dict[str, str]:
    return {"words": " ".join(f"'{word}':{place}A" for place, word in enumerate(words, 1))}


_FORM = "insert into word_form (form, lemma) values (:form, :lemma) on conflict do nothing"
_OF_TICKET = "(select id from message where ticket_id = :ticket and deleted_at is null)"
_ADD = {
    "sqlite": f"update message_words set subject = subject || ' ' || :words where rowid in {_OF_TICKET}",
    "postgresql": "update message_words set words = words || cast(:words as tsvector)"
    f" where message_id in {_OF_TICKET}",
}
_PLACED = {"sqlite": lambda words: {"words": " ".join(words)}, "postgresql": _with_places}
