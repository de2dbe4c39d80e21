"""The life of tickets: closing, its outcome, every field, snooze and reminders, history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from deskterm import moments
from deskterm.desk.views import Choosable
from deskterm.i18n import N_, _
from deskterm.screens import loading
from deskterm.screens.dialogs import Ask, Choose, Confirm
from deskterm.screens.doing.conflicts import set_or_ask
from deskterm.screens.doing.tickets import NOBODY, done, seen
from deskterm.screens.presenters import when

if TYPE_CHECKING:
    from deskterm.desk.ticket_card import Fact
    from deskterm.screens.main_screen import MainScreen

OTHER = 0
LISTS: Final = ("category", "kind", "criticality", "difficulty", "sla", "source")
FIELDS: Final[tuple[tuple[str, str], ...]] = (
    ("category", N_("category")),
    ("kind", N_("kind")),
    ("criticality", N_("criticality")),
    ("difficulty", N_("difficulty")),
    ("sla", N_("SLA level")),
    ("team", N_("team")),
    ("branch", N_("branch")),
    ("source", N_("source")),
    ("client", N_("client")),
    ("subject", N_("subject")),
    ("auto_close_days", N_("days till it closes by itself")),
    ("due_at", N_("due")),
)
SETTABLE, KNOWN = N_("To be set"), N_("Known of it")
SUGGESTING: Final = ("category", "sla")
"""Fields whose change offers its default responsible."""
LATER: Final[tuple[tuple[str, str], ...]] = (
    ("1h", N_("in an hour")),
    ("18:00", N_("this evening, 18:00")),
    ("tomorrow", N_("tomorrow, 9:00")),
    ("mon", N_("Monday, 9:00")),
    ("1w", N_("in a week")),
)


async def close(screen: MainScreen) -> None:
    """Close the tickets as solved."""
    ids = screen.ticket_ids()
    if await set_or_ask(screen, "tickets.solved", ids, **seen(screen, ids, "status_id")):
        done(screen, len(ids), _("Closed as solved; `z` undoes it."))


async def did_not_help(screen: MainScreen) -> None:
    """Say that the solution did not fit: the ticket opens again, for the same agent or another one."""
    ids = screen.ticket_ids()
    agents = await screen.desk.read("listing.agents")
    head = screen.open.ticket
    current = head.responsible_id if head is not None and ids == [head.id] else None
    chosen = await screen.app.push_screen_wait(
        Choose(_("It did not help. Who goes on?"), agents, current=current)
    )
    if chosen is not None:
        await screen.desk.act("tickets.did_not_help", ids, chosen)
        done(screen, len(ids), _("Open again."))


async def fields(screen: MainScreen) -> None:
    """Choose a field, then its value; of one ticket all is shown that is known of it."""
    head = screen.open.ticket
    alone = head is not None and screen.ticket_ids() == [head.id]
    has_client = alone and head is not None and head.client_id is not None
    facts: tuple[Fact, ...] = ()
    if alone and head is not None:
        facts = await screen.desk.read("ticket_card.shown", head.id)
    told = {fact.column: _words(fact) for fact in facts}
    entries = [
        Choosable(number, _(title), told.pop(_column(name), ""), SETTABLE)
        for number, (name, title) in enumerate(FIELDS)
        if name != "client" or not has_client
    ]
    entries += [
        Choosable(len(FIELDS) + number, fact.title, told[fact.column], KNOWN)
        for number, fact in enumerate(facts)
        if told.get(fact.column)
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("Which field?"), entries))
    if chosen is not None and chosen < len(FIELDS):
        await set_field(screen, FIELDS[chosen][0], _(FIELDS[chosen][1]))


def _words(fact: Fact) -> str:
    return when.full(fact.value) if isinstance(fact.value, datetime) else fact.value


def _column(field: str) -> str:
    """The ticket's column of a field."""
    return field if field in ("subject", "auto_close_days", "due_at") else f"{field}_id"


async def set_field(screen: MainScreen, name: str, title: str) -> None:
    """Ask for the value of a field of the tickets and set it."""
    ids = screen.ticket_ids()
    if name == "subject":
        head = screen.open.ticket
        if head is None or ids != [head.id]:
            screen.say(_("A subject is changed in one ticket at a time."), "warning")
            return
        subject = await screen.app.push_screen_wait(Ask(_("Subject"), "", head.subject))
        if subject is not None:
            await screen.desk.act("tickets.set_subject", head.id, subject, seen=head.subject)
            done(screen, 1, _("Set: {field}.").format(field=title))
        return
    saw = seen(screen, ids, _column(name))
    value = await _value(screen, name, title)
    if value is not None:
        if await set_or_ask(screen, "tickets.set_field", ids, name, value[0], **saw):
            done(screen, len(ids), _("Set: {field}.").format(field=title))
            if name in SUGGESTING:
                await _suggested(screen, ids, name, value[0])


