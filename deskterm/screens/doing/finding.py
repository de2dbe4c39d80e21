"""Finding: the filter, saved searches, how to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from deskterm.desk.query import fields
from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens import loading
from deskterm.screens.dialogs import Ask, Choose, Read
from deskterm.screens.presenters.pairs import pairs
from deskterm.screens.standing import SAVED

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

RENAME, CHANGE, REMOVE = 1, 2, 3


def to_filter(screen: MainScreen) -> None:
    """To the fields of the filter."""
    if screen.zoomed:
        screen.zoomed = False
        screen.lay_out()
    screen.filter_box.open()


async def keep(screen: MainScreen) -> None:
    """Keep the query that is shown under a name: a section of one's own."""
    words = screen.open.words.strip()
    if not words:
        screen.say(_("Nothing is looked for: / and words first."), "warning")
        return
    name = await screen.app.push_screen_wait(
        Ask(_("Keep this search"), _("Its name among the sections"), words[:60])
    )
    if not name or not name.strip():
        return
    await screen.desk.act("saved_views.add", "search", name, {"query": words})
    screen.say(_("Kept as “{name}”, below the sections.").format(name=name.strip()))
    screen.recount()


async def edit(screen: MainScreen) -> None:
    """Rename, change or remove the saved search that is open."""
    id = int(screen.open.section.removeprefix(SAVED))
    title = (
        screen.section_rows[screen.open.section].title if screen.open.section in screen.section_rows else ""
    )
    query = await screen.desk.read("saved_views.query", id)
    chosen = await screen.app.push_screen_wait(
        Choose(
            title or _("Saved search"),
            [
                Choosable(RENAME, _("Rename…")),
                Choosable(CHANGE, _("Change what it looks for…"), query),
                Choosable(REMOVE, _("Remove")),
            ],
        )
    )
    if chosen is None:
        return
    if chosen == RENAME:
        name = await screen.app.push_screen_wait(Ask(_("Rename"), _("Its name among the sections"), title))
        if name and name.strip():
            await screen.desk.act("saved_views.rename", id, name)
    elif chosen == CHANGE:
        words = await screen.app.push_screen_wait(Ask(title, _("What it looks for"), query))
        if words and words.strip():
            await screen.desk.act("saved_views.add", "search", title, {"query": words.strip()})
            await loading.section(screen, screen.open.section)
    else:
        await screen.desk.act("saved_views.remove", id)
        screen.say(_("Removed: {name}").format(name=title))
        await loading.section(screen, loading.FIRST_SECTION)
    screen.recount()


async def language(screen: MainScreen) -> None:
    """How to ask: the language of finding."""
    await screen.app.push_screen_wait(Read(_("How to find"), how_to_ask()))


def how_to_ask() -> Group:
    """The language on a page."""
    examples: tuple[tuple[str, str], ...] = (
        (_("printer invoice"), _("both words in one message, in any form: printers, invoices")),
        (_("print*"), _("words that begin so; the last word does while you type")),
        (_('"new invoice"'), _("exactly these words, one after the other")),
        (_("-warranty"), _("in no message of the ticket")),
        (_("printer OR scanner"), _("one of them; ( ) put together")),
        ("42", _("the ticket of that number, a closed one too")),
    )
    named = [
        (
            ", ".join(f"{name}:" for name in (field.name, *field.aliases[:1])),
            Text.assemble(_(field.title), "  ", (field.example, "dim")),
        )
        for field in fields.FIELDS
    ]
    days = _(
        "Days: 2026-01-31, 31.01.2026, 31.01, 2026-01, 2026, today, yesterday;"
        " back from now: 12h, 7d, 2w, 3m, 1y"
    )
    return Group(
        pairs(examples),
        Text("\n" + _("Fields; - before one excludes it, a comma between values means “or”:") + "\n"),
        pairs(named),
        Text("\n" + days),
    )
