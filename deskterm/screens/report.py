"""A report as a screen: what was chosen for it, its lines with their total, and the way into each line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult

from deskterm.clean import clean
from deskterm.desk.report_views import GROUPINGS, KINDS, PERIODS, Report, Scope, narrowed
from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acting import ActingScreen, key_bindings
from deskterm.screens.acts import ACTS
from deskterm.screens.desk_link import DeskLink, Trouble
from deskterm.screens.frame import ActionBar, OneLine, StatusBar, TitleLine
from deskterm.screens.lines import LineList
from deskterm.screens.lists import ColumnList
from deskterm.screens.presenters import columns as fitting
from deskterm.screens.presenters import report as report_presenter
from deskterm.screens.presenters import when

if TYPE_CHECKING:
    from deskterm.screens.app import Console

THINGS = frozenset({"report", "list"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; the words say how the head names what was chosen."""

    name: str = "time"
    by: str = "agent"
    scope: Scope = field(default_factory=Scope)
    period_words: str = ""
    agent_words: str = ""
    client_words: str = ""
    category_words: str = ""


class ReportList(ColumnList):
    """The lines of a report."""

    markable: ClassVar[bool] = False

    def __init__(self, *, id: str) -> None:
        super().__init__((), id=id)


class ReportScreen(ActingScreen[int]):
    """A report; what it comes back with is the ticket to go to."""

    acts_on = THINGS
    app: Console
    AUTO_FOCUS = "#report"
    DEFAULT_CSS = """
    ReportScreen { background: $background; layout: vertical; }
    """

    def __init__(self, link: DeskLink, keymap: Mapping[str, tuple[str, ...]], asked: Asked) -> None:
        super().__init__()
        self.desk = link
        self.keymap = keymap
        self.asked = asked
        self.report: Report | None = None
        self.counting = False
        self.came_from: list[tuple[Asked, str]] = []
        """The reports whose lines were gone into, and those lines."""
        self.head = TitleLine(id="report_head")
        self.columns = TitleLine(id="report_columns")
        self.lines = ReportList(id="report")
        self.total = OneLine(id="report_total")
        self.status_bar = StatusBar(id="report_status")
        self.bar = ActionBar(id="report_actions")
        self._bindings = key_bindings(keymap, [act for act in ACTS if act.where in THINGS])

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.columns
        yield self.lines
        yield self.total
        yield self.status_bar
        yield self.bar

    def on_mount(self) -> None:
        for one in (self.head, self.columns, self.lines, self.total, self.status_bar, self.bar):
            one.use(self.app.palette)
        self.head.show_focus(True)
        self.bar.show(
            [
                (act.id, acts.first_key(act, self.keymap), _(act.hint))
                for act in ACTS
                if act.where == "report" and act.hint and acts.allowed(act, self.desk.rights)
            ],
            kept=3,  # the way back among them
        )
        self.count()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._say)

    # -- counting

    def ask(self, asked: Asked, cursor: str | None = None) -> None:
        """Count this instead."""
        self.asked = asked
        self.count(cursor)

    def count(self, cursor: str | None = None) -> None:
        """Count it anew; it can be stopped meanwhile."""
        self.counting = True
        self._say()
        self.status_bar.tell(((_("counting… Esc stops it"), "faint"),))
        self.start(self._count(cursor), "read", exclusive=True)

    async def _count(self, cursor: str | None) -> None:
        asked = self.asked
        try:
            report = await self.desk.read("reports.run", asked.name, asked.by, asked.scope)
        except Trouble:
            self.counting = False
            raise
        self.counting = False
        self.status_bar.tell(None)
        self._take(report, cursor)

    def stop(self) -> None:
        """Wait no more for what is being counted."""
        self.workers.cancel_group(self, "read")
        self.counting = False
        self.say(_("Stopped; F5 counts it."), "faint")

    def _take(self, report: Report, cursor: str | None) -> None:
        self.report = report
        self.lines.use_columns(report_presenter.columns(report))
        self.lines.rows = {row.key: row for row in report.rows}
        self.lines.empty = ((), (("  ", ""), (_("There is nothing to count."), "faint")))
        keys = [row.key for row in report.rows]
        self.lines.set_ids(keys, cursor=cursor if cursor in self.lines.rows else None)
        self._say()

    def _say(self) -> None:
        asked = self.asked
        chosen = (
            (_("by"), _(GROUPINGS[asked.by])),
            (_("period"), asked.period_words or _("all")),
            (_("agent"), asked.agent_words),
            (_("client"), asked.client_words),
            (_("category"), asked.category_words),
        )
        told = "  ".join(f"{name}: {clean(words)}" for name, words in chosen if words)
        self.head.say(((" " + _(KINDS[asked.name].title), ""), ("   " + told, "")))
        self.columns.say(self.lines.header() if self.report is not None else ())
        if self.report is not None:
            row = report_presenter.total(self.report)
            self.total.say(fitting.row(row, self.lines.fitted(), when.now()))

    # -- the way into a line

    @on(LineList.Opened, "#report")
    def _opened(self, message: LineList.Opened) -> None:
        report, key = self.report, str(message.id)
        if report is None or self.counting or key not in self.lines.rows:
            return
        if report.by == "ticket":
            self.dismiss(int(key))
            return
        self.came_from.append((self.asked, key))
        words = self.lines.rows[key].title
        named = "period_words" if report.by in PERIODS else f"{report.by}_words"
        narrower = replace(self.asked, by="ticket", scope=narrowed(report, key), **{named: words})
        self.ask(narrower)
