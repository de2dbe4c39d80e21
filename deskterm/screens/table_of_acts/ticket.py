"""Acts on a ticket and its messages."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

TICKET: Final[tuple[Act, ...]] = (
    # the ticket
    # a letter that an agent passed on: first, so that the bar shows it wherever it applies
    Act(
        "take_writer",
        ("y",),
        "passed_on",
        N_("Make who wrote it the customer"),
        "deskterm.desk.forwards.take",
        N_("make customer"),
        N_("He is the customer now; `z` undoes it."),
        right="change",
    ),
    Act(
        "reply",
        ("r",),
        "ticket",
        N_("Answer the customer"),
        f"{DOING}.writing.reply",
        N_("reply"),
        right="answer",
    ),
    Act(
        "note",
        ("i",),
        "ticket",
        N_("Write an internal note, agents only"),
        f"{DOING}.writing.note",
        N_("note"),
        right="note",
    ),
    Act(
        "private",
        ("I",),
        "ticket",
        N_("Write a private message to one agent"),
        f"{DOING}.writing.private",
        right="note",
    ),
    Act(
        "assign_me",
        ("a",),
        "ticket",
        N_("Take it: assign to me"),
        f"{DOING}.tickets.assign_to_me",
        N_("take"),
        right="change",
    ),
    Act(
        "assign", ("A",), "ticket", N_("Assign to…"), f"{DOING}.tickets.assign", N_("assign"), right="change"
    ),
    Act(
        "status",
        ("s",),
        "ticket",
        N_("Set the status…"),
        f"{DOING}.tickets.status",
        N_("status"),
        right="change",
    ),
    Act("rubric", ("b",), "ticket", N_("Set the rubric…"), f"{DOING}.tickets.rubric", right="change"),
    Act(
        "unread", ("u",), "ticket", N_("Mark read or unread"), f"{DOING}.tickets.read_or_unread", N_("unread")
    ),
    Act(
        "message_unread", ("U",), "message", N_("Mark this message unread"), f"{DOING}.tickets.message_unread"
    ),
    Act(
        "reply_close",
        ("R",),
        "ticket",
        N_("Answer and close"),
        f"{DOING}.writing.reply_and_close",
        right="answer",
    ),
    Act(
        "reply_template",
        ("T",),
        "ticket",
        N_("Answer from a template…"),
        f"{DOING}.writing.reply_from_template",
        right="templates",
    ),
    Act(
        "close", ("c",), "ticket", N_("Close it: solved"), f"{DOING}.life.close", N_("close"), right="change"
    ),
    Act(
        "did_not_help",
        ("Q",),
        "ticket",
        N_("It did not help: open it again…"),
        f"{DOING}.life.did_not_help",
        right="change",
    ),
    Act("fields", ("e",), "ticket", N_("Set another field…"), f"{DOING}.life.fields", N_("fields")),
    Act(
        "snooze",
        ("B",),
        "ticket",
        N_("Snooze till…; wake what is snoozed"),
        f"{DOING}.life.snooze",
        right="change",
    ),
    Act("remind", ("!",), "ticket", N_("Remind me of it; my reminders…"), f"{DOING}.reminders.remind"),
    Act("watch", ("v",), "ticket", N_("Watch it, or no more"), f"{DOING}.moving_tickets.watch"),
    Act("favorite", ("f",), "ticket", N_("My favorite, or no more"), f"{DOING}.moving_tickets.favorite"),
    Act(
        "favorite_shared",
        ("F",),
        "ticket",
        N_("Everybody's favorite, or no more"),
        f"{DOING}.moving_tickets.favorite_shared",
        right="change",
    ),
    Act("tab", ("t",), "ticket", N_("Move to a tab…"), f"{DOING}.moving_tickets.to_tab"),
    Act(
        "merge",
        ("M",),
        "ticket",
        N_("Merge into another ticket…"),
        f"{DOING}.moving_tickets.merge",
        right="change",
    ),
    Act(
        "link",
        ("K",),
        "ticket",
        N_("Link with another ticket…"),
        f"{DOING}.moving_tickets.link",
        right="change",
    ),
    Act("linked", ("*",), "ticket", N_("Go to a linked ticket"), f"{DOING}.moving_tickets.go_to_linked"),
    Act("participants", ("E",), "ticket", N_("Who takes part…"), f"{DOING}.people.participants"),
    # before the client's, whose key it takes on an agent's line
    Act("agent_card", ("C",), "agent", N_("Open the agent's card"), f"{DOING}.people.agent_card", N_("card")),
    Act("client_card", ("C",), "ticket", N_("Open the client's card"), f"{DOING}.people.client_card"),
    Act("contact_card", ("V",), "ticket", N_("Open the contact's card"), f"{DOING}.people.contact_card"),
    Act("history", ("H",), "ticket", N_("Show or hide the history"), f"{DOING}.life.history", N_("history")),
    Act(
        "delete",
        ("delete",),
        "ticket",
        N_("Into the Bin; out of it in the Bin"),
        f"{DOING}.moving_tickets.delete",
        right="delete",
    ),
    Act("ticket_spam", ("J",), "ticket", N_("It is spam…"), f"{DOING}.moving_tickets.spam", right="triage"),
    Act(
        "move_message",
        ("O",),
        "message",
        N_("Move this message to another ticket…"),
        f"{DOING}.moving_tickets.move_message",
        right="change",
    ),
    Act("sender_card", (), "message", N_("Open the card of its sender"), f"{DOING}.people.sender_card"),
    Act(
        "whose",
        (),
        "message",
        N_("Say whose message it is: contact, client…"),
        f"{DOING}.people.whose",
        right="change",
    ),
    Act(
        "article",
        (";",),
        "message",
        N_("Make an article of this answer"),
        f"{DOING}.life.article",
        right="answer",
    ),
    Act("similar", ("'",), "ticket", N_("Similar tickets…"), f"{DOING}.life.similar"),
    Act(
        "split",
        ("X",),
        "message",
        N_("Split this message off…"),
        f"{DOING}.moving_tickets.split",
        right="change",
    ),
    Act(
        "delete_message",
        ("shift+delete",),
        "message",
        N_("Put this message into the Bin"),
        f"{DOING}.moving_tickets.delete_message",
        right="delete",
    ),
    # an unverified message
    Act(
        "accept",
        ("y",),
        "unverified",
        N_("Accept the unverified message into the ticket"),
        "deskterm.desk.triage.accept",
        N_("accept"),
        N_("Accepted."),
        right="triage",
    ),
    Act(
        "detach",
        ("D",),
        "unverified",
        N_("Detach the unverified message into a ticket of its own"),
        f"{DOING}.triage.detach",
        N_("detach"),
        right="triage",
    ),
)
