"""What the keys do where one writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from deskterm.desk.views import Choosable
from deskterm.i18n import N_, _
from deskterm.screens.dialogs import Choose

if TYPE_CHECKING:
    from deskterm.screens.composer import Composer
    from deskterm.screens.new_ticket import NewTicketForm

Key = tuple[str, str, str]
"""An action of the screen, the keys that do it, what it does."""

KEYS: Final[tuple[Key, ...]] = (
    ("send", "Ctrl+S F10", N_("send, write it")),
    ("keep", "Esc", N_("close; the text stays as a draft")),
    ("attach", "Ctrl+T", N_("add a file")),
    ("detach", "Ctrl+O", N_("the files: look at them, take one off")),
    ("form('status')", "F2", N_("the status the ticket gets with this text; close it")),
    ("original", "F3", N_("show or hide the message that is answered")),
    ("form('template')", "F4", N_("put in a template")),
    ("form('article')", "F5", N_("put in an article of the knowledge base")),
    ("form('recipients')", "F6", N_("who gets this answer: take ticks off, add somebody")),
    ("form('fields')", "F7", N_("set other fields; correct the time spent")),
    ("form('later')", "F9", N_("send it later")),
    ("defer", "F11", N_("put it off: beside the ticket, which stays as it is")),
    ("editor", "F12 Ctrl+G", N_("write in your own editor ($EDITOR)")),
    ("drop", "F8", N_("throw the text away")),
    ("focused.undo", "Ctrl+Z", N_("undo while writing")),
    ("focused.redo", "Ctrl+Y", N_("redo while writing")),
)
NEW_TICKET_KEYS: Final[tuple[Key, ...]] = (
    ("make", "Ctrl+S F10", N_("make the ticket, or add to the one chosen")),
    ("keep", "Esc", N_("close; it stays as a draft")),
    ("ask('who')", "F2", N_("who asks: by name, address, telephone; a new one")),
    ("ask('card')", "F3", N_("the client's card: take, make, change, move a contact")),
    ("ask('template')", "F4", N_("put in a template")),
    ("ask('into')", "F6", N_("into an open ticket instead of a new one")),
    ("ask('fields')", "F7", N_("fields; letter of confirmation; address")),
    ("kind", "F9", N_("how it came: phone call, console, e-mail")),
    ("attach", "Ctrl+T", N_("add a file")),
    ("detach", "Ctrl+O", N_("the files: look at them, take one off")),
    ("editor", "F12 Ctrl+G", N_("write in your own editor ($EDITOR)")),
    ("drop", "F8", N_("throw it away")),
    ("app.focus_next", "Tab", N_("from the subject to the text and back")),
)
KEY_CELLS: Final = 12


async def choose(screen: Composer | NewTicketForm, title: str, keys: Sequence[Key]) -> None:
    """What the keys do here, to read or to choose from."""
    entries = [
        Choosable(number, f"{shown:<{KEY_CELLS}}{_(told)}") for number, (_act, shown, told) in enumerate(keys)
    ]
    does = _("Enter does it · Esc goes back")
    chosen = await screen.app.push_screen_wait(Choose(title, entries, keys=does))
    if chosen is not None:
        await screen.run_action(keys[chosen][0])


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
