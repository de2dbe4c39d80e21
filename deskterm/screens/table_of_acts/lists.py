"""Acts of the lists: moving in them, finding, arranging them."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, LIST, Act

LISTS: Final[tuple[Act, ...]] = (
    # the tree
    Act("unfold_section", ("right", "l"), "tree", N_("Unfold the section"), f"{DOING}.moving.unfold_section"),
    Act("fold_section", ("left", "h"), "tree", N_("Fold the section"), f"{DOING}.moving.fold_section"),
    # any list
    Act("down", ("down", "j"), "list", N_("Down"), f"{LIST}.action_line_down"),
    Act("up", ("up", "k"), "list", N_("Up"), f"{LIST}.action_line_up"),
    Act("page_down", ("pagedown", "ctrl+f"), "list", N_("A page down"), f"{LIST}.action_page_down"),
    Act("page_up", ("pageup", "ctrl+b"), "list", N_("A page up"), f"{LIST}.action_page_up"),
    Act("half_down", ("ctrl+d",), "list", N_("Half a page down"), f"{LIST}.action_half_page_down"),
    Act("half_up", ("ctrl+u",), "list", N_("Half a page up"), f"{LIST}.action_half_page_up"),
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
    Act("how_to_find", ("f12",), "desk", N_("How to find: queries"), f"{DOING}.finding.language"),
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
)
