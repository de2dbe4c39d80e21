"""The whole life of a ticket: reversals, links, tabs, marks, reminders, notices, articles, branches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice_switch",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer", sa.Boolean(), nullable=False),
        sa.Column("responsible", sa.Boolean(), nullable=False),
        sa.Column("administrators", sa.Boolean(), nullable=False),
        sa.Column("team", sa.Boolean(), nullable=False),
        sa.Column("watchers", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
    )
    op.create_table(
        "branch",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("client_id", number, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "client_domain",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("client_id", number, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_client_domain_client_id"), "client_domain", ["client_id"], unique=False)
    op.create_table(
        "agent_setting",
        sa.Column("agent_id", number, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent_id", "name"),
    )
    op.create_table(
        "day_off",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("agent_id", number, nullable=False),
        sa.Column("first_day", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("day_off_agent", "day_off", ["agent_id", "first_day"], unique=False)
    op.create_table(
        "reversal",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("agent_id", number, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("first_event", number, nullable=False),
        sa.Column("last_event", number, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("reversal_agent", "reversal", ["agent_id", "id"], unique=False)
    op.create_table(
        "tab",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("agent_id", number, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agent_id", "name", name="tab_name"),
    )
    op.create_table(
        "article",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("author_id", number, nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "favorite",
        sa.Column("agent_id", number, autoincrement=False, nullable=False),
        sa.Column("ticket_id", number, autoincrement=False, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("agent_id", "ticket_id", "shared"),
    )
    op.create_index(op.f("ix_favorite_ticket_id"), "favorite", ["ticket_id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("agent_id", number, nullable=False),
        sa.Column("ticket_id", number, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reminder_due", "reminder", ["done_at", "at"], unique=False)
    op.create_index("reminder_ticket", "reminder", ["ticket_id"], unique=False)
    op.create_table(
        "tab_ticket",
        sa.Column("agent_id", number, autoincrement=False, nullable=False),
        sa.Column("ticket_id", number, autoincrement=False, nullable=False),
        sa.Column("tab_id", number, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["tab_id"], ["tab.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("agent_id", "ticket_id"),
    )
    op.create_index(op.f("ix_tab_ticket_tab_id"), "tab_ticket", ["tab_id"], unique=False)
    op.create_index(op.f("ix_tab_ticket_ticket_id"), "tab_ticket", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_link",
        sa.Column("ticket_id", number, autoincrement=False, nullable=False),
        sa.Column("other_id", number, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", number, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["other_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("ticket_id", "other_id"),
    )
    op.create_index(op.f("ix_ticket_link_other_id"), "ticket_link", ["other_id"], unique=False)
    op.create_table(
        "watch",
        sa.Column("agent_id", number, autoincrement=False, nullable=False),
        sa.Column("ticket_id", number, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("agent_id", "ticket_id"),
    )
    op.create_index(op.f("ix_watch_ticket_id"), "watch", ["ticket_id"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("agent_id", number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("message_id", number, nullable=True),
        sa.Column("event_id", number, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notification_ticket_id"), "notification", ["ticket_id"], unique=False)
    op.create_index("notification_agent", "notification", ["agent_id", "seen_at", "id"], unique=False)
    _columns()
    _branches()
    op.create_index("event_agent", "event", ["agent_id", "id"])
    op.create_index("ticket_closing", "ticket", ["status_class", "last_public_at"])
    op.create_index("ticket_creator", "ticket", ["creator_id", "status_class", "last_message_at", "id"])
    op.create_index(
        "ticket_snoozed",
        "ticket",
        ["snoozed_until"],
        sqlite_where=sa.text("snoozed_until is not null"),
        postgresql_where=sa.text("snoozed_until is not null"),
    )
    op.execute("UPDATE ticket SET closed_at = changed_at WHERE status_class = 'closed'")


def _columns() -> None:
    for table, name, target in (
        ("agent", "branch_id", "branch"),
        ("client", "sla_id", "choice"),
        ("contact", "sla_id", "choice"),
        ("ticket", "sla_id", "choice"),
        ("ticket", "branch_id", "branch"),
        ("ticket", "snoozed_by", "agent"),
    ):
        _link(table, name, target)
    for table, column in (
        ("agent", sa.Column("schedule", sa.JSON(none_as_null=True))),
        ("agent", sa.Column("time_zone", sa.Text(), nullable=False, server_default="")),
        ("agent", sa.Column("notices", sa.JSON(none_as_null=True))),
        ("choice", sa.Column("responsible_id", number)),
        ("choice", sa.Column("team_id", number)),
        ("client", sa.Column("responsible_id", number)),
        ("client", sa.Column("team_id", number)),
        ("client", sa.Column("contacts_see_all", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("contact", sa.Column("erased_at", moment)),
        ("draft", sa.Column("form", sa.JSON(none_as_null=True))),
        ("draft", sa.Column("deferred", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("message", sa.Column("binned_at", moment)),
        ("outgoing", sa.Column("event_id", number)),
        ("status", sa.Column("role_ids", sa.JSON(none_as_null=True))),
        ("team", sa.Column("last_agent_id", number)),
        ("ticket", sa.Column("close_warned_at", moment)),
        ("ticket", sa.Column("closed_at", moment)),
        ("ticket", sa.Column("outcome", sa.Text(), nullable=False, server_default="")),
        ("ticket", sa.Column("binned_at", moment)),
    ):
        op.add_column(table, column)


def _link(table: str, column: str, target: str) -> None:
    """A column with its foreign key said in one: SQLite has no other way without copying the table."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} REFERENCES {target} (id)")


def _branches() -> None:
    """The branches agents named become rows of their own."""
    true = "1" if op.get_bind().dialect.name == "sqlite" else "true"
    op.execute(
        f"INSERT INTO branch (name, active) SELECT DISTINCT branch, {true} FROM agent WHERE branch <> ''"
    )
    op.execute("UPDATE agent SET branch_id = (SELECT id FROM branch WHERE branch.name = agent.branch)")
    op.drop_column("agent", "branch")
