"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from deskterm.store import postgres, sqlite
from deskterm.store.migrations.first_rows import CHOICES, ROLES, STATUSES

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("incoming", sa.Text(), nullable=False),
        sa.Column("incoming_host", sa.Text(), nullable=False),
        sa.Column("incoming_port", sa.Integer(), nullable=False),
        sa.Column("incoming_security", sa.Text(), nullable=False),
        sa.Column("folders", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("outgoing", sa.Text(), nullable=False),
        sa.Column("outgoing_host", sa.Text(), nullable=False),
        sa.Column("outgoing_port", sa.Integer(), nullable=False),
        sa.Column("outgoing_security", sa.Text(), nullable=False),
        sa.Column("outgoing_login", sa.Boolean(), nullable=False),
        sa.Column("ca_file", sa.Text(), nullable=False),
        sa.Column("files_sent", sa.Text(), nullable=False),
        sa.Column("sent_folder", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("after_folder", sa.Text(), nullable=False),
        sa.Column("junk_folder", sa.Text(), nullable=False),
        sa.Column("reads_junk", sa.Boolean(), nullable=False),
        sa.Column("attachments_folder", sa.Text(), nullable=False),
        sa.Column("poll_seconds", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("confirms", sa.Boolean(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("who_may_write", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "choice",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("list", "name", name="choice_name"),
    )
    op.create_index("choice_list", "choice", ["list", "position"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "mail_log",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("account_id", number, nullable=True),
        sa.Column("rule_id", number, nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("letter_id", number, nullable=True),
        sa.Column("outgoing_id", number, nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("mail_log_address", "mail_log", ["key", "id"], unique=False)
    op.create_index("mail_log_at", "mail_log", ["at", "id"], unique=False)
    op.create_table(
        "muted_address",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "refusal",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "role",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rights", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid"),
    )
    op.create_table(
        "status",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("class", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("when_customer_writes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("class in ('active','waiting','closed')", name="status_class"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "ticket_count",
        sa.Column("responsible_id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("status_class", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("responsible_id", "rubric_id", "status_class"),
    )
    op.create_table(
        "account_state",
        sa.Column("account_id", number, autoincrement=False, nullable=False),
        sa.Column("incoming", sa.Text(), nullable=False),
        sa.Column("incoming_detail", sa.Text(), nullable=False),
        sa.Column("incoming_stage", sa.Text(), nullable=False),
        sa.Column("outgoing", sa.Text(), nullable=False),
        sa.Column("outgoing_detail", sa.Text(), nullable=False),
        sa.Column("files_detail", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_table(
        "client",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status_id", number, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["status_id"], ["choice.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "folder",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("last_uid", number, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "name", name="folder_name"),
    )
    op.create_table(
        "rule",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("account_id", number, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("conditions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("effects", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("rule_order", "rule", ["account_id", "position"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role_id", number, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "template",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", number, nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("template_kind", "template", ["kind", "account_id", "language"], unique=False)
    op.create_table(
        "agent",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("role_id", number, nullable=False),
        sa.Column("team_id", number, nullable=True),
        sa.Column("owner", sa.Boolean(), nullable=False),
        sa.Column("day_off", sa.Boolean(), nullable=False),
        sa.Column("start_message_id", number, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "department",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("client_id", number, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_department_client_id"), "department", ["client_id"], unique=False)
    op.create_table(
        "agent_address",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("agent_id", number, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_agent_address_agent_id"), "agent_address", ["agent_id"], unique=False)
    op.create_table(
        "black_entry",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", number, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["agent.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "key", name="black_entry_key"),
    )
    op.create_table(
        "contact",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("client_id", number, nullable=False),
        sa.Column("department_id", number, nullable=True),
        sa.Column("agent_id", number, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_contact_client_id"), "contact", ["client_id"], unique=False)
    op.create_index(op.f("ix_contact_key"), "contact", ["key"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("agent_id", number, nullable=True),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("message_id", number, nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", number, nullable=True),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("event_act", "event", ["act", "id"], unique=False)
    op.create_index("event_ticket", "event", ["ticket_id", "id"], unique=False)
    op.create_table(
        "presence",
        sa.Column("console", sa.String(), nullable=False),
        sa.Column("agent_id", number, nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("console"),
    )
    op.create_index(op.f("ix_presence_agent_id"), "presence", ["agent_id"], unique=False)
    op.create_table(
        "registered_sender",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", number, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["agent.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "key", name="registered_sender_key"),
    )
    op.create_table(
        "view",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("agent_id", number, nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filter", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agent_id", "section", "name", name="view_name"),
    )
    op.create_table(
        "contact_point",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("contact_id", number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("contact_point_key", "contact_point", ["kind", "key"], unique=False)
    op.create_index(op.f("ix_contact_point_contact_id"), "contact_point", ["contact_id"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status_id", number, nullable=False),
        sa.Column("status_class", sa.Text(), nullable=False),
        sa.Column("client_id", number, nullable=True),
        sa.Column("contact_id", number, nullable=True),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("responsible_id", number, nullable=True),
        sa.Column("team_id", number, nullable=True),
        sa.Column("rubric_id", number, nullable=True),
        sa.Column("category_id", number, nullable=True),
        sa.Column("kind_id", number, nullable=True),
        sa.Column("criticality_id", number, nullable=True),
        sa.Column("difficulty_id", number, nullable=True),
        sa.Column("source_id", number, nullable=True),
        sa.Column("account_id", number, nullable=True),
        sa.Column("rule_id", number, nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("creator_id", number, nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_public_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("auto_close_days", sa.Integer(), nullable=True),
        sa.Column("last_message_id", number, nullable=False),
        sa.Column("last_private_id", number, nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("merged_into", number, nullable=True),
        sa.Column("muted", sa.Text(), nullable=False),
        sa.Column("client_why", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["category_id"], ["choice.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["creator_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["criticality_id"], ["choice.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["difficulty_id"], ["choice.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["kind_id"], ["choice.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["merged_into"], ["ticket.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["responsible_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["rubric_id"], ["choice.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["source_id"], ["choice.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["status_id"], ["status.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ticket_client_id"), "ticket", ["client_id"], unique=False)
    op.create_index(op.f("ix_ticket_contact_id"), "ticket", ["contact_id"], unique=False)
    op.create_index(op.f("ix_ticket_customer_key"), "ticket", ["customer_key"], unique=False)
    op.create_index("ticket_changed", "ticket", ["changed_at", "id"], unique=False)
    op.create_index("ticket_class", "ticket", ["status_class", "last_message_at", "id"], unique=False)
    op.create_index("ticket_latest", "ticket", ["last_message_at", "id"], unique=False)
    op.create_index(
        "ticket_responsible",
        "ticket",
        ["responsible_id", "status_class", "last_message_at", "id"],
        unique=False,
    )
    op.create_index(
        "ticket_rubric", "ticket", ["rubric_id", "status_class", "last_message_at", "id"], unique=False
    )
    op.create_index("ticket_status", "ticket", ["status_id", "last_message_at", "id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("agent_id", number, nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("addressee_id", number, nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seen_message_id", number, nullable=False),
        sa.Column("returned_why", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["addressee_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("draft_agent", "draft", ["agent_id", "ticket_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("blob_sha256", sa.String(), nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("from_address", sa.Text(), nullable=False),
        sa.Column("from_key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("from_staff", sa.Boolean(), nullable=False),
        sa.Column("may_answer", sa.Boolean(), nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("black_entry_id", number, nullable=True),
        sa.Column("rule_id", number, nullable=True),
        sa.Column("triage", sa.Text(), nullable=True),
        sa.Column("triage_why", sa.Text(), nullable=False),
        sa.Column("seen_by", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["black_entry_id"], ["black_entry.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["blob_sha256"],
            ["blob.sha256"],
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_letter_blob_sha256"), "letter", ["blob_sha256"], unique=False)
    op.create_index(op.f("ix_letter_from_key"), "letter", ["from_key"], unique=False)
    op.create_index(op.f("ix_letter_ticket_id"), "letter", ["ticket_id"], unique=False)
    op.create_index("letter_message_id", "letter", ["message_key", "body_hash"], unique=False)
    op.create_index("letter_triage", "letter", ["triage", "id"], unique=False)
    op.create_table(
        "observer",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("account_id", number, nullable=True),
        sa.Column("rule_id", number, nullable=True),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "observer_scope", "observer", ["scope", "account_id", "rule_id", "ticket_id"], unique=False
    )
    op.create_table(
        "participant",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("ticket_id", number, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact_id", number, nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ticket_id", "key", name="participant_once"),
    )
    op.create_index("participant_key", "participant", ["key"], unique=False)
    op.create_table(
        "read_mark",
        sa.Column("agent_id", number, autoincrement=False, nullable=False),
        sa.Column("ticket_id", number, autoincrement=False, nullable=False),
        sa.Column("upto", number, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("agent_id", "ticket_id"),
    )
    op.create_index(op.f("ix_read_mark_ticket_id"), "read_mark", ["ticket_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("blob_sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("letter_id", number, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("placed", sa.Boolean(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("wish_folder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["blob_sha256"],
            ["blob.sha256"],
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "folder", "epoch", "key", name="delivery_place"),
        sqlite_autoincrement=True,
    )
    op.create_index("delivery_state", "delivery", ["state", "id"], unique=False)
    op.create_index(
        "delivery_unplaced",
        "delivery",
        ["account_id", "folder", "epoch"],
        unique=False,
        sqlite_where=sa.text("not placed"),
        postgresql_where=sa.text("not placed"),
    )
    op.create_index(
        "delivery_wish",
        "delivery",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("wish <> ''"),
        postgresql_where=sa.text("wish <> ''"),
    )
    op.create_index(op.f("ix_delivery_account_id"), "delivery", ["account_id"], unique=False)
    op.create_index(op.f("ix_delivery_blob_sha256"), "delivery", ["blob_sha256"], unique=False)
    op.create_index(op.f("ix_delivery_letter_id"), "delivery", ["letter_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("ticket_id", number, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("addressee_id", number, nullable=True),
        sa.Column("author_agent_id", number, nullable=True),
        sa.Column("author_contact_id", number, nullable=True),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("from_address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("folds", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("html", sa.Boolean(), nullable=False),
        sa.Column("letter_id", number, nullable=True),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unverified", sa.Text(), nullable=True),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.Column("seconds_spent", sa.Integer(), nullable=True),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("visibility in ('public','internal','private')", name="message_visibility"),
        sa.ForeignKeyConstraint(["addressee_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["author_agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["author_contact_id"], ["contact.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_message_letter_id"), "message", ["letter_id"], unique=False)
    op.create_index("message_addressee", "message", ["addressee_id", "id"], unique=False)
    op.create_index("message_author", "message", ["author_agent_id", "id"], unique=False)
    op.create_index("message_ticket", "message", ["ticket_id", "id"], unique=False)
    op.create_table(
        "addressed",
        sa.Column("agent_id", number, autoincrement=False, nullable=False),
        sa.Column("message_id", number, autoincrement=False, nullable=False),
        sa.Column("ticket_id", number, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("agent_id", "message_id"),
    )
    op.create_index("addressed_agent", "addressed", ["agent_id", "read_at"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("message_id", number, nullable=True),
        sa.Column("draft_id", number, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", number, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        sa.Column("original_sha256", sa.Text(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("save_to", sa.Text(), nullable=False),
        sa.Column("blob_sha256", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "attachment_save",
        "attachment",
        ["id"],
        unique=False,
        sqlite_where=sa.text("save_to <> ''"),
        postgresql_where=sa.text("save_to <> ''"),
    )
    op.create_index(op.f("ix_attachment_draft_id"), "attachment", ["draft_id"], unique=False)
    op.create_index(op.f("ix_attachment_message_id"), "attachment", ["message_id"], unique=False)
    op.create_table(
        "letter_ticket",
        sa.Column("letter_id", number, autoincrement=False, nullable=False),
        sa.Column("ticket_id", number, autoincrement=False, nullable=False),
        sa.Column("message_id", number, nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("letter_id", "ticket_id"),
    )
    op.create_index(op.f("ix_letter_ticket_ticket_id"), "letter_ticket", ["ticket_id"], unique=False)
    op.create_table(
        "message_ref",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("ticket_id", number, nullable=False),
        sa.Column("message_id", number, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref", "ticket_id", name="message_ref_once"),
    )
    op.create_index("message_ref_ticket", "message_ref", ["ticket_id"], unique=False)
    op.create_table(
        "outgoing",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("ticket_id", number, nullable=True),
        sa.Column("message_id", number, nullable=True),
        sa.Column("agent_id", number, nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("blob_sha256", sa.String(), nullable=False),
        sa.Column("seen_message_id", number, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("draft_key", sa.Text(), nullable=True),
        sa.Column("filed", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["blob_sha256"],
            ["blob.sha256"],
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outgoing_message_id"), "outgoing", ["message_id"], unique=False)
    op.create_index(op.f("ix_outgoing_message_key"), "outgoing", ["message_key"], unique=False)
    op.create_index(op.f("ix_outgoing_ticket_id"), "outgoing", ["ticket_id"], unique=False)
    op.create_index("outgoing_open", "outgoing", ["open", "id"], unique=False)
    op.create_index(
        "outgoing_unfiled",
        "outgoing",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("filed = 'pending'"),
        postgresql_where=sa.text("filed = 'pending'"),
    )
    op.create_table(
        "read_exception",
        sa.Column("agent_id", number, autoincrement=False, nullable=False),
        sa.Column("message_id", number, autoincrement=False, nullable=False),
        sa.Column("ticket_id", number, nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("agent_id", "message_id"),
    )
    op.create_index(op.f("ix_read_exception_ticket_id"), "read_exception", ["ticket_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("outgoing_id", number, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("claimed_by", number, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["outgoing_id"], ["outgoing.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("outgoing_id", "key", name="outbox_recipient"),
    )
    op.create_index("outbox_address", "outbox", ["key", "created_at"], unique=False)
    op.create_index("outbox_due", "outbox", ["state", "next_at"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sqlite.CREATE_WORDS)
    else:
        for statement in postgres.CREATE_WORDS:
            op.execute(statement)
    first_rows()


def first_rows() -> None:
    """The statuses, roles and lists a new desk begins with."""
    status = sa.table("status", *(sa.column(name) for name in STATUSES[0]))
    role = sa.table("role", sa.column("key"), sa.column("name"), sa.column("rights", sa.JSON))
    choice = sa.table("choice", *(sa.column(name) for name in CHOICES[0]))
    op.bulk_insert(status, list(STATUSES))
    op.bulk_insert(role, list(ROLES))
    op.bulk_insert(choice, list(CHOICES))
