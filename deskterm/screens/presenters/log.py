"""The mail log: its columns, and a line of it in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from deskterm.clean import clean
from deskterm.desk.views import LogRow
from deskterm.i18n import N_, _
from deskterm.screens.presenters import when
from deskterm.screens.presenters.columns import Column
from deskterm.screens.presenters.line import Piece

STYLES = {
    "failed": "trouble",
    "unknown": "trouble",
    "held": "warning",
    "unverified": "warning",
    "refused": "warning",
    "blocked": "warning",
    "bounce": "warning",
    "created": "good",
    "appended": "good",
}


def _act(row: LogRow, now: datetime) -> Piece:
    return clean(row.title), STYLES.get(row.act, "")


def _ticket(row: LogRow, now: datetime) -> Piece:
    return ("", "") if row.ticket_id is None else (f"#{row.ticket_id}", "sign")


LOG: tuple[Column, ...] = (
    Column(
        "at",
        N_("When"),
        when.SHORT_CELLS,
        when.SHORT_CELLS,
        0,
        lambda row, now: (when.short(row.at, now), "faint"),
        right=True,
    ),
    Column("act", N_("What was done"), 14, 34, 0, _act, grows=2),
    Column("address", N_("Address"), 18, 40, 0, lambda row, now: (clean(row.address), ""), grows=3),
    Column("ticket", N_("Ticket"), 6, 8, 1, _ticket, right=True),
    Column("subject", N_("Subject"), 16, 60, 2, lambda row, now: (clean(row.subject), ""), grows=3),
    Column("detail", N_("Why"), 20, 80, 3, lambda row, now: (clean(row.detail), "faint"), grows=3, since=110),
    Column(
        "account",
        N_("Account"),
        14,
        30,
        4,
        lambda row, now: (clean(row.account), "faint"),
        grows=1,
        since=130,
    ),
)


def in_full(row: LogRow, reasons: Sequence[str]) -> Text:
    """A line of the log with everything known of it, the reasons in order."""
    text = Text()
    facts = (
        (_("When"), when.full(row.at)),
        (_("Account"), row.account),
        (_("Address"), row.address),
        (_("Subject"), row.subject),
        (_("Rule"), f"{row.rule_id} {row.rule}".strip() if row.rule_id is not None else ""),
        (_("Ticket"), f"#{row.ticket_id}" if row.ticket_id is not None else ""),
    )
    longest = max(len(label) for label, _value in facts)
    for label, value in facts:
        if value:
            text.append(f"{label.ljust(longest)}  ", style="dim")
            text.append(clean(value) + "\n")
    for number, reason in enumerate(reasons, 1):
        text.append(f"{number}. ", style="dim")
        text.append(clean(reason) + "\n")
    text.rstrip()
    return text
