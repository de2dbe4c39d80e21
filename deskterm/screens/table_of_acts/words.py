"""What may be typed behind the name of an act on the command line: it answers its first question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from deskterm.i18n import N_
from deskterm.screens import orders, theme


@dataclass(frozen=True, slots=True)
class Words:
    """What stands behind the name of an act, as `boris` in `assign boris`."""

    told: str
    """What it is, in a word."""
    offers: str | tuple[str, ...] = ()
    """What completes it: words to choose from, or a read of the desk that gives things with names."""
    argument: str = ""
    """What the read is asked for."""


_TIMES: Final = ("1h", "2h", "4h", "18:00", "tomorrow", "mon", "1w")
_AGENT: Final = Words(N_("agent"), "listing.agents")
_TICKET: Final = Words(N_("number or words of a ticket"))
_TIME: Final = Words(N_("time, as 2h or tomorrow 9:00"), _TIMES)
_WORDS: Final = Words(N_("words"))

SECTIONS: Final = "sections"
"""Offered are the sections of the tree, which the screen knows."""

WORDS: Final[Mapping[str, Words]] = {
    "assign": _AGENT,
    "private": _AGENT,
    "did_not_help": _AGENT,
    "status": Words(N_("status"), "listing.statuses"),
    "rubric": Words(N_("rubric"), "listing.rubrics"),
    **{
        f"set_{field}": Words(title, "listing.choosable", field)
        for field, title in (
            ("category", N_("category")),
            ("kind", N_("kind")),
            ("criticality", N_("criticality")),
            ("difficulty", N_("difficulty")),
            ("sla", N_("SLA level")),
            ("team", N_("team")),
            ("branch", N_("branch")),
            ("source", N_("source")),
        )
    },
    "set_subject": Words(N_("subject")),
    "set_auto_close_days": Words(N_("number of days")),
    "set_due_at": Words(N_("time, as 2h or tomorrow 9:00"), _TIMES),
    "set_client": Words(N_("client")),
    "snooze": _TIME,
    "remind": _TIME,
    "tab": Words(N_("name of a tab"), "tabs.listed"),
    "merge": _TICKET,
    "link": _TICKET,
    "move_message": _TICKET,
    "reply_template": Words(N_("name of a template"), "answer_templates.listed"),
    "search": _WORDS,
    "find_in_text": _WORDS,
    "find_card": Words(N_("name, address or telephone")),
    "section": Words(N_("section"), SECTIONS),
    "sort": Words(N_("what to sort by"), tuple(orders.TITLES.values())),
    "theme": Words(N_("dark, light or terminal"), tuple(theme.SHORT.values())),
}
"""By the name of the act."""
