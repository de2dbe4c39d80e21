"""Acts of the mail log."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

MAIL_LOG: Final[tuple[Act, ...]] = (
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
    Act(
        "log_clear",
        ("X",),
        "log",
        N_("Clear the log…"),
        f"{DOING}.log.clear",
        N_("clear"),
        right="administer",
    ),
    Act("log_refresh", ("f5", "ctrl+r"), "log", N_("Read the log anew"), f"{DOING}.log.refresh"),
    Act(
        "log_menu",
        ("m",),
        "log",
        N_("Menu of what can be done here"),
        f"{DOING}.menus.menu",
        N_("menu"),
    ),
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
