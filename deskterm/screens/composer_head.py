"""The head of a text that is written: to whom, with which status; each a click away from being changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from deskterm.clean import clean
from deskterm.i18n import _, n_
from deskterm.screens import composer_form
from deskterm.screens.composer_form import AS_SET
from deskterm.screens.presenters import head as head_presenter
from deskterm.screens.presenters.line import cut

if TYPE_CHECKING:
    from deskterm.screens.composer import Composer


def who(composer: Composer, width: int) -> Text:
    """The ticket, who gets the text, what is set with it, and what else there is to know."""
    head, form, view = composer.head, composer.form, composer.form_view
    found = Text(cut(clean(f"#{head.id} {clean(head.subject)}"), width), style="bold")

    def add(told: str, style: str = "not bold", click: str = "") -> None:
        line = Text(cut(clean(told), width), style=style)
        found.append("\n").append_text(line.on(click=click) if click else line)

    public = composer.visibility == "public"
    if public:
        count, to = composer_form.recipients_words(form, view, list(composer.recipients))
        lead = n_("To {count} person: ", "To {count} people: ", count).format(count=count)
        nobody = _("To ") + _("nobody: this ticket has no participants")
        add(lead + to if count else nobody, click="screen.form('recipients')")
    if public or form.status != AS_SET:
        status = clean(composer_form.status_words(form, view))
        add(_("status: {name}").format(name=status), "not bold dim", "screen.form('status')")
    for chosen in composer_form.told(form, view):
        add(chosen)
    for told, _style in head_presenter.notes(head):
        add(told)
    if composer.begun is not None and composer.begun.returned_why:
        add(_("It came back: {why}").format(why=composer.begun.returned_why), "bold")
    return found
