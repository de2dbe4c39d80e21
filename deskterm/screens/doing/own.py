"""What an agent chooses for himself, on every console: how he is told, what stands on the action bar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from deskterm.desk.views import Choosable
from deskterm.i18n import N_, _
from deskterm.screens import acts, here
from deskterm.screens.arrange_dialog import Arrange
from deskterm.screens.dialogs import Choose

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

NAME_CELLS: Final = 64
"""So long may a name be that is to stand whole in a list of 80 columns."""

HOW, OF_WHAT = N_("How"), N_("Of what")
WAYS: Final = (
    ("notify_screen", N_("a note on the screen"), (True, False), HOW),
    ("notify_bell", N_("the terminal's bell"), (False, True), HOW),
    ("notify_desktop", N_("a notification of the desktop"), ("", "9", "777"), HOW),
    ("notify_mail", N_("new mail"), ("all", "mine", ""), OF_WHAT),
    ("notify_note", N_("a message to me"), (True, False), OF_WHAT),
    ("notify_rest", N_("reminders, and changes I chose"), (True, False), OF_WHAT),
)
"""Setting, title, its values in the order one key goes through them, what it is about."""

LANGUAGES: Final = (("", N_("as the locale says")), ("en", N_("English")), ("ru", N_("Russian")))

WORDS: Final = {
    True: N_("yes"),
    False: N_("no"),
    "": N_("no"),
    "all": N_("in every ticket I may see"),
    "mine": N_("in my tickets alone"),
    "9": N_("by OSC 9: iTerm2, kitty, WezTerm, Windows Terminal"),
    "777": N_("by OSC 777: foot, GNOME Terminal, rxvt, Ghostty"),
}


async def notifying(screen: MainScreen) -> None:
    """Choose how one is told of what concerns him, till Esc."""
    at: int | None = None
    while True:
        entries = [
            Choosable(number, _(title), _(WORDS[screen.own[name]]), about)
            for number, (name, title, _values, about) in enumerate(WAYS)
        ]
        at = await screen.app.push_screen_wait(
            Choose(_("How I am told"), entries, current=at, keys=_("Enter changes it · Esc is done"))
        )
        if at is None:
            return
        name, _title, values, _about = WAYS[at]
        value = values[(values.index(screen.own[name]) + 1) % len(values)]
        await screen.desk.act("own_settings.put", name, value)
        screen.own = {**screen.own, name: value}


async def language(screen: MainScreen) -> None:
    """Choose the language this console speaks from its next start on."""
    now = [code for code, _name in LANGUAGES].index(screen.kept.language)
    entries = [Choosable(number, _(name)) for number, (_code, name) in enumerate(LANGUAGES)]
    chosen = await screen.app.push_screen_wait(Choose(_("Language of the console"), entries, current=now))
    if chosen is not None:
        code, name = LANGUAGES[chosen]
        screen.keep(replace(screen.kept, language=code))
        screen.say(_("From the next start on: {language}.").format(language=_(name)))


async def bar(screen: MainScreen) -> None:
    """Choose the acts on the action bar and their order."""
    usual = [act for act in acts.ACTS if act.where not in acts.ELSEWHERE and act.where != "list"]
    names = {act.id: _of_what(act) for act in usual}
    now = screen.own.get("bar") or [act.id for act in usual if act.hint]
    chosen = await screen.app.push_screen_wait(Arrange(_("The action bar"), names, now))
    if chosen is None:
        return
    await screen.desk.act("own_settings.put_bar", chosen)
    screen.own = {**screen.own, "bar": tuple(chosen)}
    screen.show_actions()
    told = [here.word(acts.BY_ID[name]) for name in chosen]
    screen.say(", ".join(told) if told else _("The usual acts stand on the bar."), "faint")


def _of_what(act: acts.Act) -> str:
    """An act with what it is done to, where both find room."""
    title = _(act.title)
    whole = f"{title}  ({_(acts.WHERES[act.where])})"
    return whole if cell_len(whole) <= NAME_CELLS else title


async def keys(screen: MainScreen) -> None:
    """Change one's own keys in one's editor, and act by them at once; what is wrong is told with its line."""
    from deskterm.screens import composer_form, keymap  # not before the first frame

    if screen.app.home.confinement is not None:
        screen.say(_("Your keys are changed at the server."), "warning")
        return
    file = screen.app.home.keymap
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(keymap.begun(), encoding="utf-8")
    except OSError as error:
        screen.complain(_("{file} cannot be written: {why}").format(file=file, why=error.strerror))
        return
    edited = composer_form.in_editor(screen, file)
    troubles = screen.app.read_keys()
    for sentence in troubles:
        screen.complain(sentence)
    if not troubles and edited:
        screen.say(_("Your keys are read: {file}").format(file=file))
    elif not troubles:
        screen.say(_("Read anew. Set $EDITOR to change it from here: {file}").format(file=file), "warning")
