"""Acts of the administration."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

ADMINISTRATION: Final[tuple[Act, ...]] = (
    # administration
    Act(
        "adm_add",
        ("n", "+", "insert"),
        "administration",
        N_("Add an entry"),
        f"{DOING}.administration.add",
        N_("add"),
    ),
    Act(
        "adm_remove",
        ("delete", "D"),
        "administration",
        N_("Remove it, put it out of use, or let it be as it comes"),
        f"{DOING}.administration.remove",
        N_("remove"),
    ),
    Act(
        "adm_up",
        ("K", "shift+up"),
        "administration",
        N_("Earlier in its order"),
        f"{DOING}.administration.move_up",
        N_("up"),
    ),
    Act(
        "adm_down",
        ("J", "shift+down"),
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
        N_("Try it: a mailbox, a rule on a letter, an entry on stored mail"),
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
        ("tab", "shift+tab"),
        "administration",
        N_("To the entries, to the areas"),
        f"{DOING}.administration.next_pane",
    ),
    Act(
        "adm_entries",
        ("right", "l"),
        "administration",
        N_("To the entries"),
        f"{DOING}.administration.to_entries",
    ),
    Act("adm_areas", ("left", "h"), "administration", N_("To the areas"), f"{DOING}.administration.to_areas"),
    Act(
        "adm_refresh",
        ("f5", "ctrl+r"),
        "administration",
        N_("Read the entries anew"),
        f"{DOING}.administration.refresh",
    ),
    Act(
        "adm_menu",
        ("m",),
        "administration",
        N_("Menu of what can be done here"),
        f"{DOING}.menus.menu",
        N_("menu"),
    ),
    Act(
        "adm_back",
        ("escape", "q"),
        "administration",
        N_("Back: drop the words, to the areas, to the desk"),
        f"{DOING}.administration.back",
        N_("back"),
    ),
    Act("adm_help", ("?", "f1"), "administration", N_("Help"), f"{DOING}.administration.help", N_("help")),
)
