"""Everything an agent can do, as one table: keys, bar, menu, palette, `?` and docs/keys.md are made of it.

`does` is resolved at first use. `deskterm.desk.…` is an act of the desk, called in a thread with the unit of
work, the actor and the things `where` names. `deskterm.screens.…` gets the main screen, or, for lists, is a
method of the list that has the focus.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from deskterm.i18n import N_

DOING = "deskterm.screens.doing"
LIST = "deskterm.screens.lines.LineList"


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `where` is the thing it is done to; it applies when that thing is on screen."""

    id: str
    keys: tuple[str, ...]
    where: str
    """A key of WHERES."""
    title: str
    does: str
    hint: str = ""
    """Its word on the action bar; acts without one are not there."""
    done: str = ""
    """What is said when an act of the desk has been done."""


ACTS: Final[tuple[Act, ...]] = (
    # the ticket
    Act("reply", ("r",), "ticket", N_("Answer the customer"), f"{DOING}.writing.reply", N_("reply")),
    Act(
        "note",
        ("i",),
        "ticket",
        N_("Write an internal note, agents only"),
        f"{DOING}.writing.note",
        N_("note"),
    ),
    Act("private", ("I",), "ticket", N_("Write a private message to one agent"), f"{DOING}.writing.private"),
    Act(
        "assign_me",
        ("a",),
        "ticket",
        N_("Take it: assign to me"),
        f"{DOING}.tickets.assign_to_me",
        N_("take"),
    ),
    Act("assign", ("A",), "ticket", N_("Assign to…"), f"{DOING}.tickets.assign", N_("assign")),
    Act("status", ("s",), "ticket", N_("Set the status…"), f"{DOING}.tickets.status", N_("status")),
    Act("rubric", ("b",), "ticket", N_("Set the rubric…"), f"{DOING}.tickets.rubric"),
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
    ),
    Act(
        "reply_template",
        ("T",),
        "ticket",
        N_("Answer from a template…"),
        f"{DOING}.writing.reply_from_template",
    ),
    Act("close", ("c",), "ticket", N_("Close it: solved"), f"{DOING}.life.close", N_("close")),
    Act(
        "did_not_help", ("Q",), "ticket", N_("It did not help: open it again…"), f"{DOING}.life.did_not_help"
    ),
    Act("fields", ("e",), "ticket", N_("Set another field…"), f"{DOING}.life.fields", N_("fields")),
    Act("snooze", ("B",), "ticket", N_("Snooze till…; wake what is snoozed"), f"{DOING}.life.snooze"),
    Act("remind", ("!",), "ticket", N_("Remind me of it; my reminders…"), f"{DOING}.reminders.remind"),
    Act("watch", ("v",), "ticket", N_("Watch it, or no more"), f"{DOING}.moving_tickets.watch"),
    Act("favorite", ("f",), "ticket", N_("My favorite, or no more"), f"{DOING}.moving_tickets.favorite"),
    Act(
        "favorite_shared",
        ("F",),
        "ticket",
        N_("Everybody's favorite, or no more"),
        f"{DOING}.moving_tickets.favorite_shared",
    ),
    Act("tab", ("t",), "ticket", N_("Move to a tab…"), f"{DOING}.moving_tickets.to_tab"),
    Act("merge", ("M",), "ticket", N_("Merge into another ticket…"), f"{DOING}.moving_tickets.merge"),
    Act("link", ("K",), "ticket", N_("Link with another ticket…"), f"{DOING}.moving_tickets.link"),
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
    ),
    Act("ticket_spam", ("J",), "ticket", N_("It is spam…"), f"{DOING}.moving_tickets.spam"),
    Act(
        "move_message",
        ("O",),
        "message",
        N_("Move this message to another ticket…"),
        f"{DOING}.moving_tickets.move_message",
    ),
    Act("sender_card", (), "message", N_("Open the card of its sender"), f"{DOING}.people.sender_card"),
    Act("whose", (), "message", N_("Say whose message it is: contact, client…"), f"{DOING}.people.whose"),
    Act("article", (";",), "message", N_("Make an article of this answer"), f"{DOING}.life.article"),
    Act("similar", ("'",), "ticket", N_("Similar tickets…"), f"{DOING}.life.similar"),
    Act("split", ("X",), "message", N_("Split this message off…"), f"{DOING}.moving_tickets.split"),
    Act(
        "delete_message",
        ("shift+delete",),
        "message",
        N_("Put this message into the Bin"),
        f"{DOING}.moving_tickets.delete_message",
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
    ),
    Act(
        "detach",
        ("D",),
        "unverified",
        N_("Detach the unverified message into a ticket of its own"),
        f"{DOING}.triage.detach",
        N_("detach"),
    ),
    # the body
    Act("unfold", ("o",), "body", N_("Show or hide quoted text"), f"{DOING}.reading.quotes", N_("quotes")),
    Act("pictures", ("P",), "body", N_("Show or hide the list of pictures"), f"{DOING}.reading.pictures"),
    Act("save", ("w",), "body", N_("Files: look at them, save one or all…"), f"{DOING}.reading.save"),
    Act("why", ("W",), "body", N_("Why it was treated so"), f"{DOING}.reading.why"),
    Act("links", ("f4",), "body", N_("Links of the text…"), f"{DOING}.links.links"),
    Act("find_in_text", ("f2",), "body", N_("Find in the text…"), f"{DOING}.reading.find"),
    Act("next_hit", ("f3",), "body", N_("The next place of what is looked for"), f"{DOING}.reading.next_hit"),
    Act("previous_hit", ("shift+f3",), "body", N_("The place before"), f"{DOING}.reading.previous_hit"),
    Act("headers", ("_",), "body", N_("All header fields, or the usual head"), f"{DOING}.reading.headers"),
    Act(
        "original",
        ("%",),
        "body",
        N_("The letter as it came, with all its codes"),
        f"{DOING}.reading.original",
    ),
    Act(
        "text_width",
        ("\\",),
        "body",
        N_("Width of the text: whole, 100, 80, lines unbroken"),
        f"{DOING}.reading.text_width",
    ),
    Act("text_right", ("right", "l"), "text", N_("Along unbroken lines"), f"{DOING}.reading.text_right"),
    Act("text_left", ("left", "h"), "text", N_("Back along unbroken lines"), f"{DOING}.reading.text_left"),
    # refused and blocked
    Act(
        "release",
        ("y",),
        "stopped",
        N_("Let it into normal processing"),
        f"{DOING}.triage.release",
        N_("let in"),
    ),
    Act(
        "register",
        ("a",),
        "refused",
        N_("Register the sender and process the letter"),
        f"{DOING}.triage.register",
        N_("register"),
    ),
    # triage
    Act(
        "make_ticket",
        ("t",),
        "letter",
        N_("Make a ticket of it"),
        f"{DOING}.triage.make_ticket",
        N_("ticket"),
    ),
    Act("add_to", ("T",), "letter", N_("Add it to a ticket…"), f"{DOING}.triage.add_to", N_("add to")),
    Act(
        "reviewed",
        ("v",),
        "letter",
        N_("Mark reviewed"),
        f"{DOING}.triage.reviewed",
        N_("reviewed"),
    ),
    Act(
        "letter_reply",
        ("r",),
        "letter",
        N_("Answer it; where it has no ticket, one is made of it"),
        f"{DOING}.triage.reply",
        N_("reply"),
    ),
    Act(
        "review_close",
        ("c",),
        "letter",
        N_("Mark reviewed and close the tickets made of it"),
        f"{DOING}.triage.review_and_close",
    ),
    Act("letter_ticket", ("f",), "letter", N_("Go to its ticket"), f"{DOING}.triage.go_to_ticket"),
    Act("block", ("B",), "letter", N_("Block the sender"), f"{DOING}.triage.block", N_("block")),
    Act("spam", ("J",), "letter", N_("It is spam: to the Junk folder"), f"{DOING}.triage.spam", N_("spam")),
    Act("letters_view", ("V",), "letters", N_("Choose a view of Triage…"), f"{DOING}.letter_views.choose"),
    # outbox
    Act(
        "take_back",
        ("t",),
        "outgoing",
        N_("Take it back as a draft"),
        f"{DOING}.outbox.take_back",
        N_("take back"),
    ),
    Act(
        "retry",
        ("R",),
        "outgoing",
        N_("Send it again now"),
        "deskterm.desk.outbox.retry",
        N_("send again"),
        N_("It is sent again; `z` undoes it."),
    ),
    Act(
        "arrived",
        ("y",),
        "outgoing",
        N_("It has arrived: settle the unknown"),
        "deskterm.desk.outbox.arrived",
        N_("arrived"),
        N_("Marked as arrived; `z` undoes it."),
    ),
    # the tree
    Act("unfold_section", ("right", "l"), "tree", N_("Unfold the section"), f"{DOING}.moving.unfold_section"),
    Act("fold_section", ("left", "h"), "tree", N_("Fold the section"), f"{DOING}.moving.fold_section"),
    # any list
    Act("down", ("down", "j"), "list", N_("Down"), f"{LIST}.action_line_down"),
    Act("up", ("up", "k"), "list", N_("Up"), f"{LIST}.action_line_up"),
    Act("page_down", ("pagedown", "ctrl+f"), "list", N_("A page down"), f"{LIST}.action_page_down"),
    Act("page_up", ("pageup", "ctrl+b"), "list", N_("A page up"), f"{LIST}.action_page_up"),
    Act("first", ("home",), "list", N_("To the first line"), f"{LIST}.action_first"),
    Act("last", ("end", "G"), "list", N_("To the last line"), f"{LIST}.action_last"),
    Act("open", ("enter",), "list", N_("Open, go on to the next pane"), f"{LIST}.action_open"),
    Act("mark", ("x",), "list", N_("Mark the line for an act on many"), f"{LIST}.action_mark"),
    Act("mark_all", ("ctrl+a",), "list", N_("Mark all lines, or none"), f"{LIST}.action_mark_all"),
    # finding the way
    Act("next_unread", ("n",), "desk", N_("Next unread"), f"{DOING}.moving.next_unread", N_("next unread")),
    Act("previous_unread", ("p",), "desk", N_("Previous unread"), f"{DOING}.moving.previous_unread"),
    Act(
        "read_on",
        ("space",),
        "desk",
        N_("Read on: a page of the text, then the next unread"),
        f"{DOING}.moving.read_on",
    ),
    Act(
        "search", ("/",), "desk", N_("Find tickets by words or number"), f"{DOING}.moving.search", N_("find")
    ),
    Act("filter", ("5",), "desk", N_("Filter: client, words, number"), f"{DOING}.finding.to_filter"),
    Act(
        "how_to_find",
        ("f12",),
        "desk",
        N_("How to find: queries"),
        f"{DOING}.finding.language",
    ),
    Act(
        "keep_search",
        ("(",),
        "search",
        N_("Keep this search under a name…"),
        f"{DOING}.finding.keep",
        N_("keep"),
    ),
    Act("edit_search", (")",), "saved", N_("Rename, change or remove this search…"), f"{DOING}.finding.edit"),
    Act(
        "back", ("escape",), "desk", N_("Back: close the search, the marks, the zoom"), f"{DOING}.moving.back"
    ),
    Act("pane_tree", ("1",), "desk", N_("To the sections"), f"{DOING}.moving.to_tree"),
    Act("pane_tickets", ("2",), "desk", N_("To the tickets"), f"{DOING}.moving.to_tickets"),
    Act("pane_messages", ("3",), "desk", N_("To the messages"), f"{DOING}.moving.to_messages"),
    Act("pane_body", ("4",), "desk", N_("To the text"), f"{DOING}.moving.to_body"),
    Act("next_pane", ("tab",), "desk", N_("To the next pane"), f"{DOING}.moving.next_pane"),
    Act("previous_pane", ("shift+tab",), "desk", N_("To the previous pane"), f"{DOING}.moving.previous_pane"),
    Act(
        "jump", ("ctrl+g",), "desk", N_("Jump: letters on every line, type one"), "deskterm.screens.jump.jump"
    ),
    Act("sort", ("S",), "desk", N_("Sort the list…"), f"{DOING}.ordering.sort"),
    Act("columns", ("#", "№"), "desk", N_("Columns of the list…"), f"{DOING}.ordering.columns"),
    Act("dates", ("`",), "desk", N_("Times as dates, or as how long ago"), f"{DOING}.ordering.dates"),
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
    Act("undo_send", ("ctrl+z",), "desk", N_("Take back the answer just sent"), f"{DOING}.outbox.undo_send"),
    Act(
        "new_ticket",
        ("N",),
        "desk",
        N_("New ticket by hand: a phone call"),
        f"{DOING}.people.new_ticket",
        N_("new"),
    ),
    Act(
        "find_card",
        ("@",),
        "desk",
        N_("Find the card of a client, contact or agent…"),
        f"{DOING}.people.find_card",
    ),
    Act("drafts", ("d",), "desk", N_("My drafts…"), f"{DOING}.writing.drafts"),
    Act("notifications", ("f7",), "desk", N_("What I was told of…"), f"{DOING}.desk.notifications"),
    Act("mail_log", ("L",), "desk", N_("The mail log: all that was done with mail"), f"{DOING}.log.show"),
    Act(
        "administration",
        ("f8",),
        "desk",
        N_("Administration: accounts, rules, agents, lists, settings…"),
        f"{DOING}.administration.show",
    ),
    Act("notifying", (), "desk", N_("How I am told: on screen, bell, desktop…"), f"{DOING}.own.notifying"),
    Act("bar", (), "desk", N_("What stands on the action bar…"), f"{DOING}.own.bar"),
    Act("connect_mailbox", (), "desk", N_("Connect a mailbox…"), f"{DOING}.desk.connect_mailbox"),
    Act("check_mail", ("g",), "desk", N_("Check mail now"), f"{DOING}.desk.check_mail"),
    Act(
        "open_mode",
        (),
        "desk",
        N_("Enter on a ticket: view it, or answer it…"),
        f"{DOING}.opening.mode",
    ),
    Act("refresh", ("f5", "ctrl+r"), "desk", N_("Read everything anew"), f"{DOING}.desk.refresh"),
    Act("menu", ("m",), "desk", N_("Menu of what can be done here"), f"{DOING}.desk.menu", N_("menu")),
    Act(
        "command",
        (":",),
        "desk",
        N_("Command line: an act by its name, a ticket by its number"),
        f"{DOING}.desk.command",
    ),
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
    # the mail log
    Act(
        "log_address",
        ("/",),
        "log",
        N_("Only with an address, or @domain…"),
        f"{DOING}.log.by_address",
        N_("address"),
    ),
    Act("log_account", ("a",), "log", N_("Only of an account…"), f"{DOING}.log.by_account", N_("account")),
    Act("log_act", ("e",), "log", N_("Only one thing that was done…"), f"{DOING}.log.by_act", N_("event")),
    Act("log_rule", ("r",), "log", N_("Only what a rule decided…"), f"{DOING}.log.by_rule", N_("rule")),
    Act("log_period", ("p",), "log", N_("Only of a period…"), f"{DOING}.log.by_period", N_("period")),
    Act("log_clear", ("X",), "log", N_("Clear the log…"), f"{DOING}.log.clear", N_("clear")),
    Act("log_refresh", ("f5", "ctrl+r"), "log", N_("Read the log anew"), f"{DOING}.log.refresh"),
    Act(
        "log_back",
        ("escape", "q"),
        "log",
        N_("Back: drop the filters, then to the desk"),
        f"{DOING}.log.back",
        N_("back"),
    ),
    Act("log_help", ("?", "f1"), "log", N_("Help"), f"{DOING}.log.help", N_("help")),
    # cards of clients, contacts, agents
    Act("card_edit", ("e",), "card", N_("Change a field of it…"), f"{DOING}.cards.edit", N_("change")),
    Act(
        "card_add", ("a",), "card", N_("Add a contact, department, address…"), f"{DOING}.cards.add", N_("add")
    ),
    Act("card_move", ("M",), "card", N_("Move the contact…"), f"{DOING}.cards.move", N_("move")),
    Act(
        "card_in_use",
        ("i",),
        "card",
        N_("Out of use, or in use again"),
        f"{DOING}.cards.in_use",
        N_("in use"),
    ),
    Act(
        "card_ticket", ("N",), "card", N_("New ticket for him or it"), f"{DOING}.cards.new_ticket", N_("new")
    ),
    Act("card_search", ("/",), "card", N_("Find among its tickets"), f"{DOING}.cards.search", N_("find")),
    Act(
        "card_open_only",
        ("o",),
        "card",
        N_("Only open tickets, or all"),
        f"{DOING}.cards.open_only",
        N_("open"),
    ),
    Act("card_look", ("V", "C"), "card", N_("Open the contact's card, its client's"), f"{DOING}.cards.look"),
    Act("card_undo", ("z",), "card", N_("Undo what I did last"), f"{DOING}.cards.undo", N_("undo")),
    Act(
        "card_pane",
        ("tab", "shift+tab"),
        "card",
        N_("To the tickets, to the facts"),
        f"{DOING}.cards.next_pane",
    ),
    Act("card_refresh", ("f5", "ctrl+r"), "card", N_("Read the card anew"), f"{DOING}.cards.refresh"),
    Act(
        "card_back",
        ("escape", "q"),
        "card",
        N_("Back: drop the search, leave"),
        f"{DOING}.cards.back",
        N_("back"),
    ),
    Act("card_menu", ("m",), "card", N_("Menu of what can be done here"), f"{DOING}.cards.menu", N_("menu")),
    Act("card_help", ("?", "f1"), "card", N_("Help"), f"{DOING}.cards.help", N_("help")),
    # administration
    Act(
        "adm_add",
        (
            "n",
            "+",
            "insert",
        ),
        "administration",
        N_("Add an entry"),
        f"{DOING}.administration.add",
        N_("add"),
    ),
    Act(
        "adm_remove",
        (
            "delete",
            "D",
        ),
        "administration",
        N_("Remove it, put it out of use, or let it be as it comes"),
        f"{DOING}.administration.remove",
        N_("remove"),
    ),
    Act(
        "adm_up",
        (
            "K",
            "shift+up",
        ),
        "administration",
        N_("Earlier in its order"),
        f"{DOING}.administration.move_up",
        N_("up"),
    ),
    Act(
        "adm_down",
        (
            "J",
            "shift+down",
        ),
        "administration",
        N_("Later in its order"),
        f"{DOING}.administration.move_down",
        N_("down"),
    ),
    Act(
        "adm_look",
        ("v",),
        "administration",
        N_("What belongs to it: letters it blocked, its card"),
        f"{DOING}.administration.look",
        N_("look"),
    ),
    Act(
        "adm_try",
        ("t",),
        "administration",
        N_("Try it: a rule on a file, an entry on stored mail"),
        f"{DOING}.administration.try_out",
        N_("try"),
    ),
    Act(
        "adm_find",
        ("/",),
        "administration",
        N_("Only entries with words"),
        f"{DOING}.administration.find",
        N_("find"),
    ),
    Act(
        "adm_undo",
        ("z",),
        "administration",
        N_("Undo what I did here last"),
        f"{DOING}.administration.undo",
        N_("undo"),
    ),
    Act(
        "adm_pane",
        (
            "tab",
            "shift+tab",
        ),
        "administration",
        N_("To the entries, to the areas"),
        f"{DOING}.administration.next_pane",
    ),
    Act(
        "adm_entries",
        (
            "right",
            "l",
        ),
        "administration",
        N_("To the entries"),
        f"{DOING}.administration.to_entries",
    ),
    Act(
        "adm_areas",
        (
            "left",
            "h",
        ),
        "administration",
        N_("To the areas"),
        f"{DOING}.administration.to_areas",
    ),
    Act(
        "adm_refresh",
        (
            "f5",
            "ctrl+r",
        ),
        "administration",
        N_("Read the entries anew"),
        f"{DOING}.administration.refresh",
    ),
    Act(
        "adm_back",
        (
            "escape",
            "q",
        ),
        "administration",
        N_("Back: drop the words, to the areas, to the desk"),
        f"{DOING}.administration.back",
        N_("back"),
    ),
    Act(
        "adm_help",
        (
            "?",
            "f1",
        ),
        "administration",
        N_("Help"),
        f"{DOING}.administration.help",
        N_("help"),
    ),
)
