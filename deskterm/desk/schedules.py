"""Working hours and days off of agents: who is there, and who is away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from deskterm.desk import agents, history, settings
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import together, undoable
from deskterm.i18n import N_, _
from deskterm.store import tables as t
from deskterm.store.work import Work

WEEKDAYS: Final = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip

_SHORT: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?")

Hours = Sequence[Sequence[Sequence[str]]]
"""Seven days from Monday, each with its times ('09:00', '18:00'); a day without any is free."""


@dataclass(frozen=True, slots=True)
class DayOffView:
    """Days an agent is away, both included."""

    id: int
    first_day: str
    last_day: str
    note: str


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """When an agent works; `hours` in words, '' is always."""

    agent_id: int
    login: str
    name: str
    hours: str
    week: tuple[tuple[tuple[str, str], ...], ...] | None
    time_zone: str
    days_off: tuple[DayOffView, ...]
    absent: bool
    """Whether he is away today: said so, a day off, or no working day of his."""
    working: bool
    """Whether he is there this minute, by his hours."""


@undoable("schedule.set")
def set(work: Work, actor: Actor, agent_id: int, hours: Hours | None) -> None:
    """Give an agent his working hours; None: he works always."""
    require(work, actor, "administer", "schedule.set")
    there = agents.by_id(work, agent_id)
    week = None if hours is None else checked(hours)
    before = work.value(select(t.agent.c.schedule).where(t.agent.c.id == there.id))
    work.update(t.agent, there.id, schedule=week)
    work.forget()
    history.record(
        work,
        actor,
        "schedule.set",
        subject=("agent", there.id),
        changes=[("schedule", in_words(before), in_words(week))],
    )


def day_off(
    work: Work, actor: Actor, agent_id: int, first_day: str, last_day: str = "", note: str = ""
) -> int:
    """Note days an agent is away (ISO 8601, both included), his own ones himself; their number."""
    own = agent_id == actor.agent_id
    require(work, actor, "see own" if own else "administer", "schedule.day_off")
    there = agents.by_id(work, agent_id)
    first, last = _day(first_day), _day(last_day or first_day)
    if last < first:
        raise BadData(_("The last day off is before the first."))
    with together(work, actor, "schedule.own" if own else "schedule.day_off"):
        id = work.insert(
            t.day_off,
            agent_id=there.id,
            first_day=first.isoformat(),
            last_day=last.isoformat(),
            note=" ".join(note.split()),
        )
        work.forget()
        history.record(
            work,
            actor,
            "schedule.day_off",
            subject=("agent", there.id),
            changes=[("day_off", None, f"{first} – {last}")],
        )
    return id


def no_day_off(work: Work, actor: Actor, day_off_id: int) -> None:
    """Take days off back, by their number."""
    row = work.first(select(t.day_off).where(t.day_off.c.id == day_off_id))
    own = row is not None and row.agent_id == actor.agent_id
    require(work, actor, "see own" if own else "administer", "schedule.no_day_off")
    if row is None:
        raise NotFound(_("There are no such days off."))
    with together(work, actor, "schedule.own" if own else "schedule.no_day_off"):
        work.delete_where(t.day_off, t.day_off.c.id == day_off_id)
        work.forget()
        history.record(
            work,
            actor,
            "schedule.no_day_off",
            subject=("agent", row.agent_id),
            changes=[("day_off", f"{row.first_day} – {row.last_day}", None)],
        )


def listed(work: Work, actor: Actor) -> list[ScheduleView]:
    """The schedules of active agents, in their order."""
    require(work, actor, "see own", "schedule.list")
    return _views(work, [agent.id for agent in agents.listed(work, actor, active_only=True)])


def show(work: Work, actor: Actor, agent_id: int) -> ScheduleView:
    """The schedule of one agent."""
    require(work, actor, "see own", "schedule.show")
    return _views(work, [agents.by_id(work, agent_id).id])[0]


def absent(work: Work, agent_ids: Iterable[int], at: datetime | None = None) -> frozenset[int]:
    """Who of these is away on that day, by his own calendar: he said so, has it off, or does not work then.

    An hour outside his working hours is no absence: what comes in the evening waits for him till morning.
    """
    moment = at or work.now
    wanted = list(agent_ids)
    c, off = t.agent.c, t.day_off.c
    days: dict[int, list[tuple[str, str]]] = {}
    for row in work.rows(select(off.agent_id, off.first_day, off.last_day).where(off.agent_id.in_(wanted))):
        days.setdefault(int(row.agent_id), []).append((row.first_day, row.last_day))
    away: list[int] = []
    for row in work.rows(select(c.id, c.day_off, c.schedule, c.time_zone).where(c.id.in_(wanted))):
        here = _local(moment, row.time_zone or desk_zone(work))
        today = here.date().isoformat()
        off_today = any(first <= today <= last for first, last in days.get(row.id, ()))
        if row.day_off or off_today or not _times(row.schedule, here):
            away.append(int(row.id))
    return frozenset(away)


def next_day_at(work: Work) -> datetime:
    """When the next day begins, somewhere: who is absent then may be others."""
    zones = {desk_zone(work), *work.values(select(t.agent.c.time_zone).where(t.agent.c.active).distinct())}
    mornings = []
    for zone in zones:
        here = _local(work.now, zone or desk_zone(work))
        tomorrow = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        mornings.append(tomorrow.astimezone(UTC))
    return min(mornings)


def working(work: Work, agent_ids: Iterable[int], at: datetime | None = None) -> frozenset[int]:
    """Who of these is there at that minute: not absent, and within his working hours."""
    moment = at or work.now
    wanted = list(agent_ids)
    away = absent(work, wanted, moment)
    c = t.agent.c
    there = {int(id) for id in wanted} - away
    for row in work.rows(select(c.id, c.schedule, c.time_zone).where(c.id.in_(list(there)))):
        here = _local(moment, row.time_zone or desk_zone(work))
        minute = here.strftime("%H:%M")
        if not any(begin <= minute < end for begin, end in _times(row.schedule, here)):
            there.discard(int(row.id))
    return frozenset(there)


def desk_zone(work: Work) -> str:
    """The desk's time zone by name; '' is the machine's."""
    return str(settings.get(work, "time_zone"))


def checked(hours: Hours) -> list[list[list[str]]]:
    """Working hours as they are kept; BadData where a week, a day or a time is none."""
    if len(hours) != 7:
        raise BadData(_("A week has seven days."))
    week = []
    for day in hours:
        times = sorted([_clock(begin), _clock(end)] for begin, end in day)
        after = ""
        for begin, end in times:
            if begin >= end or begin < after:
                raise BadData(_("{begin}–{end} are no working hours.").format(begin=begin, end=end))
            after = end
        week.append(times)
    return week


def read(words: str) -> list[list[tuple[str, str]]]:
    """Working hours from words: `mon-fri 9:00-13:00,14:00-18:00; sat 10-14`; what is not named is free."""
    week: list[list[tuple[str, str]]] = [[] for _day in range(7)]
    for part in filter(None, (piece.strip() for piece in words.split(";"))):
        days, _blank, times = part.partition(" ")
        chosen = _weekdays(days)
        for span in filter(None, (piece.strip() for piece in times.split(","))):
            begin, dash, end = span.replace("–", "-").partition("-")
            if not dash:
                raise BadData(_("{words} are no working hours. Say: mon-fri 9:00-18:00").format(words=part))
            for day in chosen:
                week[day].append((_clock(begin), _clock(end)))
        if not times.strip():
            raise BadData(_("{words} are no working hours. Say: mon-fri 9:00-18:00").format(words=part))
    return week


def in_words(week: Hours | None) -> str:
    """Working hours as `read` takes them; '' for always."""
    if week is None:
        return ""
    parts: list[str] = []
    day = 0
    while day < 7:
        last = day
        while last + 1 < 7 and list(map(list, week[last + 1])) == list(map(list, week[day])):
            last += 1
        if week[day]:
            days = _SHORT[day] if last == day else f"{_SHORT[day]}-{_SHORT[last]}"
            parts.append(f"{days} {','.join(f'{begin}-{end}' for begin, end in week[day])}")
        day = last + 1
    return "; ".join(parts) or _("never")


def _views(work: Work, agent_ids: Sequence[int]) -> list[ScheduleView]:
    c, off = t.agent.c, t.day_off.c
    today = _local(work.now, desk_zone(work)).date().isoformat()
    days: dict[int, list[DayOffView]] = {}
    for row in work.rows(
        select(t.day_off)
        .where(off.agent_id.in_(list(agent_ids)), off.last_day >= today)
        .order_by(off.first_day, off.id)
    ):
        days.setdefault(row.agent_id, []).append(DayOffView(row.id, row.first_day, row.last_day, row.note))
    away, here = absent(work, agent_ids), working(work, agent_ids)
    return [
        ScheduleView(
            agent_id=row.id,
            login=row.login,
            name=row.name,
            hours=in_words(row.schedule),
            week=None
            if row.schedule is None
            else tuple(tuple((begin, end) for begin, end in day) for day in row.schedule),
            time_zone=row.time_zone,
            days_off=tuple(days.get(row.id, ())),
            absent=row.id in away,
            working=row.id in here,
        )
        for row in work.rows(
            select(c.id, c.login, c.name, c.schedule, c.time_zone)
            .where(c.id.in_(list(agent_ids)))
            .order_by(c.id)
        )
    ]


def _local(at: datetime, zone: str) -> datetime:
    """A moment by the clock on the wall there; without a zone, by this machine's."""
    return at.astimezone(ZoneInfo(zone)) if zone else at.astimezone()


def _times(schedule: Any, here: datetime) -> Sequence[tuple[str, str]]:
    """The working hours of a day; all of it where no schedule was given."""
    return [("00:00", "24:00")] if schedule is None else schedule[here.weekday()]


def _clock(text: str) -> str:
    found = _TIME.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise BadData(_("{text} is no time of day.").format(text=text))
    return f"{hour:02}:{minute:02}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadData(_("{text} is no date. Say: 2026-12-24").format(text=text)) from None


def _weekdays(text: str) -> list[int]:
    begin, dash, end = text.strip().casefold().replace("–", "-").partition("-")
    names: Mapping[str, int] = {name: number for number, name in enumerate(_SHORT)}
    if begin[:3] not in names or (dash and end[:3] not in names):
        raise BadData(_("{text} is no weekday. Say: mon, tue, wed, thu, fri, sat, sun").format(text=text))
    first = names[begin[:3]]
    last = names[end[:3]] if dash else first
    return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
