"""Acts of the desk as a whole, wherever one is in it, and of its look."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

DESK: Final[tuple[Act, ...]] = (
    # the desk
    Act(
        "next_tab",
        ("]",),
        "desk",
        N_("The next tab of the list, the next view of letters"),
        f"{DOING}.moving_tickets.next_tab",
    ),
    Act(
        "previous_tab",
        ("[",),
        "desk",
        N_("The tab before, the view before"),
        f"{DOING}.moving_tickets.previous_tab",
    ),
    Act("edit_tab", (), "desk", N_("Rename or close this tab…"), f"{DOING}.moving_tickets.edit_tab"),
    Act("undo", ("z",), "desk", N_("Undo what I did last"), f"{DOING}.undoing.undo", N_("undo")),
    Act("undo_which", ("Y",), "desk", N_("Undo one of my acts…"), f"{DOING}.undoing.undo_which"),
    Act(
        "undo_send",
        ("ctrl+z",),
        "desk",
        N_("Take back the answer just sent"),
        f"{DOING}.outbox.undo_send",
        right="answer",
    ),
    Act(
        "new_ticket",
        ("N",),
        "desk",
        N_("New ticket by hand: a phone call"),
        f"{DOING}.people.new_ticket",
        N_("new"),
        right="answer",
    ),
    Act(
        "find_card",
        ("@", "ctrl+k"),
        "desk",
        N_("Find the card of a client, contact or agent…"),
        f"{DOING}.people.find_card",
    ),
    Act("drafts", ("d",), "desk", N_("My drafts…"), f"{DOING}.writing.drafts"),
    Act("notifications", ("f7",), "desk", N_("What I was told of…"), f"{DOING}.desk.notifications"),
    Act(
        "mail_log",
        ("L",),
        "desk",
        N_("The mail log: all that was done with mail"),
        f"{DOING}.log.show",
        right="triage",
    ),
    Act(
        "reports", ("6",), "desk", N_("Reports: time spent, tickets"), f"{DOING}.report.show", right="report"
    ),
    Act(
        "administration",
        ("f8",),
        "desk",
        N_("Administration: accounts, rules, agents, lists, settings…"),
        f"{DOING}.administration.show",
    ),
    Act("notifying", (), "desk", N_("How I am told: on screen, bell, desktop…"), f"{DOING}.own.notifying"),
    Act("keys", (), "desk", N_("My own keys: change them, read them anew…"), f"{DOING}.own.keys"),
    Act("language", (), "desk", N_("Language of the console…"), f"{DOING}.own.language"),
    Act("bar", (), "desk", N_("What stands on the action bar…"), f"{DOING}.own.bar"),
    Act(
        "connect_mailbox",
        (),
        "desk",
        N_("Connect a mailbox…"),
        f"{DOING}.desk.connect_mailbox",
        right="administer",
    ),
    Act("check_mail", ("g",), "desk", N_("Check mail now"), f"{DOING}.desk.check_mail"),
    Act("open_mode", (), "desk", N_("Enter on a ticket: view it, or answer it…"), f"{DOING}.opening.mode"),
    Act("refresh", ("f5", "ctrl+r"), "desk", N_("Read everything anew"), f"{DOING}.desk.refresh"),
    Act("menu", ("m",), "desk", N_("Menu of what can be done here"), f"{DOING}.desk.menu", N_("menu")),
    Act(
        "command",
        (":",),
        "desk",
        N_("Command line: an act by its name, a ticket by its number"),
        f"{DOING}.desk.command",
    ),
    Act("section", (), "desk", N_("To a section, by its name…"), f"{DOING}.desk.section"),
    Act(
        "palette",
        ("ctrl+p",),
        "desk",
        N_("Find an act, a section, a ticket, a client…"),
        f"{DOING}.desk.palette",
    ),
    Act("help", ("?", "f1"), "desk", N_("Help"), f"{DOING}.desk.help", N_("help")),
    # the look
    Act("zoom", ("Z",), "desk", N_("Only this pane, and back"), f"{DOING}.looks.zoom"),
    Act("wider", (">",), "desk", N_("Sections wider"), f"{DOING}.looks.wider"),
    Act("narrower", ("<",), "desk", N_("Sections narrower"), f"{DOING}.looks.narrower"),
    Act("taller", ("+", "="), "desk", N_("This pane taller"), f"{DOING}.looks.taller"),
    Act("lower", ("-",), "desk", N_("This pane lower"), f"{DOING}.looks.lower"),
    Act(
        "theme",
        ("f9",),
        "desk",
        N_("The next theme: dark, light, the terminal's colours"),
        f"{DOING}.looks.theme",
    ),
    Act("quit", ("q", "ctrl+q"), "desk", N_("Quit"), f"{DOING}.desk.quit", N_("quit")),
)
