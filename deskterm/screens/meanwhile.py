"""Where one writes: who else answers, what came meanwhile, and what to do with a text that was overtaken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import OptionList, Static

from deskterm.clean import clean, clean_lines
from deskterm.desk.views import Body, MessageRow, Present, TicketHead
from deskterm.i18n import _, n_
from deskterm.screens.body_text import BodyText
from deskterm.screens.desk_link import Trouble
from deskterm.screens.dialogs import Confirm
from deskterm.screens.live import News
from deskterm.screens.presenters import presence, when
from deskterm.screens.presenters.line import cut

if TYPE_CHECKING:
    from deskterm.desk.since import Difference, Since
    from deskterm.desk.writing_views import AnswerFormView
    from deskterm.screens.composer import Composer
    from deskterm.screens.main_screen import MainScreen

SHOWN_CHARACTERS = 4000


class Overtaken(Confirm):
    """What came meanwhile, to be read here (PgUp, PgDn), and what can be done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "page(1)", priority=True),
        Binding("pageup", "page(-1)", priority=True),
    ]

    def __init__(self, title: str, told: Text, answers: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(title, "", answers)
        self._shown = told

    def compose(self) -> ComposeResult:
        with Vertical():
            with VerticalScroll():
                yield Static(self._shown, classes="told", markup=False)
            yield self.list_of_answers()

    def on_mount(self) -> None:
        super().on_mount()
        scroll = self.query_one(VerticalScroll)
        scroll.styles.height = "auto"
        scroll.styles.max_height = max(4, self.app.size.height - 10)
        self.query_one(OptionList).focus()

    def action_page(self, pages: int) -> None:
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_relative(y=pages * (scroll.size.height - 1), animate=False)


class Meanwhile(Static):
    """Above a text being written: what its author should know before he sends it. Hidden while nothing is."""

    DEFAULT_CSS = """
    Meanwhile { height: auto; padding: 0 1; display: none; background: $warning 20%; text-style: bold; }
    Meanwhile.shown { display: block; }
    Meanwhile:ansi { background: ansi_default; }
    """

    def __init__(self, saw: Mapping[str, Any], there: Sequence[Present]) -> None:
        super().__init__(markup=False)
        self.saw = dict(saw)
        """Fields of the ticket by column, as its author saw them."""
        self._there = tuple(there)
        self._lines: tuple[str, ...] = ()

    def on_mount(self) -> None:
        self._say()

    def others_moved(self, others: Sequence[Present], ticket_id: int) -> bool:
        """Show who answers the ticket now; whether somebody has begun to."""
        before = {each.agent_id for each in self._there if each.answering}
        self._there = tuple(each for each in others if each.ticket_id == ticket_id)
        self._say()
        return bool({each.agent_id for each in self._there if each.answering} - before)

    def tell(self, since: Since) -> None:
        """Show what came and what was set since the ticket was opened."""
        lines = [_("{who} wrote meanwhile; sending shows it.").format(who=_who(body)) for body in since.newer]
        if len(lines) > 2:
            lines = [n_("{count} new message", "{count} new messages", len(lines)).format(count=len(lines))]
        self._lines = (*lines, *(difference(each) for each in since.fields))
        self._say()

    def on_resize(self) -> None:
        self._say()

    def _say(self) -> None:
        told = [line for line in (presence.warning(self._there), *self._lines) if line]
        self.set_class(bool(told), "shown")
        width = max(20, self.app.size.width - 2)
        self.update(Text("\n".join(cut(clean(line), width) for line in told)))


def difference(one: Difference) -> str:
    """Who set what, as a sentence."""
    if one.now_words:
        told = _("{who} set {field} to {value}.")
    else:
        told = _("{who} took {field} away.")
    return clean(told.format(who=one.who, field=one.title, value=one.now_words))


def saw(head: TicketHead, form: AnswerFormView | None) -> dict[str, Any]:
    """Columns of the ticket with what an author sees of them when he begins."""
    now = form.now if form is not None else {}
    columns = {name if name == "auto_close_days" else f"{name}_id": value for name, value in now.items()}
    return {**columns, "status_id": head.status_id, "responsible_id": head.responsible_id}


def seen_message(screen: MainScreen, head: TicketHead, quoted: Body | None) -> int:
    """The newest message of a ticket that its author has had on his screen.

    Of the open ticket what its list shows: what came since it was read is not seen yet.
    """
    opened = screen.open.ticket
    if opened is not None and opened.id == head.id:
        rows: list[MessageRow] = list(screen.messages.rows.values())
        return max((row.id for row in rows if row.ticket_id == head.id), default=0)
    return quoted.id if quoted is not None else 0


async def look(composer: Composer) -> Since:
    """Read what came since, and say it above the text."""
    since: Since = await composer.desk.read(
        "since.opened", composer.head.id, composer.seen, composer.meanwhile.saw
    )
    composer.meanwhile.tell(since)
    return since


async def stirred(composer: Composer, news: News) -> None:
    """Somebody did something: say it above the text where it is about this ticket."""
    if composer.visibility != "public":
        return
    number = composer.head.id
    if news.moved and composer.meanwhile.others_moved(news.others, number):
        composer.app.bell()
    if news.many or any(change.ticket_id == number and not change.mine for change in news.changes):
        try:
            await look(composer)
        except Trouble as trouble:
            composer.say(trouble.sentence, "trouble")


async def newer(composer: Composer) -> str:
    """Show the messages that came, and what was set; 'send', 'edit' or 'drop', and all of it seen then.

    '' where it was left: nothing is sent, and it is asked again the next time.
    """
    since = await look(composer)
    if not since.newer:
        return "send"
    shown = Text()
    for body in since.newer:
        shown.append(f"{_who(body)}  {when.full(body.at)}\n", style="bold")
        shown.append(clean_lines(body.text.strip())[:SHOWN_CHARACTERS] + "\n\n")
    for each in since.fields:
        shown.append(difference(each) + "\n", style="bold")
    answer = await composer.app.push_screen_wait(
        Overtaken(
            n_("{count} newer message is there", "{count} newer messages are there", len(since.newer)).format(
                count=len(since.newer)
            ),
            shown,
            (
                ("edit", "e", _("go on writing; the newer message stands below")),
                ("send", "s", _("send it as it is")),
                ("drop", "d", _("throw it away")),
            ),
        )
    )
    if answer in ("send", "edit"):
        # only what was shown: what came while it was being read is shown the next time
        composer.seen = max(body.id for body in since.newer)
        for each in since.fields:
            composer.meanwhile.saw[each.column] = each.now
        composer.quoted = since.newer[-1]
        composer.query_one(BodyText).show(composer.quoted)
        composer.query_one(BodyText).display = True
        composer.show_quoted()
        await look(composer)
    return answer or ""


async def same_field(composer: Composer, column: str) -> bool:
    """Somebody set what this text would set: say who set what, then ask; whether to send it now."""
    since = await look(composer)
    one = next((each for each in since.fields if each.column == column), None)
    if one is None:
        return True  # it was put back meanwhile
    answer = await composer.app.push_screen_wait(
        Confirm(
            _("Somebody else set it"),
            difference(one) + " " + _("Your answer would set it too."),
            (
                ("mine", "m", _("set mine all the same")),
                ("theirs", "t", _("leave it as it is now, and send")),
                ("edit", "e", _("go on writing")),
            ),
        )
    )
    if answer not in ("mine", "theirs"):
        return False
    composer.meanwhile.saw[column] = one.now
    if answer == "theirs":
        composer.form.give_way(column, one.now)
    return True


def parted(composer: Composer, key: str) -> None:
    """Another console of the author's changed or sent the draft: this text is a draft of its own now."""
    composer.desk.unsaved.pop(composer.draft_key, None)
    composer.draft_key = key
    composer.files = []
    composer.show_files()
    composer.form_changed()
    told = _(
        "Another console of yours changed this draft; your text is kept as one of its own, without files."
    )
    composer.say(told, "warning")
    composer.app.notify(clean(told), severity="warning", timeout=8, markup=False)


def _who(body: Body) -> str:
    return clean(body.author or body.address)
