"""The mail log as a screen: a long list that is read as one goes, and the filters above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult

from deskterm import limits
from deskterm.clean import clean
from deskterm.desk.views import LogRow
from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acting import ActingScreen, key_bindings
from deskterm.screens.acts import ACTS
from deskterm.screens.desk_link import DeskLink
from deskterm.screens.dialogs import AskAbout
from deskterm.screens.frame import ActionBar, StatusBar, TitleLine
from deskterm.screens.lines import Id, LineList
from deskterm.screens.lists import ColumnList
from deskterm.screens.presenters import log as log_presenter
from deskterm.screens.presenters.line import Line

if TYPE_CHECKING:
    from deskterm.screens.app import Console

THINGS = frozenset({"log", "list"})
MORE = 0
"""Stands at the end of the list as long as there are older lines: where it comes into view they are read."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which lines are shown; the words are how the filter line names what was chosen."""

    address: str = ""
    account: int | None = None
    account_words: str = ""
    act: str = ""
    act_words: str = ""
    rule: int | None = None
    rule_words: str = ""
    since: datetime | None = None
    until: datetime | None = None
    period_words: str = ""

    def asked(self) -> dict[str, Any]:
        """What `maillog.listed` takes."""
        return {
            "address": self.address or None,
            "account": self.account,
            "act": self.act or None,
            "rule": self.rule,
            "since": self.since,
            "until": self.until,
        }


EVERYTHING = Filters()


class LogList(ColumnList):
    """Lines of the log, the newest first."""

    markable: ClassVar[bool] = False

    def __init__(self, *, id: str) -> None:
        super().__init__(log_presenter.LOG, id=id)


class LineOfLog(AskAbout):
    """A line of the log in full, and where one can go from it."""


class MailLog(ActingScreen[tuple[str, int]]):
    """The log; what it comes back with is where to go: ('ticket' | 'letter', number)."""

    acts_on = THINGS
    app: Console
    AUTO_FOCUS = "#log"
    DEFAULT_CSS = """
    MailLog { background: $background; layout: vertical; }
    """

    def __init__(self, link: DeskLink, keymap: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.desk = link
        self.keymap = keymap
        self.filters = EVERYTHING
        self.head = TitleLine(id="log_filters")
        self.columns = TitleLine(id="log_columns")
        self.lines = LogList(id="log")
        self.status_bar = StatusBar(id="log_status")
        self.bar = ActionBar(id="log_actions")
        self._after: Any = None
        self._bindings = key_bindings(keymap, [act for act in ACTS if act.where in THINGS])

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.columns
        yield self.lines
        yield self.status_bar
        yield self.bar

    def on_mount(self) -> None:
        for one in (self.head, self.columns, self.lines, self.status_bar, self.bar):
            one.use(self.app.palette)
        self.head.show_focus(True)
        self.bar.show(
            [
                (act.id, acts.shown_key(acts.keys_of(act, self.keymap)[0]), _(act.hint))
                for act in ACTS
                if act.where == "log" and act.hint and acts.allowed(act, self.desk.rights)
            ],
            kept=3,  # the way back among them
        )
        self.read()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._say_head)

    # -- reading

    def use_filters(self, **changed: Any) -> None:
        """Show what these filters leave, with those of before."""
        self.filters = replace(self.filters, **changed)
        self.read()

    def read(self) -> None:
        """Read the log anew, from its newest line."""
        self._say_head()
        self.start(self._first(), "read", exclusive=True)

    async def _first(self) -> None:
        page = await self.desk.read("maillog.listed", **self.filters.asked(), limit=limits.PAGE_ROWS)
        self.lines.empty = self._nothing()
        self.lines.rows = {}
        self._take(page, [])

    async def _more(self) -> None:
        after = self._after
        if after is None:
            return
        page = await self.desk.read(
            "maillog.listed", **self.filters.asked(), after=after, limit=limits.PAGE_ROWS
        )
        self._take(page, [id for id in self.lines.ids if id != MORE])

    def _take(self, page: Any, before: list[Id]) -> None:
        self._after = page.after
        self.lines.rows.update({row.id: row for row in page.rows})
        at_end = self.lines.cursor == MORE and bool(page.rows)
        ids = [*before, *(row.id for row in page.rows), *([MORE] if page.after is not None else [])]
        self.lines.set_ids(ids, cursor=page.rows[0].id if at_end else None, keep=bool(before))

    @on(LineList.Wanted, "#log")
    def _wanted(self, message: LineList.Wanted) -> None:
        self.start(self._more(), "read", exclusive=True)

    def _nothing(self) -> tuple[Line, ...]:
        filtered = self.filters != EVERYTHING
        told = _("Nothing in the log is so. Esc drops the filters.") if filtered else _("The log is empty.")
        return ((), (("  ", ""), (told, "")))

    def _say_head(self) -> None:
        filters = self.filters
        chosen = (
            (_("address"), filters.address),
            (_("account"), filters.account_words),
            (_("event"), filters.act_words),
            (_("rule"), filters.rule_words),
            (_("period"), filters.period_words),
        )
        every = _("all")
        told = "  ".join(f"{name}: {clean(words) or every}" for name, words in chosen)
        self.head.say(((" " + _("Mail log"), ""), ("   " + told, "")))
        self.columns.say(self.lines.header())

    # -- doing

    @on(LineList.Opened, "#log")
    def _opened(self, message: LineList.Opened) -> None:
        row = self.lines.current()
        if isinstance(row, LogRow):
            self.start(self._in_full(row))

    async def _in_full(self, row: LogRow) -> None:
        reasons = await self.desk.read("maillog.why", row.id)
        answers = []
        if row.ticket_id is not None:
            answers.append(("ticket", "t", _("go to ticket {number}").format(number=row.ticket_id)))
        if row.letter_id is not None:
            answers.append(("letter", "l", _("go to the letter")))
        answers.append(("stay", "q", _("back to the log")))
        answer = await self.app.push_screen_wait(
            LineOfLog(row.title, log_presenter.in_full(row, reasons), tuple(answers))
        )
        if answer == "ticket" and row.ticket_id is not None:
            self.dismiss(("ticket", row.ticket_id))
        elif answer == "letter" and row.letter_id is not None:
            self.dismiss(("letter", row.letter_id))