async def _suggested(screen: MainScreen, ids: list[int], name: str, value: Any) -> None:
    """Offer the default responsible of what was set; one key takes it."""
    who = await screen.desk.read("answer_form.suggested", name, value)
    rows = [screen.tickets.rows.get(id) for id in ids]
    if who is None or all(row is not None and row.responsible == who.name for row in rows):
        return
    answer = await screen.app.push_screen_wait(
        Confirm(
            _("Its default responsible"),
            _("{name} is responsible for this by default.").format(name=who.name),
            (("yes", "y", _("make him responsible")), ("no", "n", _("leave it"))),
        )
    )
    if answer == "yes":
        await screen.desk.act("tickets.assign", ids, who.id)
        screen.say(_("Assigned."))


async def _value(screen: MainScreen, name: str, title: str) -> tuple[Any] | None:
    """The value an agent chose, in a tuple of its own: it may be None, for none."""
    if name == "auto_close_days":
        told = _("Days after the last public message; 0: never; empty: as the desk says.")
        answer = await screen.app.push_screen_wait(Ask(title, told))
        if answer is None:
            return None
        if answer.strip() and not answer.strip().isdecimal():
            screen.say(_("A number of days, as 7."), "trouble")
            return None
        return (int(answer) if answer.strip() else None,)
    if name == "due_at":
        answer = await screen.app.push_screen_wait(Ask(title, _(when.HOW_MOMENTS_ARE_TYPED)))
        if answer is None:
            return None
        if not answer.strip():
            return (None,)
        moment = moments.here(answer, when.now())
        if moment is None:
            screen.say(_("This is no time: {text}").format(text=answer), "trouble")
            return None
        return (moment,)
    entries: list[Choosable] = await screen.desk.read("listing.choosable", name)
    chosen = await screen.app.push_screen_wait(Choose(title, [Choosable(NOBODY, _("none")), *entries]))
    return None if chosen is None else (chosen or None,)


# -- later


async def snooze(screen: MainScreen) -> None:
    """Put the tickets off till a time; snoozed ones are woken."""
    ids = screen.ticket_ids()
    if screen.open.section == "snoozed":
        await screen.desk.act("snoozing.wake", ids)
        done(screen, len(ids), _("Woken."))
        return
    until = await when_later(screen, _("Put off till when?"))
    if until is not None:
        await screen.desk.act("snoozing.snooze", ids, until)
        done(screen, len(ids), _("Snoozed till {moment}.").format(moment=when.full(until)))


async def when_later(screen: MainScreen, title: str) -> datetime | None:
    now = when.now()
    entries = []
    for number, (text, told) in enumerate(LATER, start=1):
        moment = moments.here(text, now)
        if moment is not None and (text != "18:00" or moment - now < timedelta(hours=12)):
            entries.append(Choosable(number, _(told), when.full(moment)))
    entries.append(Choosable(OTHER, _("another time…")))
    chosen = await screen.app.push_screen_wait(Choose(title, entries, otherwise=OTHER))
    if chosen is None:
        return None
    if chosen != OTHER:
        return moments.here(LATER[chosen - 1][0], now)
    answer = await screen.app.push_screen_wait(Ask(title, _(when.HOW_MOMENTS_ARE_TYPED)))
    if answer is None:
        return None
    moment = moments.here(answer, now)
    if moment is None or moment <= now:
        screen.say(_("This is no time to come: {text}").format(text=answer), "trouble")
        return None
    return moment


# -- history


async def history(screen: MainScreen) -> None:
    """Show what happened between the messages, or only the messages again."""
    screen.open.history = not screen.open.history
    screen.say(
        _("With history: what people and the system did stands between the messages.")
        if screen.open.history
        else _("Messages alone.")
    )
    if screen.open.ticket is not None:
        await loading.ticket(screen, screen.open.ticket.id, keep=True)


async def article(screen: MainScreen) -> None:
    """Make an article of the knowledge base of the open answer."""
    message = screen.open.message
    if message is not None:
        await screen.desk.act("articles.of_message", message.id)
        screen.say(_("It is in the knowledge base now; F5 finds it where one writes. `z` undoes it."))


async def similar(screen: MainScreen) -> None:
    """Tickets that share rare words with this one."""
    ids = screen.ticket_ids()
    found: list[Any] = await screen.desk.read("similar.similar_tickets", ids[0]) if ids else []
    if not found:
        screen.say(_("Nothing similar is here."), "warning")
        return
    entries = [
        Choosable(each.id, f"{each.id} — {each.subject}", f"{each.status}  {', '.join(each.words[:4])}")
        for each in found
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("Similar tickets"), entries))
    if chosen is not None:
        screen.find(str(chosen))
