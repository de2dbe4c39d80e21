"""The tables for statements; made by `python -m deskterm.store.tables.generate`, never by hand."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, String, Table, Text

from deskterm.store.tables.types import Json, Number, Utc

METADATA = MetaData()

account = Table(
    "account",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("address", Text, default=""),
    Column("key", Text, default=""),
    Column("name", Text, default=""),
    Column("login", Text, default=""),
    Column("incoming", Text, default="imap"),
    Column("incoming_host", Text, default=""),
    Column("incoming_port", Integer, default=0),
    Column("incoming_security", Text, default="tls"),
    Column("folders", Json),
    Column("outgoing", Text, default="smtp"),
    Column("outgoing_host", Text, default=""),
    Column("outgoing_port", Integer, default=0),
    Column("outgoing_security", Text, default="tls"),
    Column("outgoing_login", Boolean, default=True),
    Column("ca_file", Text, default=""),
    Column("files_sent", Text, default="append"),
    Column("sent_folder", Text, default=""),
    Column("after", Text, default="seen"),
    Column("after_folder", Text, default=""),
    Column("junk_folder", Text, default=""),
    Column("reads_junk", Boolean, default=False),
    Column("attachments_folder", Text, default=""),
    Column("poll_seconds", Integer, default=180),
    Column("language", Text, default="en"),
    Column("signature", Text, default=""),
    Column("confirms", Boolean, default=True),
    Column("silent", Boolean, default=False),
    Column("who_may_write", Text, default="everybody"),
    Column("active", Boolean, default=True),
    Column("created_at", Utc),
)

account_state = Table(
    "account_state",
    METADATA,
    Column("account_id", Number, primary_key=True),
    Column("incoming", Text, default="unknown"),
    Column("incoming_detail", Text, default=""),
    Column("incoming_stage", Text, default=""),
    Column("outgoing", Text, default="unknown"),
    Column("outgoing_detail", Text, default=""),
    Column("files_detail", Text, default=""),
    Column("checked_at", Utc),
    Column("changed_at", Utc),
    Column("failures", Integer, default=0),
)

addressed = Table(
    "addressed",
    METADATA,
    Column("agent_id", Number, primary_key=True),
    Column("message_id", Number, primary_key=True),
    Column("ticket_id", Number),
    Column("read_at", Utc),
)

agent = Table(
    "agent",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("login", Text, default=""),
    Column("name", Text, default=""),
    Column("address", Text, default=""),
    Column("branch_id", Number),
    Column("extension", Text, default=""),
    Column("signature", Text, default=""),
    Column("language", Text),
    Column("role_id", Number),
    Column("team_id", Number),
    Column("owner", Boolean, default=False),
    Column("day_off", Boolean, default=False),
    Column("schedule", Json),
    Column("time_zone", Text, default=""),
    Column("notices", Json),
    Column("start_message_id", Number, default=0),
    Column("active", Boolean, default=True),
    Column("created_at", Utc),
)

agent_address = Table(
    "agent_address",
    METADATA,
    Column("key", String, primary_key=True),
    Column("agent_id", Number),
    Column("address", Text, default=""),
)

agent_setting = Table(
    "agent_setting",
    METADATA,
    Column("agent_id", Number, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Json),
)

article = Table(
    "article",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("title", Text, default=""),
    Column("body", Text, default=""),
    Column("words", Text, default=""),
    Column("language", Text, default="en"),
    Column("ticket_id", Number),
    Column("author_id", Number),
    Column("used", Integer, default=0),
    Column("active", Boolean, default=True),
    Column("created_at", Utc),
    Column("updated_at", Utc),
)

attachment = Table(
    "attachment",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("message_id", Number),
    Column("draft_id", Number),
    Column("position", Integer, default=0),
    Column("name", Text, default=""),
    Column("type", Text, default=""),
    Column("size", Number, default=0),
    Column("sha256", Text, default=""),
    Column("inline", Boolean, default=False),
    Column("content_id", Text, default=""),
    Column("original_sha256", Text),
    Column("part", Integer),
    Column("save_to", Text, default=""),
    Column("blob_sha256", Text),
)

black_entry = Table(
    "black_entry",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("kind", Text, default=""),
    Column("value", Text, default=""),
    Column("key", Text, default=""),
    Column("hits", Integer, default=0),
    Column("active", Boolean, default=True),
    Column("created_at", Utc),
    Column("created_by", Number),
)

blob = Table(
    "blob",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("size", Integer),
    Column("encoding", Text, default="raw"),
    Column("data", LargeBinary),
)

branch = Table(
    "branch",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("name", Text, default=""),
    Column("client_id", Number),
    Column("active", Boolean, default=True),
)

choice = Table(
    "choice",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("list", Text, default=""),
    Column("key", Text),
    Column("name", Text, default=""),
    Column("position", Integer, default=0),
    Column("is_default", Boolean, default=False),
    Column("responsible_id", Number),
    Column("team_id", Number),
    Column("active", Boolean, default=True),
)

client = Table(
    "client",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("name", Text, default=""),
    Column("key", Text, default=""),
    Column("note", Text, default=""),
    Column("status_id", Number),
    Column("sla_id", Number),
    Column("responsible_id", Number),
    Column("team_id", Number),
    Column("contacts_see_all", Boolean, default=False),
    Column("active", Boolean, default=True),
    Column("created_at", Utc),
)

client_domain = Table(
    "client_domain",
    METADATA,
    Column("key", String, primary_key=True),
    Column("client_id", Number),
)

contact = Table(
    "contact",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("client_id", Number),
    Column("department_id", Number),
    Column("agent_id", Number),
    Column("name", Text, default=""),
    Column("key", Text, default=""),
    Column("language", Text),
    Column("note", Text, default=""),
    Column("sla_id", Number),
    Column("erased_at", Utc),
    Column("active", Boolean, default=True),
    Column("created_at", Utc),
)

contact_point = Table(
    "contact_point",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("contact_id", Number),
    Column("kind", Text, default="email"),
    Column("value", Text, default=""),
    Column("key", Text, default=""),
    Column("active", Boolean, default=True),
    Column("bounced_at", Utc),
)

day_off = Table(
    "day_off",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("agent_id", Number),
    Column("first_day", Text, default=""),
    Column("last_day", Text, default=""),
    Column("note", Text, default=""),
)

delivery = Table(
    "delivery",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("account_id", Number),
    Column("folder", Text, default=""),
    Column("epoch", Text, default=""),
    Column("key", Text, default=""),
    Column("blob_sha256", String),
    Column("size", Integer, default=0),
    Column("arrived_at", Utc),
    Column("stored_at", Utc),
    Column("state", Text, default="stored"),
    Column("attempts", Integer, default=0),
    Column("letter_id", Number),
    Column("verdict", Text),
    Column("reasons", Json),
    Column("placed", Boolean, default=False),
    Column("wish", Text, default=""),
    Column("wish_folder", Text, default=""),
)

department = Table(
    "department",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("client_id", Number),
    Column("name", Text, default=""),
    Column("key", Text, default=""),
    Column("active", Boolean, default=True),
)

draft = Table(
    "draft",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", Text, default=""),
    Column("agent_id", Number),
    Column("ticket_id", Number),
    Column("visibility", Text, default="public"),
    Column("addressee_id", Number),
    Column("subject", Text, default=""),
    Column("body", Text, default=""),
    Column("seen_message_id", Number, default=0),
    Column("returned_why", Text, default=""),
    Column("form", Json),
    Column("deferred", Boolean, default=False),
    Column("started_at", Utc),
    Column("updated_at", Utc),
)

event = Table(
    "event",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Utc),
    Column("act", Text, default=""),
    Column("actor_kind", Text, default=""),
    Column("agent_id", Number),
    Column("via", Text, default=""),
    Column("ticket_id", Number),
    Column("message_id", Number),
    Column("subject_kind", Text, default=""),
    Column("subject_id", Number),
    Column("changes", Json),
    Column("group_id", Text),
)

favorite = Table(
    "favorite",
    METADATA,
    Column("agent_id", Number, primary_key=True),
    Column("ticket_id", Number, primary_key=True),
    Column("shared", Boolean, primary_key=True),
    Column("created_at", Utc),
)

folder = Table(
    "folder",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("account_id", Number),
    Column("name", Text, default=""),
    Column("epoch", Text, default=""),
    Column("last_uid", Number, default=0),
    Column("role", Text, default=""),
)

lease = Table(
    "lease",
    METADATA,
    Column("name", String, primary_key=True),
    Column("holder", String),
    Column("epoch", Integer),
    Column("expires_at", Utc),
    Column("renewed_at", Utc),
)

letter = Table(
    "letter",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("account_id", Number),
    Column("blob_sha256", String),
    Column("message_key", Text, default=""),
    Column("body_hash", Text, default=""),
    Column("kind", Text, default="person"),
    Column("verdict", Text, default=""),
    Column("reasons", Json),
    Column("from_name", Text, default=""),
    Column("from_address", Text, default=""),
    Column("from_key", Text, default=""),
    Column("subject", Text, default=""),
    Column("preview", Text, default=""),
    Column("sent_at", Utc),
    Column("arrived_at", Utc),
    Column("size", Integer, default=0),
    Column("attachments", Integer, default=0),
    Column("from_staff", Boolean, default=False),
    Column("may_answer", Boolean, default=True),
    Column("ticket_id", Number),
    Column("black_entry_id", Number),
    Column("rule_id", Number),
    Column("triage", Text),
    Column("triage_why", Text, default=""),
    Column("seen_by", Json),
    Column("version", Integer, default=0),
)

letter_ticket = Table(
    "letter_ticket",
    METADATA,
    Column("letter_id", Number, primary_key=True),
    Column("ticket_id", Number, primary_key=True),
    Column("message_id", Number),
)

mail_log = Table(
    "mail_log",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Utc),
    Column("act", Text, default=""),
    Column("account_id", Number),
    Column("rule_id", Number),
    Column("address", Text, default=""),
    Column("key", Text, default=""),
    Column("subject", Text, default=""),
    Column("ticket_id", Number),
    Column("letter_id", Number),
    Column("outgoing_id", Number),
    Column("detail", Text, default=""),
)

message = Table(
    "message",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("ticket_id", Number),
    Column("type", Text, default="email"),
    Column("visibility", Text, default="internal"),
    Column("addressee_id", Number),
    Column("author_agent_id", Number),
    Column("author_contact_id", Number),
    Column("from_name", Text, default=""),
    Column("from_address", Text, default=""),
    Column("subject", Text, default=""),
    Column("body", Text, default=""),
    Column("folds", Json),
    Column("html", Boolean, default=False),
    Column("letter_id", Number),
    Column("message_key", Text, default=""),
    Column("at", Utc),
    Column("sent_at", Utc),
    Column("unverified", Text),
    Column("delivery", Text),
    Column("seconds_spent", Integer),
    Column("taken_by_id", Number),
    Column("attachments", Integer, default=0),
    Column("deleted_at", Utc),
    Column("binned_at", Utc),
)

message_ref = Table(
    "message_ref",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("ref", Text, default=""),
    Column("ticket_id", Number),
    Column("message_id", Number),
    Column("kind", Text, default="mentioned"),
)

muted_address = Table(
    "muted_address",
    METADATA,
    Column("key", String, primary_key=True),
    Column("why", Text, default=""),
    Column("ticket_id", Number),
    Column("muted_at", Utc),
)

notice_switch = Table(
    "notice_switch",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("customer", Boolean, default=False),
    Column("responsible", Boolean, default=False),
    Column("administrators", Boolean, default=False),
    Column("team", Boolean, default=False),
    Column("watchers", Boolean, default=False),
)

notification = Table(
    "notification",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("agent_id", Number),
    Column("kind", Text, default=""),
    Column("ticket_id", Number),
    Column("message_id", Number),
    Column("event_id", Number),
    Column("at", Utc),
    Column("seen_at", Utc),
)

observer = Table(
    "observer",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("scope", Text, default="desk"),
    Column("account_id", Number),
    Column("rule_id", Number),
    Column("ticket_id", Number),
    Column("address", Text, default=""),
    Column("key", Text, default=""),
    Column("created_at", Utc),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("outgoing_id", Number),
    Column("address", Text, default=""),
    Column("key", Text, default=""),
    Column("state", Text, default="waiting"),
    Column("attempts", Integer, default=0),
    Column("next_at", Utc),
    Column("code", Integer),
    Column("reply", Text, default=""),
    Column("claimed_by", Number),
    Column("created_at", Utc),
    Column("settled_at", Utc),
)

outgoing = Table(
    "outgoing",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("kind", Text, default=""),
    Column("automatic", Boolean, default=False),
    Column("account_id", Number),
    Column("ticket_id", Number),
    Column("message_id", Number),
    Column("event_id", Number),
    Column("agent_id", Number),
    Column("sender", Text, default=""),
    Column("message_key", Text, default=""),
    Column("subject", Text, default=""),
    Column("blob_sha256", String),
    Column("seen_message_id", Number, default=0),
    Column("not_before", Utc),
    Column("draft_key", Text),
    Column("filed", Text, default="none"),
    Column("open", Boolean, default=True),
    Column("created_at", Utc),
)

participant = Table(
    "participant",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("ticket_id", Number),
    Column("address", Text, default=""),
    Column("key", Text, default=""),
    Column("name", Text, default=""),
    Column("contact_id", Number),
    Column("place", Text, default="to"),
    Column("excluded", Boolean, default=False),
    Column("created_at", Utc),
)

presence = Table(
    "presence",
    METADATA,
    Column("console", String, primary_key=True),
    Column("agent_id", Number),
    Column("ticket_id", Number),
    Column("mode", Text, default="idle"),
    Column("seen_at", Utc),
)

read_exception = Table(
    "read_exception",
    METADATA,
    Column("agent_id", Number, primary_key=True),
    Column("message_id", Number, primary_key=True),
    Column("ticket_id", Number),
    Column("unread", Boolean, default=False),
)

read_mark = Table(
    "read_mark",
    METADATA,
    Column("agent_id", Number, primary_key=True),
    Column("ticket_id", Number, primary_key=True),
    Column("upto", Number, default=0),
)

refusal = Table(
    "refusal",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Utc),
    Column("actor", Text, default=""),
    Column("act", Text, default=""),
    Column("right", Text, default=""),
    Column("ticket_id", Number),
)

registered_sender = Table(
    "registered_sender",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("kind", Text, default="address"),
    Column("value", Text, default=""),
    Column("key", Text, default=""),
    Column("name", Text, default=""),
    Column("created_at", Utc),
    Column("created_by", Number),
)

reminder = Table(
    "reminder",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("agent_id", Number),
    Column("ticket_id", Number),
    Column("at", Utc),
    Column("text", Text, default=""),
    Column("done_at", Utc),
    Column("created_at", Utc),
)

reversal = Table(
    "reversal",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("agent_id", Number),
    Column("at", Utc),
    Column("act", Text, default=""),
    Column("ticket_id", Number),
    Column("tickets", Integer, default=0),
    Column("rows", Json),
    Column("first_event", Number, default=0),
    Column("last_event", Number, default=0),
    Column("undone_at", Utc),
)

role = Table(
    "role",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", Text),
    Column("name", Text, default=""),
    Column("rights", Json),
)

rule = Table(
    "rule",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("account_id", Number),
    Column("position", Integer, default=0),
    Column("name", Text, default=""),
    Column("conditions", Json),
    Column("effects", Json),
    Column("hits", Integer, default=0),
    Column("active", Boolean, default=True),
    Column("created_at", Utc),
)

setting = Table(
    "setting",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", Json),
)

signing_key = Table(
    "signing_key",
    METADATA,
    Column("kid", String, primary_key=True),
    Column("secret", LargeBinary),
    Column("created_at", Utc),
)

status = Table(
    "status",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", Text),
    Column("name", Text, default=""),
    Column("class", String, default="active"),
    Column("position", Integer, default=0),
    Column("when_customer_writes", Text),
    Column("role_ids", Json),
    Column("active", Boolean, default=True),
)

tab = Table(
    "tab",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("agent_id", Number),
    Column("name", Text, default=""),
    Column("position", Integer, default=0),
)

tab_ticket = Table(
    "tab_ticket",
    METADATA,
    Column("agent_id", Number, primary_key=True),
    Column("ticket_id", Number, primary_key=True),
    Column("tab_id", Number),
)

team = Table(
    "team",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("name", Text, default=""),
    Column("role_id", Number),
    Column("last_agent_id", Number),
    Column("active", Boolean, default=True),
)

template = Table(
    "template",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("kind", Text, default=""),
    Column("account_id", Number),
    Column("language", Text, default="en"),
    Column("name", Text, default=""),
    Column("body", Text, default=""),
    Column("updated_at", Utc),
)

ticket = Table(
    "ticket",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("token", Text, default=""),
    Column("subject", Text, default=""),
    Column("status_id", Number),
    Column("status_class", Text, default="active"),
    Column("client_id", Number),
    Column("contact_id", Number),
    Column("customer", Text, default=""),
    Column("customer_key", Text, default=""),
    Column("responsible_id", Number),
    Column("team_id", Number),
    Column("rubric_id", Number),
    Column("category_id", Number),
    Column("kind_id", Number),
    Column("criticality_id", Number),
    Column("difficulty_id", Number),
    Column("source_id", Number),
    Column("sla_id", Number),
    Column("branch_id", Number),
    Column("account_id", Number),
    Column("rule_id", Number),
    Column("silent", Boolean, default=False),
    Column("tags", Json),
    Column("creator_id", Number),
    Column("language", Text, default="en"),
    Column("turn", Text, default="ours"),
    Column("created_at", Utc),
    Column("changed_at", Utc),
    Column("last_message_at", Utc),
    Column("last_public_at", Utc),
    Column("answered_at", Utc),
    Column("due_at", Utc),
    Column("snoozed_until", Utc),
    Column("snoozed_by", Number),
    Column("auto_close_days", Integer),
    Column("close_warned_at", Utc),
    Column("closed_at", Utc),
    Column("outcome", Text, default=""),
    Column("last_message_id", Number, default=0),
    Column("last_private_id", Number, default=0),
    Column("messages", Integer, default=0),
    Column("merged_into", Number),
    Column("muted", Text, default=""),
    Column("client_why", Text, default=""),
    Column("deleted_at", Utc),
    Column("binned_at", Utc),
    Column("version", Integer, default=0),
)

ticket_count = Table(
    "ticket_count",
    METADATA,
    Column("responsible_id", Integer, primary_key=True),
    Column("rubric_id", Integer, primary_key=True),
    Column("status_class", String, primary_key=True),
    Column("number", Integer, default=0),
)

ticket_link = Table(
    "ticket_link",
    METADATA,
    Column("ticket_id", Number, primary_key=True),
    Column("other_id", Number, primary_key=True),
    Column("kind", Text, default="related"),
    Column("created_at", Utc),
    Column("created_by", Number),
)

view = Table(
    "view",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("agent_id", Number),
    Column("section", Text, default=""),
    Column("name", Text, default=""),
    Column("filter", Json),
    Column("position", Integer, default=0),
)

watch = Table(
    "watch",
    METADATA,
    Column("agent_id", Number, primary_key=True),
    Column("ticket_id", Number, primary_key=True),
    Column("created_at", Utc),
)
