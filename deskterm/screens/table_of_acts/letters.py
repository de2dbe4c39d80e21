"""Acts on letters: Triage, Refused, Blocked, Outbox."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

LETTERS: Final[tuple[Act, ...]] = (
    # refused and blocked
    Act(
        "release",
        ("y",),
        "stopped",
        N_("Let it into normal processing"),
        f"{DOING}.triage.release",
        N_("let in"),
        right="triage",
    ),
    Act(
        "register",
        ("a",),
        "refused",
        N_("Register the sender and process the letter"),
        f"{DOING}.triage.register",
        N_("register"),
        right="triage",
    ),
    # triage
    Act(
        "make_ticket",
        ("t",),
        "letter",
        N_("Make a ticket of it"),
        f"{DOING}.triage.make_ticket",
        N_("ticket"),
        right="triage",
    ),
    Act(
        "add_to",
        ("T",),
        "letter",
        N_("Add it to a ticket…"),
        f"{DOING}.triage.add_to",
        N_("add to"),
        right="triage",
    ),
    Act(
        "reviewed",
        ("v",),
        "letter",
        N_("Mark reviewed"),
        f"{DOING}.triage.reviewed",
        N_("reviewed"),
        right="triage",
    ),
    Act(
        "letter_reply",
        ("r",),
        "letter",
        N_("Answer it; where it has no ticket, one is made of it"),
        f"{DOING}.triage.reply",
        N_("reply"),
        right="answer",
    ),
    Act(
        "review_close",
        ("c",),
        "letter",
        N_("Mark reviewed and close the tickets made of it"),
        f"{DOING}.triage.review_and_close",
        right="triage",
    ),
    Act("letter_ticket", ("f",), "letter", N_("Go to its ticket"), f"{DOING}.triage.go_to_ticket"),
    Act(
        "block",
        ("B",),
        "letter",
        N_("Block the sender"),
        f"{DOING}.triage.block",
        N_("block"),
        right="triage",
    ),
    Act(
        "spam",
        ("J",),
        "letter",
        N_("It is spam: to the Junk folder"),
        f"{DOING}.triage.spam",
        N_("spam"),
        right="triage",
    ),
    Act("letters_view", ("V",), "letters", N_("Choose a view of Triage…"), f"{DOING}.letter_views.choose"),
    # outbox
    Act(
        "take_back",
        ("t",),
        "outgoing",
        N_("Take it back as a draft"),
        f"{DOING}.outbox.take_back",
        N_("take back"),
        right="answer",
    ),
    Act(
        "retry",
        ("R",),
        "outgoing",
        N_("Send it again now"),
        "deskterm.desk.outbox.retry",
        N_("send again"),
        N_("It is sent again; `z` undoes it."),
        right="answer",
    ),
    Act(
        "arrived",
        ("y",),
        "outgoing",
        N_("It has arrived: settle the unknown"),
        "deskterm.desk.outbox.arrived",
        N_("arrived"),
        N_("Marked as arrived; `z` undoes it."),
        right="answer",
    ),
)
