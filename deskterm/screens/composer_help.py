"""What the keys do where one writes."""

from __future__ import annotations

from typing import Final

from rich.table import Table

from deskterm.i18n import N_, _
from deskterm.screens.presenters.pairs import pairs

KEYS: Final[tuple[tuple[str, str], ...]] = (
    ("Ctrl+S  F10", N_("send, write it")),
    ("Esc", N_("close; the text stays as a draft")),
    ("Ctrl+T", N_("add a file")),
    ("Ctrl+O", N_("the files: look at them, take one off")),
    ("F2", N_("the status the ticket gets with this answer; close it; leave it unchanged")),
    ("F3", N_("show or hide the message that is answered")),
    ("F4  F5", N_("put in a template; an article of the knowledge base")),
    ("F6", N_("who gets this answer: take ticks off, add somebody")),
    ("F7", N_("set other fields of the ticket with it; correct the time spent")),
    ("F9", N_("send it later")),
    ("F11", N_("put it off: it stays beside the ticket, of which nothing changes")),
    ("F12  Ctrl+G", N_("write in your own editor ($EDITOR)")),
    ("F8", N_("throw the text away")),
    ("Ctrl+Z  Ctrl+Y", N_("undo and redo while writing")),
)


def keys() -> Table:
    """The keys as a text to read."""
    return pairs((key, _(told)) for key, told in KEYS)


def hints(*, public: bool, files: bool) -> list[tuple[str, str, str]]:
    """What the action bar says can be done: (action, key, word)."""
    found = [
        ("send", "Ctrl+S", _("send") if public else _("write it")),
        ("keep", "Esc", _("keep draft")),
        ("attach", "Ctrl+T", _("add file")),
        ("form('template')", "F4", _("template")),
        ("form('status')", "F2", _("status")),
    ]
    if files:
        found.append(("detach", "Ctrl+O", _("files")))
    found.append(("drop", "F8", _("throw away")))
    if public:
        found.append(("form('recipients')", "F6", _("who gets it")))
        found.append(("form('later')", "F9", _("later")))
    return [*found, ("help", "F1", _("help"))]
