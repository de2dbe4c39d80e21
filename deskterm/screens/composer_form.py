"""What goes with a text besides its words: status, fields, time to send, editor; doubts before it leaves."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from textual.app import SuspendNotSupported

from deskterm import moments
from deskterm.clean import clean, clean_lines
from deskterm.desk.views import Choosable
from deskterm.i18n import N_, _
from deskterm.screens import reach
from deskterm.screens.desk_link import Trouble
from deskterm.screens.dialogs import Ask, Choose, Confirm
from deskterm.screens.presenters import second_thoughts, when

if TYPE_CHECKING:
    from deskterm.desk.writing_views import AnswerFormView
    from deskterm.screens.app import Console
    from deskterm.screens.composer import Composer
    from deskterm.screens.composer_files import Writing

AS_SET, KEEP, CLOSE = 0, -1, -2
"""Status after the answer: as the desk sets it, unchanged, closed; else the status' id."""
NOBODY: Final = 0
TIME: Final = -1
FIELDS: Final[tuple[tuple[str, str], ...]] = (
    ("responsible", N_("responsible")),
    ("category", N_("category")),
    ("criticality", N_("criticality")),
    ("difficulty", N_("difficulty")),
    ("sla", N_("SLA level")),
    ("kind", N_("kind")),
    ("rubric", N_("rubric")),
    ("team", N_("team")),
    ("auto_close_days", N_("days till it closes by itself")),
)


