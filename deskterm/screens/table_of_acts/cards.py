"""Acts of the cards of clients, contacts and agents."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

CARDS: Final[tuple[Act, ...]] = (
    # cards of clients, contacts, agents
    Act("card_edit", ("e",), "card", N_("Change a field of it…"), f"{DOING}.cards.edit", N_("change")),
    Act(
        "card_add",
        ("a",),
        "card",
        N_("Add a contact, department, address…"),
        f"{DOING}.cards.add",
        N_("add"),
        right="change",
    ),
    Act(
        "card_move",
        ("M",),
        "card",
        N_("Move the contact…"),
        f"{DOING}.cards.move",
        N_("move"),
        right="change",
    ),
    Act(
        "card_in_use",
        ("i",),
        "card",
        N_("Out of use, or in use again"),
        f"{DOING}.cards.in_use",
        N_("in use"),
        right="change",
    ),
    Act(
        "card_ticket",
        ("N",),
        "card",
        N_("New ticket for him or it"),
        f"{DOING}.cards.new_ticket",
        N_("new"),
        right="answer",
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
    Act("card_menu", ("m",), "card", N_("Menu of what can be done here"), f"{DOING}.menus.menu", N_("menu")),
    Act("card_help", ("?", "f1"), "card", N_("Help"), f"{DOING}.cards.help", N_("help")),
)
