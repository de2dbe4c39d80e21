"""Acts of menus, palette and `?`, most of them without a key of their own: fields, card, delivery."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

FIELDS: Final[tuple[Act, ...]] = tuple(
    Act(f"set_{field}", (), "ticket", title, f"{DOING}.fields.{field}", right="change")
    for field, title in (
        ("category", N_("Set the category…")),
        ("kind", N_("Set the kind…")),
        ("criticality", N_("Set the criticality…")),
        ("difficulty", N_("Set the difficulty…")),
        ("sla", N_("Set the SLA level…")),
        ("team", N_("Set the team…")),
        ("branch", N_("Set the branch…")),
        ("source", N_("Set the source…")),
        ("subject", N_("Change the subject…")),
        ("auto_close_days", N_("Set after how many days it closes by itself…")),
        ("due_at", N_("Set till when it is due…")),
    )
)

MENU_ACTS: Final[tuple[Act, ...]] = (
    *FIELDS,
    Act("set_client", (), "clientless", N_("Set its client…"), f"{DOING}.people.set_client", right="change"),
    Act("watchers", (), "ticket", N_("Who watches it…"), f"{DOING}.people.watchers"),
    Act("ticket_files", (), "ticket", N_("Files of all its messages…"), f"{DOING}.reading.files_of_ticket"),
    Act("purge", (), "binned", N_("Remove it for good…"), f"{DOING}.the_bin.purge", right="administer"),
    Act(
        "allow_automatic",
        (),
        "muted",
        N_("Let automatic letters go again…"),
        f"{DOING}.letters_on_servers.allow_automatic",
        right="triage",
    ),
    # the message
    Act(
        "message_spam",
        (),
        "message",
        N_("It is spam: its letter, with its ticket…"),
        f"{DOING}.the_bin.spam_message",
        right="triage",
    ),
    Act(
        "message_card",
        ('"',),
        "message",
        N_("Its card: who wrote it, who gets it, how it came…"),
        f"{DOING}.message_card.show",
    ),
    Act("delivery", (), "message", N_("Its delivery: send again, edit…"), f"{DOING}.message_card.delivery"),
    Act(
        "time_spent",
        (),
        "message",
        N_("Correct the time spent on it…"),
        f"{DOING}.message_card.time_spent",
        right="note",
    ),
    Act(
        "add_participant",
        (),
        "message",
        N_("Add a participant…"),
        f"{DOING}.people.add_participant",
        right="change",
    ),
    Act(
        "refile",
        (),
        "body",
        N_("Move its letter to another folder on the server…"),
        f"{DOING}.letters_on_servers.refile",
        right="triage",
    ),
    Act(
        "deleted_messages",
        (),
        "desk",
        N_("Bring back a deleted message…"),
        f"{DOING}.the_bin.deleted_messages",
        right="delete",
    ),
    # outbox
    Act(
        "outgoing_edit",
        ("e",),
        "outgoing",
        N_("Edit it and send it again…"),
        f"{DOING}.outbox.edit",
        right="answer",
    ),
    Act("outgoing_ticket", ("f",), "outgoing", N_("Go to its ticket"), f"{DOING}.outbox.go_to_ticket"),
    # triage
    Act(
        "letters_keep_view",
        ("K",),
        "letters",
        N_("Keep this view under a name…"),
        f"{DOING}.letter_views.keep",
    ),
    Act("letters_edit_view", (), "letters", N_("Rename or remove this view…"), f"{DOING}.letter_views.edit"),
    Act(
        "read_again",
        (),
        "letter",
        N_("Try once more to read it"),
        f"{DOING}.letters_on_servers.read_again",
        right="triage",
    ),
    # cards
    Act(
        "card_hand_over",
        (),
        "card",
        N_("Hand over to another person…"),
        f"{DOING}.card_people.hand_over",
        right="change",
    ),
    Act("card_notices", (), "card", N_("What an agent is told of…"), f"{DOING}.card_people.notices"),
    Act(
        "card_merge",
        ("K",),
        "card",
        N_("Merge with another one…"),
        f"{DOING}.card_people.merge",
        right="change",
    ),
    Act("card_erase", (), "card", N_("Erase this person…"), f"{DOING}.card_people.erase", right="erase"),
    # administration
    Act(
        "adm_import",
        ("i",),
        "administration",
        N_("Import clients and contacts from a CSV file…"),
        f"{DOING}.importing.show",
        N_("import"),
    ),
)
