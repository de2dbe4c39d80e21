"""Everything an agent can do, as one table: keys, bar, menu, palette, `?` and docs/keys.md are made of it.

`does` is resolved at first use. `deskterm.desk.…` is an act of the desk, called in a thread with the unit of
work, the actor and the things `where` names. `deskterm.screens.…` gets the main screen, or, for lists, is a
method of the list that has the focus.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

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
    Act("save", ("w",), "body", N_("Save attachments…"), f"{DOING}.reading.save"),
    Act("why", ("W",), "body", N_("Why it was treated so"), f"{DOING}.reading.why"),
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
    Act("letters_view", ("V",), "letters", N_("Choose a view of Triage…"), f"{DOING}.triage.view"),
    # outbox
    Act(
        "take_back",
        ("z",),
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
        N_("It is sent again."),
    ),
    Act(
        "arrived",
        ("y",),
        "outgoing",
        N_("It has arrived: settle the unknown"),
        "deskterm.desk.outbox.arrived",
        N_("arrived"),
        N_("Marked as arrived."),
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
    Act(
        "back", ("escape",), "desk", N_("Back: close the search, the marks, the zoom"), f"{DOING}.moving.back"
    ),
    Act("pane_tree", ("1",), "desk", N_("To the sections"), f"{DOING}.moving.to_tree"),
    Act("pane_tickets", ("2",), "desk", N_("To the tickets"), f"{DOING}.moving.to_tickets"),
    Act("pane_messages", ("3",), "desk", N_("To the messages"), f"{DOING}.moving.to_messages"),
    Act("pane_body", ("4",), "desk", N_("To the text"), f"{DOING}.moving.to_body"),
    Act("next_pane", ("tab",), "desk", N_("To the next pane"), f"{DOING}.moving.next_pane"),
    Act("previous_pane", ("shift+tab",), "desk", N_("To the previous pane"), f"{DOING}.moving.previous_pane"),
    Act("sort", ("S",), "desk", N_("Sort the list by another column"), f"{DOING}.moving.sort"),
    # the desk
    Act("undo_send", ("ctrl+z",), "desk", N_("Take back the answer just sent"), f"{DOING}.outbox.undo_send"),
    Act("drafts", ("d",), "desk", N_("My drafts…"), f"{DOING}.writing.drafts"),
    Act("mail_log", ("L",), "desk", N_("The mail log: all that was done with mail"), f"{DOING}.log.show"),
    Act("check_mail", ("g",), "desk", N_("Check mail now"), f"{DOING}.desk.check_mail"),
    Act("refresh", ("f5", "ctrl+r"), "desk", N_("Read everything anew"), f"{DOING}.desk.refresh"),
    Act("menu", ("m",), "desk", N_("Menu of what can be done here"), f"{DOING}.desk.menu", N_("menu")),
    Act("palette", (":", "ctrl+p"), "desk", N_("Find an act by its name"), f"{DOING}.desk.palette"),
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
)

BY_ID: Final[Mapping[str, Act]] = {act.id: act for act in ACTS}

WHERES: Final[Mapping[str, str]] = {
    "ticket": N_("A ticket"),
    "message": N_("A message"),
    "unverified": N_("An unverified message"),
    "body": N_("The text"),
    "letter": N_("A letter (Triage, Refused, Blocked)"),
    "stopped": N_("A refused or blocked letter"),
    "refused": N_("A refused letter"),
    "letters": N_("The list of letters"),
    "outgoing": N_("A letter of ours (Outbox)"),
    "tree": N_("The sections"),
    "list": N_("Every list"),
    "desk": N_("Everywhere"),
    "log": N_("The mail log"),
}

TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {"letter": ("letter", "stopped", "refused")}
"""Things whose acts come first together, by the one in focus."""

# What the keys of a Russian keyboard give where an English one gives these.
_LATIN: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?"
_CYRILLIC: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
TWINS: Final[Mapping[str, str]] = {
    latin: cyrillic for latin, cyrillic in zip(_LATIN, _CYRILLIC, strict=True) if latin != cyrillic
}


def twin(key: str) -> str | None:
    """The same key of a Russian keyboard, with its modifiers; None for keys that are the same on both."""
    *modifiers, last = key.split("+") if key != "+" else [key]
    other = TWINS.get(last)
    return "+".join([*modifiers, other]) if other is not None else None


def keys_of(act: Act, keymap: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys of an act: the agent's own, else those of the table."""
    return keymap.get(act.id, act.keys)


def bindings(
    acts: Iterable[Act], keymap: Mapping[str, tuple[str, ...]] | None = None
) -> list[tuple[str, Act]]:
    """Every (key, act), twins included. A twin never takes a key that an act of the table has itself."""
    keymap = keymap or {}
    acts = list(acts)
    found = [(key, act) for act in acts for key in keys_of(act, keymap)]
    taken = {(key, act.where) for key, act in found} | {(key, "") for key, _act in found}
    for key, act in list(found):
        other = twin(key)
        if other is not None and (other, "") not in taken:
            found.append((other, act))
    return found


def applying(things: frozenset[str], focus: str) -> list[Act]:
    """The acts that apply to what is on screen; those of the thing in focus first."""
    here = [act for act in ACTS if act.where in things]
    first = TOGETHER.get(focus, (focus,))
    return sorted(here, key=lambda act: act.where not in first)


def resolve(path: str) -> Any:
    """The function or method a dotted path names."""
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:cut])
        try:
            found: Any = import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not name.startswith(error.name):
                raise
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(path)


_SHOWN: Final[Mapping[str, str]] = {
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
}


def shown_key(key: str) -> str:
    """A key as it is written for people."""
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return "Ctrl+" + key[5:].upper()
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return key
