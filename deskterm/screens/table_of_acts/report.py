"""Acts of the reports."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

REPORT: Final[tuple[Act, ...]] = (
    # reports
    Act("report_which", ("r",), "report", N_("Another report…"), f"{DOING}.report.which", N_("report")),
    Act(
        "report_by",
        ("b",),
        "report",
        N_("By agent, client, category, ticket, day, week or month…"),
        f"{DOING}.report.by",
        N_("by"),
    ),
    Act(
        "report_period",
        ("p",),
        "report",
        N_("Only of a period…"),
        f"{DOING}.report.period",
        N_("period"),
        right="report",
    ),
    Act(
        "report_agent",
        ("a",),
        "report",
        N_("Only of an agent…"),
        f"{DOING}.report.agent",
        N_("agent"),
        right="report",
    ),
    Act(
        "report_client",
        ("c",),
        "report",
        N_("Only of a client…"),
        f"{DOING}.report.client",
        N_("client"),
        right="report",
    ),
    Act(
        "report_category",
        ("g",),
        "report",
        N_("Only of a category…"),
        f"{DOING}.report.category",
        N_("category"),
        right="report",
    ),
    Act(
        "report_save",
        ("w",),
        "report",
        N_("Save it as CSV…"),
        f"{DOING}.report.save",
        N_("save"),
        right="report",
    ),
    Act("report_refresh", ("f5", "ctrl+r"), "report", N_("Count it anew"), f"{DOING}.report.refresh"),
    Act(
        "report_menu",
        ("m",),
        "report",
        N_("Menu of what can be done here"),
        f"{DOING}.menus.menu",
        N_("menu"),
    ),
    Act(
        "report_back",
        ("escape", "q"),
        "report",
        N_("Back: stop counting, to the line one came from, to the desk"),
        f"{DOING}.report.back",
        N_("back"),
    ),
    Act("report_help", ("?", "f1"), "report", N_("Help"), f"{DOING}.report.help", N_("help")),
)
