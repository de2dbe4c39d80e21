"""Texts of the desk put in where one writes: templates, their placeholders filled, and articles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from deskterm.clean import clean_lines
from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens.dialogs import Confirm
from deskterm.screens.presenters.line import cut
from deskterm.screens.text_picker import ChooseText

if TYPE_CHECKING:
    from deskterm.desk.writing_views import FilledText
    from deskterm.screens.composer import Composer
    from deskterm.screens.composer_files import Writing

BEGINNING_CELLS: Final = 60
"""So much of a text is shown beside its name."""


def beginning(text: str) -> str:
    """How a text begins, in a line."""
    return cut(" ".join(clean_lines(text).split()), BEGINNING_CELLS)


async def template(composer: Composer) -> None:
    """Put in one of the desk's texts, its placeholders filled."""
    view = composer.form_view
    if view is not None and not view.may_use_templates:
        composer.say(_("Your role may not use templates."), "warning")
        return
    filled = await choose_template(composer, composer.head.id)
    if filled is not None:
        await put_in(composer, filled.text)
        say_unfilled(composer, filled)


async def choose_template(
    screen: Writing, number: int | None, finish: Callable[[str], str] = str
) -> FilledText | None:
    """One of the desk's texts, filled from a ticket; `finish` fills in what the screen itself knows."""
    texts = await screen.desk.read("answer_templates.listed")
    if not texts:
        screen.say(_("The desk has no templates yet: deskterm answers add"), "warning")
        return None

    async def read(id: int) -> str:
        filled: FilledText = await screen.desk.read("answer_templates.fill", id, number)
        return finish(filled.text)

    chosen = await screen.app.push_screen_wait(
        ChooseText(
            _("Which template?"),
            [Choosable(each.id, each.name, beginning(each.body)) for each in texts],
            read,
            words={each.id: each.body for each in texts},
        )
    )
    if chosen is None:
        return None
    found: FilledText = await screen.desk.read("answer_templates.fill", chosen, number)
    return found


def say_unfilled(screen: Writing, filled: FilledText) -> None:
    """Say which placeholders are left to be filled by hand."""
    if filled.unfilled:
        screen.say(_("Fill in: {names}").format(names=", ".join(filled.unfilled)), "warning")


async def article(composer: Composer) -> None:
    """Put in an article of the knowledge base, found by words."""

    async def look_up(words: str) -> list[Choosable]:
        found = await composer.desk.read("articles.search", words)
        return [Choosable(each.id, each.title, beginning(each.preview)) for each in found]

    async def read(id: int) -> str:
        found = await composer.desk.read("articles.show", id)
        filled: FilledText = await composer.desk.read("answer_templates.filled", found.body, composer.head.id)
        return filled.text

    first = await look_up(composer.head.subject) or await look_up("")
    if not first:
        composer.say(_("The knowledge base is empty; `;` on an answer makes an article of it."), "warning")
        return
    chosen = await composer.app.push_screen_wait(
        ChooseText(_("Which article?"), first, read, look_up=look_up)
    )
    if chosen is not None:
        found = await composer.desk.act("articles.use", chosen)
        filled = await composer.desk.read("answer_templates.filled", found.body, composer.head.id)
        await put_in(composer, filled.text)
        say_unfilled(composer, filled)


async def put_in(composer: Writing, text: str) -> None:
    """Put a text where one writes; over one already begun only when told so."""
    area = composer.area
    how = "add"
    if composer.text.strip():
        answer = await composer.app.push_screen_wait(
            Confirm(
                _("There is a text already"),
                _("What you wrote stays unless you replace it."),
                (
                    ("add", "a", _("put it in where the cursor is")),
                    ("replace", "r", _("replace what is there")),
                    ("no", "n", _("leave it")),
                ),
            )
        )
        if answer not in ("add", "replace"):
            return
        how = answer
    if how == "replace":
        area.load_text("")
    area.insert(clean_lines(text))
