"""Acts on the text of a message or letter."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

READING: Final[tuple[Act, ...]] = (
    # the body
    Act("next_message", ("}",), "body", N_("The next message of the ticket"), f"{DOING}.moving.next_message"),
    Act("previous_message", ("{",), "body", N_("The message before"), f"{DOING}.moving.previous_message"),
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
)
