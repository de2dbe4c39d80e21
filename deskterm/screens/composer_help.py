"""What the keys do where one writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deskterm.desk.views import Choosable
from deskterm.i18n import N_, _
from deskterm.screens import acts
from deskterm.screens.dialogs import Choose

if TYPE_CHECKING:
    from deskterm.screens.composer import Composer
    from deskterm.screens.new_ticket import NewTicketForm

Key = tuple[str, str, str]
"""An action of the screen, the keys that do it, what it does."""

EDITING: Final[tuple[Key, ...]] = (
    ("focused.undo", "Ctrl+Z", N_("undo while writing")),
    ("focused.redo", "Ctrl+Y", N_("redo while writing")),
    ("focused.cut", "Ctrl+X", N_("cut what is selected; Shift and arrows select")),
    ("focused.copy", "Ctrl+C", N_("copy it, to the terminal's clipboard too")),
    ("focused.paste", "Ctrl+V", N_("paste")),
)
"""What the keys of the text itself do."""
NEXT_FIELD: Final[Key] = ("app.focus_next", "Tab", N_("from the subject to the text and back"))
KEY_CELLS: Final = 12


def keys_of(screen: Composer | NewTicketForm) -> list[Key]:
    """What the keys do on a screen, with the agent's own."""
    keymap = screen.app.main.keymap
    found = [
        (
            f"act('{act.id}')",
            " ".join(acts.shown_key(key) for key in acts.keys_of(act, keymap)[:2]),
            act.title,
        )
        for act in acts.ACTS
        if act.where == screen.where
    ]
    return [*found, *((NEXT_FIELD,) if screen.where == "new_ticket" else EDITING)]


async def choose(screen: Composer | NewTicketForm, title: str) -> None:
    """What the keys do here, to read or to choose from."""
    keys = keys_of(screen)
    entries = [
        Choosable(number, f"{shown:<{KEY_CELLS}}{_(told)}") for number, (_act, shown, told) in enumerate(keys)
    ]
    does = _("Enter does it · Esc goes back")
    chosen = await screen.app.push_screen_wait(Choose(title, entries, keys=does))
    if chosen is not None:
        await screen.run_action(keys[chosen][0])


def hint(screen: Composer | NewTicketForm, act: str, word: str) -> Key:
    """An act on the bar: its action, its key, its word."""
    return f"act('{act}')", acts.first_key(acts.BY_ID[act], screen.app.main.keymap), word


def hints(composer: Composer) -> list[Key]:
    """What the action bar says can be done where one writes."""
    public = composer.visibility == "public"
    said = [
        ("send", _("send") if public else _("write it")),
        ("keep", _("keep draft")),
        ("attach", _("add file")),
        ("template", _("template")),
        ("status", _("status")),
    ]
    if composer.files:
        said.append(("files", _("files")))
    said.append(("drop", _("throw away")))
    if public:
        said += [("recipients", _("who gets it")), ("later", _("later"))]
    said.append(("help", _("help")))
    return [hint(composer, f"write_{name}", word) for name, word in said]
