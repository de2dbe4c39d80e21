"""The mail log: opening it, and acts on its screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from deskterm.desk.views import Choosable
from deskterm.i18n import _, n_
from deskterm.screens import loading, standing
from deskterm.screens.dialogs import Ask, Choose, Confirm
from deskterm.screens.help import show_help
from deskterm.screens.presenters import when

if TYPE_CHECKING:
    from deskterm.screens.mail_log import MailLog
    from deskterm.screens.main_screen import MainScreen

ALL = -1
DAYS = (1, 7, 30, 365)
OTHER = 0
KEPT_DAYS = 30


async def show(screen: MainScreen) -> None:
    """Open the log, and go where the agent goes from it."""
    from deskterm.screens.mail_log import MailLog

    chosen = await screen.app.push_screen_wait(MailLog(screen.desk, screen.keymap))
    if chosen is None:
        return
    kind, number = chosen
    if kind == "ticket":
        screen.find(str(number))
    else:
        screen.open.words = ""
        screen.search.close()
        await loading.section(screen, f"{standing.ONE_LETTER}{number}")
        screen.set_focus(screen.tickets)


async def by_address(screen: MailLog) -> None:
    """Only lines with an address, or of a domain."""
    answer = await screen.app.push_screen_wait(
        Ask(_("Address"), _("A whole address, or @domain; empty shows all."), screen.filters.address)
    )
    if answer is not None:
        screen.use_filters(address=answer.strip())


async def by_account(screen: MailLog) -> None:
    """Only lines of one account."""
    accounts: list[Choosable] = await screen.desk.read("maillog.accounts")
    chosen = await _choose(screen, _("Account"), accounts, screen.filters.account)
    if chosen is not None:
        screen.use_filters(account=chosen.id if chosen.id != ALL else None, account_words=_words(chosen))


async def by_act(screen: MailLog) -> None:
    """Only lines about one thing that was done."""
    known: list[tuple[str, str]] = await screen.desk.read("maillog.acts")
    entries = [Choosable(place, title) for place, (_act, title) in enumerate(known)]
    now = next((place for place, (act, _title) in enumerate(known) if act == screen.filters.act), None)
    chosen = await _choose(screen, _("What was done"), entries, now)
    if chosen is not None:
        act = known[chosen.id][0] if chosen.id != ALL else ""
        screen.use_filters(act=act, act_words=_words(chosen))


async def by_rule(screen: MailLog) -> None:
    """Only what a rule decided, and all mail of the tickets it made."""
    rules = [Choosable(each.id, each.name, each.account) for each in await screen.desk.read("rules.listed")]
    chosen = await _choose(screen, _("Rule"), rules, screen.filters.rule)
    if chosen is not None:
        screen.use_filters(rule=chosen.id if chosen.id != ALL else None, rule_words=_words(chosen))


async def by_period(screen: MailLog) -> None:
    """Only lines of the last days, or from one day to another."""
    entries = [
        Choosable(days, n_("the last {count} day", "the last {count} days", days).format(count=days))
        for days in DAYS
    ]
    entries.append(Choosable(OTHER, _("from one day to another…")))
    chosen = await _choose(screen, _("Period"), entries, None)
    if chosen is None:
        return
    if chosen.id == ALL:
        screen.use_filters(since=None, until=None, period_words="")
    elif chosen.id != OTHER:
        since = when.now() - timedelta(days=chosen.id)
        screen.use_filters(since=since, until=None, period_words=chosen.name)
    else:
        answer = await screen.app.push_screen_wait(
            Ask(_("Period"), _("The first and the last day, as 2026-11-01 2026-11-30, or only the first."))
        )
        days = _days(answer or "")
        if days is not None:
            words = " - ".join((answer or "").split())
            screen.use_filters(since=days[0], until=days[1], period_words=words)
        elif answer:
            screen.say(_("A day is written like 2026-11-02."), "trouble")


def _days(text: str) -> tuple[datetime, datetime | None] | None:
    """The moments two days, or one and all after it, begin and end; None where the text is neither."""
    try:
        days = [datetime.fromisoformat(part).astimezone() for part in text.split()]
    except ValueError:
        return None
    if not 1 <= len(days) <= 2:
        return None
    return days[0], days[1] + timedelta(days=1) if len(days) == 2 else None


async def _choose(
    screen: MailLog, title: str, entries: list[Choosable], current: int | None
) -> Choosable | None:
    """One of these, or all."""
    entries = [Choosable(ALL, _("all")), *entries]
    chosen = await screen.app.push_screen_wait(
        Choose(title, entries, current=ALL if current is None else current)
    )
    return next((each for each in entries if each.id == chosen), None)


def _words(chosen: Choosable) -> str:
    return chosen.name if chosen.id != ALL else ""


async def clear(screen: MailLog) -> None:
    """Empty the log, after asking."""
    actor = screen.desk.actor
    if actor is None or "administer" not in actor.rights:
        screen.say(_("Only administrators may clear the log."), "trouble")
        return
    old = n_(
        "clear what is older than {count} day", "clear what is older than {count} days", KEPT_DAYS
    ).format(count=KEPT_DAYS)
    answer = await screen.app.push_screen_wait(
        Confirm(
            _("Clear the mail log?"),
            _("Its lines are gone for good; tickets and letters stay as they are."),
            (("old", "o", old), ("all", "a", _("clear everything")), ("no", "n", _("leave it"))),
        )
    )
    if answer not in ("old", "all"):
        return
    before = when.now() - timedelta(days=KEPT_DAYS) if answer == "old" else None
    gone = await screen.desk.act("maillog.clear", before)
    screen.say(n_("{number} line was removed.", "{number} lines were removed.", gone).format(number=gone))
    screen.read()


def refresh(screen: MailLog) -> None:
    """Read the log anew."""
    screen.read()


def back(screen: MailLog) -> None:
    """Drop the filters; where there are none, back to the desk."""
    from deskterm.screens.mail_log import EVERYTHING

    if screen.filters != EVERYTHING:
        screen.filters = EVERYTHING
        screen.read()
    else:
        screen.dismiss(None)


def help(screen: MailLog) -> None:
    """Every act, those of the log first."""
    show_help(screen, frozenset({"log", "list"}), "log", screen.keymap)
