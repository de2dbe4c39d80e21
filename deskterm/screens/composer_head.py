"""What stands around a text being written: its kind, who gets it, what it does, how it is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from deskterm.clean import clean, clean_lines
from deskterm.i18n import _, n_
from deskterm.screens import composer_recipients
from deskterm.screens.composer_form import AS_SET, status_words, told
from deskterm.screens.presenters import head as head_presenter
from deskterm.screens.presenters.line import cut, wrap

if TYPE_CHECKING:
    from deskterm.screens.composer import Composer

LINES_OF_RECIPIENTS: Final = 3
"""So many lines tell who gets it; `F6` tells all."""
LINES_OF_SIGNATURE: Final = 4
ROOMY_LINES: Final = 30
"""A screen this high shows the whole signature, a lower one its first line."""


def kind(composer: Composer, width: int) -> Text:
    """What kind of message it is, in words that cannot be mistaken."""
    if composer.visibility == "public":
        said = _("PUBLIC ANSWER: it goes to the customer")
    elif composer.visibility == "internal":
        said = _("INTERNAL NOTE: agents only, it never leaves the desk")
    else:
        said = _("PRIVATE: only you and {name} will see it").format(name=clean(composer.addressee))
    return Text(cut(clean(said), width))


def who(composer: Composer, width: int) -> Text:
    """The ticket, who gets it, the status after it and what else was chosen; a click on a line changes it."""
    found = Text(cut(clean(f"#{composer.head.id} {clean(composer.head.subject)}"), width), style="bold")

    def add(line: str, style: str = "not bold", act: str = "", key: str = "") -> None:
        room = width - len(key) - 2 if key else width
        piece = Text(cut(clean(line), room), style=style)
        if key:
            piece.append(f"  {key}", "dim")
        found.append("\n")
        found.append(piece.on(click=f"screen.{act}") if act else piece)

    public = composer.visibility == "public"
    if public:
        lines = _recipients(composer, width - 4)
        for number, line in enumerate(lines):
            add(line, act="form('recipients')", key="F6" if number == len(lines) - 1 else "")
    if public or composer.form.status != AS_SET:
        status = _("status: {name}").format(name=clean(status_words(composer.form, composer.form_view)))
        add(status, "not bold dim", "form('status')", "F2")
    for chosen in told(composer.form, composer.form_view):
        add(chosen)
    for note, _style in head_presenter.notes(composer.head):
        add(note)
    if composer.begun is not None and composer.begun.returned_why:
        add(_("It came back: {why}").format(why=composer.begun.returned_why), "bold")
    return found


def _recipients(composer: Composer, width: int) -> list[str]:
    count, to = composer_recipients.words(composer.form, composer.form_view, list(composer.recipients))
    if not count:
        return [_("To ") + _("nobody: this ticket has no participants")]
    lead = n_("To {count} person: ", "To {count} people: ", count).format(count=count)
    lines = wrap(clean(lead + to), width)
    if len(lines) > LINES_OF_RECIPIENTS:
        lines = [*lines[: LINES_OF_RECIPIENTS - 1], " ".join(lines[LINES_OF_RECIPIENTS - 1 :])]
    return lines


def signature(composer: Composer, width: int, height: int) -> Text | None:
    """From which mailbox it leaves and what it ends with, below the text; None for what never leaves."""
    view = composer.form_view
    if composer.visibility != "public" or view is None or not view.sender:
        return None
    lines = [line for line in clean_lines(view.signature).split("\n") if line.strip()]
    lines = [line for line in lines if line.strip() != "--"]
    if lines:
        said = _("Sent from {address}, signed:").format(address=clean(view.sender))
    else:
        said = _("Sent from {address}, without a signature.").format(address=clean(view.sender))
    if height < ROOMY_LINES:
        return Text(cut(clean(" ".join([said, *lines])), width))
    shown = lines[:LINES_OF_SIGNATURE]
    if len(lines) > len(shown):
        shown[-1] += " …"
    return Text("\n".join(cut(clean(line), width) for line in [said, *(f"  {line}" for line in shown)]))