@dataclass(slots=True)
class Form:
    """What an author chose for the text he writes."""

    status: int = AS_SET
    left_out: set[str] = field(default_factory=set)
    send_at: datetime | None = None
    fields: dict[str, int | None] = field(default_factory=dict)
    opened: float = field(default_factory=time.monotonic)
    before: int = 0
    """Seconds spent on it before it was opened this time."""

    @property
    def seconds(self) -> int:
        """How long its author has been at it."""
        return self.before + int(time.monotonic() - self.opened)

    def kept(self) -> dict[str, Any]:
        """What a draft keeps of it."""
        return {
            "status": self.status,
            "left_out": sorted(self.left_out),
            "send_at": self.send_at.isoformat() if self.send_at is not None else None,
            "fields": self.fields,
            "seconds": self.seconds,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Form:
        """The form a draft kept; what is wrong in it is left out."""
        kept = kept or {}
        try:
            send_at = datetime.fromisoformat(kept["send_at"]) if kept.get("send_at") else None
        except (TypeError, ValueError):
            send_at = None
        return cls(
            status=int(kept.get("status") or AS_SET),
            left_out={str(address) for address in kept.get("left_out") or ()},
            send_at=send_at,
            fields=dict(kept.get("fields") or {}),
            before=int(kept.get("seconds") or 0),
        )

    def asked(self, saw: Mapping[str, Any], *, public: bool) -> dict[str, Any]:
        """What `messages.reply` and `messages.note` take; `saw` is the ticket's columns as one saw them."""
        named: dict[str, Any] = {"seconds_spent": self.seconds}
        named["fields"] = self.fields
        named["seen_fields"] = {
            name: saw[column]
            for name in (*self.fields, "status")
            if (column := name if name in saw else f"{name}_id") in saw
        }
        if self.status == CLOSE:
            named["close"] = True
        elif self.status > 0:
            named["status_id"] = self.status
        if public:
            named["keep_status"] = self.status == KEEP
            named["recipients_left_out"] = tuple(self.left_out)
            named["send_at"] = self.send_at
        return named

    def give_way(self, column: str, now: Any) -> None:
        """Leave a field as somebody else set it."""
        if column == "status_id":
            self.status = int(now)
        else:
            self.fields.pop(column.removesuffix("_id"), None)


def status_words(form: Form, view: AnswerFormView | None) -> str:
    """The status after the text, in words."""
    if form.status == AS_SET:
        statuses = view.statuses if view is not None else ()
        after = view.status_after_id if view is not None else None
        name = next((each.name for each in statuses if each.id == after), "")
        return name or _("as the desk sets it after an answer")
    if form.status == KEEP:
        return _("stays as it is, and whose turn it is")
    if form.status == CLOSE:
        return _("closed")
    statuses = view.statuses if view is not None else ()
    return next((each.name for each in statuses if each.id == form.status), "")


def told(form: Form, view: AnswerFormView | None) -> list[str]:
    """What was chosen besides status and recipients, each as a sentence."""
    found = []
    if form.send_at is not None:
        found.append(_("It leaves {moment}.").format(moment=when.full(form.send_at)))
    if form.fields and view is not None:
        titles = dict(FIELDS)
        set_to = []
        for name, value in form.fields.items():
            entries = view.choices.get(name, ())
            chosen = next((each.name for each in entries if each.id == value), None)
            shown = chosen or (_("nobody") if value is None else str(value))
            set_to.append(f"{_(titles[name])}: {shown}")
        found.append(clean("; ".join(set_to)))
    return found


# -- asking


async def status(composer: Composer) -> None:
    """Choose the status the ticket gets with this text."""
    view = composer.form_view
    if view is None:
        return
    public = composer.visibility == "public"
    entries = [Choosable(AS_SET, _("as the desk sets it after an answer") if public else _("unchanged"))]
    if public:
        entries.append(Choosable(KEEP, _("without changing status and turn")))
    if view.close_status_id is not None:
        entries.append(Choosable(CLOSE, _("close it with this")))
    entries += view.statuses
    chosen = await composer.app.push_screen_wait(
        Choose(_("Status with this answer"), entries, current=composer.form.status)
    )
    if chosen is not None:
        composer.form.status = chosen
        composer.form_changed()


async def fields(composer: Composer) -> None:
    """Choose a field of the ticket and what it becomes with this text."""
    view = composer.form_view
    if view is None or not view.may_change:
        composer.say(_("Your role may not change tickets."), "warning")
        return
    entries = [
        Choosable(number, _(title), _now(composer, view, name)) for number, (name, title) in enumerate(FIELDS)
    ]
    entries.append(Choosable(TIME, _("time spent on this text"), when.spent(composer.form.seconds)))
    chosen = await composer.app.push_screen_wait(Choose(_("Which field?"), entries))
    if chosen is None:
        return
    if chosen == TIME:
        await _time(composer)
        return
    name, title = FIELDS[chosen]
    if name == "auto_close_days":
        answer = await composer.app.push_screen_wait(Ask(_(title), _("0: never; empty: as the desk says.")))
        if answer is None or (answer.strip() and not answer.strip().isdecimal()):
            return
        composer.form.fields[name] = int(answer) if answer.strip() else None
    else:
        current = composer.form.fields.get(name, view.now[name])
        values = [Choosable(NOBODY, _("none")), *view.choices[name]]
        value = await composer.app.push_screen_wait(Choose(_(title), values, current=current or NOBODY))
        if value is None:
            return
        composer.form.fields[name] = value or None
        await _suggested(composer, name, value)
    composer.form_changed()


def _now(composer: Composer, view: AnswerFormView, name: str) -> str:
    """What a field is, or becomes with this text."""
    value = composer.form.fields.get(name, view.now[name])
    chosen = next((each.name for each in view.choices.get(name, ()) if each.id == value), None)
    return chosen or ("" if value is None else str(value))


async def _time(composer: Composer) -> None:
    """Correct how long its author has been at it; from then on it is measured again."""
    answer = await composer.app.push_screen_wait(Ask(_("Time spent"), _(when.HOW_SPENT_IS_TYPED)))
    if answer is None:
        return
    seconds = when.read_spent(answer)
    if seconds is None:
        composer.say(_("This is no length of time: {text}").format(text=answer), "trouble")
        return
    composer.form.before, composer.form.opened = seconds, time.monotonic()
    composer.say(_("Time spent: {time}").format(time=when.spent(seconds)))
    composer.form_changed()


async def _suggested(composer: Composer, name: str, value: int) -> None:
    """Offer the default responsible of a category or an SLA level."""
    who = await composer.desk.read("answer_form.suggested", name, value or None)
    if who is None or who.id == composer.form.fields.get("responsible", composer.head.responsible_id):
        return
    answer = await composer.app.push_screen_wait(
        Confirm(
            _("Its default responsible"),
            _("{name} is responsible for this by default.").format(name=who.name),
            (("yes", "y", _("make him responsible")), ("no", "n", _("leave it"))),
        )
    )
    if answer == "yes":
        composer.form.fields["responsible"] = who.id


async def later(composer: Composer) -> None:
    """Say when the answer leaves; empty: at once."""
    if composer.visibility != "public":
        return
    answer = await composer.app.push_screen_wait(
        Ask(_("When does it leave?"), _(when.HOW_MOMENTS_ARE_TYPED) + " · " + _("empty: at once"))
    )
    if answer is None:
        return
    if not answer.strip():
        composer.form.send_at = None
    else:
        moment = moments.here(answer, when.now())
        if moment is None or moment <= when.now():
            composer.say(_("This is no time to come: {text}").format(text=answer), "trouble")
            return
        composer.form.send_at = moment
    composer.form_changed()


# -- the agent's own editor


def edit(composer: Writing) -> None:
    """Write in $VISUAL or $EDITOR; what was saved there comes back."""
    with tempfile.TemporaryDirectory(prefix="deskterm-") as folder:
        file = Path(folder) / "answer.txt"
        file.write_text(composer.text, encoding="utf-8")
        if in_editor(composer, file):
            try:
                text = file.read_text(encoding="utf-8")
            except (OSError, ValueError) as error:
                composer.say(
                    _("{editor} cannot be used: {why}").format(editor="$EDITOR", why=error), "trouble"
                )
                return
            composer.area.load_text(clean_lines(text.removesuffix("\n")))


class Edits(Protocol):
    """A screen from which an agent goes into his editor."""

    @property
    def app(self) -> Console: ...

    def say(self, sentence: str, style: str = "good") -> None:
        """Say what went wrong."""


def in_editor(screen: Edits, file: Path) -> bool:
    """Whether the agent's editor was run on a file and ended well; else it was said why not."""
    try:
        command = reach.editor(screen.app)
    except ValueError as error:
        screen.say(_("{editor} cannot be used: {why}").format(editor="$EDITOR", why=error), "trouble")
        return False
    if not command:
        if screen.app.home.confinement is not None:
            screen.say(_("No editor is allowed in this session."), "warning")
        else:
            screen.say(_("Set $EDITOR to use your own editor."), "warning")
        return False
    code, why = 0, None
    try:
        with screen.app.suspend():
            # within it: Textual gives the terminal back only to what ends well
            try:
                code = subprocess.run([*command, str(file)], check=False).returncode
            except OSError as error:
                why = error
    except SuspendNotSupported:
        screen.say(_("No editor can be opened here."), "warning")
        return False
    if why is not None:
        screen.say(_("{editor} cannot be used: {why}").format(editor=command[0], why=why.strerror), "trouble")
        return False
    if code:
        screen.say(_("The editor ended with {code}; the text is as it was.").format(code=code), "warning")
    return not code


# -- before it leaves


async def doubts(composer: Composer) -> bool:
    """Whether to send: asks where a file was spoken of and none is there, or a placeholder is misspelt."""
    if composer.visibility != "public":
        return True
    files = len(composer.files)
    found = second_thoughts.doubts(composer.text, files=files, subject=composer.head.subject)
    if not found:
        return True
    answers = [("back", "b", _("go back and mend it")), ("send", "s", _("send it as it is"))]
    if not files and second_thoughts.speaks_of_files(composer.text):
        answers.insert(0, ("attach", "a", _("add the file now")))
    answer = await composer.app.push_screen_wait(Confirm(_("Before it is sent"), "\n".join(found), answers))
    if answer == "attach":
        composer.action_attach()
    return answer == "send"


async def unfilled(composer: Composer, trouble: Trouble) -> bool:
    """Whether a text is sent with placeholders still in it."""
    answer = await composer.app.push_screen_wait(
        Confirm(
            _("Placeholders are left"),
            trouble.sentence,
            (("back", "b", _("go back and fill them in")), ("send", "s", _("send it as it is"))),
        )
    )
    return answer == "send"
