"""Reports: opening them, and acts on their screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from deskterm.desk.report_views import GROUPINGS, KINDS, Scope, first_day
from deskterm.desk.views import Choosable
from deskterm.i18n import N_, _
from deskterm.screens import reach
from deskterm.screens.dialogs import Ask, Choose
from deskterm.screens.help import show_help

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen
    from deskterm.screens.report import ReportScreen

ALL = -1
NONE = 0
"""What a report calls those without an agent, client or category."""
Days = tuple[date | None, date | None]


def _month_before(today: date) -> Days:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


PERIODS: Final[tuple[tuple[str, Callable[[date], Days]], ...]] = (
    (N_("this month"), lambda today: (first_day("month", today), today)),
    (N_("the month before"), _month_before),
    (N_("this week"), lambda today: (first_day("week", today), today)),
    (N_("today"), lambda today: (today, today)),
    (N_("the last 30 days"), lambda today: (today - timedelta(days=29), today)),
    (N_("the last 365 days"), lambda today: (today - timedelta(days=364), today)),
    (N_("all"), lambda today: (None, None)),
)
OTHER = len(PERIODS)


async def show(screen: MainScreen) -> None:
    """Open the time spent this month, and go to the ticket one chooses there."""
    from deskterm.screens.report import Asked, ReportScreen

    words, days = PERIODS[0]
    since, until = days(await screen.desk.read("reports.today"))
    asked = Asked(scope=Scope(since, until), period_words=_(words))
    chosen = await screen.app.push_screen_wait(ReportScreen(screen.desk, screen.keymap, asked))
    if chosen is not None:
        screen.find(str(chosen))


async def which(screen: ReportScreen) -> None:
    """Choose another report, of the same."""
    names = list(KINDS)
    entries = [
        Choosable(place, _(KINDS[name].title), _(KINDS[name].help)) for place, name in enumerate(names)
    ]
    chosen = await screen.app.push_screen_wait(
        Choose(_("Which report?"), entries, current=names.index(screen.asked.name))
    )
    if chosen is not None:
        screen.ask(replace(screen.asked, name=names[chosen]))


async def by(screen: ReportScreen) -> None:
    """Choose what it is told by."""
    names = list(GROUPINGS)
    entries = [Choosable(place, _(title)) for place, title in enumerate(GROUPINGS.values())]
    chosen = await screen.app.push_screen_wait(
        Choose(_("Told by what?"), entries, current=names.index(screen.asked.by))
    )
    if chosen is not None:
        screen.ask(replace(screen.asked, by=names[chosen]))


async def period(screen: ReportScreen) -> None:
    """Only what happened in some days."""
    entries = [Choosable(place, _(words)) for place, (words, _days) in enumerate(PERIODS)]
    entries.append(Choosable(OTHER, _("from one day to another…")))
    chosen = await screen.app.push_screen_wait(Choose(_("Period"), entries))
    if chosen is None:
        return
    if chosen != OTHER:
        words, days = PERIODS[chosen]
        since, until = days(await screen.desk.read("reports.today"))
        _of_days(screen, since, until, _(words) if since is not None else "")
        return
    answer = await screen.app.push_screen_wait(
        Ask(_("Period"), _("The first and the last day, as 2026-11-01 2026-11-30, or only the first."))
    )
    if not answer:
        return
    typed = answer.split()
    try:
        since, until = date.fromisoformat(typed[0]), date.fromisoformat(typed[1]) if len(typed) == 2 else None
    except ValueError:
        since = None
    if since is None or len(typed) > 2:
        screen.say(_("A day is written like 2026-11-02."), "trouble")
        return
    _of_days(screen, since, until, f"{since} – {until or ''}".strip())


def _of_days(screen: ReportScreen, since: date | None, until: date | None, words: str) -> None:
    scope = replace(screen.asked.scope, since=since, until=until)
    screen.ask(replace(screen.asked, scope=scope, period_words=words))


async def agent(screen: ReportScreen) -> None:
    """Only what concerns one agent."""
    await _only(screen, "agent", _("Agent"), _("(nobody)"))


async def client(screen: ReportScreen) -> None:
    """Only tickets of one client."""
    await _only(screen, "client", _("Client"), _("(no client)"))


async def category(screen: ReportScreen) -> None:
    """Only tickets of one category."""
    await _only(screen, "category", _("Category"), _("(no category)"))


async def _only(screen: ReportScreen, what: str, title: str, none: str) -> None:
    entries = [
        Choosable(ALL, _("all")),
        Choosable(NONE, none),
        *(await screen.desk.read("reports.choosable", what)),
    ]
    asked = screen.asked
    now = getattr(asked.scope, f"{what}_id")
    chosen = await screen.app.push_screen_wait(Choose(title, entries, current=ALL if now is None else now))
    if chosen is None:
        return
    id = None if chosen == ALL else chosen
    words = "" if id is None else next(each.name for each in entries if each.id == chosen)
    if what == "agent":
        screen.ask(replace(asked, scope=replace(asked.scope, agent_id=id), agent_words=words))
    elif what == "client":
        screen.ask(replace(asked, scope=replace(asked.scope, client_id=id), client_words=words))
    else:
        screen.ask(replace(asked, scope=replace(asked.scope, category_id=id), category_words=words))


async def save(screen: ReportScreen) -> None:
    """Save what stands there as CSV."""
    if screen.report is None:
        return
    folder = await reach.folder_asked(screen.app, _("The report as CSV"))
    if folder is not None:
        path = await screen.desk.read("reports.save", screen.report, folder)
        screen.say(reach.saved_as(screen.app, path))


def refresh(screen: ReportScreen) -> None:
    """Count it anew."""
    screen.count(str(screen.lines.cursor))


def back(screen: ReportScreen) -> None:
    """Stop counting; else back to the line one came from; else to the desk."""
    if screen.counting:
        screen.stop()
    elif screen.came_from:
        asked, key = screen.came_from.pop()
        screen.ask(asked, key)
    else:
        screen.dismiss(None)


def help(screen: ReportScreen) -> None:
    """Every act, those of reports first."""
    show_help(screen, frozenset({"report", "list"}), "report", screen.keymap)
